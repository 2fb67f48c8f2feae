"""The chapter on the dimensions: levels with the client’s marks, questions, open points; pure."""

from collections.abc import Mapping

from assessments.framework import LEVELS as SCALE
from assessments.framework import Check, Dimension
from presentation.numbers import level, nearest_level
from presentation.wording import fit, isolated, series
from reports.documents.content.wording import STATES, dimensions_title
from reports.documents.guide.blocks import Block, Bullets, Column, Heading, Row, Table, Text, row
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
MAX_TEXT_LENGTH, MAX_REASON_LENGTH = 400, 120
TO_CIRCLE = ("yes · partly · no", "not known · not applicable")
CONFIDENCES = {
    "guessed": "a guess",
    "stated": "stated",
    "evidenced": "with evidence",
    "measured": "measured",
}
READ_LEVELS = "Read the levels aloud; each writes one down before anybody speaks. Agree on one."


def points_to_settle(payload: Payload) -> dict[str, int]:
    """For each dimension the number of its open questions and contradictions."""
    dimensions = payload.framework.dimensions
    if payload.is_nobodys:
        return {item.key: 0 for item in dimensions}
    return {
        item.key: len(open_questions(payload, item)) + len(disagreements(payload, item))
        for item in dimensions
    }


def dimensions_chapter(payload: Payload, minutes: Mapping[str, int]) -> list[Block]:
    """The chapter, with the agenda's `minutes` of each dimension."""
    blocks: list[Block] = [
        Heading(1, dimensions_title(payload.framework), starts_page=True),
        Text(
            "For each: read the levels, ask, settle what is open. If nobody can say, note who finds"
            " out, and by when. The lower of claim and evidence counts."
        ),
    ]
    for place, dimension in enumerate(payload.framework.dimensions):
        blocks.append(Heading(2, dimension.title, starts_page=place > 0))
        blocks += _dimension(payload, dimension, minutes[dimension.key])
    return blocks


def _dimension(payload: Payload, dimension: Dimension, minutes: int) -> list[Block]:
    levels = tuple(_level(payload, dimension, number) for number in SCALE)
    blocks: list[Block] = [
        Text(f"{dimension.question} ({minutes}\u00a0minutes)", "Lead"),
        Heading(3, "Levels"),
        Table(f"{dimension.title}: the levels", LEVELS, levels),
    ]
    if dimension.prompts:
        blocks += [Heading(3, "Ask"), Bullets(dimension.prompts)]
    answers = {item.key: item for item in payload.answers if item.kind == "check"}
    checks = tuple(
        _check(payload, check, answers.get(check.key))
        for check in payload.framework.checks_of(dimension.key)
    )
    blocks += [Heading(3, "Checks"), Table(f"{dimension.title}: the checks", CHECKS, checks)]
    return blocks if payload.is_nobodys else blocks + _points(payload, dimension)


def _level(payload: Payload, dimension: Dimension, number: int) -> Row:
    score, target = payload.score(dimension.key), payload.targets.get(dimension.key)
    marks = []
    if score.claimed == number:
        marks.append("◆\u00a0Claimed")
    if nearest_level(score.evidenced) == number:
        marks.append(f"●\u00a0Evidenced {level(score.evidenced)}")
    if target and target.low is not None and target.high is not None:
        marks += ["○\u00a0Target"] if target.low <= number <= target.high else []
    marks = [] if payload.is_nobodys else marks
    cells = (str(number), dimension.anchor(number).text, " · ".join(marks))
    return row(*cells, level=number, is_marked=bool(marks))


