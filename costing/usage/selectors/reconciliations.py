"""Reads that compare what a price book predicts of usage with what was billed."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from costing.catalog.models import PriceBook
from costing.catalog.selectors import price_book_latest
from costing.usage import Tokens, Use
from costing.usage.models import UsageImport, UsageImportState
from costing.usage.reconciling import BucketPrices, Reconciliation, reconcile
from costing.usage.selectors.usage import usage_by_model, usage_prices
from organizations.exceptions import Invalid

NO_BOOK = "No prices are loaded yet."
NO_BILL = "Neither file says what was billed. Choose one that does."
NO_TOKENS = "This file names costs alone. Start from one that counts tokens."
APART = "The two files have no hour in common."


@dataclass(frozen=True)
class UsageReconciliation:
    """A reconciliation with what it compares: the usage, the bill, the book, the hours."""

    usage: UsageImport
    billing: UsageImport
    book: PriceBook
    start: datetime
    end: datetime
    result: Reconciliation


def billing_imports(usage_import: UsageImport) -> list[UsageImport]:
    """Return the imports of the same assessment that say what was billed, the newest first."""
    imports = UsageImport.objects.filter(
        assessment_id=usage_import.assessment_id, state=UsageImportState.READY
    )
    ordered = imports.order_by("-imported_at", "-pk")
    return [each for each in ordered if each.figures["billed_usd"] is not None]


def usage_reconcile(
    usage_import: UsageImport,
    *,
    billing: UsageImport | None = None,
    book: PriceBook | None = None,
) -> UsageReconciliation:
    """Compare what a book (the newest) predicts with a bill (the usage's own, else the newest).

    Contract prices that hold on the last day win. Only the hours that both files cover are
    compared. Raises Invalid where there is nothing to be
    compared, with the fields at fault.
    """
    book = book or price_book_latest()
    if book is None:
        raise Invalid(NO_BOOK, fields={"price_book": [NO_BOOK]})
    if not any(usage_import.figures.get("tokens", {}).values()):
        raise Invalid(NO_TOKENS)
    billing = billing or _bill_of(usage_import)
    if billing.assessment_id != usage_import.assessment_id:
        raise Invalid(NO_BILL, fields={"billing": [NO_BILL]})
    start, end = _both(usage_import, billing)
    used = usage_by_model(usage_import, start=start, end=end)
    billed = used if billing == usage_import else usage_by_model(billing, start=start, end=end)
    last_day = (end - timedelta(seconds=1)).date()
    client_id = usage_import.client_id
    prices = usage_prices(book, {*used, *billed}, client_id=client_id, on=last_day)
    result = reconcile(_named(used, prices), _named(billed, prices), _by_reference(prices))
    return UsageReconciliation(usage_import, billing, book, start, end, result)


def _bill_of(usage_import: UsageImport) -> UsageImport:
    if usage_import.figures["billed_usd"] is not None:
        return usage_import
    found = next(iter(billing_imports(usage_import)), None)
    if found is None:
        raise Invalid(NO_BILL, fields={"billing": [NO_BILL]})
    return found


def _both(usage_import: UsageImport, billing: UsageImport) -> tuple[datetime, datetime]:
    firsts = [each.first_at for each in (usage_import, billing) if each.first_at]
    ends = [each.end_at for each in (usage_import, billing) if each.end_at]
    if len(firsts) < 2 or len(ends) < 2 or max(firsts) >= min(ends):
        raise Invalid(APART, fields={"billing": [APART]})
    return max(firsts), min(ends)


def _named(uses: Mapping[str, Use], prices: Mapping[str, BucketPrices]) -> dict[str, Use]:
    """The uses by the book's own names, where it has one: two files spell a model in two ways."""
    named: dict[str, Use] = {}
    for model, use in uses.items():
        name = prices[model].reference if model in prices else model
        named[name] = _sum((named[name], use)) if name in named else use
    return named


def _sum(uses: Iterable[Use]) -> Use:
    listed = list(uses)
    calls = [use.calls for use in listed if use.calls is not None]
    billed = [use.billed_usd for use in listed if use.billed_usd is not None]
    tokens = (sum(column) for column in zip(*(use.tokens for use in listed), strict=True))
    return Use(
        calls=sum(calls) if len(calls) == len(listed) else None,
        tokens=Tokens(*tokens),
        billed_usd=sum(billed, Decimal(0)) if billed else None,
    )


def _by_reference(prices: Mapping[str, BucketPrices]) -> dict[str, BucketPrices]:
    return {price.reference: price for price in prices.values()}
