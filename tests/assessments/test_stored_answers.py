"""Whatever answer can be stored, every page and list that reads it works."""

from itertools import product, zip_longest

from django.test import Client as Browser
from django.urls import reverse

from assessments.framework import LEVELS, load_framework
from assessments.models import Assessment
from assessments.scoring import AnswerState, AnswerValue, CheckValue, Confidence, answer_errors
from assessments.services import save_answer
from tests import factories
from tests.assessments.cast import assess, enter, url
from tests.world import World

FRAMEWORK = load_framework()
REASONS = (None, *(reason.key for reason in FRAMEWORK.not_applicable_reasons))
COMMENTS = ("", "Not bought yet.")


def storable(key: str, values: tuple[object, ...], axis: str) -> list[AnswerValue]:
    """Return every answer to a question that a form or the API can store."""
    axes = product(AnswerState, (None, *values), (None, *Confidence), REASONS, COMMENTS)
    answers = [
        AnswerValue(state=state, confidence=sure, reason=reason, comment=comment, **{axis: value})
        for state, value, sure, reason, comment in axes
    ]
    return [each for each in answers if not answer_errors(FRAMEWORK, {key: each})]


def store_everything(world: World) -> list[Assessment]:
    """Store every answer to a check and to a dimension, a pair of them in each assessment."""
    check, dimension = FRAMEWORK.checks[0].key, FRAMEWORK.dimensions[0].key
    checks = storable(check, tuple(CheckValue), "value")
    levels = storable(dimension, tuple(LEVELS), "level")
    by = factories.system_actor(world.organization)
    assessments = []
    for one, two in zip_longest(checks, levels, fillvalue=AnswerValue()):
        assessment = assess(world)
        with enter(world):
            for kind, key, content in (("check", check, one), ("dimension", dimension, two)):
                save_answer(
                    by=by, assessment=assessment, kind=kind, key=key, version=0, content=content
                )
        assessments.append(assessment)
    return assessments


def test_every_answer_that_can_be_stored_leaves_every_list_readable(
    world: World, client: Browser
) -> None:
    assessments = store_everything(world)

    for name in ("owner", "respondent"):
        browser = world.login(client, name)
        paths = [
            "/",
            reverse("scenarios:client-list", args=["acme"]),
            reverse("scenarios:client-detail", args=["acme", world.client.pk]),
            url("assessment-list", world),
        ]
        read = [browser.get(path, follow=True).status_code for path in paths]
        assert dict(zip(paths, read, strict=True)) == dict.fromkeys(paths, 200)
    assert len(assessments) > 80


def test_another_reason_with_its_comment_leaves_every_page_readable(
    world: World, client: Browser
) -> None:
    explained = next(each for each in FRAMEWORK.not_applicable_reasons if each.needs_comment)
    answer = AnswerValue(AnswerState.NOT_APPLICABLE, reason=explained.key, comment="Not ours.")
    assessment = assess(world, **{FRAMEWORK.checks[0].key: answer})
    browser = world.login(client, "consultant")

    pages = ("assessment-detail", "questionnaire", "scorecard", "roadmap", "intake")
    paths = [url(page, world, assessment=assessment.pk) for page in pages]
    read = [browser.get(path).status_code for path in paths]

    assert dict(zip(paths, read, strict=True)) == dict.fromkeys(paths, 200)
