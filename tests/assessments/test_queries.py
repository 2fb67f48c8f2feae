"""Pages cost the same number of queries, however many rows they show."""

import pytest
from django.db import connection
from django.test import Client as Browser
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from assessments.services import add_link
from organizations import kept_pages
from organizations.services import create_client
from tests.assessments.cast import (
    NO,
    UNKNOWN,
    YES,
    answer_url,
    assess,
    enter,
    level,
    make_assessment,
    url,
)
from tests.queries import MAX_CAPTURED
from tests.world import World

MANY = 30


def queries(browser: Browser, path: str, fields: dict | None = None) -> int:
    """Return how many statements it takes to make a page; the session's are among them."""
    kept_pages.pages.clear()
    with CaptureQueriesContext(connection) as captured:
        if fields is None:
            response = browser.get(path)
        else:
            response = browser.post(path, fields, headers={"HX-Request": "true"})
    assert response.status_code == 200
    return len(captured)


def fill(world: World, numbers: range) -> None:
    """Store clients, each with an assessment and answers, and as many of the first client."""
    for number in numbers:
        with enter(world):
            client = create_client(by=world.actor("owner"), name=f"Client {number:03}")
        make_assessment(world.organization, client, gateway=YES, triage=NO, routing=level(3))
        assess(world, gateway=YES, semantic_cache=UNKNOWN)


@pytest.mark.parametrize(
    ("name", "names"),
    [
        ("scenarios:client-list", ()),
        ("assessments:assessment-list", ()),
        ("scenarios:client-detail", ("client",)),
    ],
)
def test_lists_take_the_same_queries_for_one_row_and_for_many(
    world: World, client: Browser, name: str, names: tuple
) -> None:
    browser = world.login(client, "owner")
    ids = [world.client.pk for _ in names]
    path = reverse(name, args=[world.organization.slug, *ids])
    fill(world, range(1))
    one = queries(browser, path)
    fill(world, range(1, MANY))

    many = queries(browser, path)

    assert many == one
    assert one <= MAX_CAPTURED


@pytest.mark.parametrize("name", ["questionnaire", "scorecard", "assessment-detail"])
def test_pages_take_the_same_queries_for_no_answer_and_for_many(
    world: World, client: Browser, name: str
) -> None:
    empty = assess(world)
    answers = {"gateway": YES, "triage": NO, "semantic_cache": UNKNOWN, "eval_suite": YES}
    full = assess(world, **answers, routing=level(3), hosting=level(1))
    with enter(world):
        for key in answers:
            add_link(
                by=world.actor("respondent"),
                assessment=full,
                kind="check",
                key=key,
                url="https://wiki.example/",
            )
    browser = world.login(client, "respondent")

    counts = [
        queries(browser, url(name, world, assessment=assessment.pk)) for assessment in (empty, full)
    ]

    assert counts[0] == counts[1]
    assert counts[0] <= MAX_CAPTURED


def test_saving_takes_the_same_queries_beside_no_answer_and_beside_many(
    world: World, client: Browser
) -> None:
    empty = assess(world, token_logging=YES)
    answers = {"gateway": YES, "triage": NO, "semantic_cache": UNKNOWN, "eval_suite": YES}
    full = assess(world, token_logging=YES, **answers, routing=level(3), hosting=level(1))
    browser = world.login(client, "respondent")
    fields = {"version": 1, "answer": "no"}

    counts = [queries(browser, answer_url(world, each), fields) for each in (empty, full)]

    assert counts[0] == counts[1]
    assert counts[0] <= 13
