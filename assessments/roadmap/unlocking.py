"""What raising each dimension is worth in money; must not import Django."""

from collections.abc import Mapping
from dataclasses import dataclass

from assessments.framework import Framework

CostsByLevers = Mapping[frozenset[str], float]
# Two sums of money apart by less are one.
CENT = 0.005


@dataclass(frozen=True)
class Unlocked:
    """What one dimension at `level` would take off the month, all else as it stands.

    `levers` are those that the cheapest set then adds; `level` is the highest that a lever asks
    of the dimension, None where none asks.
    """

    dimension: str
    level: int | None
    is_met: bool
    usd_per_month: float
    levers: tuple[str, ...]


@dataclass(frozen=True)
class MaturityValue:
    """What maturity holds back: by dimension, and with all of them raised together.

    `today_usd_per_month` is the cheapest set that the scores allow; `usd_per_month` is what the
    month costs less once every lever is allowed.
    """

    today_usd_per_month: float
    dimensions: tuple[Unlocked, ...]
    usd_per_month: float
    levers: tuple[str, ...]

    @property
    def is_worth_money(self) -> bool:
        """Whether anything is held back that pays."""
        return self.usd_per_month > CENT

    @property
    def needs_several(self) -> bool:
        """Whether no single dimension unlocks all of it."""
        best = max((each.usd_per_month for each in self.dimensions), default=0.0)
        return self.usd_per_month - best > CENT


def maturity_value(
    framework: Framework,
    usd_per_month_by_levers: CostsByLevers,
    maturity: Mapping[str, float | None],
) -> MaturityValue:
    """The cheapest set allowed today less the cheapest allowed with more maturity, USD per month.

    `maturity` are the scores from 1 to 5 by dimension, None where there is none. Each dimension is
    raised alone to the highest level that a lever asks of it, then all together (cost model,
    section 5: recommendation; framework: levers, and what they ask of maturity).
    """
    asked = _asked(framework)
    today = _cheapest(framework, usd_per_month_by_levers, maturity)
    raised = {key: _raised(maturity, {key: asked[key]}) for key in asked}
    dimensions = tuple(
        _unlocked(framework, usd_per_month_by_levers, maturity, today, each.key, asked, raised)
        for each in framework.dimensions
    )
    best = _cheapest(framework, usd_per_month_by_levers, _raised(maturity, asked))
    return MaturityValue(
        today_usd_per_month=usd_per_month_by_levers[today],
        dimensions=dimensions,
        usd_per_month=usd_per_month_by_levers[today] - usd_per_month_by_levers[best],
        levers=_in_order(framework, best - today),
    )


def _unlocked(
    framework: Framework,
    costs: CostsByLevers,
    maturity: Mapping[str, float | None],
    today: frozenset[str],
    key: str,
    asked: Mapping[str, int],
    raised: Mapping[str, Mapping[str, float | None]],
) -> Unlocked:
    if key not in asked:
        return Unlocked(key, None, True, 0.0, ())
    best = _cheapest(framework, costs, raised[key])
    is_met = (maturity.get(key) or 0.0) >= asked[key]
    saved = costs[today] - costs[best]
    return Unlocked(key, asked[key], is_met, saved, _in_order(framework, best - today))


def _asked(framework: Framework) -> dict[str, int]:
    """The highest level that any lever asks of each dimension."""
    asked: dict[str, int] = {}
    for lever in framework.levers:
        for dimension, level in lever.requires.items():
            asked[dimension] = max(level, asked.get(dimension, level))
    return asked


def _raised(
    maturity: Mapping[str, float | None], levels: Mapping[str, int]
) -> dict[str, float | None]:
    """The scores with some dimensions lifted to a level; none is lowered."""
    lifted = {key: max(maturity.get(key) or 0.0, float(level)) for key, level in levels.items()}
    return {**maturity, **lifted}


def _cheapest(
    framework: Framework, costs: CostsByLevers, maturity: Mapping[str, float | None]
) -> frozenset[str]:
    """The cheapest set of levers that the scores allow; of equals, the one with fewer levers."""
    forbidden = {
        lever.key
        for lever in framework.levers
        if any((maturity.get(key) or 0.0) < level for key, level in lever.requires.items())
    }
    allowed = [levers for levers in costs if not levers & forbidden]
    order = [lever.key for lever in framework.levers]
    return min(allowed, key=lambda set_: (costs[set_], len(set_), sorted(map(order.index, set_))))


def _in_order(framework: Framework, levers: frozenset[str]) -> tuple[str, ...]:
    return tuple(lever.key for lever in framework.levers if lever.key in levers)
