"""Reads of the questionnaire: every question with its answer and evidence."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from uuid import UUID

from django.db.models import QuerySet

from assessments.framework import Check, Dimension, Framework
from assessments.models import Answer, AnswerKind, Assessment, Evidence, Note
from assessments.scoring import AnswerState
from assessments.selectors.answers import Progress, answer_find, answer_list
from assessments.selectors.frameworks import framework_get


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
    def title(self) -> str:
        """What is asked."""
        return self.check.question if self.check else self.dimension.question

    @property
    def name(self) -> str:
        """What it is called in a list."""
        return self.check.title if self.check else f"{self.dimension.title}: level"

    @property
    def is_answered(self) -> bool:
        """Tell whether somebody dealt with it."""
        return self.answer is not None and self.answer.state != AnswerState.UNANSWERED

    @property
    def is_carried_over(self) -> bool:
        """Tell whether its answer is of the last assessment and nobody has confirmed it."""
        return self.answer is not None and self.answer.is_carried_over

    @property
    def card_id(self) -> str:
        """The id of its card on the page."""
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

    @property
    def questions(self) -> list[Question]:
        """The questions of all sections."""
        return [question for section in self.sections for question in section.questions]

    @property
    def progress(self) -> Progress:
        """How far it is."""
        questions = self.questions
        return Progress(sum(question.is_answered for question in questions), len(questions))

    def find(self, question: Question) -> Question:
        """The same question as it stands here."""
        return next(each for each in self.questions if each.card_id == question.card_id)

    @property
    def carried_over(self) -> int:
        """How many answers are of the last assessment and nobody has confirmed."""
        return sum(each.is_carried_over for each in self.questions)

    @property
    def progress_text(self) -> str:
        """How far it is, in words, with what is still to be confirmed."""
        text = self.progress.text
        return f"{text}, {self.carried_over} carried over" if self.carried_over else text

    @property
    def next_open(self) -> Question | None:
        """The first question that nobody dealt with yet, in this assessment."""
        return next(
            (each for each in self.questions if each.is_carried_over or not each.is_answered), None
        )

    def next_after(self, question: Question) -> Question | None:
        """The question behind another, if it is not the last."""
        questions = self.questions
        position = questions.index(self.find(question)) + 1
        return questions[position] if position < len(questions) else None


def question_find(assessment: Assessment, *, kind: str, key: str) -> Question | None:
    """Return one question with its answer; none if the framework does not ask it."""
    questions = _questions(framework_get(assessment))
    found = next((each for each in questions if (each.kind, each.key) == (kind, key)), None)
    if found is None:
        return None
    answer = answer_find(assessment, kind=kind, key=key)
    evidence = list(evidence_list(assessment).filter(kind=kind, key=key))
    return replace(found, answer=answer, evidence=evidence)


def question_list(assessment: Assessment) -> list[Question]:
    """Return the questions of an assessment, without their answers."""
    return _questions(framework_get(assessment))


def note_list(assessment: Assessment) -> list[tuple[str, Note]]:
    """Return the firm's own notes, each with what it is about, the newest first."""
    names = {each.key: each.name for each in question_list(assessment)}
    notes = note_rows(assessment)
    return [(names.get(note.question, "The assessment"), note) for note in notes]


def note_rows(assessment: Assessment) -> QuerySet[Note]:
    """Return the firm's own notes, the newest first."""
    return Note.objects.filter(assessment=assessment).order_by("-written_at", "-pk")


def evidence_get(evidence_id: UUID) -> Evidence:
    """Return a link or file with its assessment; raises Evidence.DoesNotExist."""
    rows = Evidence.objects.select_related("assessment__framework")
    return rows.defer("assessment__framework__document").get(pk=evidence_id)


def evidence_list(assessment: Assessment) -> QuerySet[Evidence]:
    """Return an assessment's links and files, the oldest first."""
    return Evidence.objects.filter(assessment=assessment).order_by("added_at", "pk")


def questionnaire_read(assessment: Assessment) -> Questionnaire:
    """Return all questions with their answers: the checks by dimension, then the levels."""
    answers = {(answer.kind, answer.key): answer for answer in answer_list(assessment)}
    framework = framework_get(assessment)
    evidence: dict[tuple[str, str], list[Evidence]] = defaultdict(list)
    for each in evidence_list(assessment):
        evidence[each.kind, each.key].append(each)
    questions = [
        replace(each, evidence=evidence[each.kind, each.key])
        for each in _questions(framework, answers)
    ]
    sections = [
        Section(
            dimension.key,
            dimension.title,
            dimension.summary,
            [each for each in questions if each.check and each.dimension == dimension],
        )
        for dimension in framework.dimensions
    ]
    levels = [each for each in questions if each.check is None]
    text = "Choose the description that fits best today. Where two fit in part, take the lower one."
    sections.append(Section("levels", "Where you stand", text, levels))
    return Questionnaire([section for section in sections if section.questions])


def _questions(
    framework: Framework, answers: Mapping[tuple[str, str], Answer] | None = None
) -> list[Question]:
    given = answers or {}
    checks = [
        Question(
            AnswerKind.CHECK,
            check.key,
            framework.dimension(check.dimension),
            check,
            given.get((AnswerKind.CHECK.value, check.key)),
        )
        for check in framework.checks
    ]
    levels = [
        Question(
            AnswerKind.DIMENSION,
            dimension.key,
            dimension,
            None,
            given.get((AnswerKind.DIMENSION.value, dimension.key)),
        )
        for dimension in framework.dimensions
    ]
    return checks + levels
