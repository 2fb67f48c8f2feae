"""Reads of frameworks, assessments, their questions and answers."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from functools import cached_property
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet

from assessments import mapping
from assessments.framework import Check, Dimension, Framework, Trigger
from assessments.models import (
    Answer,
    AnswerKind,
    Assessment,
    AssessmentStatus,
    Evidence,
    FrameworkVersion,
    Note,
)
from assessments.scoring import AnswerState, AnswerValue, plain_answer
from organizations.exceptions import Missing
from organizations.models import Client
from organizations.prepared import Prepared


def framework_latest() -> FrameworkVersion | None:
    return _newest_framework.first()


def framework_list() -> QuerySet[FrameworkVersion]:
    """Return the published versions without their content, the newest first."""
    return FrameworkVersion.objects.defer("document").order_by("-published_at", "-pk")


_newest_framework = Prepared(lambda: framework_list()[:1], is_of_tenant=False)


def framework_find(version: str) -> FrameworkVersion:
    """Return a published version by its name; raises FrameworkVersion.DoesNotExist."""
    return FrameworkVersion.objects.get(version=version)


def framework_current() -> Framework | None:
    """Return the content of the version published last; None before any."""
    version = framework_latest()
    return mapping.framework_of(version) if version else None


def framework_get(assessment: Assessment) -> Framework:
    return mapping.framework_of(assessment.framework)


def assessment_get(assessment_id: UUID) -> Assessment:
    """Return the assessment with its client and version; raises Assessment.DoesNotExist."""
    return _assessment.get(assessment_id)


def assessment_list(*, client: Client | None = None) -> QuerySet[Assessment]:
    """Return the tenant's assessments, or one client's, the newest first, none archived."""
    assessments = assessments_standing().order_by("-created_at", "-pk")
    return assessments if client is None else assessments.filter(client=client)


def assessments_with_framework() -> QuerySet[Assessment]:
    """Return the tenant's assessments with client and version, without the version's content."""
    rows = Assessment.objects.select_related("client", "framework")
    return rows.defer("framework__document")


_assessment = Prepared(lambda pk: assessments_with_framework().filter(pk=pk))


def assessments_standing() -> QuerySet[Assessment]:
    """Return the tenant's assessments of which neither they nor their client are archived."""
    return assessments_with_framework().filter(archived_at=None, client__archived_at=None)


def trigger_list(assessment: Assessment) -> list[Trigger]:
    framework = framework_get(assessment)
    return [each for each in framework.triggers if each.key in assessment.triggers]


def reassessment_find(assessment: Assessment) -> Assessment | None:
    """Return the assessment that was started from this one, if there is one."""
    return assessments_standing().filter(previous=assessment).first()


def assessment_before(assessment: Assessment) -> Assessment | None:
    """Return the client's newest approved assessment of before this one, if there is one."""
    earlier = Q(as_of__lt=assessment.as_of)
    earlier |= Q(as_of=assessment.as_of, created_at__lt=assessment.created_at)
    approved = assessments_standing().filter(earlier, status=AssessmentStatus.APPROVED)
    mine = approved.filter(client=assessment.client_id).exclude(pk=assessment.pk)
    return mine.order_by("-as_of", "-created_at", "-pk").first()


def intake_mark(assessment: Assessment) -> str:
    """Return a mark that changes with every change of an assessment's intake."""
    return assessment.intake_at.isoformat() if assessment.intake_at else ""


@dataclass(frozen=True)
class Progress:
    """How many questions have been dealt with; "I don't know" is an answer, too."""

    answered: int
    total: int

    @property
    def unanswered(self) -> int:
        return self.total - self.answered

    @property
    def text(self) -> str:
        return f"{self.answered} of {self.total} answered"


def answer_list(assessment: Assessment) -> list[Answer]:
    return _answers.rows(assessment.pk)


_answers = Prepared(
    lambda pk: Answer.objects.filter(assessment_id=pk).order_by("kind", "key", "pk")
)


