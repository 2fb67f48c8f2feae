"""Pages on paper: no table is wider than it, and each says whose it is."""

from playwright.sync_api import Browser

from costing.scenarios.economics import request_economics
from jobs.services import run_due_jobs
from tests.costing.cast import make_scenario
from tests.journeys.people import already_signed_in, entered
from tests.world import World

PAPER_PX = 672  # A4 without its margins of 16 mm; a page that is wider is printed smaller


def test_pages_that_people_hand_over_fit_the_paper_and_say_whose_they_are(
    world: World, product: str, chromium: Browser
) -> None:
    scenario = make_scenario(world.organization, world.client)
    with entered(world):
        request_economics(by=world.actor("owner"), scenario=scenario)
    run_due_jobs()
    firm, assessment = "/o/acme", f"/o/acme/assessments/{scenario.assessment_id}"
    context = chromium.new_context(base_url=product, viewport={"width": PAPER_PX, "height": 900})
    already_signed_in(context, world, "owner", product)
    page = context.new_page()
    page.emulate_media(media="print")

    for path in (
        f"{firm}/clients/{world.client.pk}/",
        f"{firm}/scenarios/{scenario.pk}/",
        f"{assessment}/scorecard/",
        f"{assessment}/roadmap/",
    ):
        page.goto(path)
        page.evaluate("document.fonts.ready")
        assert page.evaluate("document.documentElement.scrollWidth") <= PAPER_PX, path
        assert page.get_by_text(world.organization.name, exact=True).first.is_visible(), path
        assert page.get_by_text(world.client.name).first.is_visible(), path
        assert not page.get_by_role("button").first.is_visible(), path
    context.close()
