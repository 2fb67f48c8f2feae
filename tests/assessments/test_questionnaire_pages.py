"""The questionnaire in the browser: cards, saving, conflicts, with and without JavaScript."""

import re

import pytest
from django.test import Client as Browser
from pytest_django import Settings

from assessments import selectors, services
from assessments.models import Answer
from tests.assessments.cast import (
    NO,
    PARTIAL,
    QUESTIONS,
    UNKNOWN,
    YES,
    answer_url,
    assess,
    enter,
    level,
    url,
)
from tests.world import World

HTMX = {"HX-Request": "true"}


def post(browser: Browser, path: str, *, htmx: bool = True, **fields: object):
    """Send a card's form."""
    return browser.post(path, fields, headers=HTMX if htmx else {})


def stored(world: World, assessment, key: str = "token_logging") -> Answer | None:
    """Return the answer as it stands."""
    with enter(world):
        return Answer.objects.filter(assessment=assessment, key=key).first()


def cards(body: str) -> list[str]:
    """Return the ids of the page's cards in their order."""
    return re.findall(r'<section class="question" id="question-([^"]+)"', body)


def test_page_asks_the_checks_by_dimension_and_then_the_levels(
    world: World, client: Browser
) -> None:
    assessment = assess(world)

    body = (
        world.login(client, "respondent")
        .get(url("questionnaire", world, assessment=assessment.pk))
        .content.decode()
    )

    found = cards(body)
    assert len(found) == QUESTIONS
    assert found[0] == "check-private_serving"
    assert found[12:] == [
        "dimension-hosting",
        "dimension-routing",
        "dimension-caching",
        "dimension-integrity",
        "dimension-finops",
    ]
    assert body.count('class="anchor"') == 25  # five levels of five dimensions
    assert "0 of 17 answered" in body


def test_page_leads_to_the_first_open_question(world: World, client: Browser) -> None:
    assessment = assess(world, private_serving=NO, elastic_capacity=UNKNOWN)
    browser = world.login(client, "respondent")

    page = browser.get(url("questionnaire", world, assessment=assessment.pk)).content.decode()
    overview = browser.get(url("assessment-detail", world, assessment=assessment.pk))

    assert 'href="#question-check-committed_pricing"' in page
    assert "2 of 17 answered" in page
    target = url("questionnaire", world, assessment=assessment.pk)
    assert f'href="{target}#question-check-committed_pricing"' in overview.content.decode()


def test_saved_answer_comes_back_as_its_card_with_the_new_version_and_progress(
    world: World, client: Browser
) -> None:
    assessment = assess(world)

    response = post(
        world.login(client, "respondent"),
        answer_url(world, assessment),
        version=0,
        answer="yes",
        confidence="measured",
        comment="In the warehouse.",
    )

    body, answer = response.content.decode(), stored(world, assessment)
    assert response.status_code == 200
    assert cards(body) == ["check-token_logging"]
    assert 'name="version" value="1"' in body
    assert re.search(r'value="yes" id="[^"]+" data-key="y" checked', body)
    assert f'<time datetime="{answer.updated_at.strftime("%Y-%m-%dT%H:%M")}' in body
    assert 'id="progress" hx-swap-oob="true"' in body
    # What changed elsewhere on the page: where to go on, and what submitting would mean.
    assert "Next open question" in body
    assert 'id="submission" hx-swap-oob="true"' in body
    assert "1 of 17 answered" in body
    assert (answer.value, answer.confidence, answer.comment) == (
        "yes",
        "measured",
        "In the warehouse.",
    )


@pytest.mark.parametrize(
    ("key", "kind", "choice", "axes"),
    [
        ("gateway", "check", "partial", ("answered", "partial", None, "")),
        ("gateway", "check", "unknown", ("unknown", "", None, "")),
        ("gateway", "check", "", ("unanswered", "", None, "")),
        (
            "gateway",
            "check",
            "not_applicable:out_of_scope",
            ("not_applicable", "", None, "out_of_scope"),
        ),
        ("hosting", "dimension", "4", ("answered", "", 4, "")),
        ("hosting", "dimension", "unknown", ("unknown", "", None, "")),
    ],
)
def test_one_choice_says_state_value_and_reason(
    world: World, client: Browser, key: str, kind: str, choice: str, axes: tuple
) -> None:
    assessment = assess(world)

    post(
        world.login(client, "respondent"),
        answer_url(world, assessment, key, kind),
        version=0,
        answer=choice,
    )

    answer = stored(world, assessment, key)
    assert (answer.state, answer.value, answer.level, answer.reason) == axes


