"""Assessments for tests; each function names what matters and invents the rest."""

from collections.abc import Sequence
from contextlib import AbstractContextManager
from datetime import date

from django.urls import reverse

from assessments.framework import load_framework
from assessments.models import Assessment
from assessments.scoring import AnswerState, AnswerValue, CheckValue
from assessments.services import create_assessment, save_answer
from organizations import tenancy
from organizations.models import Client, Organization
from tests import factories
from tests.factories import load_latest_framework
from tests.world import World

YES = AnswerValue(AnswerState.ANSWERED, CheckValue.YES)
PARTIAL = AnswerValue(AnswerState.ANSWERED, CheckValue.PARTIAL)
NO = AnswerValue(AnswerState.ANSWERED, CheckValue.NO)
UNKNOWN = AnswerValue(AnswerState.UNKNOWN)
OUT_OF_SCOPE = AnswerValue(AnswerState.NOT_APPLICABLE, reason="out_of_scope")
QUESTIONS = 17  # twelve checks and five dimensions


def level(number: int) -> AnswerValue:
    """Return a dimension's answer."""
    return AnswerValue(AnswerState.ANSWERED, level=number)


def alone(**answers: AnswerValue) -> dict[str, AnswerValue]:
    """Return these answers with every other question out of scope, so that a score is stated."""
    return dict.fromkeys(load_framework().question_keys, OUT_OF_SCOPE) | answers


def make_assessment(
    organization: Organization,
    client: Client,
    title: str = "Review",
    *,
    triggers: Sequence[str] = (),
    **answers: AnswerValue,
) -> Assessment:
    """Store an assessment, published, with answers by the key of their question."""
    load_latest_framework()
    by = factories.system_actor(organization)
    with tenancy.enter(organization_id=organization.pk):
        assessment = create_assessment(
            by=by, client=client, title=title, as_of=date(2026, 11, 1), triggers=triggers
        )
        for key, content in answers.items():
            kind = "dimension" if key in load_framework().dimension_keys else "check"
            save_answer(
                by=by, assessment=assessment, kind=kind, key=key, version=0, content=content
            )
        factories.publish(assessment)
    return assessment


def assess(world: World, **answers: AnswerValue) -> Assessment:
    """Store an assessment of the first client."""
    return make_assessment(world.organization, world.client, **answers)


def enter(world: World) -> AbstractContextManager[None]:
    """Enter the first firm."""
    return tenancy.enter(organization_id=world.organization.pk)


def url(name: str, world: World, **names: object) -> str:
    """Return the path of a page of the first firm."""
    return reverse(f"assessments:{name}", kwargs={"org": world.organization.slug, **names})


def answer_url(
    world: World, assessment: Assessment, key: str = "token_logging", kind: str = "check"
) -> str:
    """Return the path of one answer."""
    return url("answer-detail", world, assessment=assessment.pk, kind=kind, key=key)
