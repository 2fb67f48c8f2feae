"""Target levels: hosting's from the economics, any by a consultant's choice, on page and API."""

import pytest
from django.db import IntegrityError, transaction
from django.test import Client as Browser
from django.utils import timezone

from assessments import selectors, services
from assessments.models import Assessment, ChosenTarget, CostSummary
from assessments.roadmap import Costs
from assessments.scoring import HostingEconomics
from assessments.services import CostSource
from organizations.exceptions import Invalid, Missing
from organizations.models import AuditEvent
from tests.assessments.cast import assess, enter, level, url
from tests.world import World

# Scenario A: cheaper first at 8,874,552 requests a month, for good above 26,666,667.
FIRST, DOMINANCE = 8_874_552, 26_666_667


def keep(
    world: World,
    assessment: Assessment,
    requests: float,
    *,
    hours: int = 0,
    crossing: tuple[float | None, float | None] = (FIRST, DOMINANCE),
) -> None:
    """Keep economics of so many requests a month for an assessment."""
    costs = Costs(
        usd_per_month_by_levers={frozenset(): 44_550.0},
        running=frozenset(),
        left_out={},
        spend_usd_per_month=44_550.0,
        hosting=HostingEconomics(requests, *crossing),
    )
    now = timezone.now() + timezone.timedelta(hours=hours)
    source = CostSource(assessment.pk, "Support", assessment.pk, now)
    with enter(world):
        services.keep_costs(assessment_id=assessment.pk, source=source, costs=costs)


def aims(world: World, assessment: Assessment) -> dict[str, tuple]:
    """The targets' ends and sources by dimension."""
    with enter(world):
        scores = selectors.scores_compute(assessment)
        found = selectors.targets_compute(assessment, scores, selectors.costs_find(assessment))
    return {key: (aim.low, aim.high, aim.source) for key, aim in found.items()}


def test_hosting_is_open_without_economics(world: World) -> None:
    assessment = assess(world, hosting=level(2))

    assert aims(world, assessment)["hosting"] == (None, None, "open")


@pytest.mark.parametrize(
    ("requests", "target"),
    [(3_000_000, (1, 2)), (FIRST, (3, 3)), (DOMINANCE, (3, 3)), (DOMINANCE + 1, (5, 5))],
)
def test_hosting_follows_the_economics(world: World, requests: int, target: tuple) -> None:
    assessment = assess(world, hosting=level(2))

    keep(world, assessment, requests)

    assert aims(world, assessment)["hosting"] == (*target, "economics")


def test_older_economics_never_replace_newer_ones(world: World) -> None:
    assessment = assess(world)
    keep(world, assessment, DOMINANCE + 1)

    keep(world, assessment, 3_000_000, hours=-1)

    with enter(world):
        assert CostSummary.objects.count() == 1
    assert aims(world, assessment)["hosting"] == (5, 5, "economics")


def test_choosing_a_target_stores_it_with_its_reason_and_audit(world: World) -> None:
    assessment = assess(world, routing=level(2))

    with enter(world):
        for number in (4, 5):
            services.choose_target(
                by=world.actor("consultant"),
                assessment=assessment,
                dimension="routing",
                level=number,
                reason="  A second\r\nprovider is signed. ",
            )
        row = ChosenTarget.objects.get()
        events = AuditEvent.objects.filter(verb="target.chosen", subject_id=row.pk)
        data = [event.data["level"] for event in events.order_by("created_at")]

    assert (row.level, row.reason) == (5, "A second provider is signed.")
    assert data == [4, 5]
    assert aims(world, assessment)["routing"] == (5, 5, "override")
    assert aims(world, assessment)["caching"] == (3, 3, "default")


def test_clearing_a_target_follows_the_rules_again(world: World) -> None:
    assessment = assess(world)
    by = world.actor("consultant")

    with enter(world):
        services.choose_target(
            by=by, assessment=assessment, dimension="routing", level=4, reason="Agreed"
        )
        services.clear_target(by=by, assessment=assessment, dimension="routing")
        services.clear_target(by=by, assessment=assessment, dimension="routing")

        assert AuditEvent.objects.filter(verb="target.cleared").count() == 1
    assert aims(world, assessment)["routing"] == (3, 3, "default")