def test_without_javascript_saving_leads_to_the_next_question(
    world: World, client: Browser
) -> None:
    assessment = assess(world)

    response = post(
        world.login(client, "respondent"),
        answer_url(world, assessment, "private_serving"),
        htmx=False,
        version=0,
        answer="no",
    )

    target = url("questionnaire", world, assessment=assessment.pk)
    assert (response.status_code, response["Location"]) == (
        302,
        f"{target}#question-check-elastic_capacity",
    )
    assert stored(world, assessment, "private_serving").value == "no"


def test_invalid_answer_comes_back_as_it_was_typed(world: World, client: Browser) -> None:
    assessment = assess(world)
    browser = world.login(client, "respondent")
    typed = {"version": 0, "answer": "not_applicable:other", "comment": " "}

    fragment = post(browser, answer_url(world, assessment), **typed)
    page = post(browser, answer_url(world, assessment), htmx=False, **typed)

    for response in (fragment, page):
        body = response.content.decode()
        assert response.status_code == 422
        assert "Say in a comment which reason." in body
        assert re.search(r'value="not_applicable:other" id="[^"]+" checked', body)
        assert "Not saved yet" in body
    assert len(cards(page.content.decode())) == QUESTIONS
    assert stored(world, assessment) is None


def test_stale_answer_shows_both_and_lets_the_person_choose(world: World, client: Browser) -> None:
    assessment = assess(world, token_logging=PARTIAL)
    browser = world.login(client, "respondent")
    path = answer_url(world, assessment)
    typed = {"version": 0, "answer": "no", "comment": "Not <b>yet</b>."}

    fragment = post(browser, path, **typed)
    page = post(browser, path, htmx=False, **typed)

    body = fragment.content.decode()
    assert (fragment.status_code, page.status_code) == (409, 409)
    assert cards(body) == ["check-token_logging"]
    assert "test answered this in the meantime." in body
    assert re.search(r'value="partial" id="[^"]+" data-key="p" checked', body)
    assert 'name="version" value="1"' in body
    assert 'name="answer" value="no"' in body
    assert "Not &lt;b&gt;yet&lt;/b&gt;." in body
    assert len(cards(page.content.decode())) == QUESTIONS
    assert stored(world, assessment).value == "partial"


def test_keeping_theirs_and_using_mine_both_end_the_conflict(world: World, client: Browser) -> None:
    assessment = assess(world, token_logging=PARTIAL)
    browser = world.login(client, "respondent")
    path = answer_url(world, assessment)

    kept = browser.get(path, headers=HTMX).content.decode()
    mine = post(browser, path, version=1, answer="no")

    assert cards(kept) == ["check-token_logging"]
    assert "in the meantime" not in kept
    assert (mine.status_code, stored(world, assessment).value) == (200, "no")


def test_cards_of_one_choice_show_each_its_own_words(
    world: World, client: Browser, settings: Settings
) -> None:
    settings.KEPT_PARTS_COMPARED = False  # as production shows again what it kept
    path = answer_url(world, assess(world))
    browser = world.login(client, "respondent")
    typed = [
        {"confidence": "stated", "comment": "Since May."},
        {"confidence": "guessed", "comment": "Since May."},
        {"confidence": "guessed", "comment": "Since June."},
    ]

    bodies = [
        post(browser, path, version=version, answer="yes", **each).content.decode()
        for version, each in enumerate(typed)
    ]

    shown = [
        re.findall(r'<option value="(\w+)" selected|(Since \w+\.)</textarea>', body)
        for body in bodies
    ]
    assert shown == [[(each["confidence"], ""), ("", each["comment"])] for each in typed]


def test_answer_to_a_submitted_assessment_shows_what_was_typed_and_why_it_is_fixed(
    world: World, client: Browser
) -> None:
    assessment = assess(world, token_logging=YES)
    with enter(world):
        services.submit_assessment(by=world.actor("owner"), assessment=assessment)

    response = post(
        world.login(client, "respondent"), answer_url(world, assessment), version=1, answer="no"
    )

    body = response.content.decode()
    assert response.status_code == 409
    assert "This assessment was submitted, so its answers are fixed." in body
    assert "Yours, not saved" in body
    assert "<form" not in body
    assert stored(world, assessment).value == "yes"


def test_viewer_reads_answers_and_changes_none(world: World, client: Browser) -> None:
    assessment = assess(world, hosting=level(3))
    browser = world.login(client, "viewer")

    page = browser.get(url("questionnaire", world, assessment=assessment.pk))
    saving = post(browser, answer_url(world, assessment), version=0, answer="yes")

    body = page.content.decode()
    assert page.status_code == 200
    assert "<strong>Level 3</strong>" in body
    assert "data-autosave" not in body
    assert (saving.status_code, stored(world, assessment)) == (403, None)


