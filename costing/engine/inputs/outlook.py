"""How prices move over the months to come, and when another generation of models is adopted."""

from typing import Annotated, TypeAlias

from costing.engine.inputs.fields import Advanced, Input, Number, Section, Usd

YearlyChange: TypeAlias = Annotated[float, Number(-0.9999, 10, style="percent")]
Months: TypeAlias = Annotated[float, Number(0, 1200)]


class Outlook(Section):
    """Prices that change month by month, and migrations that come again (section 15)."""

    api_price_change_per_year_ratio: YearlyChange = Input(
        "Prices of models",
        "% a year",
        "Compounds; -30 where they become 30 % cheaper a year.",
        default=0.0,
    )
    gpu_price_change_per_year_ratio: YearlyChange = Input(
        "Prices of capacity",
        "% a year",
        "Compounds; of rented instances, and of hardware that is bought later.",
        default=0.0,
    )
    api_contract_months: Months = Advanced(
        "Models' prices hold for", "months", "The term of a contract.", default=0.0
    )
    gpu_contract_months: Months = Advanced(
        "Capacity's price holds for", "months", "The term of a contract.", default=0.0
    )
    refresh_months: Annotated[int, Number(1, 1200)] | None = Input(
        "New generation of models every",
        "months",
        "The pool then migrates to it.",
        default=None,
        empty="never",
    )
    refresh_usd: Usd = Input(
        "Such a migration", "USD, each", default=0.0, only_with="refresh_months"
    )
