"""An invited client on a phone: accepts, answers, loses the connection, comes back, submits."""

import re

from playwright.sync_api import Browser, Locator, Page, expect

from assessments.models import Answer, Assessment
from organizations.models import Membership
from tests import factories
from tests.assessments.cast import make_assessment
from tests.journeys.people import QUESTIONS, card_of, choose, entered, saved
from tests.letters import letters
from tests.world import World

PHONE = {"width": 360, "height": 740}
INVITED = "rosa@northwind.example"


def invited_link() -> str:
    """Return the path of the link in the last mail."""
    path = re.search(r"https?://\S+?(/invitations/\S+)", letters()[-1].body)
    assert path is not None
    return path.group(1)


def accept(page: Page) -> None:
    page.goto(invited_link())
    page.get_by_label("Your name").fill("Rosa Penn")
    page.get_by_label("Password").fill(factories.PASSWORD)
    page.locator("main form button.button-primary").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Northwind")


def assert_fits(page: Page) -> None:
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]


def answers(world: World, assessment: Assessment) -> dict[str, tuple[str, str]]:
    with entered(world):
        rows = Answer.objects.filter(assessment=assessment)
        return {each.key: (each.value or str(each.level or ""), each.comment) for each in rows}


def say_why(page: Page) -> None:
    page.get_by_role("link", name="Start answering").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("What brings you here?")
    page.get_by_label("Structured RAG at scale").check()
    assert_fits(page)
    page.get_by_role("button", name="Save and go on").click()
    expect(page.get_by_text("Why now: Structured RAG at scale.")).to_be_visible()


def unfold(page: Page, card: Locator, text: str) -> None:
    card.locator("summary", has_text=text).focus()
    page.keyboard.press("Enter")


def answer_by_keyboard(page: Page) -> None:
    """Answer with how sure and evidence, and say why another question does not apply."""
    first = card_of(page, "check-token_logging")
    first.focus()
    page.keyboard.press("y")
    saved(page, "check-token_logging")
    unfold(page, first, "Comment, and how sure")
    first.get_by_label("How sure are you?").focus()
    page.keyboard.press("End")
    expect(first.get_by_text("(it is measured)")).to_be_attached()
    unfold(page, first, "Evidence")
    first.get_by_label("Link").focus()
    page.keyboard.type("https://wiki.northwind.example/tokens")
    page.keyboard.press("Enter")
    expect(first.get_by_role("link", name="https://wiki.northwind.example/tokens")).to_be_visible()
    away = card_of(page, "check-cost_attribution")
    unfold(page, away, "Does not apply")
    away.locator("input[value^=not_applicable]").first.focus()
    page.keyboard.press("Space")
    saved(page, "check-cost_attribution")
    assert_fits(page)


def lose_the_connection_and_leave(page: Page) -> None:
    page.context.set_offline(True)
    gateway = card_of(page, "check-gateway")
    choose(page, "check-gateway", "partial")
    gateway.locator("summary", has_text="Comment, and how sure").click()
    gateway.get_by_label("Comment").fill("typed in the tunnel")
    expect(gateway.locator("[data-save-status]")).to_have_text("Not saved yet, trying again")
    page.on("dialog", lambda dialog: dialog.accept())
    page.goto("about:blank")


def come_back(page: Page, questionnaire: str) -> None:
    page.context.set_offline(False)
    page.goto(questionnaire)
    saved(page, "check-gateway")
    comment = card_of(page, "check-gateway").get_by_label("Comment")
    expect(comment).to_have_value("typed in the tunnel")


def lose_the_connection_and_stay(page: Page) -> None:
    page.context.set_offline(True)
    routing = card_of(page, "dimension-routing")
    choose(page, "dimension-routing", "3")
    expect(routing.locator("[data-save-status]")).to_have_text("Not saved yet, trying again")
    page.context.set_offline(False)
    saved(page, "dimension-routing")


def submit(page: Page) -> None:
    expect(page.locator("#progress")).to_contain_text(f"4 of {QUESTIONS}")
    page.get_by_role("link", name="Next open question").click()
    expect(page).to_have_url(re.compile("#question-check-private_serving$"))
    page.get_by_role("button", name="Submit the answers").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Scorecard")
    assert_fits(page)


def test_client_answers_on_a_phone_and_loses_the_connection(
    world: World, product: str, chromium: Browser
) -> None:
    assessment = make_assessment(world.organization, world.client, title="First look")
    factories.make_invitation(world.organization, client=world.client, email=INVITED)
    phone = chromium.new_context(base_url=product, viewport=PHONE, has_touch=True, is_mobile=True)
    page = phone.new_page()

    accept(page)
    assert_fits(page)
    say_why(page)
    answer_by_keyboard(page)
    questionnaire = page.url
    lose_the_connection_and_leave(page)
    assert "gateway" not in answers(world, assessment)
    come_back(page, questionnaire)
    assert answers(world, assessment)["gateway"] == ("partial", "typed in the tunnel")
    lose_the_connection_and_stay(page)
    submit(page)

    with entered(world):
        stored = Assessment.objects.get(pk=assessment.pk)
        member = Membership.objects.get(user__email=INVITED)
    assert (stored.status, stored.triggers) == ("submitted", ["rag"])
    assert (member.role, member.client_id) == ("respondent", world.client.pk)
    phone.close()
