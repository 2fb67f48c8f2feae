"""V2: nothing typed into the questionnaire makes a server error."""

import pytest
from django.test import Client as Browser
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from assessments.models import Answer
from tests.assessments.cast import answer_url, assess, enter
from tests.world import World

FIELDS = ("version", "answer", "confidence", "comment")
ODD = [
    "",
    " ",
    "\0",
    "nul \0 inside",
    "NaN",
    "1e309",
    "-1",
    "1" * 31,
    "9" * 5000,
    "١",  # a digit, elsewhere
    "²",
    "true",
    "null",
    "[]",
    "{}",
    "{{ 7 * 7 }}",
    "<script>alert(1)</script>",
    "'; drop table assessments_answer; --",
    "\ud7ff\ue000\uffff",
    "\U0001f600" * 2000,
    "a" * 100_000,
    "\r\n" * 3000,
    "not_applicable:",
    "not_applicable:nonsense",
    "not_applicable",
    "answered",
    "0",
    "6",
    "2.5",
    "yes ",
]
GOOD = {"version": "0", "answer": "yes", "confidence": "stated", "comment": "Fine."}


@pytest.mark.parametrize("field", FIELDS)
@pytest.mark.parametrize(
    ("key", "kind"), [("token_logging", "check"), ("hosting", "dimension")], ids=["check", "level"]
)
def test_odd_values_are_answered_politely(
    world: World, client: Browser, field: str, key: str, kind: str
) -> None:
    path = answer_url(world, assess(world), key, kind)
    browser = world.login(client, "respondent")
    browser.raise_request_exception = False

    statuses = {
        value[:40]: browser.post(
            path, GOOD | {field: value}, headers={"HX-Request": "true"}
        ).status_code
        for value in ODD
    }

    assert {key: status for key, status in statuses.items() if status not in {200, 409, 422}} == {}


@pytest.mark.parametrize("field", FIELDS)
def test_odd_values_without_javascript_come_back_on_the_page(
    world: World, client: Browser, field: str
) -> None:
    path = answer_url(world, assess(world))
    browser = world.login(client, "respondent")
    browser.raise_request_exception = False

    statuses = {browser.post(path, GOOD | {field: value}).status_code for value in ODD[:12]}

    assert statuses <= {302, 409, 422}


@pytest.mark.parametrize("version", ["", "abc", "-1", "1.5", "1e3", "NaN", "\0", None])
def test_wrong_version_is_invalid(world: World, client: Browser, version: str | None) -> None:
    assessment = assess(world)
    fields = GOOD | {"version": version}
    if version is None:
        del fields["version"]

    response = world.login(client, "respondent").post(
        answer_url(world, assessment), fields, headers={"HX-Request": "true"}
    )

    assert response.status_code == 422
    with enter(world):
        assert Answer.objects.count() == 0


def test_version_beyond_all_numbers_conflicts(world: World, client: Browser) -> None:
    assessment = assess(world)

    response = world.login(client, "respondent").post(
        answer_url(world, assessment), GOOD | {"version": str(10**30)}
    )

    assert response.status_code == 409


@pytest.mark.parametrize(
    "tail",
    [
        "check/no_such_check/",
        "check/hosting/",
        "dimension/token_logging/",
        "odd/token_logging/",
        "check/%00/",
        "check/" + "x" * 3000 + "/",
        "check/..%2f..%2fetc/",
        "check/TOKEN_LOGGING/",
    ],
)
def test_unknown_question_is_not_found(world: World, client: Browser, tail: str) -> None:
    assessment = assess(world)
    browser = world.login(client, "respondent")
    path = answer_url(world, assessment).replace("check/token_logging/", tail)

    statuses = [browser.get(path).status_code, browser.post(path, GOOD).status_code]

    assert statuses == [404, 404]


def test_unknown_and_repeated_fields_change_nothing(world: World, client: Browser) -> None:
    assessment = assess(world)
    hostile = {
        "client": str(world.sibling_client.pk),
        "organization": str(world.other_organization.pk),
        "assessment": "x",
        "updated_by": "x",
        "state": "unknown",
        "level": "5",
        "answer": ["no", "yes"],
    }

    response = world.login(client, "respondent").post(
        answer_url(world, assessment), GOOD | hostile, headers={"HX-Request": "true"}
    )

    with enter(world):
        answer = Answer.objects.get()
    assert response.status_code == 200
    assert (answer.client_id, answer.state, answer.value, answer.level) == (
        world.client.pk,
        "answered",
        "yes",
        None,
    )


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(fields=st.dictionaries(st.sampled_from(FIELDS), st.text(max_size=200), max_size=4))
def test_any_text_is_answered_politely(world: World, client: Browser, fields: dict) -> None:
    assessment = assess(world)
    browser = world.login(client, "respondent")
    browser.raise_request_exception = False

    response = browser.post(
        answer_url(world, assessment), GOOD | fields, headers={"HX-Request": "true"}
    )

    assert response.status_code in {200, 409, 422}
