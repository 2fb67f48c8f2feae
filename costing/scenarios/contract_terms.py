"""How long a scenario's prices of models hold by contract; must not import Django."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from costing.catalog.origins import Origin, Origins
from costing.catalog.prices import ModelPrice
from costing.engine.inputs import Basis, Stated
from presentation.numbers import months
from presentation.wording import day

CONTRACT_MONTHS = "outlook.api_contract_months"
DAYS_OF_MONTH = 365.25 / 12


@dataclass(frozen=True)
class ContractEnd:
    """The last day on which all models have a contract's price, and the months until then."""

    on: date
    months: float

    @property
    def origin(self) -> Origin:
        """Where the months come from, as a scenario keeps it."""
        return Origin(basis=Basis.CONTRACT, label=f"Contract prices end on {day(self.on)}")

    @property
    def hint(self) -> str:
        """What a person may enter."""
        return f"The contract prices of the models end on {day(self.on)}, in {self.duration}."

    @property
    def duration(self) -> str:
        """Seen from the assessment’s day: `7.1 months`."""
        return months(self.months)


def contract_end(
    stated: Stated, prices: Mapping[str, ModelPrice], as_of: date
) -> ContractEnd | None:
    """When the first of a scenario's contract prices ends, seen from a day.

    `prices` are by the path of the model. None where a model has a list price or one of its own, or
    a contract until further notice, and where they are over.
    """
    overrides = [prices[path].override if path in prices else None for path in stated.models()]
    ends = [each.valid_until for each in overrides if each is not None]
    known = [end for end in ends if end is not None]
    if not overrides or len(known) < len(overrides) or min(known) < as_of:
        return None
    last = min(known)
    return ContractEnd(last, round(((last - as_of).days + 1) / DAYS_OF_MONTH, 1))


def months_to_put(stated: Stated, origins: Origins, end: ContractEnd | None) -> float | None:
    """The months by contract where prices move and nobody entered others; None for no change."""
    if end is None or not isinstance(stated.at("outlook"), Mapping):
        return None
    entered = stated.at(CONTRACT_MONTHS)
    origin = origins.get(CONTRACT_MONTHS)
    is_derived = origin is not None and origin.basis is Basis.CONTRACT
    if entered == end.months or not (entered is None or is_derived):
        return None
    return end.months
