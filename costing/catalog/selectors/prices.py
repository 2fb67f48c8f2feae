"""Reads of the prices in price books."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.db.models import Q, QuerySet

from costing import catalog
from costing.catalog import mapping
from costing.catalog.models import ModelPrice, PriceBook

OPTIONS_A_SEARCH = 40
LONGEST_REFERENCE = 200
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
    return model_prices_find(book, {"model": reference}).get("model")


def model_prices_find(
    book: PriceBook | None, references: Mapping[str, str], contracts: Contracts | None = None
) -> dict[str, catalog.ModelPrice]:
    """Return the prices of those references that a book knows, under the keys they came with.

    `contracts` are those that a scenario pinned: they replace the list prices of their models.
    """
    given = {key: reference.strip().replace("\0", "") for key, reference in references.items()}
    given = {key: name for key, name in given.items() if 0 < len(name) <= LONGEST_REFERENCE}
    if book is None or not given:
        return {}
    canonical = {name: catalog.canonical_reference(name) or name for name in given.values()}
    is_name = Q(reference__in=set(canonical.values()))
    for name in canonical:
        is_name |= Q(reference__iexact=name)
    rows = list(ModelPrice.objects.filter(is_name, book=book).order_by("reference"))
    found = {key: _row_of(name, canonical[name], rows) for key, name in given.items()}
    return {
        key: _with_pinned(mapping.price_of_row(row, book), contracts or {})
        for key, row in found.items()
        if row is not None
    }


def _row_of(given: str, canonical: str, rows: Sequence[ModelPrice]) -> ModelPrice | None:
    """Return the row of a model; a book may list it and its dated release apart.

    The name as it was given comes first, then in other letters, then the catalog's.
    """
    named = [row for row in rows if row.reference.lower() == given.lower()]
    exact = next((row for row in named if row.reference == given), None)
    own = next((row for row in rows if row.reference == canonical), None)
    return exact or next(iter(named), own)


def _with_pinned(price: catalog.ModelPrice, contracts: Contracts) -> catalog.ModelPrice:
    pinned = contracts.get(price.reference)
    return catalog.with_contract(price, catalog.contract_of(pinned) if pinned else None)


def document_resolve(
    document: Mapping[str, Any], book: PriceBook | None, contracts: Contracts | None = None
) -> dict[str, Any]:
    """Return a scenario document with its references replaced by a book's prices.

    Pinned `contracts` win over list prices. Raises InvalidScenario with the path of each
    reference that the book does not know.
    """
    references = references_of(document)
    found = model_prices_find(book, references, contracts)
    prices = {references[key]: price for key, price in found.items()}
    return catalog.resolve_references(
        document,
        find=prices.get,
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
