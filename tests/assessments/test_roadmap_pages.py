"""The roadmap's pages: read by everybody, written by the firm, in place and without JavaScript."""

import csv
from dataclasses import replace
from datetime import date
from io import StringIO

import pytest
from django.db import connection
from django.test import Client as Browser
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from assessments.models import Assessment, CostSummary, Roadmap, RoadmapAction
from assessments.roadmap import AdvisedSaving, costs_together
from assessments.services import ActionInput, CostSource, add_action, keep_costs
from tests.assessments.cast import assess, enter, url
from tests.assessments.test_roadmap_rows import action, beginner, change, costs, draft
from tests.queries import MAX_CAPTURED
from tests.world import World


def action_url(world: World, key: str = "log_tokens") -> str:
    """Return the path of a drafted action."""
    with enter(world):
        names = {"org": world.organization.slug, "action": action(key).pk}
    return reverse("assessments:action-edit", kwargs=names)


def typed(world: World, key: str = "log_tokens", **changes: str) -> dict[str, str]:
    """Return the form of an action as a browser sends it."""
    names = ("title", "phase", "owner", "due_on", "effort", "status", "reason", "text", "version")
    with enter(world):
        row = action(key)
        return {name: str(getattr(row, name)) for name in names} | changes


def page(browser: Browser, world: World, assessment: Assessment, name: str = "roadmap") -> str:
    """Return a page's text."""
    answer = browser.get(url(name, world, assessment=assessment.pk))
    assert answer.status_code == 200
    return " ".join(answer.content.decode().split())


def test_an_empty_roadmap_offers_to_draft_to_the_firm_alone(world: World, client: Browser) -> None:
    assessment = assess(world)

    firm = page(world.login(client, "consultant"), world, assessment)
    viewer = page(world.login(Browser(), "viewer"), world, assessment)

    assert "Draft the roadmap" in firm
    assert "have not drafted the roadmap" in viewer
    assert "Draft the roadmap" not in viewer


def test_a_consultant_previews_and_confirms_a_draft(world: World, client: Browser) -> None:
    assessment = beginner(world)
    browser = world.login(client, "consultant")
    path = url("roadmap-draft", world, assessment=assessment.pk)
    preview = browser.get(path, {"starts_on": "2026-11-15"})
    checksum = preview.context["checksum"]

    answer = browser.post(path, {"starts_on": "2026-11-15", "checksum": checksum}, follow=True)

    text = " ".join(answer.content.decode().split())
    assert "New (11)" in preview.content.decode()
    assert "15 November 2026 to 12 February 2027" in text
    assert "11 actions: 11 open" in text
    assert "By day 90: from $44,550 to $13,889 a month and from 1.0 to 4.2 in maturity" in text
    assert "<strong>$19,440</strong>" in text
    assert "Self-hosting would add $21,114 a month at this volume." in text


def test_a_draft_that_is_out_of_date_shows_the_new_one(world: World, client: Browser) -> None:
    assessment = beginner(world)
    browser = world.login(client, "consultant")
    path = url("roadmap-draft", world, assessment=assessment.pk)

    answer = browser.post(path, {"starts_on": "2026-11-01", "checksum": "of something else"})

    assert answer.status_code == 409
    assert "Something changed since you looked" in answer.content.decode()
    with enter(world):
        assert RoadmapAction.objects.count() == 0


@pytest.mark.parametrize("day", ["9999-12-31", "1066-01-01", "soon", "\0"])
def test_a_first_day_that_is_none_is_named(world: World, client: Browser, day: str) -> None:
    assessment = beginner(world)
    browser = world.login(client, "consultant")
    path = url("roadmap-draft", world, assessment=assessment.pk)

    asked = browser.get(path, {"starts_on": day})
    sent = browser.post(path, {"starts_on": day, "checksum": "x"})

    assert (asked.status_code, sent.status_code) == (422, 422)
    assert "field-error" in asked.content.decode()


def test_editing_in_place_answers_the_card_and_the_outlook(world: World, client: Browser) -> None:
    draft(world, beginner(world))
    browser = world.login(client, "consultant")
    fields = typed(world, "provider_caching", status="dropped", reason="Short prompts <b>")

    answer = browser.post(
        action_url(world, "provider_caching"), fields, headers={"HX-Request": "true"}
    )

    text = " ".join(answer.content.decode().split())
    assert answer.status_code == 200
    assert text.startswith("<article")
    assert "Short prompts &lt;b&gt;" in text
    assert 'hx-swap-oob="true"' in text
    assert "10 open, 1 dropped" in text
    assert 'hx-swap-oob="true"><strong>$17,754</strong>' in text
    # Routing is worth more where nothing is cached: 44,550.00 − 26,796.38.
    assert "By day 90: from $44,550 to $23,897 a month" in text