def answers_lock(assessment_id: UUID) -> tuple[str, list[Answer]]:
    """Lock an assessment until the transaction ends; return its status, and its answers then.

    Raises Assessment.DoesNotExist.
    """
    found, answers = _status_locked.rows_before(_answers, assessment_id)
    if not found:
        raise Assessment.DoesNotExist
    return found[0]["status"], answers


_status_locked: Prepared[Any] = Prepared(
    lambda pk: Assessment.objects.select_for_update(no_key=True).filter(pk=pk).values("status")
)


def answers_given(assessment: Assessment) -> dict[str, AnswerValue]:
    """Return what was answered, by the questions' keys, without who did and when."""
    return {each["key"]: plain_answer(each) for each in _given.rows(assessment.pk)}


_given: Prepared[Any] = Prepared(
    lambda pk: (
        Answer.objects.filter(assessment_id=pk)
        .order_by("kind", "key", "pk")
        .values("key", *(axis.name for axis in fields(AnswerValue)))
    )
)


def answer_find(assessment: Assessment, *, kind: str, key: str) -> Answer | None:
    return _answer.first(assessment.pk, str(kind), key)


_answer = Prepared(
    lambda pk, kind, key: Answer.objects.filter(assessment_id=pk, kind=kind, key=key)
)


def answer_progress(assessment: Assessment) -> Progress:
    """Return how many of an assessment's questions have been dealt with."""
    answered = Answer.objects.filter(assessment=assessment).exclude(state=AnswerState.UNANSWERED)
    keys = set(answered.values_list("key", flat=True))
    return progress_of_keys(framework_get(assessment), keys)


def progress_of_keys(framework: Framework, answered: set[str]) -> Progress:
    """Return how many of a version's questions are among the keys of answered ones."""
    keys = framework.question_keys
    return Progress(len(answered.intersection(keys)), len(keys))


@dataclass(frozen=True)
class Question:
    """One question of an assessment, with its answer if there is one."""

    kind: AnswerKind
    key: str
    dimension: Dimension
    check: Check | None
    answer: Answer | None = None
    evidence: Sequence[Evidence] = ()

    @property
    def standing(self) -> Answer:
        """Its answer; before any an empty one, at version 0."""
        return self.answer or Answer(kind=self.kind, key=self.key, version=0)

    @property
    def title(self) -> str:
        return self.check.question if self.check else self.dimension.question

    @property
    def name(self) -> str:
        return self.check.title if self.check else f"{self.dimension.title}: level"

    @property
    def is_answered(self) -> bool:
        return self.answer is not None and self.answer.state != AnswerState.UNANSWERED

    @property
    def is_carried_over(self) -> bool:
        """Tell whether its answer is of the last assessment and nobody has confirmed it."""
        return self.answer is not None and self.answer.is_carried_over

    @property
    def card_id(self) -> str:
        return f"question-{self.kind}-{self.key}"


@dataclass(frozen=True)
class Section:
    """Questions that belong together."""

    key: str
    title: str
    text: str
    questions: Sequence[Question]


@dataclass(frozen=True)
class Questionnaire:
    """All questions of an assessment in the order in which they are asked."""

    sections: Sequence[Section]

    @cached_property
    def questions(self) -> list[Question]:
        return [question for section in self.sections for question in section.questions]

    @property
    def answers(self) -> list[Answer]:
        return [question.answer for question in self.questions if question.answer]

    @property
    def progress(self) -> Progress:
        questions = self.questions
        return Progress(sum(question.is_answered for question in questions), len(questions))

    def find(self, question: Question) -> Question:
        return next(each for each in self.questions if each.card_id == question.card_id)

    @property
    def carried_over(self) -> int:
        """How many answers are of the last assessment and nobody has confirmed."""
        return sum(each.is_carried_over for each in self.questions)

    @property
    def progress_text(self) -> str:
        text = self.progress.text
        return f"{text}, {self.carried_over} carried over" if self.carried_over else text

    @property
    def next_open(self) -> Question | None:
        """The first question that nobody dealt with yet, in this assessment."""
        return next(
            (each for each in self.questions if each.is_carried_over or not each.is_answered), None
        )

    def next_after(self, question: Question) -> Question | None:
        questions = self.questions
        position = questions.index(self.find(question)) + 1
        return questions[position] if position < len(questions) else None


