"""How prices move over the months to come, and when another generation of models is adopted."""

from typing import Annotated, TypeAlias

from costing.engine.inputs.fields import Advanced, Extra, Input, Number, Section, Usd

YearlyChange: TypeAlias = Annotated[float, Number(-0.9999, 10, style="percent")]
Discount: TypeAlias = Annotated[float, Number(0, 10, style="percent")]
Months: TypeAlias = Annotated[float, Number(0, 1200)]


class Outlook(Section):
    """What changes month by month: prices, migrations that come again, the worth of sums."""

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
    discount_ratio_per_year: Discount = Extra(
        "Discount on later sums",
        "% a year",
        "Compounds; of savings and payments alike. 0 counts every month in full.",
        default=0.0,
    )
