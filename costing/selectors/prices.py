"""Reads of the prices in price books."""

from collections.abc import Mapping
from typing import Any

from django.db.models import Q, QuerySet

from costing import catalog, mapping
from costing.models import ModelPrice, PriceBook

OPTIONS_A_SEARCH = 40
# Contracts as a scenario pins them, by the reference of their model.
Contracts = Mapping[str, Any]


# Offered before anything is typed: models sold by those who made them.
MAKERS = ("anthropic", "openai", "google", "mistral", "deepseek", "x-ai", "cohere")


def model_price_list(book: PriceBook | None, *, search: str = "") -> QuerySet[ModelPrice]:
    """Return a book's prices whose reference or name holds every word of the search."""
    prices = model_price_search(ModelPrice.objects.filter(book=book), search)
    return prices.order_by("provider", "model", "pk")


def model_price_search(prices: QuerySet[ModelPrice], search: str) -> QuerySet[ModelPrice]:
    """Return the prices whose reference or name holds every word of the search."""
    for word in search.split()[:8]:
        prices = prices.filter(
            Q(reference__icontains=word)
            | Q(model_name__icontains=word)
            | Q(provider_name__icontains=word)
        )
    return prices


def model_options(book: PriceBook | None, *, search: str = "") -> list[ModelPrice]:
    """Return the models to offer in a form: what matches, or at first those of the makers."""
    prices = model_price_list(book, search=search)
    if search:
        return list(prices[:OPTIONS_A_SEARCH])
    return list(prices.filter(provider__in=MAKERS, is_deprecated=False))


def model_price_find(book: PriceBook | None, reference: str) -> catalog.ModelPrice | None:
    """Return the price of `<provider>:<model>` in a book, under any name the catalog knows."""
    if book is None:
        return None
    given = reference.strip().replace("\0", "")
    canonical = catalog.canonical_reference(given)
    is_name = Q(reference__iexact=given) | Q(reference=canonical or given)
    rows = list(ModelPrice.objects.filter(is_name, book=book).order_by("reference"))
    # A book may list a model and its dated release apart: the name as it was given comes first.
    ranks = {canonical: 2, given: 0}
    row = min(rows, key=lambda row: ranks.get(row.reference, 1), default=None)
    return mapping.price_of_row(row, book) if row else None


def model_prices_find(
    book: PriceBook | None, references: Mapping[str, str], contracts: Contracts | None = None
) -> dict[str, catalog.ModelPrice]:
    """Return the prices of those references that a book knows, under the keys they came with.

    `contracts` are those that a scenario pinned: they replace the list prices of their models.
    """
    found = {
        key: contract_price_find(book, reference, contracts or {})
        for key, reference in references.items()
        if reference
    }
    return {key: price for key, price in found.items() if price is not None}


def contract_price_find(
    book: PriceBook | None, reference: str, contracts: Contracts
) -> catalog.ModelPrice | None:
    """Return a book's price of a model, with the contract that is pinned for it."""
    price = model_price_find(book, reference)
    if price is None:
        return None
    pinned = contracts.get(price.reference)
    return catalog.with_contract(price, catalog.contract_of(pinned) if pinned else None)


def document_resolve(
    document: Mapping[str, Any], book: PriceBook | None, contracts: Contracts | None = None
) -> dict[str, Any]:
    """Return a scenario document with its references replaced by a book's prices.

    Pinned `contracts` win over list prices. Raises InvalidScenario with the path of each
    reference that the book does not know.
    """
    return catalog.resolve_references(
        document,
        find=lambda reference: contract_price_find(book, reference, contracts or {}),
        known=lambda: list(
            ModelPrice.objects.filter(book=book).values_list("reference", flat=True)
        ),
    )


def references_of(document: Mapping[str, Any]) -> dict[str, str]:
    """Return a document's references to the catalog, by `premium_model` and `small_model`."""
    models = {key: document.get(key) for key in ("premium_model", "small_model")}
    return {
        key: model["catalog"]
        for key, model in models.items()
        if isinstance(model, Mapping) and isinstance(model.get("catalog"), str)
    }
