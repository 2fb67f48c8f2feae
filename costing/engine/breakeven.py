"""Break-even in time: month by month with growth, until savings cover what the change cost."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from assessments.recommendation import Change, ChangeKind
from costing.engine.arrays import FloatArray
from costing.engine.bills import Bill, LeverSets, lever_sets
from costing.engine.inputs import Scenario, with_requests
from costing.engine.levers import anywhere
from costing.engine.price_paths import at_prices_of, refreshes_usd, worth_today
from costing.engine.results import NO_WORK, BreakEven, EffortDays
from costing.engine.strategies import bill_of
from costing.engine.units import SAME_COST, Figure


@dataclass(frozen=True, slots=True)
class MonthlySaving:
    """The picture of a break-even: one entry per month of the horizon, in USD.

    `invested_usd` is paid at the month's start: the migration in the first, hardware when it is
    bought. `saved_usd` accrues evenly during the month; `cumulative_usd` is the balance at its end.
    """

    requests_per_month: tuple[float, ...]
    invested_usd: tuple[float, ...]
    saved_usd: tuple[float, ...]
    cumulative_usd: tuple[float, ...]


def monthly_saving(
    scenario: Scenario, from_strategy: str, to_strategy: str, effort_days: EffortDays = NO_WORK
) -> MonthlySaving:
    """Section 5: what changing strategy costs and saves, month by month, in USD.

    Cash view: owned hardware is paid when bought, more of it when needed, and amortization leaves
    the monthly cost. Month 1 runs at the scenario's volume and prices; growth and changes of
    prices are compound from there, and every new generation of models is migrated to (section 15).
    A discount makes every sum what it is worth today, and the work of what is switched on is paid
    in the first month (section 17).
    """
    pair = (scenario.priced_as(from_strategy), scenario.priced_as(to_strategy))
    effort = work_usd(scenario, *pair, effort_days)
    return Horizon.of(scenario, pair).saving(*pair, effort)


def work_usd(
    scenario: Scenario, running: tuple[str, ...], other: tuple[str, ...], effort_days: EffortDays
) -> float:
    """Section 17: what it costs in work to switch on the levers that another set has beyond one."""
    levers = [lever for lever in anywhere(other) if lever not in running]
    days = sum(effort_days.get(Change(ChangeKind.SWITCH_ON, each).key, 0.0) for each in levers)
    return days * scenario.usd_per_day


def costs_over_horizon(
    scenario: Scenario, sets: Sequence[tuple[str, ...]]
) -> tuple[FloatArray, FloatArray]:
    """Section 17: USD that each lever set takes at the start, and costs over the whole horizon.

    What runs today has no one-time cost.
    """
    return Horizon.of(scenario, ((), *sets)).costs(sets)


def bills_over_horizon(scenario: Scenario, sets: Sequence[tuple[str, ...]]) -> FloatArray:
    """Section 17: USD that each lever set costs over the whole horizon, where nothing is bought."""
    months = _months(scenario)
    bill = bill_of(_in_months(scenario, months), lever_sets(tuple(dict.fromkeys(sets))))
    usd = (bill.total + refreshes_usd(scenario, months) * bill.sets.hosting) * worth_today(
        scenario, months
    )
    total: FloatArray = usd.sum(axis=0)[[bill.sets.names.index(each) for each in sets]]
    return total


def months_worth(scenario: Scenario) -> float:
    """Section 17: what a dollar of every month of the horizon is worth today, together."""
    return float(worth_today(scenario, _months(scenario)).sum())


def _months(scenario: Scenario) -> FloatArray:
    """The months of the horizon from now, a column."""
    return np.arange(scenario.horizon_months, dtype=np.float64)[:, None]


@dataclass(frozen=True, slots=True)
class Horizon:
    """Lever sets over the months of the horizon: a row a month, a column a set, in USD.

    `worth` is what a dollar of each month is worth today.
    """

    sets: LeverSets
    requests: FloatArray
    usd: FloatArray
    purchases_usd: FloatArray
    migration_usd: float
    worth: FloatArray

    @classmethod
    def of(cls, scenario: Scenario, names: Sequence[tuple[str, ...]]) -> "Horizon":
        """Some lever sets in every month at its volume and prices."""
        months = _months(scenario)
        moved = _in_months(scenario, months)
        sets = lever_sets(tuple(dict.fromkeys(names)))
        bill = bill_of(_cash_view(moved), sets)
        purchases = _purchases(moved, bill) + refreshes_usd(scenario, months) * sets.hosting
        requests = np.asarray(moved.workload.requests_per_month)[:, 0]
        migration = 0.0 if scenario.pool is None else scenario.pool.migration_usd
        worth = worth_today(scenario, months)
        return cls(sets, requests, bill.total, purchases, migration, worth)

    def _against(
        self, running: tuple[str, ...], others: Sequence[tuple[str, ...]]
    ) -> tuple[FloatArray, FloatArray]:
        """USD invested and saved by month in other sets than the one that runs."""
        at, hosting = self.sets.names.index(running), self.sets.hosting
        columns = [self.sets.names.index(each) for each in others]
        invested = self.purchases_usd.take(columns, axis=1) - self.purchases_usd[:, [at]]
        if not hosting[at]:
            invested[0] += np.where(hosting[columns], self.migration_usd, 0.0)
        saved = self.usd[:, [at]] - self.usd.take(columns, axis=1)
        return invested * self.worth, saved * self.worth

    def costs(self, sets: Sequence[tuple[str, ...]]) -> tuple[FloatArray, FloatArray]:
        """Section 17: USD that each set takes at the start, and costs over the whole horizon."""
        invested, saved = self._against((), sets)
        total: FloatArray = (invested - saved).sum(axis=0)
        return invested[0], total

    def saving(
        self, running: tuple[str, ...], other: tuple[str, ...], effort_usd: float = 0.0
    ) -> MonthlySaving:
        """What changing from one set to another costs and saves; its work is paid at the start."""
        both = self._against(running, (other,))
        invested, saved = (part[:, 0] for part in both)
        invested[0] += effort_usd
        return MonthlySaving(
            requests_per_month=tuple(self.requests.tolist()),
            invested_usd=tuple(invested.tolist()),
            saved_usd=tuple(saved.tolist()),
            cumulative_usd=tuple(np.cumsum(saved - invested).tolist()),
        )


def _in_months(scenario: Scenario, months: Figure) -> Scenario:
    """The scenario at the volumes and prices of these months from now, a column."""
    growth = 1.0 + scenario.workload.monthly_growth_ratio
    requests = scenario.workload.requests_per_month * growth**months
    return at_prices_of(with_requests(scenario, requests), months)


def first_cheaper_month(scenario: Scenario, from_strategy: str, to_strategy: str) -> int | None:
    """Section 15: the first month of the horizon whose bill is lower under the second strategy.

    At the month's volume and prices, one-time costs aside; 1 is the first month, None is never.
    """
    names = (scenario.priced_as(from_strategy), scenario.priced_as(to_strategy))
    months = _months(scenario)
    return _first_lower(*bill_of(_in_months(scenario, months), lever_sets(names)).total.T)


def first_lower_month(
    running: tuple[Scenario, tuple[str, ...]], other: tuple[Scenario, tuple[str, ...]]
) -> int | None:
    """Section 15: the same of two lever sets, each priced in a scenario of its own."""
    return _first_lower(
        *(
            bill_of(_in_months(scenario, _months(scenario)), lever_sets((levers,))).total[:, 0]
            for scenario, levers in (running, other)
        )
    )


def _first_lower(before: FloatArray, after: FloatArray) -> int | None:
    cheaper = np.flatnonzero(after < before * (1.0 - SAME_COST))
    return int(cheaper[0]) + 1 if cheaper.size else None


def _cash_view(scenario: Scenario) -> Scenario:
    """The scenario with owned hardware costing only its electricity."""
    if scenario.pool is None or not scenario.pool.is_owned:
        return scenario
    pool = scenario.pool.model_copy(update={"hardware_usd_per_instance": 0.0})
    return scenario.model_copy(update={"pool": pool})


def _purchases(scenario: Scenario, bill: Bill) -> FloatArray:
    """USD of hardware bought at the start of each month, by month and strategy."""
    hardware = None if scenario.pool is None else scenario.pool.hardware_usd_per_instance
    if scenario.pool is None or hardware is None or bill.pool is None:
        return np.zeros_like(bill.total)
    replicas = np.where(bill.sets.hosting, bill.pool.peak_replicas, 0.0)
    owned = np.maximum.accumulate(replicas * scenario.pool.instances_per_replica, axis=0)
    return np.diff(owned, axis=0, prepend=0.0) * hardware


def break_evens(
    scenario: Scenario,
    pairs: Sequence[tuple[str, str]],
    horizon: Horizon,
    effort_days: EffortDays = NO_WORK,
) -> tuple[BreakEven, ...]:
    """Section 5: when cumulated savings cover migration, hardware and work, within the horizon."""
    found = []
    for before, after in pairs:
        sets = scenario.priced_as(before), scenario.priced_as(after)
        saving = horizon.saving(*sets, work_usd(scenario, *sets, effort_days))
        usd = saving.cumulative_usd[-1]
        found.append(BreakEven(before, after, _covered_in(saving), scenario.horizon_months, usd))
    return tuple(found)


def _covered_in(saving: MonthlySaving) -> float | None:
    balance = 0.0
    months = zip(saving.invested_usd, saving.saved_usd, strict=True)
    for month, (invested, saved) in enumerate(months):
        balance -= invested
        if saved > 0.0 and balance + saved >= 0.0:
            return month + max(0.0, -balance) / saved
        balance += saved
    return None
