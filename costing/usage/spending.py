"""Who gets the spend: by the bill, or by a price book without one; must not import Django."""

from collections.abc import Mapping, Sequence
from decimal import Decimal

from costing.usage.figures import ModelUse
from costing.usage.reconciling import BucketPrices


def spend_by_model(
    models: Sequence[ModelUse], prices: Mapping[str, BucketPrices]
) -> dict[str, Decimal] | None:
    """USD by model: as billed where the file says, else as the book prices the tokens.

    None where neither is known of every model that has tokens.
    """
    if any(item.use.billed_usd is not None for item in models):
        return {item.model: item.use.billed_usd or Decimal(0) for item in models}
    spent = {}
    for item in models:
        if any(item.use.tokens) and item.model not in prices:
            return None
        known = prices.get(item.model)
        spent[item.model] = sum(known.cost(item.use.tokens), Decimal(0)) if known else Decimal(0)
    return spent


def top_model_spend_ratio(spent: Mapping[str, Decimal] | None) -> Decimal | None:
    """The largest model's share of the spend, 0 to 1; None where nothing is known to be spent."""
    whole = sum(spent.values(), Decimal(0)) if spent else Decimal(0)
    return max(spent.values()) / whole if spent and whole else None
