"""Who asks for a shared pool in which hour of the week; must not import Django."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from costing.engine import Estimate
from costing.engine.bills import lever_sets
from costing.engine.pool import pool_week
from costing.engine.strategies import bill_of
from costing.engine.units import HOURS_PER_DAY
from costing.scenarios.content.titles import STRATEGY_PHRASES
from presentation.charts import Layer
from presentation.charts.week import DAYS
from presentation.numbers import ratio_percent
from presentation.wording import counted, first_upper

MOST_NAMED = 8


@dataclass(frozen=True)
class HoursRow:
    """Replicas over the hours of a week: wanted by one application, by all, or paid for."""

    title: str
    hours: Sequence[float]

    @property
    def mean(self) -> float:
        return sum(self.hours) / len(self.hours)

    @property
    def most(self) -> float:
        return max(self.hours)

    @property
    def at(self) -> str:
        """The first hour at its most: `Mon 09:00`."""
        day, hour = divmod(self.hours.index(self.most), HOURS_PER_DAY)
        return f"{DAYS[day]} {hour:02}:00"


@dataclass(frozen=True)
class PoolHours:
    """The week of a pool in one strategy: who wants its replicas, and how many are paid for."""

    strategy: str
    wanted: Sequence[HoursRow]
    paid: Sequence[float]

    @cached_property
    def named(self) -> list[HoursRow]:
        """The applications, those that want most first; few by name and the rest together."""
        ordered = sorted(self.wanted, key=lambda row: -row.mean)
        named, rest = ordered[:MOST_NAMED], ordered[MOST_NAMED:]
        return [*named, _sum(f"{counted(len(rest), 'other')} together", rest)] if rest else named

    @property
    def layers(self) -> list[Layer]:
        return [Layer(row.title, row.hours) for row in self.named]

    @property
    def rows(self) -> list[HoursRow]:
        """What is drawn, as numbers."""
        whole = _sum("All applications", self.wanted)
        return [*self.named, whole, HoursRow("Paid for", self.paid)]

    @property
    def finding(self) -> str:
        """How much of what is paid for is wanted, and by whom most."""
        *_, whole, paid = self.rows
        used, most = ratio_percent(whole.mean / paid.mean), self.named[0].title
        return f"Over the week {used} of the replicas paid for are wanted, most by {most}"

    @property
    def basis(self) -> str:
        *_, paid = self.rows
        return (
            f"{first_upper(STRATEGY_PHRASES[self.strategy])} with one pool of at most"
            f" {counted(paid.most, 'replica')}, by hour; what is wanted has room for peaks within"
            " the hour and keeps to the highest utilization."
        )


def _sum(title: str, rows: Sequence[HoursRow]) -> HoursRow:
    return HoursRow(title, [sum(hour) for hour in zip(*(row.hours for row in rows), strict=True)])


def pool_hours(estimate: Estimate, strategy: str) -> PoolHours | None:
    """The week of the pool in a strategy; None where none of its applications uses one."""
    scenario = estimate.scenario
    bill = bill_of(scenario, lever_sets((scenario.priced_as(strategy),)))
    using = {
        part.key: part.demand
        for part in bill.parts
        if part.demand is not None and part.demand.calls[0] > 0.0
    }
    if scenario.pool is None or not using:
        return None
    week, titles = pool_week([*using.values()], scenario.pool, 0), scenario.application_titles
    if not week.paid.any():
        return None
    rows = [
        HoursRow(titles[key], hours.tolist()) for key, hours in zip(using, week.wanted, strict=True)
    ]
    return PoolHours(strategy, rows, week.paid.tolist())
