"""Every case in another currency: nothing that its documents and pages say is left in USD."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from html import unescape
from unittest.mock import patch

import pytest

from presentation.money import shown_in
from reports.documents import rendering
from reports.documents.guide.blocks import Table
from reports.documents.guide.content import guide_content
from reports.models import PaperSize
from reports.snapshots.payload import Payload
from tests.cases import reconciling
from tests.cases.loading import NAMES, Frozen, frozen, frozen_in
from tests.cases.sentences import texts_in
from tests.currencies import EUR_STATED, JPY_STATED, KWD_STATED

STATED = (EUR_STATED, JPY_STATED, KWD_STATED)
# Prices stay in the currency of their source, and the rate is one per USD; the framework's own
# example of an anti-pattern is nobody's bill.
OF_THEIR_SOURCE = (
    r"out per Mtok, USD",
    r"[\d.] USD an hour",
    r"[A-Z]{3} per USD",
    r"[\d.]+ USD a (?:month\) for 100 calls a day|call\b)",
)


CASES = [(name, STATED[place % len(STATED)]) for place, name in enumerate(NAMES)]


@pytest.mark.parametrize(("name", "stated"), CASES)
def test_no_usd_is_left_in_what_is_said(name: str, stated: dict[str, object]) -> None:
    case = frozen_in(name, stated)
    if case.payload.results is None:
        assert case.payload.currency.is_usd
        return

    words = " ".join([*printed(case), *guide_words(case.payload), page_words(case.payload)])
    for pattern in OF_THEIR_SOURCE:
        words = re.sub(pattern, "", words)

    assert [found[0] for found in re.finditer(r".{0,60}(?:USD|\$).{0,40}", words)] == []
    assert str(stated["code"]) in words


@pytest.mark.parametrize(("name", "stated"), CASES)
def test_a_currency_changes_no_figure_that_is_frozen(name: str, stated: dict[str, object]) -> None:
    plain, shown = (each.payload.document() for each in (frozen(name), frozen_in(name, stated)))
    for document in (plain, shown):
        document.pop("currency", None)
        for part in (document["scenario"], (document["results"] or {}).get("inputs")):
            (part or {}).pop("currency", None)
        # Why an action is left out is a text with money in it.
        for left_out in document["roadmap"]["not_proposed"]:
            left_out["reason"] = re.sub(r"(?:[$€¥]|KWD\s)[\d.,]+", "", left_out["reason"])

    assert shown == plain


def printed(case: Frozen) -> list[str]:
    """The words of brief and scorecard, and of the drawings in them."""

    def words(
        sheets: Iterable[Iterable[str]], assets: Mapping[str, bytes], _styles: Sequence[str]
    ) -> bytes:
        drawn = [each.decode() for name, each in assets.items() if name.endswith(".svg")]
        return " ".join([*(next(iter(ways)) for ways in sheets), *drawn]).encode()

    with patch.object(rendering, "render_sheets", words):
        made = (
            draw(case.payload, case.sha256, PaperSize.A4)
            for draw in (rendering.brief_pdf, rendering.scorecard_pdf)
        )
        return [without_tags(each.decode()) for each in made]


def guide_words(payload: Payload) -> Iterator[str]:
    with shown_in(payload.currency):
        chapters = guide_content(payload, "0" * 64).chapters
        yield from (
            column.head for each in chapters if isinstance(each, Table) for column in each.columns
        )
        yield from texts_in(chapters)


def page_words(payload: Payload) -> str:
    with shown_in(payload.currency):
        return without_tags(reconciling.economics_page(payload))


def without_tags(html: str) -> str:
    return " ".join(re.sub("<style.*?</style>|<[^>]*>", " ", unescape(html), flags=re.S).split())
