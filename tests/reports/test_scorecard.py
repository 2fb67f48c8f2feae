"""The printable scorecard: nothing cut, one rule for levels, marks, the blank one's fields."""

import subprocess
from datetime import date
from decimal import Decimal
from functools import cache
from itertools import cycle, islice

import pytest

from assessments.framework import load_framework
from assessments.models import Assessment
from assessments.scoring import AnswerState, AnswerValue
from assessments.services import approve_assessment, submit_assessment
from organizations import tenancy
from organizations.models import Client
from presentation.numbers import nearest_level
from reports.documents.content.economics import economics_content
from reports.documents.content.scorecard import Scorecard, scorecard_content
from reports.documents.pdf import Drawer
from reports.documents.rendering import scorecard_pdf
from reports.models import PaperSize
from reports.snapshots.freezing import Case, blank_payload, freeze
from reports.snapshots.payload import Payload, PreviousScores
from reports.snapshots.selectors import snapshot_payload
from reports.snapshots.services import create_snapshot
from tests import factories
from tests.assessments.questionnaire import answer
from tests.assessments.second_framework import second_framework
from tests.cases.loading import frozen
from tests.reports import rows
from tests.reports.pdf_text import alternatives_of, text_of
from tests.reports.sample import crowded_payload, sample_payload, typed
from tests.world import World

FRAMEWORK, SECOND = load_framework(), second_framework()
DAY = date(2026, 11, 1)
LETTER = PaperSize.LETTER
BEFORE = PreviousScores(
    title="Last year",
    as_of=date(2025, 11, 3),
    framework_version="1",
    overall=Decimal("1.45"),
    dimensions={"routing": Decimal("1.45"), "finops": Decimal("2.5"), "hosting": None},
)
LONG = {
    "client": "A client of a long name " * 4 + "and at its end: Ltd.",
    "organization": "An organization of a long name " * 3 + "and its end: LLP",
    "title": "A review whose title says all " * 4 + "up to the last word: 2026",
}


def case(**changes: object) -> Case:
    named = {"organization": "Acme", "client": "Northwind", "title": "Review", "as_of": DAY}
    return Case(**{**named, "framework": FRAMEWORK, "answers": {}, **changes})


def answered(name: str) -> Payload:
    """A payload of the published version, or of the second one, with every level claimed."""
    framework = SECOND if name == "second" else FRAMEWORK
    answers = {
        item.key: AnswerValue(AnswerState.ANSWERED, level=3) for item in framework.dimensions
    }
    names = LONG if name == "long" else {}
    return freeze(case(framework=framework, answers=answers, previous=BEFORE, **names), None)


PAYLOADS = {
    "blank": lambda: blank_payload(FRAMEWORK, DAY),
    "second blank": lambda: blank_payload(SECOND, DAY),
    "nothing answered": lambda: freeze(case(), None),
    **{name: lambda name=name: answered(name) for name in ("first", "second", "long")},
}


@cache
def printed(name: str, paper: PaperSize) -> str:
    """The words of a scorecard as `run_together` writes them, in the order of its cells."""
    pdf = scorecard_pdf(PAYLOADS[name](), "0" * 64, paper)
    done = subprocess.run(["pdftotext", "-", "-"], input=pdf, capture_output=True, check=True)
    return run_together(done.stdout.decode())


def run_together(text: str) -> str:
    """The text without blanks, and without hyphens: a line may end with one."""
    return "".join(text.split()).replace("-", "")


@pytest.mark.parametrize("paper", PaperSize)
@pytest.mark.parametrize("name", PAYLOADS)
def test_scorecard_prints_every_text_to_its_end(name: str, paper: PaperSize) -> None:
    payload, text = PAYLOADS[name](), printed(name, paper)

    framework = payload.framework
    texts = [
        *(anchor.text for dimension in framework.dimensions for anchor in dimension.anchors),
        *(item.title for item in (*framework.dimensions, *framework.checks)),
        *((payload.client, payload.organization, payload.title) if name == "long" else ()),
    ]
    assert [each for each in texts if run_together(each) not in text] == []
    assert "…" not in text


@pytest.mark.parametrize(
    ("score", "level"),
    [("1.44", 1), ("1.45", 2), ("1.5", 2), ("2.4999", 3), ("2.45", 3), ("4.4", 4), ("5", 5)],
)
def test_the_shaded_level_follows_from_the_score_as_it_is_quoted(score: str, level: int) -> None:
    payload = typed(sample_payload())
    routing = payload.score("routing")
    routing = type(routing)(**{**vars(routing), "score": Decimal(score)})
    dimensions = {**payload.scores.dimensions, "routing": routing}
    scores = type(payload.scores)(**{**vars(payload.scores), "dimensions": dimensions})
    payload = payload.model_copy(update={"scores": scores})

    row = card(payload).rows[1]

    assert [n for n, cell in enumerate(row.cells, start=1) if cell.is_scored] == [level]
    assert nearest_level(row.score) == level


def test_the_rule_for_shading_is_said_once() -> None:
    assert printed("first", PaperSize.A4).count("halfup") == 1


def card(payload: Payload) -> Scorecard:
    return scorecard_content(payload, "0" * 64)


SAID_OF_MARKS = {
    "yes": "in place",
    "partial": "partly",
    "no": "not in place",
    "unknown": "not known",
    "na": "not applicable",
    "unanswered": "unanswered",
}


