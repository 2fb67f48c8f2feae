"""The guide's content: the brief's figures, levels, open points, and minutes that add up."""

from datetime import date

import pytest

from assessments.framework import load_framework
from reports.documents.content.economics import economics_content
from reports.documents.content.identity import identity_of
from reports.documents.content.plan import plan_content
from reports.documents.content.standing import standing_content
from reports.documents.guide.blocks import Block, Heading, Row, Table
from reports.documents.guide.content import guide_content
from reports.documents.guide.dimensions import disagreements, open_questions
from reports.documents.guide.opening import agenda, dimension_minutes
from reports.snapshots.freezing import blank_payload
from tests.reports.guide.reading import headings, read_guide, rows, text_of
from tests.reports.sample import (
    Payload,
    render_guide,
    sample_payload,
    typed,
    unanswered_payload,
)

SHA256 = "0" * 64


def blocks_of(payload: Payload | None) -> tuple[Block, ...]:
    """What a guide consists of."""
    return guide_content(payload and typed(payload)).chapters


def body(payload: Payload | None, title: str) -> list[list[str]]:
    """The rows of a table below its head, the first line of each cell."""
    return [[cell.split("\n")[0] for cell in row] for row in rows(read_guide(payload), title)[1:]]


def test_agenda_minutes_add_up_to_ninety() -> None:
    found = rows(read_guide(sample_payload()), "Agenda with minutes")

    minutes = [int(row[1]) for row in found[1:-1]]
    assert sum(minutes) == 90
    assert found[-1][1:3] == ["90", "In all"]
    # each part begins when those before it have ended
    starts = [60 * int(row[0][0]) + int(row[0][2:]) for row in found[1:-1]]
    assert starts == [sum(minutes[:n]) for n in range(len(minutes))]


@pytest.mark.parametrize(
    "points", [[0] * 5, [1, 0, 0, 0, 0], [9, 0, 3, 0, 1], [40] * 5, [1] * 6, [0] * 9]
)
def test_agenda_of_any_points_lasts_ninety_minutes(points: list[int]) -> None:
    of_dimension = dict(zip("abcdefghi", points, strict=False))

    parts = agenda(load_framework(), {key: key for key in of_dimension}, of_dimension)

    assert sum(part.minutes for part in parts) == 90


def test_dimension_minutes_without_points_are_shared_alike() -> None:
    assert dimension_minutes(dict.fromkeys("abcde", 0)) == dict.fromkeys("abcde", 7)


def test_dimension_minutes_go_where_points_are() -> None:
    # 35 minutes, 5 each; the other 10 to the highest (points + 1) / minutes, first the 4/5, then
    # 4/6, 4/7 … until 4/15 still leads the 1/5 of the others
    assert dimension_minutes({"a": 3, "b": 0, "c": 0, "d": 0, "e": 0}) == {
        "a": 15,
        "b": 5,
        "c": 5,
        "d": 5,
        "e": 5,
    }


def test_chapters_stand_in_the_order_of_the_workshop() -> None:
    chapters = [text for level, text in headings(read_guide(sample_payload())) if level == 1]

    assert chapters == [
        "Before the workshop",
        "Pre-read: send this page ahead",
        "Agenda: 90 minutes",
        "Where you stand",
        "The five dimensions",
        "The economics on one page",
        "The 90-day plan",
        "Templates to fill",
        "Close",
    ]


@pytest.mark.parametrize("payload", [None, sample_payload(), unanswered_payload()])
def test_headings_never_skip_a_level(payload: Payload | None) -> None:
    levels = [block.level for block in blocks_of(payload) if isinstance(block, Heading)]

    skipped = [
        (above, below)
        for above, below in zip([0, *levels], levels, strict=False)
        if below > above + 1
    ]
    assert skipped == []


@pytest.mark.parametrize("payload", [None, sample_payload(), unanswered_payload()])
def test_tables_fit_their_columns_and_the_page(payload: Payload | None) -> None:
    tables = [block for block in blocks_of(payload) if isinstance(block, Table)]

    wrong_rows = [
        (table.title, row)
        for table in tables
        for row in table.rows
        if len(row.cells) != len(table.columns)
    ]
    too_wide = [
        table.title for table in tables if sum(column.share for column in table.columns) > 100
    ]
    assert wrong_rows == []
    assert too_wide == []


def test_every_anchor_stands_in_the_levels_of_its_dimension() -> None:
    payload = sample_payload()
    document = read_guide(payload)

    for dimension in payload["framework"]["dimensions"]:
        found = rows(document, f"{dimension['title']}: the levels")
        assert [row[:2] for row in found[1:]] == [
            [str(level), dimension["anchors"][str(level)]] for level in range(1, 6)
        ]


def test_levels_are_marked_as_claimed_evidenced_and_targeted() -> None:
    document = read_guide(sample_payload())

    routing = [row[2] for row in rows(document, "APIs & routing: the levels")[1:]]
    finops = [row[2] for row in rows(document, "FinOps lifecycle: the levels")[1:]]

    # routing: claimed 3, evidenced 2.0, target 3; finops: 2.5 is shown at 3, rounded half up
    assert routing == ["", "●\u00a0Evidenced 2.0", "◆\u00a0Claimed · ○\u00a0Target", "", ""]
    assert finops[2] == "◆\u00a0Claimed · ●\u00a0Evidenced 2.5 · ○\u00a0Target"


