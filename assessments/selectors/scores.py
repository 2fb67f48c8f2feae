"""Reads of scores: computed from the answers, or as a job stored them."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from uuid import UUID

from assessments import mapping
from assessments.framework import Framework
from assessments.models import Answer, Assessment, Scorecard
from assessments.scoring import AnswerState, AnswerValue, OverallScore, Scores, score
from assessments.selectors.answers import Progress, progress_of_keys
from assessments.selectors.assessments import assessments_with_framework
from assessments.selectors.frameworks import framework_get
from organizations.models import Client

# How many overall scores a process remembers: each is a few numbers under what it follows from.
REMEMBERED_SCORES = 4096


@dataclass(frozen=True)
class AssessmentSummary:
    """An assessment with its progress and its overall score as of now."""

    assessment: Assessment
    progress: Progress
    overall: OverallScore


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
        measured=mapping.measured_of(assessment),
    )


def scorecard_latest(assessment: Assessment) -> Scorecard | None:
    """Return the scorecard stored last, if there is one."""
    scorecards = Scorecard.objects.filter(assessment=assessment)
    return scorecards.order_by("-computed_at", "-pk").first()


def assessment_summaries(assessments: Iterable[Assessment]) -> list[AssessmentSummary]:
    """Return assessments with progress and scores; one query, however many there are."""
    rows = list(assessments)
    answers: dict[UUID, dict[str, AnswerValue]] = defaultdict(dict)
    columns = ("assessment_id", "key", *mapping.SCORED_COLUMNS)
    given = Answer.objects.filter(assessment__in=[row.pk for row in rows])
    for assessment_id, key, *axes in given.values_list(*columns):
        answers[assessment_id][key] = mapping.scored_value(*axes)
    return [_summary(row, answers[row.pk]) for row in rows]


def _summary(assessment: Assessment, answers: Mapping[str, AnswerValue]) -> AssessmentSummary:
    framework = framework_get(assessment)
    answered = {key for key, each in answers.items() if each.state != AnswerState.UNANSWERED}
    progress = progress_of_keys(framework, answered)
    return AssessmentSummary(assessment, progress, _overall(framework, answers))


_overall_scores: dict[tuple[str, frozenset[tuple[str, AnswerValue]]], OverallScore] = {}


def _overall(framework: Framework, answers: Mapping[str, AnswerValue]) -> OverallScore:
    """Return an overall score, computed once for all that have given the same answers.

    A score follows from the version and the answers alone, so whose they are does not matter.
    """
    key = (framework.checksum, frozenset(answers.items()))
    if key not in _overall_scores:
        if len(_overall_scores) >= REMEMBERED_SCORES:
            _overall_scores.clear()
        _overall_scores[key] = score(framework, answers).result
    return _overall_scores[key]


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
