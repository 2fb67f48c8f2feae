"""Compares what a price book predicts for an import with a bill."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from costing.catalog.models import PriceBook
from costing.catalog.selectors import price_book_latest
from costing.usage.models import UsageImport
from costing.usage.pricing import BucketPrices
from costing.usage.reconciling import Apart, Reconciliation, reconcile
from costing.usage.selectors.cells import usage_by_model, usage_days
from costing.usage.selectors.imports import billing_imports
from costing.usage.selectors.prices import usage_prices
from costing.usage.uses import Use
from organizations.exceptions import Invalid

NO_BOOK = "No prices are loaded yet."
NO_BILL = "Neither file says what was billed. Choose one that does."
NO_BILL_OF_MODELS = (
    "No bill names one of these models in these hours. Choose the one to compare with."
)
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


def usage_reconcile(
    usage_import: UsageImport,
    *,
    billing: UsageImport | None = None,
    book: PriceBook | None = None,
) -> UsageReconciliation:
    """Compare what a book (the newest) predicts with a bill (see _bill_of).

    Contract prices that hold on the last day win. Only the hours that both files cover are
    compared. Raises Invalid with the fields at fault where there is nothing to compare.
    """
    book = book or price_book_latest()
    if book is None:
        raise Invalid.at("price_book", NO_BOOK)
    if not usage_import.use.total_tokens:
        raise Invalid(NO_TOKENS)
    billing = billing or _bill_of(usage_import, book)
    if billing.assessment_id != usage_import.assessment_id:
        raise Invalid.at("billing", NO_BILL)
    hours = _common_hours(usage_import, billing)
    if hours is None:
        raise Invalid.at("billing", APART)
    start, end = hours
    uses = _both_sides(usage_import, billing, start, end)
    last_day = (end - timedelta(seconds=1)).date()
    models = {model for of in uses for model in of}
    prices = usage_prices(book, models, client_id=usage_import.client_id, on=last_day)
    by_reference = {price.reference: price for price in prices.values()}
    used, billed, used_apart, billed_apart = (_named(of, prices) for of in uses)
    result = reconcile(used, billed, by_reference, Apart(used_apart, billed_apart))
    return UsageReconciliation(usage_import, billing, book, start, end, result)


def _both_sides(
    usage_import: UsageImport, billing: UsageImport, start: datetime, end: datetime
) -> list[dict[str, Use]]:
    """What was used and billed on days that both sides have, then on those that one lacks."""
    if billing == usage_import:
        used = usage_by_model(usage_import, start=start, end=end)
        return [used, used, {}, {}]
    days = [usage_days(each, start, end) for each in (usage_import, billing)]
    common = days[0] & days[1]
    return [
        usage_by_model(each, start=start, end=end, days=of)
        for each, of in (
            (usage_import, common),
            (billing, common),
            (usage_import, days[0] - common),
            (billing, days[1] - common),
        )
    ]


def _bill_of(usage_import: UsageImport, book: PriceBook) -> UsageImport:
    """The usage's own bill, else the newest of the same hours with a model in common.

    A bill without one may be another vendor's, so it is taken only where somebody names it.
    """
    if usage_import.use.billed_usd is not None:
        return usage_import
    bills = billing_imports(usage_import)
    if not bills:
        raise Invalid.at("billing", NO_BILL)
    models = {
        each.pk: {use.model for use in each.measured.models} for each in (usage_import, *bills)
    }
    prices = usage_prices(
        book,
        {model for of_import in models.values() for model in of_import},
        client_id=usage_import.client_id,
        on=usage_import.imported_at.date(),
    )
    known = {
        pk: {prices[model].reference if model in prices else model for model in of_import} - {""}
        for pk, of_import in models.items()
    }
    for bill in bills:
        if _common_hours(usage_import, bill) and known[bill.pk] & known[usage_import.pk]:
            return bill
    raise Invalid.at("billing", NO_BILL_OF_MODELS)


def _common_hours(one: UsageImport, other: UsageImport) -> tuple[datetime, datetime] | None:
    """The hours that both cover; whole days, in UTC, where one of them counts by the day."""
    firsts = [each.first_at for each in (one, other) if each.first_at]
    ends = [each.end_at for each in (one, other) if each.end_at]
    if len(firsts) < 2 or len(ends) < 2 or max(firsts) >= min(ends):
        return None
    start, end = max(firsts), min(ends)
    if one.measured.is_hourly and other.measured.is_hourly:
        return start, end
    return _midnight(start), _midnight(end + timedelta(days=1, seconds=-1))


def _midnight(moment: datetime) -> datetime:
    return moment.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)


def _named(uses: Mapping[str, Use], prices: Mapping[str, BucketPrices]) -> dict[str, Use]:
    """The uses by the book's own names, where it has one: two files spell a model in two ways."""
    named: dict[str, Use] = {}
    for model, use in uses.items():
        name = prices[model].reference if model in prices else model
        named[name] = Use.sum_of((named[name], use)) if name in named else use
    return named