def test_prompts_are_those_of_the_published_version() -> None:
    text = text_of(read_guide(sample_payload()))

    prompts = [prompt for item in load_framework("1").dimensions for prompt in item.prompts]
    assert len(prompts) == 15
    assert [prompt for prompt in prompts if prompt not in text] == []


def test_open_questions_are_the_unknown_the_unanswered_and_the_guessed() -> None:
    payload = sample_payload()
    for answer in payload["answers"]:
        if answer["key"] == "token_logging":
            answer.update(confidence="guessed", comment="We think so.")
        if answer["key"] == "integrity":
            answer.update(confidence="guessed")
    document = read_guide(payload)

    evidence = {check.key: check.evidence for check in load_framework("1").checks}
    assert rows(document, "Caching & cache efficiency: open questions")[1:] == [
        [
            "Semantic cache: semantic_cache",
            "Not known",
            f"Ask to see: {evidence['semantic_cache']}",
            "",
        ]
    ]
    assert rows(document, "Hardware & hosting: open questions")[1][:2] == [
        "Reserved or spot capacity: committed_pricing",
        "Unanswered",
    ]
    assert rows(document, "FinOps lifecycle: open questions")[1][:2] == [
        "Token logging: token_logging\nThey wrote: “We think so.”",
        "In place, a guess",
    ]
    assert rows(document, "Output integrity & evals: open questions")[1][:2] == [
        "Which level describes you?",
        "Level 2, a guess",
    ]


def test_open_questions_of_an_unanswered_assessment_are_all_seventeen() -> None:
    payload = unanswered_payload()

    dimensions = typed(payload).framework.dimensions
    asked = [open_questions(typed(payload), dimension) for dimension in dimensions]

    # twelve checks and five levels
    assert sum(len(questions) for questions in asked) == 17


def test_contradictions_say_how_to_resolve_them() -> None:
    document = read_guide(sample_payload())

    assert rows(document, "APIs & routing: contradictions")[1:] == [
        [
            "Level 3 is claimed, above the 2.0 that the checks show.",
            "Ask to see what is in place of One gateway and Query triage. What can be shown changes"
            " the check’s answer; what cannot lowers the claim.",
            "",
        ]
    ]


@pytest.mark.parametrize(
    ("kind", "how"),
    [
        ("claimed_below_evidenced", "Read level 2 aloud and ask what of it is missing."),
        ("one_model_dominates", "Put the measured usage beside the claim."),
    ],
)
def test_contradictions_of_each_kind_are_resolved_their_own_way(kind: str, how: str) -> None:
    payload = sample_payload()
    payload["scores"]["dimensions"]["routing"]["contradictions"] = [{"kind": kind, "text": "x"}]
    routing = typed(payload).framework.dimensions[1]

    (found,) = disagreements(typed(payload), routing)

    assert found.cells[1][0].startswith(how)


def test_scores_are_those_of_the_brief() -> None:
    payload = sample_payload()
    standing = standing_content(typed(payload))

    lines = [
        [line.title, line.claimed, line.evidenced, line.score, line.span, line.target]
        for line in standing.dimensions
    ]
    overall = ["Overall", "", "", standing.shown, standing.span, ""]
    assert body(payload, "Levels and scores by dimension") == [*lines, overall]
    text = text_of(read_guide(payload))
    sentences = (standing.headline, *standing.sentences)
    assert [sentence for sentence in sentences if sentence not in text] == []


def test_economics_are_those_of_the_brief() -> None:
    payload = sample_payload()
    economics = economics_content(typed(payload))

    strategies = [
        [
            line.title,
            line.usd_per_month,
            line.usd_per_mtok,
            line.saving,
            line.saving_percent,
            line.note,
        ]
        for line in economics.strategies
    ]
    levers = [[line.title, line.in_order, line.fair_share, line.note] for line in economics.levers]
    habits = [
        [line.title, line.usd_per_month, line.evidence]
        for line in standing_content(typed(payload)).anti_patterns
    ]
    assert body(payload, "Strategies compared") == strategies
    assert body(payload, "Levers") == levers
    assert body(payload, "Anti-patterns, and what they cost") == habits
    text = text_of(read_guide(payload))
    risks = plan_content(typed(payload)).risks
    sentences = (economics.headline, *economics.paragraphs, economics.crossings, *risks)
    assert [sentence for sentence in sentences if sentence not in text] == []


def test_plan_is_that_of_the_brief() -> None:
    payload = sample_payload()
    plan = plan_content(typed(payload))

    milestones = [[line.day, line.score, line.usd_per_month] for line in plan.milestones]
    assert body(payload, "Projected score and spend") == milestones
    for phase in plan.phases:
        actions = [[line.title, line.usd_per_month, line.effort, "", ""] for line in phase.actions]
        assert body(payload, f"{phase.days}: {phase.title}") == actions
    text = text_of(read_guide(payload))
    sentences = (plan.headline, *plan.sentences, *plan.left_out)
    assert [sentence for sentence in sentences if sentence not in text] == []


