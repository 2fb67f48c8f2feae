"""What usage costs: prices of models as usage calls them, and what runs today at these."""

from collections.abc import Iterable
from datetime import date
from uuid import UUID

from costing.catalog import mapping as catalog_mapping
from costing.catalog.genai_prices import canonical_reference
from costing.catalog.models import ModelPrice, PriceBook
from costing.catalog.names import possible_references
from costing.catalog.price_overrides import price_overrides_of
from costing.catalog.prices import with_override
from costing.catalog.selectors import price_book_latest
from costing.usage.applications import Group, figures_by_group, propose_group
from costing.usage.baseline import Baseline, measured_baseline
from costing.usage.models import UsageImport
from costing.usage.pricing import BucketPrices
from costing.usage.selectors.cells import usage_part


def usage_prices(
    book: PriceBook | None, models: Iterable[str], *, client_id: UUID, on: date
) -> dict[str, BucketPrices]:
    """Return prices of models as usage calls them: a book's, or the contract's of a day.

    Two queries, however many models there are.
    """
    wanted = {model: _references(model) for model in models if model}
    names = {name for references in wanted.values() for name in references}
    rows = ModelPrice.objects.filter(book=book, reference__in=names) if book and names else ()
    known = {row.reference: row for row in rows}
    listed = {
        model: next(known[name] for name in references if name in known)
        for model, references in wanted.items()
        if known.keys() & references
    }
    references = [row.reference for row in listed.values()]
    overrides = price_overrides_of(references, client_id=client_id, on=on)
    prices = {}
    for model, row in listed.items():
        if book is not None:
            price, contract = catalog_mapping.price_of_row(row, book), overrides.get(row.reference)
            paid = with_override(price, contract)
            prices[model] = BucketPrices.of(paid, price if contract else None)
    return prices


def usage_prices_latest(usage_import: UsageImport) -> dict[str, BucketPrices]:
    """Return prices of an import's models: the newest book's, or the contract's of its day."""
    return usage_prices(
        price_book_latest(),
        [use.model for use in usage_import.measured.models],
        client_id=usage_import.client_id,
        on=usage_import.imported_at.date(),
    )


def _references(model: str) -> list[str]:
    """The names that a book may list a model under, the likeliest first."""
    names = []
    for reference in possible_references(model):
        canonical = canonical_reference(reference)
        names += [reference, *([canonical] if canonical else [])]
    return list(dict.fromkeys(names))


def usage_baseline(usage_import: UsageImport) -> Baseline | None:
    """Return what runs today by an import, at the newest book's or the contract's prices.

    Three queries, however many models there are.
    """
    return measured_baseline(usage_import.measured, usage_prices_latest(usage_import))


def usage_groups(usage_import: UsageImport, calls_per_month: float | None) -> list[Group]:
    """Return the groups of an import, each measured by itself; four queries, however many.

    `calls_per_month` of all together where the source counts none.
    """
    whole, prices = usage_import.measured, usage_prices_latest(usage_import)
    measured = figures_by_group(usage_part(usage_import).entries, whole)
    return [
        Group(
            name=use.group,
            figures=measured[use.group],
            baseline=measured_baseline(measured[use.group], prices),
            proposal=propose_group(measured[use.group], whole, calls_per_month),
        )
        for use in whole.groups
        if use.group in measured
    ]
