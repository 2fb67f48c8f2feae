"""The chapter on the dimensions: levels with the client’s marks, questions, open points; pure."""

from collections.abc import Mapping
from dataclasses import dataclass

from assessments.framework import LEVELS as SCALE
from presentation.numbers import level, rounded
from presentation.wording import fit, series
from reports.documents.content.wording import STATES, decimal, dimensions_title
from reports.documents.guide.blocks import (
    Block,
    Bullets,
    Column,
    Heading,
    Row,
    Table,
    Text,
    framework_of,
    level_row,
    row,
)
from reports.snapshots.payload import FrozenAnswer, Payload

LEVELS = (Column("Level", 8), Column("What it looks like", 60), Column("Where you are", 32))
CHECKS = (Column("Check", 21), Column("Operational means", 54), Column("Today", 25))
OPEN = (
    Column("Open question", 30),
    Column("Today", 16),
    Column("How to settle it", 37),
    Column("Settled as", 17),
)
CONTRADICTIONS = (
    Column("Contradiction", 34),
    Column("How to resolve it", 48),
    Column("Settled as", 18),
)
MAX_TITLE_LENGTH, MAX_TEXT_LENGTH, MAX_REASON_LENGTH = 60, 400, 120
TO_CIRCLE = ("yes · partly · no", "not known · not applicable")
CONFIDENCES = {
    "guessed": "a guess",
    "stated": "stated",
    "evidenced": "with evidence",
    "measured": "measured",
}
READ_LEVELS = "Read the levels aloud; each writes one down before anybody speaks. Agree on one."


@dataclass(frozen=True)
class CheckSource:
    """A check with the evidence to ask for."""

    key: str
    title: str
    operational: str
    evidence: str


@dataclass(frozen=True)
class DimensionSource:
    """A dimension with its anchors from level 1 on, its prompts and its checks."""

    key: str
    title: str
    question: str
    anchors: tuple[str, ...]
    prompts: tuple[str, ...]
    checks: tuple[CheckSource, ...]


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


def dimension_sources(payload: Payload | None) -> tuple[DimensionSource, ...]:
    """The dimensions of the payload's framework."""
    framework = framework_of(payload)
    return tuple(
        DimensionSource(
            key=item.key,
            title=fit(item.title, MAX_TITLE_LENGTH),
            question=fit(item.question, MAX_TEXT_LENGTH),
            anchors=tuple(fit(anchor.text, MAX_TEXT_LENGTH) for anchor in item.anchors),
            prompts=item.prompts,
            checks=tuple(
                CheckSource(
                    key=check.key,
                    title=fit(check.title, MAX_TITLE_LENGTH),
                    operational=fit(check.operational, MAX_TEXT_LENGTH),
                    evidence=check.evidence,
                )
                for check in framework.checks_of(item.key)
            ),
        )
        for item in framework.dimensions
    )


def points_to_settle(payload: Payload | None) -> dict[str, int]:
    """For each dimension the number of its open questions and contradictions."""
    sources = dimension_sources(payload)
    if payload is None:
        return dict.fromkeys((source.key for source in sources), 0)
    return {
        source.key: len(open_questions(payload, source)) + len(disagreements(payload, source))
        for source in sources
    }


def dimensions_chapter(payload: Payload | None, minutes: Mapping[str, int]) -> list[Block]:
    """The chapter, with the agenda's `minutes` of each dimension."""
    blocks: list[Block] = [
        Heading(1, dimensions_title(framework_of(payload)), starts_page=True),
        Text(
            "For each: read the levels, ask, settle what is open. If nobody can say, note who finds"
            " out, and by when. The lower of claim and evidence counts."
        ),
    ]
    for place, source in enumerate(dimension_sources(payload)):
        blocks.append(Heading(2, source.title, starts_page=place > 0))
        blocks += _dimension(payload, source, minutes[source.key])
    return blocks


def _dimension(payload: Payload | None, source: DimensionSource, minutes: int) -> list[Block]:
    levels = tuple(_level(payload, source, number) for number in SCALE)
    blocks: list[Block] = [
        Text(f"{source.question} ({minutes}\u00a0minutes)", "Lead"),
        Heading(3, "Levels"),
        Table(f"{source.title}: the levels", LEVELS, levels),
    ]
    if source.prompts:
        blocks += [Heading(3, "Ask"), Bullets(source.prompts)]
    checks = tuple(_check(payload, check) for check in source.checks)
    blocks += [Heading(3, "Checks"), Table(f"{source.title}: the checks", CHECKS, checks)]
    return blocks if payload is None else blocks + _points(payload, source)


def _level(payload: Payload | None, source: DimensionSource, number: int) -> Row:
    marks = [] if payload is None else _marks(payload, source.key, number)
    return level_row(number, source.anchors[number - 1], " · ".join(marks))


def _marks(payload: Payload, key: str, number: int) -> list[str]:
    """Who is at this level: the claim, the evidence rounded half up, the target."""
    score, target = payload.score(key), payload.targets.get(key)
    marks = []
    if score.claimed == number:
        marks.append("◆\u00a0Claimed")
    if score.evidenced is not None and rounded(score.evidenced, 0) == number:
        marks.append(f"●\u00a0Evidenced {level(score.evidenced)}")
    if target and target.low is not None and target.high is not None:
        marks += ["○\u00a0Target"] if target.low <= number <= target.high else []
    return marks