def test_a_screen_reader_says_the_state_of_each_check() -> None:
    checks = [
        check.key
        for dimension in FRAMEWORK.dimensions
        for check in FRAMEWORK.checks_of(dimension.key)
    ]
    states = list(islice(cycle(SAID_OF_MARKS), len(checks)))
    answers = {key: answer(state) for key, state in zip(checks, states, strict=True)}

    pdf = scorecard_pdf(freeze(case(answers=answers), None), "0" * 64)

    assert alternatives_of(pdf) == [SAID_OF_MARKS[state] for state in states]


def test_not_known_and_unanswered_have_marks_of_their_own() -> None:
    answers = {FRAMEWORK.checks[0].key: AnswerValue(AnswerState.UNKNOWN)}

    text = text_of(scorecard_pdf(freeze(case(answers=answers), None), "0" * 64))

    # the check that nobody knows of, and the legend; eleven others are unanswered
    assert text.count("?") == 2


def test_the_blank_scorecard_has_fields_and_a_box_for_each_answer() -> None:
    text = text_of(scorecard_pdf(blank_payload(FRAMEWORK, DAY), "0" * 64))

    for field in ("Client", "Date", "Answered by", "Spend today, USD a month", "Overall score"):
        assert field in text, field
    assert text.count("yes part no ?") == len(FRAMEWORK.dimensions)
    for words in ("–", "Snapshot of", "Not scored yet", "half up"):
        assert words not in text, words


def test_the_money_line_is_the_headline_of_the_brief() -> None:
    costed, uncosted = typed(sample_payload()), freeze(case(), None)

    headline = economics_content(costed).headline
    assert card(costed).money == f"Spend today: $44,550 a month. {headline}."
    assert card(uncosted).money == "The economics are not known yet."


def test_figures_of_absurd_size_leave_the_scorecard_whole() -> None:
    assert scorecard_pdf(typed(crowded_payload("W")), "0" * 64, LETTER).startswith(b"%PDF")


@pytest.mark.parametrize("paper", PaperSize)
def test_one_with_many_contradictions_fits_as_it_is_first_laid_out(
    paper: PaperSize, monkeypatch: pytest.MonkeyPatch
) -> None:
    pages: list[int] = []
    lay_out = Drawer.lay_out

    def noted(drawer: Drawer, html: str) -> int:
        pages.append(lay_out(drawer, html))
        return pages[-1]

    monkeypatch.setattr(Drawer, "lay_out", noted)
    payload = frozen("spot_alone").payload

    scorecard_pdf(payload, "0" * 64, paper)

    assert card(payload).contradictions_more
    assert pages == [1]


def test_the_last_assessment_is_marked_at_its_levels() -> None:
    scorecard = card(answered("first"))

    marks = {row.title: [cell.before for cell in row.cells] for row in scorecard.rows}
    assert marks["APIs & routing"] == ["", "1.5", "", "", ""]
    assert marks["FinOps lifecycle"] == ["", "", "2.5", "", ""]
    assert marks["Hardware & hosting"] == marks["Caching & cache efficiency"] == [""] * 5
    assert scorecard.rule.endswith(
        "Was: the assessment of 3 November 2025, overall 1.5 (framework 1)."
    )


def test_a_payload_without_a_last_assessment_says_nothing_of_it() -> None:
    document = freeze(case(), None).document()

    assert "previous" not in document
    assert Payload.model_validate(document).previous is None


def approved(world: World, title: str, as_of: date, client: Client | None = None) -> Assessment:
    """An approved assessment of the world's client with some answers; call inside the tenant."""
    owner = client or world.client
    assessment = rows.make_assessment(world.organization, owner, title=title)
    by = factories.system_actor(world.organization)
    submit_assessment(by=by, assessment=assessment)
    approve_assessment(by=by, assessment=assessment)
    Assessment.objects.filter(pk=assessment.pk).update(as_of=as_of)
    return assessment


def test_a_snapshot_freezes_the_scores_of_the_last_approved_assessment(world: World) -> None:
    with tenancy.enter(organization_id=world.organization.pk):
        for title, year in (("First", 2024), ("Second", 2025), ("Later", 2027)):
            approved(world, title, date(year, 5, 1))
        archived = approved(world, "Archived", date(2026, 5, 1))
        Assessment.objects.filter(pk=archived.pk).update(archived_at=archived.created_at)
        approved(world, "Another client's", date(2026, 6, 1), world.sibling_client)
        rows.make_assessment(world.organization, world.client, title="Never approved")
        now = rows.make_assessment(world.organization, world.client)
        by = factories.system_actor(world.organization)
        payload = snapshot_payload(create_snapshot(by=by, assessment=now))

    assert payload.previous is not None
    assert (payload.previous.title, payload.previous.as_of) == ("Second", date(2025, 5, 1))
    frozen = {key: item.score for key, item in payload.scores.dimensions.items()}
    assert payload.previous.dimensions == frozen
    assert payload.previous.overall == payload.scores.overall


def test_a_snapshot_of_a_first_assessment_freezes_none(world: World) -> None:
    with tenancy.enter(organization_id=world.organization.pk):
        snapshot = rows.make_snapshot(world.organization, world.client)

    assert '"previous"' not in snapshot.document
