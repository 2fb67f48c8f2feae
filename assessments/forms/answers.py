"""The form on a question's card: one choice that holds state, value and reason; and the rest."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django import forms
from django.forms.models import model_to_dict

from assessments.framework import LEVELS, Anchor, Framework
from assessments.models import COMMENT_LENGTH, Answer
from assessments.scoring import AnswerState, AnswerValue, CheckValue, Confidence, plain_answer
from assessments.selectors import Question
from organizations.exceptions import Conflict, Invalid

UNKNOWN = AnswerState.UNKNOWN.value
NOT_APPLICABLE = f"{AnswerState.NOT_APPLICABLE}:"
TYPED = ("answer", "confidence", "comment")
NO_ANSWER = "No answer"
VALUES: dict[str, str] = {CheckValue.YES: "Yes", CheckValue.PARTIAL: "Partial", CheckValue.NO: "No"}
CONFIDENCES = {
    Confidence.GUESSED: "A guess",
    Confidence.STATED: "Stated by somebody who knows",
    Confidence.EVIDENCED: "There is evidence",
    Confidence.MEASURED: "It is measured",
}


@dataclass(frozen=True)
class Choice:
    """One of the answers to choose from."""

    value: str
    label: str
    shortcut: str
    id: str
    is_chosen: bool
    anchor: Anchor | None = None


class AnswerForm(forms.Form):
    """The answer to one question, over the version that the person read."""

    version = forms.IntegerField(min_value=0, error_messages={"invalid": "Reload the page."})
    answer = forms.ChoiceField(
        required=False, error_messages={"invalid_choice": "Choose one of these answers."}
    )
    confidence = forms.ChoiceField(
        required=False,
        label="How sure are you?",
        choices=[("", "Not said"), *CONFIDENCES.items()],
        error_messages={"invalid_choice": "Choose one from the list."},
    )
    comment = forms.CharField(
        required=False,
        label="Comment",
        max_length=COMMENT_LENGTH,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(
        self,
        question: Question,
        framework: Framework,
        data: Mapping[str, Any] | None = None,
        *,
        can_answer: bool = True,
        owner: str = "",
    ) -> None:
        """Show a question's answer; `owner` is the id of the form that holds those of all."""
        self.question = question
        self.owner = owner
        self.framework = framework
        self.can_answer = can_answer
        # Set when somebody else was first: what happened, and what was typed here.
        self.conflict: Conflict | None = None
        self.typed: AnswerForm | None = None
        # The address that it is sent to, known to the page that shows it.
        self.action = ""
        super().__init__(
            data, initial=_initial(question.answer), prefix=question.key if owner else None
        )
        # The same ids with a prefix, which is the question's key, and without.
        self.auto_id = f"question-{question.kind}-%s" if owner else f"{question.card_id}-%s"
        if data is not None:
            self.fields["answer"].choices = [*self._labels.items()]  # type: ignore[attr-defined]
        for name in ("confidence", "comment"):
            # What was typed is shown again, even where it can no longer be saved.
            self.fields[name].disabled = not can_answer and data is None
            if owner:
                self.fields[name].widget.attrs["form"] = owner

    @property
    def made_of(self) -> tuple[Any, ...] | None:
        """All that its card shows; None where that is what somebody typed."""
        if self.is_bound or self.conflict:
            return None
        asked, answer = self.question, self.question.answer
        given = answer and model_to_dict(answer)
        evidence = [model_to_dict(each) | {"id": each.pk} for each in asked.evidence]
        place = self.framework.checksum, asked.kind, asked.key, self.can_answer, self.owner
        return *place, given, evidence

    @property
    def shape(self) -> tuple[Any, ...] | None:
        """All that its form shows, whose ever the question is, but for what each save changes.

        None where it shows what somebody typed.
        """
        if self.is_bound or self.conflict:
            return None
        asked, carried_from = self.question, ""
        if asked.answer and asked.is_carried_over:
            carried_from = asked.answer.updated_by_label
        place = self.framework.checksum, asked.kind, asked.key, self.owner
        return *place, self.chosen, self["confidence"].value(), carried_from

    @property
    def fill(self) -> dict[str, Any]:
        """What is filled into its form."""
        version, saved_at = (
            self["version"].value(),
            getattr(self.question.answer, "updated_at", None),
        )
        return {
            "action": self.action,
            "version": "" if version is None else version,
            "comment": self["comment"].value(),
            "read": self.read if self.owner else "",
            "saved_at": saved_at and saved_at.isoformat(),
            "saved_time": saved_at and saved_at.strftime("%H:%M"),
        }

    @cached_property
    def _labels(self) -> dict[str, str]:
        levels = {str(level): f"Level {level}" for level in LEVELS}
        reasons = {
            f"{NOT_APPLICABLE}{reason.key}": reason.title
            for reason in self.framework.not_applicable_reasons
        }
        given: dict[str, str] = VALUES if self.question.check else levels
        return {**given, UNKNOWN: "I don’t know", **reasons}

    @property
    def chosen(self) -> str:
        """The choice as it stands or was typed; empty where there is none."""
        return str(self["answer"].value() or "")

    @property
    def chosen_label(self) -> str:
        label = self._labels.get(self.chosen, NO_ANSWER)
        return f"Does not apply: {label}" if self.is_not_applicable else label

    @property
    def is_not_applicable(self) -> bool:
        return self.chosen.startswith(NOT_APPLICABLE)

    @property
    def confidence_label(self) -> str:
        """What the answer rests on, in words; empty where nobody said."""
        return CONFIDENCES.get(self["confidence"].value(), "")

    @cached_property
    def _choices(self) -> list[Choice]:
        chosen = self.chosen
        return [
            Choice(
                value=value,
                label=label,
                shortcut="" if value.startswith(NOT_APPLICABLE) else value[0],
                id=f"{self.question.card_id}-{value.replace(':', '-')}",
                is_chosen=value == chosen,
                anchor=self.question.dimension.anchor(int(value)) if value.isdecimal() else None,
            )
            for value, label in self._labels.items()
        ]

    @property
    def anchors(self) -> list[Choice]:
        """The five levels of a dimension; none for a check."""
        return [choice for choice in self._choices if choice.anchor]

    @property
    def tiles(self) -> list[Choice]:
        return [choice for choice in self._choices if choice.shortcut and not choice.anchor]

    @property
    def reasons(self) -> list[Choice]:
        """The reasons why a question does not apply."""
        return [choice for choice in self._choices if not choice.shortcut]

    @property
    def read(self) -> str:
        """A mark of the answer that the page was made with: what differs from it was typed."""
        return _mark([str(self.initial[name]) for name in TYPED])

    def was_typed(self, data: Mapping[str, Any]) -> bool:
        """Tell whether the page that was sent has another answer here than it was made with."""
        if self.add_prefix("read") not in data:
            return False
        sent = data.get("confirm") == self.question.key
        typed = [data.get(self.add_prefix(name), "") for name in TYPED]
        return sent or _mark(typed) != data[self.add_prefix("read")]

    def content(self) -> AnswerValue:
        return plain_answer(self.cleaned_data | _axes(self.cleaned_data["answer"]))

    def refuse(self, error: Invalid) -> None:
        """Show a domain error at the control that it is about."""
        for field, messages in error.fields.items():
            self.add_error(field if field in self.fields else "answer", messages)

    @property
    def has_more(self) -> bool:
        is_at_fault = self.is_bound and {"comment", "confidence"} & set(self.errors)
        return bool(self["comment"].value() or is_at_fault)


