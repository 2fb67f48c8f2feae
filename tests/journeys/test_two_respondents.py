"""Two respondents at once: neither overwrites the other, and each can choose."""

from playwright.sync_api import Browser, Page, expect

from assessments.models import Answer, Assessment
from organizations.permissions import Role
from tests import factories
from tests.assessments.cast import make_assessment
from tests.journeys.people import already_signed_in, card_of, choose, entered, saved
from tests.world import World

GATEWAY, TRIAGE = "check-gateway", "check-triage"


def standing(world: World, key: str) -> tuple[str, str, int]:
    with entered(world):
        answer = Answer.objects.get(key=key)
    return answer.value, answer.updated_by_label, answer.version


def opened(chromium: Browser, product: str, world: World, name: str, path: str) -> Page:
    context = chromium.new_context(base_url=product)
    already_signed_in(context, world, name, product)
    page = context.new_page()
    page.goto(path)
    return page


def test_two_respondents_see_each_others_answers_and_choose(
    world: World, product: str, chromium: Browser
) -> None:
    assessment: Assessment = make_assessment(world.organization, world.client)
    world.people["second"] = factories.make_member(
        world.organization, Role.RESPONDENT, client=world.client, email="second@acme.example"
    )
    path = f"/o/acme/assessments/{assessment.pk}/questionnaire/"
    ann = opened(chromium, product, world, "respondent", path)
    bob = opened(chromium, product, world, "second", path)

    # Ann answers; Bob, who still sees the open question, says otherwise.
    choose(ann, GATEWAY, "yes")
    saved(ann, GATEWAY)
    choose(bob, GATEWAY, "no")
    conflict = card_of(bob, GATEWAY).get_by_role("alert")
    expect(conflict).to_contain_text("respondent@acme.example answered this in the meantime.")
    expect(conflict).to_contain_text("TheirsYes")
    expect(conflict).to_contain_text("Yours, not savedNo")
    assert standing(world, "gateway") == ("yes", "respondent@acme.example", 1)

    # Bob leaves without choosing and comes back: nothing of his is lost.
    bob.on("dialog", lambda dialog: dialog.accept())
    bob.goto("about:blank")
    bob.goto(path)
    expect(conflict).to_contain_text("Yours, not savedNo")
    conflict.get_by_role("button", name="Use mine").click()
    expect(conflict).to_have_count(0)
    saved(bob, GATEWAY)
    assert standing(world, "gateway") == ("no", "second@acme.example", 2)

    # The other way round, and this time he keeps hers.
    choose(bob, TRIAGE, "partial")
    saved(bob, TRIAGE)
    choose(ann, TRIAGE, "yes")
    card_of(ann, TRIAGE).get_by_role("link", name="Keep theirs").click()
    expect(card_of(ann, TRIAGE).locator("input[value=partial]")).to_be_checked()
    expect(card_of(ann, TRIAGE).get_by_role("alert")).to_have_count(0)
    assert standing(world, "triage") == ("partial", "second@acme.example", 1)
    assert [each.evaluate("localStorage.length") for each in (ann, bob)] == [0, 0]
    for page in (ann, bob):
        page.context.close()
