"""The chapter on the dimensions: levels with the client’s marks, questions, open points; pure."""

from collections.abc import Mapping
from typing import Any

from assessments.framework import LEVELS as SCALE
from presentation.numbers import level, rounded
from reports.documents.content.amounts import decimal
from reports.documents.content.framework import dimensions_title, framework_of
from reports.documents.content.maturity import answer_states, claimed_level, scored, target
from reports.documents.content.wording import STATES, fit
from reports.documents.guide.blocks import (
    Block,
    Bullets,
    Column,
    Heading,
    Row,
    Table,
    Text,
    level_row,
    row,
)
from reports.documents.guide.points import (
    CONFIDENCES,
    Disagreement,
    OpenQuestion,
    disagreements,
    open_questions,
    quoted,
)
from reports.documents.guide.source import (
    CheckSource,
    DimensionSource,
    dimension_sources,
)

JsonMapping = Mapping[str, Any]
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
REASON_LIMIT = 120
TO_CIRCLE = ("yes · partly · no", "not known · not applicable")


def points_to_settle(payload: JsonMapping | None) -> dict[str, int]:
    """For each dimension the number of its open questions and contradictions."""
    sources = dimension_sources(payload)
    if payload is None:
        return dict.fromkeys((source.key for source in sources), 0)
    return {
        source.key: len(open_questions(payload, source)) + len(disagreements(payload, source))
        for source in sources
    }


def dimensions_chapter(payload: JsonMapping | None, minutes: Mapping[str, int]) -> list[Block]:
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


def _dimension(payload: JsonMapping | None, source: DimensionSource, minutes: int) -> list[Block]:
    blocks: list[Block] = [
        Text(f"{source.question} ({minutes}\u00a0minutes)", "Lead"),
        Heading(3, "Levels"),
        Table(
            f"{source.title}: the levels",
            LEVELS,
            tuple(_level(payload, source, number) for number in SCALE),
        ),
    ]
    if source.prompts:
        blocks += [Heading(3, "Ask"), Bullets(source.prompts)]
    checks = tuple(_check(payload, check) for check in source.checks)
    blocks += [Heading(3, "Checks"), Table(f"{source.title}: the checks", CHECKS, checks)]
    return blocks if payload is None else blocks + _points(payload, source)


def _level(payload: JsonMapping | None, source: DimensionSource, number: int) -> Row:
    marks = [] if payload is None else _marks(payload, source.key, number)
    return level_row(number, source.anchors[number - 1], " · ".join(marks))


def _marks(payload: JsonMapping, key: str, number: int) -> list[str]:
    """Who is at this level: the claim, the evidence rounded half up, the target."""
    evidenced = scored(payload, key).get("evidenced")
    aim = target(payload, key)
    marks = []
    if claimed_level(payload, key) == number:
        marks.append("◆\u00a0Claimed")
    if evidenced is not None and rounded(decimal(evidenced), 0) == number:
        marks.append(f"●\u00a0Evidenced {level(evidenced)}")
    if aim.get("low") is not None and aim["low"] <= number <= aim["high"]:
        marks.append("○\u00a0Target")
    return marks


def _check(payload: JsonMapping | None, check: CheckSource) -> Row:
    if payload is None:
        return row(check.title, (check.operational, f"Ask to see: {check.evidence}"), TO_CIRCLE)
    answers = {item["key"]: item for item in payload["answers"] if item["kind"] == "check"}
    answer = answers.get(check.key, {})
    state = STATES[answer_states(payload)[check.key]].capitalize()
    return row(check.title, (check.operational, quoted(answer)), (state, _beside(payload, answer)))


def _beside(payload: JsonMapping, answer: JsonMapping) -> str:
    """How sure an answer is, or why the check does not apply."""
    if answer.get("state") == "answered":
        return CONFIDENCES.get(str(answer.get("confidence")), "")
    return _reason(payload, str(answer.get("reason") or ""))


def _reason(payload: JsonMapping, key: str) -> str:
    titles = {reason.key: reason.title for reason in framework_of(payload).not_applicable_reasons}
    return titles.get(key) or fit(key.replace("_", " "), REASON_LIMIT)


def _points(payload: JsonMapping, source: DimensionSource) -> list[Block]:
    questions, found = open_questions(payload, source), disagreements(payload, source)
    blocks: list[Block] = [Heading(3, "Open questions")]
    if questions:
        rows = tuple(_question(item) for item in questions)
        blocks.append(Table(f"{source.title}: open questions", OPEN, rows))
    else:
        blocks.append(Text("None: every question has an answer that is more than a guess."))
    blocks.append(Heading(3, "Contradictions"))
    if found:
        rows = tuple(_disagreement(item) for item in found)
        blocks.append(Table(f"{source.title}: contradictions", CONTRADICTIONS, rows))
    else:
        blocks.append(Text(_no_contradiction(payload, source)))
    return blocks


def _question(item: OpenQuestion) -> Row:
    return row((item.question, item.comment), item.today, item.how, "")


def _disagreement(item: Disagreement) -> Row:
    return row(item.text, item.how, "")


def _no_contradiction(payload: JsonMapping, source: DimensionSource) -> str:
    score = scored(payload, source.key)
    if score.get("claimed") is None or score.get("evidenced") is None:
        return "Not known yet: it takes a level and at least one answered check."
    return "None: the level claimed agrees with what the checks show."