def _mark(values: list[str]) -> str:
    plain = [value.replace("\r\n", "\n").strip() for value in values]
    return hashlib.sha256(json.dumps(plain).encode()).hexdigest()[:16]


def _initial(answer: Answer | None) -> dict[str, Any]:
    """Return a card's contents, with the one choice that says state, value and reason."""
    if answer is None:
        return {"version": 0, **dict.fromkeys(TYPED, "")}
    choice = {
        AnswerState.UNANSWERED: "",
        AnswerState.ANSWERED: answer.value or str(answer.level),
        AnswerState.UNKNOWN: UNKNOWN,
        AnswerState.NOT_APPLICABLE: f"{NOT_APPLICABLE}{answer.reason}",
    }[AnswerState(answer.state)]
    return model_to_dict(answer, ["version", "confidence", "comment"]) | {"answer": choice}


def _axes(choice: str) -> dict[str, Any]:
    """Return the state, value and reason that a choice stands for."""
    if choice in ("", UNKNOWN):
        return {"state": choice or AnswerState.UNANSWERED}
    if choice.startswith(NOT_APPLICABLE):
        reason = choice.removeprefix(NOT_APPLICABLE)
        return {"state": AnswerState.NOT_APPLICABLE, "reason": reason}
    axis = {"level": int(choice)} if choice.isdecimal() else {"value": choice}
    return {"state": AnswerState.ANSWERED, **axis}