def test_editing_without_javascript_leads_back_to_the_action(world: World, client: Browser) -> None:
    draft(world, beginner(world))
    browser = world.login(client, "consultant")
    path = action_url(world)
    form = browser.get(path).content.decode()

    answer = browser.post(path, typed(world, owner="Ida"))

    assert 'name="owner"' in form
    assert "#action-" in answer["Location"]
    assert "Ida" in browser.get(answer["Location"].split("#")[0]).content.decode()


@pytest.mark.parametrize("header", [{}, {"HX-Request": "true"}])
def test_a_stale_edit_shows_what_stands_and_keeps_what_was_typed(
    world: World, client: Browser, header: dict
) -> None:
    draft(world, beginner(world))
    fields = typed(world, owner="Mine")
    change(world, "log_tokens", owner="Theirs")
    browser = world.login(client, "consultant")

    stale = browser.post(action_url(world), fields, headers=header)
    again = browser.post(action_url(world), fields | {"version": "2"}, headers=header)

    text = stale.content.decode()
    assert stale.status_code == 409
    assert "with <bdi>Theirs</bdi>" in text
    assert 'value="Mine"' in text
    assert 'name="version" value="2"' in text
    assert again.status_code in (200, 302)


def test_an_edit_at_fault_keeps_what_was_typed(world: World, client: Browser) -> None:
    draft(world, beginner(world))
    browser = world.login(client, "consultant")
    fields = typed(world, owner="Mine", status="dropped", due_on="never")

    answer = browser.post(action_url(world), fields, headers={"HX-Request": "true"})

    text = answer.content.decode()
    assert answer.status_code == 422
    assert 'value="Mine"' in text
    assert "field-error" in text


def test_an_action_by_hand_is_added(world: World, client: Browser) -> None:
    assessment = beginner(world)
    browser = world.login(client, "consultant")
    fields = {
        "title": "Agree on a gateway",
        "phase": "quick_wins",
        "due_on": "2026-11-20",
        "effort": "low",
        "status": "open",
        "checks": ["gateway"],
    }

    answer = browser.post(
        url("action-create", world, assessment=assessment.pk), fields, follow=True
    )

    text = answer.content.decode()
    assert "Agree on a gateway" in text
    assert "added by hand" in text


def test_a_viewer_reads_and_cannot_edit(world: World, client: Browser) -> None:
    assessment = beginner(world)
    draft(world, assessment)

    text = page(world.login(client, "viewer"), world, assessment)

    assert "11 actions: 11 open" in text
    assert ">Edit<" not in text
    assert "roadmap-owners" not in text


def test_the_table_and_the_dates_are_downloads(world: World, client: Browser) -> None:
    assessment = beginner(world)
    draft(world, assessment)
    change(world, "log_tokens", owner="=cmd()")
    browser = world.login(client, "viewer")

    table = browser.get(url("roadmap-table", world, assessment=assessment.pk))
    dates = browser.get(url("roadmap-dates", world, assessment=assessment.pk))

    lines = list(csv.DictReader(StringIO(table.content.decode("utf-8-sig"))))
    assert (len(lines), lines[0]["owner"]) == (11, "'=cmd()")
    assert table["Content-Disposition"] == 'attachment; filename="roadmap.csv"'
    assert dates["Content-Type"] == "text/calendar; charset=utf-8"
    assert dates.content.decode().count("BEGIN:VEVENT\r\n") == 11


def test_the_page_says_what_maturity_is_worth(world: World, client: Browser) -> None:
    assessment = beginner(world)

    browser = world.login(client, "viewer")
    text = page(browser, world, assessment)

    assert page(browser, world, assessment, "scorecard").count("$11,221 a month") == 1
    assert 'Held back today: <strong class="num">$11,221 a month</strong>' in text


def test_the_page_takes_the_same_queries_for_few_actions_and_for_many(
    world: World, client: Browser
) -> None:
    few, many = beginner(world), beginner(world)
    draft(world, few)
    with enter(world):
        for number in range(40):
            content = ActionInput(f"Step {number}", "quick_wins", date(2026, 11, 20))
            add_action(by=world.actor("consultant"), assessment=many, content=content)
    browser = world.login(client, "consultant")
    counts = []

    for assessment in (few, many):
        with CaptureQueriesContext(connection) as captured:
            page(browser, world, assessment)
        counts.append(len(captured))

    assert counts[0] == counts[1]
    assert counts[0] <= MAX_CAPTURED


