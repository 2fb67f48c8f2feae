"""Reads of scores: computed from the answers, or as a job stored them."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID

from assessments import mapping
from assessments.models import Answer, Assessment, Scorecard
from assessments.scoring import AnswerState, Scores, score
from assessments.selectors.answers import Progress, progress_of_keys
from assessments.selectors.assessments import assessments_with_framework
from assessments.selectors.frameworks import framework_get
from organizations.models import Client


@dataclass(frozen=True)
class AssessmentSummary:
    """An assessment with its progress and its scores as of now."""

    assessment: Assessment
    progress: Progress
    scores: Scores


@dataclass(frozen=True)
class ClientSummary:
    """A client with its latest assessment, if there is one."""

    client: Client
    latest: AssessmentSummary | None


def scores_compute(assessment: Assessment) -> Scores:
    """Return the scores that the answers come to as of now."""
    return _scores(assessment, Answer.objects.filter(assessment=assessment))


def _scores(assessment: Assessment, answers: Iterable[Answer]) -> Scores:
    return score(
        framework_get(assessment),
        mapping.answer_values(answers),
        weights=mapping.weights_of(assessment),
    )


def scorecard_latest(assessment: Assessment) -> Scorecard | None:
    """Return the scorecard stored last, if there is one."""
    scorecards = Scorecard.objects.filter(assessment=assessment)
    return scorecards.order_by("-computed_at", "-pk").first()


def assessment_summaries(assessments: Iterable[Assessment]) -> list[AssessmentSummary]:
    """Return assessments with progress and scores; one query, however many there are."""
    rows = list(assessments)
    answers: dict[UUID, list[Answer]] = defaultdict(list)
    for answer in Answer.objects.filter(assessment__in=[row.pk for row in rows]):
        answers[answer.assessment_id].append(answer)
    return [_summary(row, answers[row.pk]) for row in rows]


def _summary(assessment: Assessment, answers: Sequence[Answer]) -> AssessmentSummary:
    answered = {each.key for each in answers if each.state != AnswerState.UNANSWERED}
    return AssessmentSummary(
        assessment,
        progress_of_keys(framework_get(assessment), answered),
        _scores(assessment, answers),
    )


def client_summaries(clients: Iterable[Client]) -> list[ClientSummary]:
    """Return clients with their latest assessments; two queries, however many there are."""
    rows = list(clients)
    latest = (
        assessments_with_framework()
        .filter(client__in=[row.pk for row in rows])
        .order_by("client_id", "-created_at", "-pk")
        .distinct("client_id")
    )
    summaries = {each.assessment.client_id: each for each in assessment_summaries(latest)}
    return [ClientSummary(row, summaries.get(row.pk)) for row in rows]
