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


CHOOSE_AS_SOON_AS_SAVED = """([card, value]) => new Promise((chosen) => {
    const watch = new MutationObserver(() => {
        const found = document.getElementById(card);
        if (!found?.querySelector("[data-save-status]").textContent.includes("Saved")) return;
        watch.disconnect();
        const sure = found.querySelector("select");
        sure.value = value;
        for (const name of ["input", "change"]) {
            sure.dispatchEvent(new Event(name, { bubbles: true }));
        }
        chosen();
    });
    watch.observe(document.body, { childList: true, subtree: true });
    document.getElementById(card).querySelector("input[value=yes]").click();
})"""


def test_what_is_entered_the_moment_a_card_is_saved_is_saved_too(
    world: World, product: str, chromium: Browser
) -> None:
    """The saved card is live at once: a fast person, or a slow phone, changes it in that moment."""
    assessment: Assessment = make_assessment(world.organization, world.client)
    path = f"/o/acme/assessments/{assessment.pk}/questionnaire/"
    page = opened(chromium, product, world, "respondent", path)

    page.evaluate(CHOOSE_AS_SOON_AS_SAVED, [f"question-{GATEWAY}", "measured"])

    expect(card_of(page, GATEWAY).get_by_text("(it is measured)")).to_be_attached()
    saved(page, GATEWAY)
    assert standing(world, "gateway")[2] == 2
    page.context.close()


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
