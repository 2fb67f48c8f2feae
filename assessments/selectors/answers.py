"""Reads of answers and of how far they are."""

from dataclasses import dataclass

from django.db.models import QuerySet

from assessments.framework import Framework
from assessments.models import Answer, Assessment
from assessments.scoring import AnswerState
from assessments.selectors.frameworks import framework_get


@dataclass(frozen=True)
class Progress:
    """How many questions have been dealt with; "I don't know" is an answer, too."""

    answered: int
    total: int

    @property
    def unanswered(self) -> int:
        """How many questions are open."""
        return self.total - self.answered

    @property
    def text(self) -> str:
        """How far it is, in words."""
        return f"{self.answered} of {self.total} answered"


def answer_list(assessment: Assessment) -> QuerySet[Answer]:
    """Return an assessment's answers."""
    return Answer.objects.filter(assessment=assessment).order_by("kind", "key", "pk")


def answer_find(assessment: Assessment, *, kind: str, key: str) -> Answer | None:
    """Return the answer to one question, if there is one."""
    return answer_list(assessment).filter(kind=kind, key=key).first()


def answer_progress(assessment: Assessment) -> Progress:
    """Return how many of an assessment's questions have been dealt with."""
    answered = Answer.objects.filter(assessment=assessment).exclude(state=AnswerState.UNANSWERED)
    keys = set(answered.values_list("key", flat=True))
    return progress_of_keys(framework_get(assessment), keys)


def progress_of_keys(framework: Framework, answered: set[str]) -> Progress:
    """Return how many of a version's questions are among the keys of answered ones."""
    keys = framework.question_keys
    return Progress(len(answered.intersection(keys)), len(keys))
