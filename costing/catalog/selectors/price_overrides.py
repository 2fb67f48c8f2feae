"""Reads of contract prices, and which of them hold for a scenario."""

from collections.abc import Collection, Iterable, Mapping
from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet

from costing import catalog
from costing.catalog import mapping
from costing.catalog.models import ModelPrice, PriceBook, PriceOverride


def price_override_get(override_id: UUID) -> PriceOverride:
    """Return the contract price; raises PriceOverride.DoesNotExist."""
    return PriceOverride.objects.select_related("client").get(pk=override_id)


def price_override_list() -> QuerySet[PriceOverride]:
    """Return the firm's contract prices with their clients, the last added first."""
    return PriceOverride.objects.select_related("client").order_by("-created_at", "-pk")


def price_overrides_on(day: date, references: Collection[str]) -> QuerySet[PriceOverride]:
    """Return the contract prices of these models that hold on a day."""
    is_begun = Q(valid_from__lte=day)
    is_agreed = Q(valid_until=None) | Q(valid_until__gte=day)
    is_standing = Q(ended_on=None) | Q(ended_on__gt=day)
    return price_override_list().filter(is_begun, is_agreed, is_standing, reference__in=references)


def contracts_of(
    prices: Iterable[catalog.ModelPrice], *, client_id: UUID, on: date
) -> dict[str, catalog.Contract]:
    """Return the contracts that win for a client on a day, by the price's reference.

    Of the client's own and the firm's, the client's wins.
    """
    names = {price.reference: names_of(price.reference) for price in prices}
    if not names:
        return {}
    of_client = Q(client_id=client_id) | Q(client_id=None)
    wanted = {name for each in names.values() for name in each}
    standing = list(price_overrides_on(on, wanted).filter(of_client))
    standing.sort(key=lambda override: override.client_id is None)
    found = {
        reference: next((each for each in standing if each.reference in own), None)
        for reference, own in names.items()
    }
    return {
        reference: mapping.contract_of_row(override)
        for reference, override in found.items()
        if override is not None
    }


def names_of(reference: str) -> set[str]:
    """Return a model's names: its own in a book, and the catalog's for it."""
    return {reference, catalog.canonical_reference(reference) or reference}


def prices_with_contracts(
    prices: Iterable[ModelPrice], day: date
) -> list[tuple[ModelPrice, list[PriceOverride]]]:
    """Return list prices, each with the contract prices that hold for its model on a day."""
    listed = list(prices)
    names = {price.pk: names_of(price.reference) for price in listed}
    standing = list(price_overrides_on(day, {name for each in names.values() for name in each}))
    return [
        (price, [each for each in standing if each.reference in names[price.pk]])
        for price in listed
    ]


def known_model(reference: str) -> ModelPrice | None:
    """Return a price of this model in any book, the newest first, under any of its names."""
    given = reference.strip().replace("\0", "")
    names = {given, catalog.canonical_reference(given) or given}
    rows = ModelPrice.objects.filter(reference__in=names).select_related("book")
    return rows.order_by("-book__as_of", "-book__imported_at", "pk").first()


def list_prices_of(
    book: PriceBook | None, overrides: Iterable[PriceOverride]
) -> Mapping[str, ModelPrice]:
    """Return the list prices beside contract prices, by reference."""
    references = {override.reference for override in overrides}
    rows = ModelPrice.objects.filter(book=book, reference__in=references)
    return {row.reference: row for row in rows}


def contracts_json(contracts: Mapping[str, catalog.Contract]) -> dict[str, Any]:
    """Return contracts as a scenario pins them."""
    return {reference: contract.document() for reference, contract in contracts.items()}