@pytest.mark.parametrize(
    ("number", "reason", "field"),
    [(0, "Agreed", "level"), (6, "Agreed", "level"), (4, "  ", "reason"), (4, "a\0", "reason")],
)
def test_a_target_needs_a_level_and_a_reason(
    world: World, number: int, reason: str, field: str
) -> None:
    assessment = assess(world)

    with enter(world), pytest.raises(Invalid) as caught:
        services.choose_target(
            by=world.actor("consultant"),
            assessment=assessment,
            dimension="routing",
            level=number,
            reason=reason,
        )

    assert list(caught.value.fields) == [field]


def test_a_target_of_no_dimension_is_missing(world: World) -> None:
    assessment = assess(world)

    with enter(world), pytest.raises(Missing):
        services.choose_target(
            by=world.actor("consultant"),
            assessment=assessment,
            dimension="luck",
            level=4,
            reason="Agreed",
        )


def test_the_database_refuses_a_target_without_a_reason(world: World) -> None:
    assessment = assess(world)

    with enter(world), pytest.raises(IntegrityError), transaction.atomic():
        ChosenTarget.objects.create(
            organization=world.organization,
            client=world.client,
            assessment=assessment,
            dimension="routing",
            level=4,
            reason="",
        )


def test_the_scorecard_shows_hosting_by_the_economics(world: World, client: Browser) -> None:
    assessment = assess(world, hosting=level(2))
    keep(world, assessment, 3_000_000)

    page = world.login(client, "viewer").get(url("scorecard", world, assessment=assessment.pk))

    text = " ".join(page.content.decode().split())
    assert "3,000,000 requests a month; self-hosting is first cheaper at 8,874,552" in text
    assert "<strong>Level 1–2</strong>, reached" in text
    assert "Choose another target" not in text


@pytest.mark.parametrize(
    ("crossing", "words"),
    [
        ((None, None), "cheaper at no volume."),
        ((0.0, 0.0), "cheaper at every volume."),
        # The least volume that is looked at is a millionth of a request.
        ((1e-6, None), "cheaper from the first request on, though not at every volume."),
        (
            (1e-6, DOMINANCE),
            "cheaper from the first request on, though not at every volume, and for good above"
            " 26,666,667.",
        ),
        ((FIRST, None), "first cheaper at 8,874,552."),
    ],
)
def test_the_scorecard_says_at_which_volumes_hosting_is_cheaper(
    world: World, client: Browser, crossing: tuple[float | None, float | None], words: str
) -> None:
    assessment = assess(world, hosting=level(2))
    keep(world, assessment, 3_000_000, crossing=crossing)

    page = world.login(client, "viewer").get(url("scorecard", world, assessment=assessment.pk))

    assert f"self-hosting is {words}" in " ".join(page.content.decode().split())


def test_a_consultant_chooses_a_target_on_the_scorecard(world: World, client: Browser) -> None:
    assessment = assess(world, routing=level(2))
    browser = world.login(client, "consultant")
    path = url("target-edit", world, assessment=assessment.pk, dimension="routing")

    answer = browser.post(path, {"level": "5", "reason": "Agreed <b>twice</b>"}, follow=True)

    text = answer.content.decode()
    assert answer.redirect_chain[0][0].endswith("/scorecard/#targets")
    assert "<strong>Level 5</strong>, 3 to go" in text
    assert "Agreed &lt;b&gt;twice&lt;/b&gt;" in text


def test_a_refused_target_keeps_what_was_typed(world: World, client: Browser) -> None:
    assessment = assess(world, routing=level(2))
    browser = world.login(client, "consultant")
    path = url("target-edit", world, assessment=assessment.pk, dimension="routing")

    answer = browser.post(path, {"level": "4", "reason": ""})

    assert answer.status_code == 422
    assert "Please fill this in." in answer.content.decode()
    assert '<option value="4" selected>' in answer.content.decode()
