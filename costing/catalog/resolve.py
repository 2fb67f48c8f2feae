"""Replaces catalog references in a scenario document by explicit prices; must not import Django."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from difflib import get_close_matches
from typing import Any

from costing.catalog.genai_prices import find_price, list_prices
from costing.catalog.prices import ModelPrice
from costing.engine import InvalidScenario
from costing.engine.inputs import BESIDE_REFERENCE, referring_models

MAX_REFERENCE_LENGTH = 200
_NEAR_MATCHES = 5
_NOT_BOTH = "Give either a catalog reference or explicit prices, not both."
_SHAPE = "Give a reference as <provider>:<model>."


def resolve_catalog(document: Mapping[str, object], as_of: date) -> dict[str, Any]:
    """The scenario (section 1) with every `{"catalog": …}` replaced by the list prices of `as_of`.

    What else the document says of the model stays. Prices are USD per million tokens.

    Raises InvalidScenario with the path of each unknown one.
    """
    return resolve_references(
        document,
        find=lambda reference: find_price(reference, as_of),
        known=lambda: [price.reference for price in list_prices(as_of)],
    )


def resolve_references(
    document: Mapping[str, object],
    *,
    find: Callable[[str], ModelPrice | None],
    known: Callable[[], Sequence[str]],
) -> dict[str, Any]:
    """The scenario with its references replaced by the prices that `find` returns.

    `known` lists all references, for the errors.
    """
    resolved = dict(document)
    fields: dict[str, list[str]] = {}
    for key, model in referring_models(document):
        reference = model["catalog"]
        price = find(reference) if _is_reference(reference) else None
        stated = {name: value for name, value in model.items() if name in BESIDE_REFERENCE}
        for name in sorted(str(name) for name in set(model) - {"catalog", *stated}):
            fields[f"{key}.{name}"] = [_NOT_BOTH]
        if price is None:
            fields[f"{key}.catalog"] = [_unknown(reference, known)]
        else:
            _put(resolved, key, _as_numbers(price.terms()) | stated)
    if fields:
        raise InvalidScenario(fields)
    return resolved


def _put(document: dict[str, Any], path: str, prices: dict[str, Any]) -> None:
    """Put a model's prices in the place of its reference; what holds it is not changed itself."""
    if "." not in path:
        document[path] = prices
        return
    listed, place, section = path.split(".")
    applications = list(document[listed])
    applications[int(place)] = {**applications[int(place)], section: prices}
    document[listed] = applications


def _is_reference(reference: object) -> bool:
    return isinstance(reference, str) and len(reference) <= MAX_REFERENCE_LENGTH


def _unknown(reference: object, known: Callable[[], Sequence[str]]) -> str:
    if not _is_reference(reference):
        return _SHAPE
    wanted, names = str(reference).strip().lower(), known()
    # Those that resemble it, the same provider's first.
    own = [name for name in names if name.startswith(f"{wanted.partition(':')[0]}:")]
    near = get_close_matches(wanted, own, n=_NEAR_MATCHES, cutoff=0.5)
    near = near or get_close_matches(wanted, names, n=_NEAR_MATCHES, cutoff=0.6)
    advice = f"Did you mean {', '.join(near)}?" if near else _SHAPE
    return f"The catalog has no model {str(reference)!r} on that date. {advice}"


def _as_numbers(value: Any) -> Any:
    """JSON numbers for the engine, which works in float64."""
    if isinstance(value, Decimal):
        return float(value)
    if isinstance(value, dict):
        return {key: _as_numbers(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_as_numbers(item) for item in value]
    return value
