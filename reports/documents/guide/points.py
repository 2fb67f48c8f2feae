"""What is still to settle in a dimension: open questions and contradicted claims; pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from presentation.numbers import rounded
from reports.documents.content.amounts import decimal
from reports.documents.content.maturity import answer_states, scored
from reports.documents.content.wording import STATES, fit, series
from reports.documents.guide.source import DimensionSource

COMMENT_LIMIT = 400
CONFIDENCES = {
    "guessed": "a guess",
    "stated": "stated",
    "evidenced": "with evidence",
    "measured": "measured",
}
READ_LEVELS = "Read the levels aloud; each writes one down before anybody speaks. Agree on one."


@dataclass(frozen=True)
class OpenQuestion:
    """A question without an answer to rely on; `today` says why."""

    question: str
    today: str
    comment: str
    how: str


@dataclass(frozen=True)
class Disagreement:
    """A claim that the checks or the measured usage contradict, and how to resolve it."""

    text: str
    how: str


def open_questions(
    payload: Mapping[str, Any], dimension: DimensionSource
) -> tuple[OpenQuestion, ...]:
    """The questions of a dimension that are unanswered, unknown or guessed, its level first."""
    evidence = {check.key: check.evidence for check in dimension.checks}
    wanted = {("dimension", dimension.key), *(("check", key) for key in evidence)}
    return tuple(
        _open(payload, answer, evidence.get(answer["key"]))
        for answer in payload["answers"]
        if (answer["kind"], answer["key"]) in wanted and _is_open(answer)
    )


def _is_open(answer: Mapping[str, Any]) -> bool:
    is_guessed = answer["state"] == "answered" and answer.get("confidence") == "guessed"
    return is_guessed or answer["state"] in ("unknown", "unanswered")


def _open(
    payload: Mapping[str, Any], answer: Mapping[str, Any], evidence: str | None
) -> OpenQuestion:
    is_level = answer["kind"] == "dimension"
    ask = READ_LEVELS if is_level else f"Ask to see: {evidence}" if evidence else "Ask to see it."
    return OpenQuestion(
        question=_question(payload, answer),
        today=_today(answer),
        comment=quoted(answer),
        how=ask,
    )


def _question(payload: Mapping[str, Any], answer: Mapping[str, Any]) -> str:
    if answer["kind"] == "dimension":
        return "Which level describes you?"
    titles = {check["key"]: check["title"] for check in payload["framework"]["checks"]}
    return f"{fit(titles.get(answer['key'], answer['key']), 60)}: {fit(answer['question'], 300)}"


def _today(answer: Mapping[str, Any]) -> str:
    if answer["state"] != "answered":
        return STATES[answer["state"]].capitalize()
    value = answer["value"]
    shown = f"level {value}" if answer["kind"] == "dimension" else STATES.get(str(value), "–")
    return f"{shown}, a guess".capitalize()


def quoted(answer: Mapping[str, Any]) -> str:
    """What the client wrote beside an answer, in quotation marks; empty where nothing."""
    comment = fit(answer.get("comment") or "", COMMENT_LIMIT)
    return f"They wrote: “{comment}”" if comment else ""


def disagreements(
    payload: Mapping[str, Any], dimension: DimensionSource
) -> tuple[Disagreement, ...]:
    """The contradictions of a dimension's score."""
    score = scored(payload, dimension.key)
    return tuple(
        Disagreement(fit(found["text"], 300), _resolution(payload, dimension, found["kind"]))
        for found in score.get("contradictions", [])
    )


def _resolution(payload: Mapping[str, Any], dimension: DimensionSource, kind: str) -> str:
    if kind == "claimed_above_evidenced":
        return (
            f"Ask to see what is in place of {_missing(payload, dimension)}. What can be shown"
            " changes the check’s answer; what cannot lowers the claim."
        )
    if kind == "claimed_below_evidenced":
        reached = rounded(decimal(scored(payload, dimension.key).get("evidenced")), 0)
        return (
            f"Read level {reached} aloud and ask what of it is missing. Raise the claim, or find"
            " the check that was answered too kindly."
        )
    return (
        "Put the measured usage beside the claim. The measurement wins, unless it covers the wrong"
        " period or leaves systems out: then measure again, with an owner and a date."
    )


def _missing(payload: Mapping[str, Any], dimension: DimensionSource) -> str:
    states = answer_states(payload)
    settled = ("yes", "not_applicable")
    missing = [check.title for check in dimension.checks if states[check.key] not in settled]
    return series(missing) or "the practices that the claim rests on"
