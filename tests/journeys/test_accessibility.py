"""The main pages under axe, light and dark, at a desk and on a phone: nothing to complain of."""

from datetime import date
from typing import Any, Literal
from urllib.parse import urlsplit

from playwright.sync_api import Browser, Page

from assessments.services import (
    add_note,
    approve_assessment,
    start_reassessment,
    submit_assessment,
)
from costing.scenarios.economics import request_economics
from jobs.services import run_due_jobs
from organizations.services.archive import archive_row
from tests import axe
from tests.costing.cast import make_scenario
from tests.journeys.people import already_signed_in, entered
from tests.world import World

# WCAG 2.1 A and AA, contrast included.
RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"]}
Look = tuple[Literal["light", "dark"], int]
LOOKS: list[Look] = [("light", 1440), ("dark", 360)]
PUBLIC = ["/accounts/login/", "/accounts/signup/", "/demo/", "/toolkit/"]


def pages_of(world: World) -> dict[str, list[str]]:
    """Store a client with history, money and open answers; return pages by who looks at them."""
    scenario = make_scenario(world.organization, world.client)
    last, by = scenario.assessment, world.actor("owner")
    with entered(world):
        request_economics(by=by, scenario=scenario)
        submit_assessment(by=by, assessment=last)
    run_due_jobs()
    with entered(world):
        approve_assessment(by=by, assessment=last)
        again, _ = start_reassessment(by=by, assessment=last, title="Again", as_of=date(2027, 5, 1))
        note = add_note(by=by, assessment=last, question="", text="Put aside")
        archive_row(by=by, row=note, kind="note", title=note.text)
    firm, old, new = "/o/acme", f"/o/acme/assessments/{last.pk}", f"/o/acme/assessments/{again.pk}"
    answering = [f"{firm}/clients/", f"{new}/", f"{new}/intake/", f"{new}/questionnaire/"]
    return {
        "owner": [
            f"{firm}/clients/",
            f"{firm}/clients/{world.client.pk}/",
            f"{firm}/clients/new/",
            f"{firm}/assessments/",
            f"{old}/",
            f"{old}/scorecard/",
            f"{old}/scenarios/",
            f"{firm}/scenarios/{scenario.pk}/",
            f"{firm}/scenarios/{scenario.pk}/edit/",
            f"{firm}/scenarios/{scenario.pk}/archive/",
            f"{firm}/archive/",
            f"{old}/deliverables/",
            f"{new}/notes/",
            f"{firm}/settings/",
            f"{firm}/settings/members/",
            f"{firm}/settings/audit-events/",
            "/accounts/sessions/",
            "/firms/new/",
        ],
        "respondent": answering,
    }


def complaints(page: Page, path: str) -> list[str]:
    """Open a page and return what axe finds in each of the looks, with where."""
    answer = page.goto(path)
    assert answer is not None
    assert (answer.status, urlsplit(page.url).path) == (200, path)
    axe.put_into(page)
    return [
        f"{look} {path} {each['id']}: {node['target']} {node['failureSummary'][:200]}"
        for look in LOOKS
        for each in violations(page, look)
        for node in each["nodes"][:3]
    ]


def violations(page: Page, look: Look) -> list[dict[str, Any]]:
    """What axe finds on an open page once it has this look, which style sheets alone give it."""
    page.emulate_media(color_scheme=look[0])
    page.set_viewport_size({"width": look[1], "height": 800})
    return axe.violations(page, RULES)


def looked_at(
    chromium: Browser, product: str, world: World, who: str, paths: list[str]
) -> list[str]:
    """Open one person's pages, and return every complaint."""
    context = chromium.new_context(
        base_url=product,
        reduced_motion="reduce",  # no colour is on its way to another
        bypass_csp=True,  # axe is put into the page as a script
    )
    if who:
        already_signed_in(context, world, who, product)
    page = context.new_page()
    found = [each for path in paths for each in complaints(page, path)]
    context.close()
    return found


def test_main_pages_have_nothing_to_complain_of(
    world: World, product: str, chromium: Browser
) -> None:
    people = {**pages_of(world), "": PUBLIC}

    found = [
        each
        for who, paths in people.items()
        for each in looked_at(chromium, product, world, who, paths)
    ]

    assert found == []
