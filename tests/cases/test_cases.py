"""Every case of the corpus, printed: how it is laid out, and what it says."""

import re
from html import unescape
from pathlib import Path

import pytest

from presentation.money import shown_in
from reports.models import DeliverableKind
from reports.snapshots.payload import canonical_json, checksum
from tests import run_folder
from tests.cases import layout, reconciling, rules, sentences
from tests.cases.conftest import while_collecting
from tests.cases.loading import NAMES, _once, frozen, read
from tests.cases.printed import DRAWN, document, drawn_anew
from tests.guarantees.places import as_usd
from tests.reports.pdf_text import texts_of_pages

# A brief's text, and the labels inside its drawings; a scorecard's, all of it on one page.
SMALLEST_PT, SMALLEST_DRAWN_PT, SMALLEST_ON_CARD_PT = 9, 8, 6
DRAWN_TWICE = ["hosting_cheapest_owned", "names_right_to_left", "three_parts"]


def test_corpus_has_forty_cases_each_with_its_reason() -> None:
    texts = [path.read_text(encoding="utf-8") for path in Path(__file__).parent.glob("*.yaml")]

    assert len(NAMES) >= 40
    assert all(text.startswith("# ") for text in texts)


def test_no_case_is_estimated_while_tests_are_collected() -> None:
    """Sixty took 12 s of CPU, in each worker."""
    assert while_collecting == [0]


def test_case_that_another_worker_worked_out_is_read_whole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(run_folder, "folder", tmp_path)
    document = read("middling")

    made, found = (_once("middling", "middling", document) for _ in range(2))

    assert [path.name for path in tmp_path.iterdir()] == ["case-middling.pickle"]
    assert found is not made
    assert found == made
    assert found.sha256 == checksum(canonical_json(found.payload.document()))
    with pytest.raises(AssertionError):
        _once("middling", "middling", {**document, "client": "Another"})


@pytest.mark.parametrize("name", NAMES)
def test_case_is_laid_out_says_what_holds_and_agrees(name: str) -> None:
    """One test for all of a case, so that each of its documents is drawn once."""
    brief, card = (
        document(name, kind)
        for kind in (DeliverableKind.EXECUTIVE_BRIEF, DeliverableKind.SCORECARD)
    )
    pages = tuple(map(as_usd, texts_of_pages(brief)))

    assert (
        layout.faults(
            brief,
            pages=3,
            smallest_pt=SMALLEST_PT,
            drawn=DRAWN[brief],
            smallest_drawn_pt=SMALLEST_DRAWN_PT,
        )
        == []
    )
    assert layout.faults(card, pages=1, smallest_pt=SMALLEST_ON_CARD_PT) == []
    payload = frozen(name).payload
    with shown_in(payload.currency):
        assert rules.broken(rules.Told(payload, pages)) == []
        assert sentences.faults(payload, words_of(reconciling.economics_page(payload))) == []
        assert reconciling.faults(name) == []


def words_of(html: str) -> str:
    """The words of a page, without its tags."""
    return as_usd(" ".join(re.sub("<[^>]*>", "", unescape(html)).split()))


@pytest.mark.parametrize("name", DRAWN_TWICE)
def test_case_drawn_twice_gives_the_same_bytes(name: str) -> None:
    for kind in DeliverableKind:
        assert drawn_anew(name, kind) == document(name, kind), kind
