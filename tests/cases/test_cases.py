"""Every case of the corpus, printed: how it is laid out, and what it says."""

from dataclasses import dataclass
from pathlib import Path

import pytest

from reports.documents.rendering import brief_pdf, scorecard_pdf
from reports.models import PaperSize
from tests.cases import layout, rules
from tests.cases.loading import NAMES, Frozen, frozen
from tests.reports.pdf_words import sheets_of

# A third of the cases has its other documents drawn too: they differ less from case to case.
OTHERS = NAMES[::3]


def paper_of(name: str) -> PaperSize:
    """Both papers in turn."""
    return (PaperSize.A4, PaperSize.LETTER)[NAMES.index(name) % 2]


@dataclass(frozen=True)
class Brief:
    """The brief of a case, as it is drawn."""

    case: Frozen
    pdf: bytes


@pytest.fixture(scope="module", params=NAMES)
def brief(request: pytest.FixtureRequest) -> Brief:
    """Each case in turn: what is asked of one stands together, so it is drawn once."""
    case = frozen(request.param)
    return Brief(case, brief_pdf(case.payload, case.sha256, paper_of(case.name)))


def test_corpus_has_forty_cases_each_with_its_reason() -> None:
    texts = [path.read_text(encoding="utf-8") for path in Path(__file__).parent.glob("*.yaml")]

    assert len(NAMES) >= 40
    assert all(text.startswith("# ") for text in texts)


def test_brief_is_laid_out(brief: Brief) -> None:
    assert layout.faults(brief.pdf, pages=3) == []


def test_brief_says_only_what_holds(brief: Brief) -> None:
    pages = tuple(" ".join(sheet.lines) for sheet in sheets_of(brief.pdf))

    assert rules.broken(rules.Told(brief.case.payload, pages)) == []


@pytest.mark.parametrize("name", OTHERS)
def test_scorecard_is_laid_out(name: str) -> None:
    case = frozen(name)

    assert layout.faults(scorecard_pdf(case.payload, case.sha256), pages=1) == []
