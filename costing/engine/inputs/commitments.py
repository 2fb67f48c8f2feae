"""What is committed ahead to those who sell tokens: units of throughput, and spend."""

from functools import partial
from typing import Annotated, TypeAlias

from costing.engine.inputs.fields import Input, Number, Ratio, Section, UnitPrice, Usd

Units: TypeAlias = Annotated[int, Number(0, 1_000_000)]
_Term = partial(Input, is_measured=True)


class Provisioned(Section):
    """Throughput that is paid by the hour, used or not (section 13)."""

    usd_per_unit_hour: UnitPrice = _Term("A unit", "USD per hour")
    tokens_per_minute_per_unit: Annotated[float, Number(0.001, 1e12)] = _Term(
        "A unit carries", "tokens per minute"
    )
    output_token_weight: Annotated[float, Number(0.01, 100)] = _Term(
        "A token of output counts as", "tokens of input", default=1.0
    )
    min_units: Units = _Term("At least", "units", default=1)
    unit_step: Annotated[int, Number(1, 1_000_000)] = _Term("In steps of", "units", default=1)
    months: Annotated[float, Number(0, 1200)] = _Term(
        "Term", "months", "Its price holds so long.", default=1.0
    )
    units: Units | None = _Term(
        "Bought", "units", default=None, empty="the number that costs least"
    )


class Commitment(Section):
    """Spend on tokens that is paid in any case, and the discount above it (section 13)."""

    committed_usd_per_month: Usd = Input(
        "Committed",
        "USD per month",
        "To those who sell tokens; paid in any case.",
        default=0.0,
    )
    commitment_discount_ratio: Ratio = Input(
        "Discount", "% of what is above", "On what tokens cost beyond.", default=0.0
    )
