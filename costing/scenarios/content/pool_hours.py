"""Who asks for a pool in which hour of the week, and who waits; must not import Django."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from costing.engine import Estimate
from costing.engine.bills import lever_sets
from costing.engine.inputs.pool import Pool
from costing.engine.levers import HOSTED_STRATEGIES
from costing.engine.pool import WaitingWeek, pool_week
from costing.engine.strategies import bill_of
from costing.engine.units import HOURS_PER_DAY
from costing.scenarios.content.titles import STRATEGY_PHRASES
from presentation.charts import Layer
from presentation.charts.week import DAYS
from presentation.numbers import ratio_percent, usd
from presentation.wording import counted, first_upper

MAX_NAMED = 8
URGENT, SERVED = "Calls that may not wait", "Calls that may wait, as served"
LEAST_TOLD_USD = 0.5


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
    """The week of a pool in one strategy: who wants its replicas, and how many are paid for.

    Where calls may wait, `waiting` are those as they are served and the room for peaks of others,
    `come` are they as they come.
    """

    strategy: str
    wanted: Sequence[HoursRow]
    paid: Sequence[float]
    waiting: Sequence[HoursRow] = ()
    come: HoursRow | None = None
    deferral_hours: int = 0
    has_applications: bool = True

    @cached_property
    def named(self) -> list[HoursRow]:
        """The applications, those that want most first; few by name and the rest together."""
        ordered = sorted(self.wanted, key=lambda row: -row.mean)
        most = MAX_NAMED - len(self.waiting)
        named, rest = ordered[:most], ordered[most:]
        return [*named, _sum(f"{counted(len(rest), 'other')} together", rest)] if rest else named

    @property
    def layers(self) -> list[Layer]:
        return [Layer(row.title, row.hours) for row in (*self.named, *self.waiting)]

    @property
    def _whole(self) -> HoursRow:
        title = "All applications" if self.has_applications else "All calls"
        return _sum(title, [*self.wanted, *self.waiting])

    @property
    def _paid(self) -> HoursRow:
        return HoursRow("Paid for", self.paid)

    @property
    def rows(self) -> list[HoursRow]:
        """What is drawn, as numbers."""
        come = () if self.come is None else (self.come,)
        return [*self.named, *self.waiting, self._whole, self._paid, *come]

    @property
    def finding(self) -> str:
        """How much of what is paid for is wanted, and by whom most."""
        paid = self._paid.mean
        words = (
            f"Over the week {ratio_percent(self._whole.mean / paid)} of the replicas paid for are"
            " wanted"
        )
        if self.waiting:
            return f"{words}, {ratio_percent(self.waiting[0].mean / paid)} by calls that may wait"
        return f"{words}, most by {self.named[0].title}"

    @property
    def basis(self) -> str:
        words = (
            f"{first_upper(STRATEGY_PHRASES[self.strategy])} with one pool of at most"
            f" {counted(self._paid.most, 'replica')}, by hour; what is wanted has room for peaks"
            " within the hour and keeps to the highest utilization."
        )
        return f"{words} {self._deferral}" if self.waiting else words

    @property
    def _deferral(self) -> str:
        """How calls that may wait are served."""
        if self.come is not None and self.waiting[0].hours == self.come.hours:
            return "Calls sent as batch are served in their hour, between the peaks of the others."
        return (
            f"Calls sent as batch wait up to {counted(self.deferral_hours, 'hour')} for replicas"
            " that others leave free."
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
        HoursRow(titles.get(key, URGENT), hours.tolist())
        for key, hours in zip(using, week.wanted, strict=True)
    ]
    found = PoolHours(strategy, rows, week.paid.tolist())
    return found if week.waiting is None else _with_waiting(found, week.waiting, scenario.pool)


def _with_waiting(found: PoolHours, week: WaitingWeek, pool: Pool) -> PoolHours:
    layers = [HoursRow(SERVED, week.served.tolist())]
    if week.room.any():
        layers.append(HoursRow("Room for peaks", week.room.tolist()))
    return replace(
        found,
        wanted=[row for row in found.wanted if any(row.hours)],
        waiting=layers,
        come=HoursRow("Calls that may wait, as they come", week.come.tolist()),
        deferral_hours=pool.deferral_hours,
        has_applications=[row.title for row in found.wanted] != [URGENT],
    )


def hosted_week(estimate: Estimate) -> PoolHours | None:
    """The week of the pool in its cheapest strategy; None where none has one."""
    costs = estimate.strategies
    priced = [name for name in HOSTED_STRATEGIES if name in costs]
    if not priced:
        return None
    return pool_hours(estimate, min(priced, key=lambda name: costs[name].usd_per_month))


def deferral_texts(estimate: Estimate) -> list[str]:
    """What it spares that calls wait, by strategy."""
    found = []
    for name in HOSTED_STRATEGIES:
        cost = estimate.strategies.get(name)
        if cost is None or cost.deferral_usd_per_month is None:
            continue
        subject, usd_less = first_upper(STRATEGY_PHRASES[name]), cost.deferral_usd_per_month
        before = counted(cost.peak_replicas_without_deferral or 0, "replica")
        now = counted(cost.peak_replicas or 0, "replica")
        if usd_less < LEAST_TOLD_USD:
            found.append(f"{subject} takes as much whether calls sent as batch wait or not.")
            continue
        found.append(
            f"{subject} takes {usd(usd_less)} a month less as calls sent as batch wait: at most"
            f" {now} where they would otherwise be {before}."
            if before != now
            else f"{subject} takes {usd(usd_less)} a month less as calls sent as batch wait."
        )
    return found