def test_answer_of_somebody_signed_out_does_not_bring_the_sign_in_page_into_the_card(
    world: World, client: Browser
) -> None:
    path = answer_url(world, assess(world))

    fragment = post(client, path, version=0, answer="yes")
    page = post(client, path, htmx=False, version=0, answer="yes")

    assert (fragment.status_code, page.status_code) == (401, 302)
    assert fragment.content == b"You are signed out."


def test_fixed_questionnaire_offers_no_form(world: World, client: Browser) -> None:
    assessment = assess(world, hosting=level(3))
    with enter(world):
        services.submit_assessment(by=world.actor("owner"), assessment=assessment)

    body = (
        world.login(client, "owner")
        .get(url("questionnaire", world, assessment=assessment.pk))
        .content.decode()
    )

    assert "data-autosave" not in body
    assert "The answers are fixed." in body


def page_fields(body: str) -> dict[str, str]:
    """Return what a browser without JavaScript sends of the one form: hidden and checked inputs."""
    fields = {}
    for tag in re.findall(r'<input[^>]+form="answers"[^>]*>', body):
        if 'type="hidden"' in tag or " checked" in tag:
            fields[re.search(r'name="([^"]+)"', tag)[1]] = re.search(r'value="([^"]*)"', tag)[1]
    return fields


def send_page(browser: Browser, world: World, assessment, **typed: str):
    """Read the page, type into several cards (`check__field`), and save once."""
    page = browser.get(url("questionnaire", world, assessment=assessment.pk)).content.decode()
    names = {name.replace("__", "-"): value for name, value in typed.items()}
    return browser.post(
        url("answers-save", world, assessment=assessment.pk), page_fields(page) | names
    )


def test_whole_questionnaire_can_be_answered_without_javascript(
    world: World, client: Browser
) -> None:
    assessment = assess(world)
    browser = world.login(client, "respondent")
    page = browser.get(url("questionnaire", world, assessment=assessment.pk)).content.decode()
    asked = [card.split("-") for card in cards(page)]
    typed = {f"{key}__answer": "2" if kind == "dimension" else "partial" for kind, key in asked}

    saving = send_page(browser, world, assessment, **typed)
    submission = browser.post(url("assessment-submit", world, assessment=assessment.pk))

    assert saving.status_code == 302
    assert submission["Location"] == url("scorecard", world, assessment=assessment.pk)
    with enter(world):
        row = selectors.assessment_get(assessment.pk)
        assert row.is_submitted
        assert selectors.answer_progress(row).unanswered == 0


def test_page_and_card_give_a_field_the_same_id(world: World, client: Browser) -> None:
    assessment = assess(world)
    browser = world.login(client, "respondent")

    page = browser.get(url("questionnaire", world, assessment=assessment.pk)).content.decode()
    card = browser.get(answer_url(world, assessment), headers=HTMX).content.decode()

    for body in (page, card):
        assert 'id="question-check-token_logging-comment"' in body


def test_two_filled_questions_are_both_saved_without_javascript(
    world: World, client: Browser
) -> None:
    assessment = assess(world, gateway=YES)
    browser = world.login(client, "respondent")

    response = send_page(
        browser, world, assessment, token_logging__answer="no", hosting__answer="2"
    )

    assert response.status_code == 302
    assert stored(world, assessment, "token_logging").value == "no"
    assert stored(world, assessment, "hosting").level == 2
    # What was not touched is not written again.
    assert stored(world, assessment, "gateway").version == 1


def test_one_bad_answer_of_two_keeps_the_other_and_what_was_typed(
    world: World, client: Browser
) -> None:
    assessment = assess(world)
    browser = world.login(client, "respondent")

    response = send_page(
        browser,
        world,
        assessment,
        token_logging__answer="not_applicable:other",
        gateway__answer="yes",
    )

    body = response.content.decode()
    assert response.status_code == 422
    assert "Say in a comment which reason." in body
    assert re.search(r'value="not_applicable:other" id="[^"]+" checked', body)
    assert stored(world, assessment, "gateway").value == "yes"
    assert stored(world, assessment, "token_logging") is None


def test_answer_of_somebody_else_is_no_conflict_where_nothing_was_typed(
    world: World, client: Browser
) -> None:
    assessment = assess(world)
    browser = world.login(client, "respondent")
    page = browser.get(url("questionnaire", world, assessment=assessment.pk)).content.decode()
    fields = page_fields(page) | {"gateway-answer": "yes"}
    post(world.login(Browser(), "owner"), answer_url(world, assessment), version=0, answer="no")
    path = url("answers-save", world, assessment=assessment.pk)

    saved = browser.post(path, fields)
    late = browser.post(path, fields | {"token_logging-answer": "yes"})

    assert saved.status_code == 302
    assert late.status_code == 409
    assert "Yours, not saved" in late.content.decode()
    assert stored(world, assessment, "token_logging").value == "no"