def test_roadmap_says_the_caution_of_its_saving_and_which_part_an_action_changes(
    world: World, client: Browser
) -> None:
    assessment = beginner(world)
    caution = "What is recommended for “Search” may cost more than today."
    own = costs()
    cached = {frozenset[str](): 9.0, frozenset({"prompt_caching"}): 8.0}
    small = replace(own, usd_per_month_by_levers=cached, title="Search", spend_usd_per_month=9.0)
    both = costs_together([replace(own, title="Claims"), small])
    source = CostSource(assessment.pk, "Claims", assessment.pk, timezone.now())
    with enter(world):
        keep_costs(assessment_id=assessment.pk, source=source, costs=replace(both, caution=caution))
    draft(world, assessment)

    shown = page(world.login(client, "viewer"), world, assessment)

    assert f'id="roadmap-caution"><p>{caution}</p>' in shown
    assert shown.count('<span class="muted small">in “Claims”</span></h3>') == 2
    for title in ("Send simple queries to small models", "Answer repeats from a semantic cache"):
        assert f"<bdi>{title}</bdi> <span" in shown
    assert "<bdi>Turn on provider prompt caching</bdi></h3>" in shown  # in all parts


def test_projected_spend_that_waits_for_terms_says_so(world: World, client: Browser) -> None:
    assessment = beginner(world)
    source = CostSource(assessment.pk, "Claims", assessment.pk, timezone.now())
    waiting = replace(costs(), advised=AdvisedSaving(9.0, left_usd_per_month=9.0))
    with enter(world):
        keep_costs(assessment_id=assessment.pk, source=source, costs=waiting)
    draft(world, assessment)

    shown = page(world.login(client, "viewer"), world, assessment)

    assert shown.count("USD per month, once terms end<") == 3  # both drawings and the table


def test_overview_says_what_is_spent_and_what_comes_next(world: World, client: Browser) -> None:
    assessment = beginner(world)
    browser = world.login(client, "consultant")
    with enter(world):
        title = CostSummary.objects.get(assessment=assessment).scenario_title

    before = page(browser, world, assessment, "assessment-detail")
    draft(world, assessment)
    with enter(world):
        first, second = RoadmapAction.objects.filter(assessment=assessment).order_by("due_on")[:2]
    after = page(browser, world, assessment, "assessment-detail")
    change(world, first.key, status="done")
    later = page(browser, world, assessment, "assessment-detail")

    assert f"$44,550 a month today, by “{title}”." in before
    assert "By day 90" not in before
    assert "By day 90: from $44,550 to $13,889 a month" in after
    assert f"Next: <bdi>{first.title}</bdi>, by " in after
    assert f"Next: <bdi>{second.title}</bdi>, by " in later


def test_overview_keeps_costs_and_plan_from_the_clients_people_until_they_are_published(
    world: World, client: Browser
) -> None:
    assessment = beginner(world)
    draft(world, assessment)
    shown = [
        page(world.login(client, name), world, assessment, "assessment-detail")
        for name in ("viewer", "respondent")
    ]
    with enter(world):
        Assessment.objects.update(published_at=None)

    withheld = [
        page(world.login(client, name), world, assessment, "assessment-detail")
        for name in ("viewer", "respondent", "consultant")
    ]

    assert [("$44,550" in each, "Next: " in each) for each in shown] == [(True, True)] * 2
    assert [("$44,550" in each, "Next: " in each) for each in withheld] == [
        (False, False),
        (False, False),
        (True, True),
    ]


def test_the_team_is_stated_and_bounds_the_projection(world: World, client: Browser) -> None:
    assessment = beginner(world)
    draft(world, assessment)
    page = world.login(client, "consultant")
    address = url("roadmap", world, assessment=assessment.pk)

    before = page.get(address).content.decode()
    sent = page.post(url("roadmap-team", world, assessment=assessment.pk), {"team_size": "1"})
    after = page.get(address).content.decode()

    assert (sent.status_code, sent["Location"]) == (302, address)
    assert (
        "up to 98 person-days; the time of 2 people working full time is 128 in 90 days. A year of"
        " its saving pays for it at up to $3,754 a day." in before
    )
    assert "the time of 1 person working full time is 64 in 90 days. 4 actions do not fit" in after


@pytest.mark.parametrize("size", ["0", "101", "-1", "two", "", "1.5"])
def test_a_team_of_nobody_is_refused_beside_the_field(
    world: World, client: Browser, size: str
) -> None:
    assessment = beginner(world)
    draft(world, assessment)

    answer = world.login(client, "consultant").post(
        url("roadmap-team", world, assessment=assessment.pk), {"team_size": size}
    )

    text = answer.content.decode()
    assert (answer.status_code, "field-error" in text) == (422, True)
    assert (f'value="{size}"' in text) == (size != "")
    with enter(world):
        assert Roadmap.objects.get().team_size == 2