def question_get(assessment: Assessment, *, kind: str, key: str) -> Question:
    """Return one question with its answer; raises Missing if the framework does not ask it."""
    question = question_asked(assessment, kind=kind, key=key)
    evidence = evidence_list(assessment).filter(kind=kind, key=key)
    answer = answer_find(assessment, kind=kind, key=key)
    return replace(question, answer=answer, evidence=list(evidence))


def question_asked(assessment: Assessment, *, kind: str, key: str) -> Question:
    """Return one question without what was given to it; raises Missing if it is not asked."""
    for question in question_list(assessment):
        if (question.kind, question.key) == (kind, key):
            return question
    raise Missing("The framework does not ask this.")


def question_list(assessment: Assessment) -> list[Question]:
    """Return the questions of an assessment without their answers: the checks, then the levels."""
    framework = framework_get(assessment)
    checks = [
        Question(AnswerKind.CHECK, each.key, framework.dimension(each.dimension), each)
        for each in framework.checks
    ]
    levels = [Question(AnswerKind.DIMENSION, each.key, each, None) for each in framework.dimensions]
    return checks + levels


def note_list(assessment: Assessment) -> list[tuple[str, Note]]:
    """Return the organization's own notes, each with what it is about, the newest first."""
    names = {each.key: each.name for each in question_list(assessment)}
    notes = note_rows(assessment)
    return [(names.get(note.question, "The assessment"), note) for note in notes]


def note_get(note_id: UUID) -> Note:
    """Return a note with its assessment; raises Note.DoesNotExist."""
    return Note.objects.select_related("assessment__client").get(pk=note_id)


def note_rows(assessment: Assessment) -> QuerySet[Note]:
    """Return the organization's own notes that are not archived, the newest first."""
    return Note.objects.filter(assessment=assessment, archived_at=None).order_by(
        "-written_at", "-pk"
    )


def evidence_get(evidence_id: UUID) -> Evidence:
    """Return a link or file with its assessment; raises Evidence.DoesNotExist."""
    rows = Evidence.objects.select_related("assessment__framework", "assessment__client")
    return rows.defer("assessment__framework__document").get(pk=evidence_id)


def evidence_list(assessment: Assessment) -> QuerySet[Evidence]:
    return Evidence.objects.filter(assessment=assessment).order_by("added_at", "pk")


_evidence = Prepared(
    lambda pk: Evidence.objects.filter(assessment_id=pk).order_by("added_at", "pk")
)


def questionnaire_read(
    assessment: Assessment,
    *,
    has_evidence: bool = True,
    answers: Sequence[Answer] | None = None,
) -> Questionnaire:
    """Return all questions with their answers: the checks by dimension, then the levels.

    Without their evidence where nothing is shown of it. Answers that were read already are not
    read again.
    """
    rows = answer_list(assessment) if answers is None else answers
    given = {(answer.kind, answer.key): answer for answer in rows}
    evidence: dict[tuple[str, str], list[Evidence]] = defaultdict(list)
    for each in _evidence.rows(assessment.pk) if has_evidence else ():
        evidence[each.kind, each.key].append(each)
    groups: dict[str | None, list[Question]] = defaultdict(list)
    for question in question_list(assessment):
        place = (question.kind.value, question.key)
        group = question.dimension.key if question.check else None
        groups[group].append(replace(question, answer=given.get(place), evidence=evidence[place]))
    sections = [
        Section(dimension.key, dimension.title, dimension.summary, groups[dimension.key])
        for dimension in framework_get(assessment).dimensions
    ]
    text = "Choose the description that fits best today. Where two fit in part, take the lower one."
    sections.append(Section("levels", "Where you stand", text, groups[None]))
    return Questionnaire(sections)