def test_plan_shows_every_action_of_a_phase() -> None:
    payload = sample_payload()
    payload["roadmap"]["phases"][0]["actions"] *= 5

    assert len(body(payload, "Days 1–30: Instrumentation & quick wins")) == 10


@pytest.mark.parametrize("payload", [None, sample_payload(), unanswered_payload()])
def test_invitation_pre_read_and_vote_are_there(payload: Payload | None) -> None:
    document = read_guide(payload)
    text = text_of(document)

    found = [title for _, title in headings(document)]
    assert {"Invitation to send", "How to vote on a level", "Sign-off"} <= set(found)
    assert "You are invited to a workshop of 90 minutes on [date]" in text
    asked = [row[:2] for row in rows(document, "Your own levels")[1:]]
    dimensions = load_framework().dimensions
    if payload is None:
        assert asked == [[item.title, item.question] for item in dimensions]
    assert [row[0] for row in rows(document, "Sign-off")[1:]][-1] == "Facilitator"
    is_costed = payload is not None and payload["results"] is not None
    assert ("$19,440 a month can be saved today" in text) == is_costed


def test_decisions_of_the_brief_wait_for_an_owner_and_a_date() -> None:
    payload = sample_payload()
    decisions = [each.text for each in plan_content(typed(payload)).decisions]

    found = rows(read_guide(payload), "Decisions")

    assert found[0] == ["Decision", "Yes, no or later", "Owner", "Due date"]
    assert found[1:] == [*([text, "", "", ""] for text in decisions), *[[""] * 4] * 3]


@pytest.mark.parametrize("title", ["Decisions", "Risks", "Actions"])
@pytest.mark.parametrize("payload", [None, sample_payload()])
def test_templates_have_an_owner_and_a_due_date(payload: Payload | None, title: str) -> None:
    found = rows(read_guide(payload), title)

    assert found[0][-2:] == ["Owner", "Due date"]
    assert found[-1] == [""] * len(found[0])


def test_title_block_names_client_date_and_checksum() -> None:
    payload = sample_payload()
    identity = identity_of(typed(payload), SHA256)

    facts = [
        paragraph.text
        for paragraph in read_guide(payload).paragraphs
        if paragraph.style.name == "Fact"
    ]

    assert facts[:3] == [
        f"Client\t{identity.client}",
        f"Assessment\t{identity.title}",
        "As of\t1 November 2026",
    ]
    assert len(facts[-1].removeprefix("Snapshot\t")) == 64


def test_guide_without_economics_asks_for_the_figures() -> None:
    payload = sample_payload() | {"results": None, "staircase": None}

    document = read_guide(payload)

    assert "The economics are not known yet" in text_of(document)
    assert rows(document, "Figures to gather")[1][1:] == ["", ""]


def test_blank_guide_holds_every_published_text_and_no_mark() -> None:
    framework = load_framework()
    document = read_guide(None)
    text = text_of(document)

    for dimension in framework.dimensions:
        found = rows(document, f"{dimension.title}: the levels")
        assert found[1:] == [[str(anchor.level), anchor.text, ""] for anchor in dimension.anchors]
    texts = [
        *(prompt for dimension in framework.dimensions for prompt in dimension.prompts),
        *(check.operational for check in framework.checks),
        *(f"Ask to see: {check.evidence}" for check in framework.checks),
        *(action.title for action in framework.actions),
        *(item.detection for item in framework.anti_patterns),
    ]
    assert [each for each in texts if each not in text] == []


def test_blank_guide_is_that_of_nobodys_case() -> None:
    nobodys = blank_payload(load_framework(), date(2026, 11, 1)).document()

    assert render_guide(nobodys) == render_guide(None)


def test_blank_guide_leaves_the_client_to_be_written() -> None:
    facts = [
        paragraph.text
        for paragraph in read_guide(None).paragraphs
        if paragraph.style.name == "Fact"
    ]

    assert facts[:3] == ["Client\t", "Workshop on\t", "Facilitator\t"]


def test_guide_quotes_what_is_frozen() -> None:
    document = read_guide(sample_payload())

    assert rows(document, "Hardware & hosting: the checks")[1][0] == "Private serving"
    assert rows(document, "Hardware & hosting: the levels")[1][1] == (
        "Public APIs only, called with personal keys. Nothing is hosted."
    )


def test_rows_to_write_in_are_only_in_tables_to_fill() -> None:
    tables = [block for block in blocks_of(sample_payload()) if isinstance(block, Table)]

    filled = {table.title for table in tables if any(_is_open(row) for row in table.rows)}

    phases = {
        "Days 1–30: Instrumentation & quick wins",
        "Days 31–60: Triage & proxy routing",
        "Days 61–90: Dedicated compute & telemetry",
    }
    forms = {"Decisions", "Risks", "Actions", "Parking lot", "Sign-off", "Your own levels"}
    assert filled == forms | phases


def _is_open(row: Row) -> bool:
    return row.is_open
