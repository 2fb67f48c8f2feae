"""A consultant drafts a roadmap, edits it in place, drafts again, and keeps the edit."""

from playwright.sync_api import Page, expect

from assessments.models import Assessment
from assessments.services import save_answer
from tests.assessments.cast import YES, enter
from tests.assessments.test_roadmap_rows import beginner
from tests.journeys.test_consultant import sign_in
from tests.world import World


def put_evals_in_place(world: World, assessment: Assessment) -> None:
    with enter(world):
        save_answer(
            by=world.actor("respondent"),
            assessment=assessment,
            kind="check",
            key="eval_suite",
            version=1,
            content=YES,
        )


def start_evals(page: Page) -> None:
    page.get_by_role("link", name="Edit: Run evals in CI").click()
    form = page.locator("article form")
    form.get_by_label("Owner").fill("Ida Berg")
    form.get_by_label("Status").select_option("in_progress")
    form.get_by_role("button", name="Save").click()
    expect(page.get_by_text("11 actions: 10 open, 1 in progress")).to_be_visible()


def drop_caching(page: Page) -> None:
    page.get_by_role("link", name="Edit: Turn on provider prompt caching").click()
    form = page.locator("article form")
    form.get_by_label("Status").select_option("dropped")
    form.get_by_role("button", name="Save").click()
    expect(form).to_contain_text("Please fill this in.")
    form.get_by_label("Why it is dropped").fill("Prompts are too short")
    form.get_by_role("button", name="Save").click()
    expect(page.get_by_text("9 open, 1 in progress, 1 dropped")).to_be_visible()


def test_a_consultant_drafts_edits_and_drafts_again(world: World, page: Page) -> None:
    assessment = beginner(world)
    address = f"/o/acme/assessments/{assessment.pk}/roadmap/"
    sign_in(page)

    page.goto(address)
    page.get_by_role("link", name="Draft the roadmap").click()
    page.get_by_role("button", name="Store this roadmap").click()
    expect(page.get_by_text("11 actions: 11 open")).to_be_visible()
    expect(page.locator("figure.chart svg:visible").first).to_be_visible()

    start_evals(page)
    card = page.locator("article", has=page.get_by_role("heading", name="Run evals in CI"))
    expect(card).to_contain_text("Ida Berg")
    drop_caching(page)
    # Without caching, routing saves more: its card follows although another one was edited.
    routing = page.locator("article", has=page.get_by_role("heading", name="Send simple queries"))
    expect(routing).to_contain_text("$17,754")

    put_evals_in_place(world, assessment)
    page.get_by_role("link", name="Draft again").click()
    expect(page.get_by_text("Kept, for what people did with it (1)")).to_be_visible()
    page.goto(address)
    expect(card).to_contain_text("Ida Berg")
    expect(card).to_contain_text("No draft would propose it now: Already in place")