def _check(payload: Payload, check: Check, answer: FrozenAnswer | None) -> Row:
    if payload.is_nobodys:
        return row(check.title, (check.operational, f"Ask to see: {check.evidence}"), TO_CIRCLE)
    state = STATES[payload.check_states()[check.key]].capitalize()
    if answer is None:
        return row(check.title, check.operational, state)
    if answer.state == "answered":
        beside = CONFIDENCES.get(answer.confidence or "", "")
    else:
        reason = answer.reason or ""
        titles = {each.key: each.title for each in payload.framework.not_applicable_reasons}
        beside = titles.get(reason) or fit(reason.replace("_", " "), MAX_REASON_LENGTH)
    return row(check.title, (check.operational, quoted(answer)), (state, beside))


def _points(payload: Payload, dimension: Dimension) -> list[Block]:
    questions = open_questions(payload, dimension)
    contradictions = disagreements(payload, dimension)
    score = payload.score(dimension.key)
    none = "Not known yet: it takes a level and at least one answered check."
    if score.claimed is not None and score.evidenced is not None:
        none = "None: the level claimed agrees with what the checks show."
    return [
        Heading(3, "Open questions"),
        Table(f"{dimension.title}: open questions", OPEN, questions)
        if questions
        else Text("None: every question has an answer that is more than a guess."),
        Heading(3, "Contradictions"),
        Table(f"{dimension.title}: contradictions", CONTRADICTIONS, contradictions)
        if contradictions
        else Text(none),
    ]


def open_questions(payload: Payload, dimension: Dimension) -> tuple[Row, ...]:
    """The questions of a dimension that are unanswered, unknown or guessed, its level first.

    Each with what the client wrote, why it is open, how to settle it, and room for the result.
    """
    checks = {check.key: check for check in payload.framework.checks_of(dimension.key)}
    rows = []
    for answer in payload.answers:
        is_guessed = answer.state == "answered" and answer.confidence == "guessed"
        if not is_guessed and answer.state not in ("unknown", "unanswered"):
            continue
        if (answer.kind, answer.key) == ("dimension", dimension.key):
            question, settle = "Which level describes you?", READ_LEVELS
        elif answer.kind == "check" and answer.key in checks:
            check = checks[answer.key]
            question = f"{fit(check.title, 60)}: {fit(answer.question, 300)}"
            settle = f"Ask to see: {check.evidence}"
        else:
            continue
        today = STATES.get(answer.state, "")
        if is_guessed:
            value = str(answer.value)
            shown = f"level {value}" if answer.kind == "dimension" else STATES.get(value, "–")
            today = f"{shown}, a guess"
        rows.append(row((question, quoted(answer)), today.capitalize(), settle, ""))
    return tuple(rows)


def quoted(answer: FrozenAnswer) -> str:
    """What the client wrote beside an answer, in quotation marks; empty where nothing."""
    comment = fit(answer.comment or "", MAX_TEXT_LENGTH)
    return f"They wrote: “{isolated(comment)}”" if comment else ""


def disagreements(payload: Payload, dimension: Dimension) -> tuple[Row, ...]:
    """The contradictions of a dimension's score, each with how to resolve it and room to write."""
    return tuple(
        row(fit(item.text, 300), _resolution(payload, dimension, item.kind), "")
        for item in payload.score(dimension.key).contradictions
    )


def _resolution(payload: Payload, dimension: Dimension, kind: str) -> str:
    if kind == "claimed_above_evidenced":
        states, checks = payload.check_states(), payload.framework.checks_of(dimension.key)
        open_ones = [c.title for c in checks if states[c.key] not in ("yes", "not_applicable")]
        missing = series(open_ones) or "the practices that the claim rests on"
        return (
            f"Ask to see what is in place of {missing}. What can be shown changes the check’s"
            " answer; what cannot lowers the claim."
        )
    if kind == "claimed_below_evidenced":
        reached = nearest_level(payload.score(dimension.key).evidenced)
        return (
            f"Read level {reached} aloud and ask what of it is missing. Raise the claim, or find"
            " the check that was answered too kindly."
        )
    return (
        "Put the measured usage beside the claim. The measurement wins, unless it covers the wrong"
        " period or leaves systems out: then measure again, with an owner and a date."
    )
