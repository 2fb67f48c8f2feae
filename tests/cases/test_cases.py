"""Every case of the corpus, printed: how it is laid out, and what it says."""

from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from reports.documents.rendering import brief_pdf, scorecard_pdf
from reports.models import PaperSize
from tests.cases import layout, rules
from tests.cases.loading import NAMES, Frozen, frozen
from tests.reports.pdf_words import sheets_of

# A third of the cases has its other documents drawn too: they differ less from case to case.
OTHERS = NAMES[::3]
PROCESSES = 2


def drawn(names: list[str], draw: Callable[[Frozen], bytes]) -> Mapping[str, bytes]:
    """A document of each case; each is drawn in a process of its own, two at a time."""
    with ThreadPoolExecutor(PROCESSES) as threads:
        return dict(zip(names, threads.map(lambda name: draw(frozen(name)), names), strict=True))


def paper_of(name: str) -> PaperSize:
    """Both papers in turn."""
    return (PaperSize.A4, PaperSize.LETTER)[NAMES.index(name) % 2]


@pytest.fixture(scope="module")
def briefs() -> Mapping[str, bytes]:
    return drawn(NAMES, lambda case: brief_pdf(case.payload, case.sha256, paper_of(case.name)))


@pytest.fixture(scope="module")
def cards() -> Mapping[str, bytes]:
    return drawn(OTHERS, lambda case: scorecard_pdf(case.payload, case.sha256))


def test_corpus_has_forty_cases_each_with_its_reason() -> None:
    texts = [path.read_text(encoding="utf-8") for path in Path(__file__).parent.glob("*.yaml")]

    assert len(NAMES) >= 40
    assert all(text.startswith("# ") for text in texts)


@pytest.mark.parametrize("name", NAMES)
def test_brief_is_laid_out(name: str, briefs: Mapping[str, bytes]) -> None:
    assert layout.faults(briefs[name], pages=3) == []


@pytest.mark.parametrize("name", OTHERS)
def test_scorecard_is_laid_out(name: str, cards: Mapping[str, bytes]) -> None:
    assert layout.faults(cards[name], pages=1) == []


@pytest.mark.parametrize("name", NAMES)
def test_brief_says_only_what_holds(name: str, briefs: Mapping[str, bytes]) -> None:
    pages = tuple(" ".join(sheet.lines) for sheet in sheets_of(briefs[name]))

    assert rules.broken(rules.Told(frozen(name).payload, pages)) == []
