"""Contract prices in place of list prices; must not import Django."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any

from costing.catalog.lints import plain
from costing.catalog.prices import CONTRACT, ModelPrice

FIGURES = (
    "input_usd_per_mtok",
    "output_usd_per_mtok",
    "cache_read_usd_per_mtok",
    "cache_write_usd_per_mtok",
    "batch_discount_ratio",
)


@dataclass(frozen=True)
class Contract:
    """What was negotiated for one model: the figures that differ from the list, and since when.

    `valid_until` is the last day; None: until further notice.
    """

    id: str
    reference: str
    figures: Mapping[str, Decimal]
    valid_from: date
    valid_until: date | None = None
    is_of_one_client: bool = False

    def document(self) -> dict[str, Any]:
        """All of it as JSON values; figures as texts that keep every digit."""
        return {
            "id": self.id,
            "reference": self.reference,
            "figures": {name: str(value) for name, value in self.figures.items()},
            "valid_from": self.valid_from.isoformat(),
            "valid_until": self.valid_until.isoformat() if self.valid_until else None,
            "is_of_one_client": self.is_of_one_client,
        }


def contract_of(document: Mapping[str, Any]) -> Contract:
    """The contract that `document` gave."""
    until = document["valid_until"]
    return Contract(
        id=document["id"],
        reference=document["reference"],
        figures={name: Decimal(value) for name, value in document["figures"].items()},
        valid_from=date.fromisoformat(document["valid_from"]),
        valid_until=date.fromisoformat(until) if until else None,
        is_of_one_client=document["is_of_one_client"],
    )


def with_contract(price: ModelPrice, contract: Contract | None) -> ModelPrice:
    """The price with the contract's figures in place of the list's, which stay beside it.

    Tiers stay as listed: a contract says nothing of calls above a threshold.
    """
    if contract is None:
        return price
    changed: dict[str, Any] = {
        name: value for name, value in contract.figures.items() if name in FIGURES
    }
    return replace(
        price,
        kind=CONTRACT,
        listed=price,
        contract=contract,
        batch_input_usd_per_mtok=None,
        batch_output_usd_per_mtok=None,
        notes=(*price.notes, _note(price, contract)),
        **changed,
    )


def _note(price: ModelPrice, contract: Contract) -> str:
    whose = "the client's" if contract.is_of_one_client else "the firm's"
    until = f" until {contract.valid_until.isoformat()}" if contract.valid_until else ""
    listed = (
        f"list price {plain(price.input_usd_per_mtok)} in, {plain(price.output_usd_per_mtok)} out"
    )
    tiers = ", which stays above its thresholds" if price.tiers else ""
    since = contract.valid_from.isoformat()
    return f"{whose} contract price since {since}{until} instead of the {listed}{tiers}"