def _check(payload: Payload | None, check: CheckSource) -> Row:
    if payload is None:
        return row(check.title, (check.operational, f"Ask to see: {check.evidence}"), TO_CIRCLE)
    answers = {item.key: item for item in payload.answers if item.kind == "check"}
    answer = answers.get(check.key)
    state = STATES[payload.check_states()[check.key]].capitalize()
    if answer is None:
        return row(check.title, check.operational, state)
    return row(check.title, (check.operational, quoted(answer)), (state, _beside(payload, answer)))


def _beside(payload: Payload, answer: FrozenAnswer) -> str:
    """How sure an answer is, or why the check does not apply."""
    if answer.state == "answered":
        return CONFIDENCES.get(answer.confidence or "", "")
    reason = answer.reason or ""
    titles = {each.key: each.title for each in payload.framework.not_applicable_reasons}
    return titles.get(reason) or fit(reason.replace("_", " "), MAX_REASON_LENGTH)


def _points(payload: Payload, source: DimensionSource) -> list[Block]:
    questions, contradictions = open_questions(payload, source), disagreements(payload, source)
    blocks: list[Block] = [Heading(3, "Open questions")]
    if questions:
        rows = tuple(
            row((item.question, item.comment), item.today, item.how, "") for item in questions
        )
        blocks.append(Table(f"{source.title}: open questions", OPEN, rows))
    else:
        blocks.append(Text("None: every question has an answer that is more than a guess."))
    blocks.append(Heading(3, "Contradictions"))
    if contradictions:
        rows = tuple(row(item.text, item.how, "") for item in contradictions)
        blocks.append(Table(f"{source.title}: contradictions", CONTRADICTIONS, rows))
    else:
        blocks.append(Text(_no_contradiction(payload, source)))
    return blocks


def _no_contradiction(payload: Payload, source: DimensionSource) -> str:
    score = payload.score(source.key)
    if score.claimed is None or score.evidenced is None:
        return "Not known yet: it takes a level and at least one answered check."
    return "None: the level claimed agrees with what the checks show."


def open_questions(payload: Payload, dimension: DimensionSource) -> tuple[OpenQuestion, ...]:
    """The questions of a dimension that are unanswered, unknown or guessed, its level first."""
    evidence = {check.key: check.evidence for check in dimension.checks}
    wanted = {("dimension", dimension.key), *(("check", key) for key in evidence)}
    return tuple(
        _open(payload, answer, evidence.get(answer.key))
        for answer in payload.answers
        if (answer.kind, answer.key) in wanted and _is_open(answer)
    )


def _is_open(answer: FrozenAnswer) -> bool:
    is_guessed = answer.state == "answered" and answer.confidence == "guessed"
    return is_guessed or answer.state in ("unknown", "unanswered")


def _open(payload: Payload, answer: FrozenAnswer, evidence: str | None) -> OpenQuestion:
    ask = f"Ask to see: {evidence}" if evidence else "Ask to see it."
    return OpenQuestion(
        question=_question(payload, answer),
        today=_today(answer),
        comment=quoted(answer),
        how=READ_LEVELS if answer.kind == "dimension" else ask,
    )


def _question(payload: Payload, answer: FrozenAnswer) -> str:
    if answer.kind == "dimension":
        return "Which level describes you?"
    titles = {check.key: check.title for check in payload.framework.checks}
    return f"{fit(titles.get(answer.key, answer.key), 60)}: {fit(answer.question, 300)}"


def _today(answer: FrozenAnswer) -> str:
    if answer.state != "answered":
        return STATES[answer.state].capitalize()
    value = str(answer.value)
    shown = f"level {value}" if answer.kind == "dimension" else STATES.get(value, "–")
    return f"{shown}, a guess".capitalize()


def quoted(answer: FrozenAnswer) -> str:
    """What the client wrote beside an answer, in quotation marks; empty where nothing."""
    comment = fit(answer.comment or "", MAX_TEXT_LENGTH)
    return f"They wrote: “{comment}”" if comment else ""


def disagreements(payload: Payload, dimension: DimensionSource) -> tuple[Disagreement, ...]:
    """The contradictions of a dimension's score."""
    return tuple(
        Disagreement(fit(item.text, 300), _resolution(payload, dimension, item.kind))
        for item in payload.score(dimension.key).contradictions
    )


def _resolution(payload: Payload, dimension: DimensionSource, kind: str) -> str:
    if kind == "claimed_above_evidenced":
        return (
            f"Ask to see what is in place of {_missing(payload, dimension)}. What can be shown"
            " changes the check’s answer; what cannot lowers the claim."
        )
    if kind == "claimed_below_evidenced":
        reached = rounded(decimal(payload.score(dimension.key).evidenced), 0)
        return (
            f"Read level {reached} aloud and ask what of it is missing. Raise the claim, or find"
            " the check that was answered too kindly."
        )
    return (
        "Put the measured usage beside the claim. The measurement wins, unless it covers the wrong"
        " period or leaves systems out: then measure again, with an owner and a date."
    )


def _missing(payload: Payload, dimension: DimensionSource) -> str:
    states = payload.check_states()
    settled = ("yes", "not_applicable")
    missing = [check.title for check in dimension.checks if states[check.key] not in settled]
    return series(missing) or "the practices that the claim rests on"
