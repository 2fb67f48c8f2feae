"""Which calls wait for a pool, how long, and what that spares; must not import Django."""

from dataclasses import dataclass

from costing.engine import SELF_HOSTING, Estimate, Scenario
from costing.engine.bills import Bill, lever_sets
from costing.engine.levers import STRATEGIES
from costing.engine.strategies import bill_of
from presentation.numbers import ratio_percent, usd
from presentation.wording import counted, series

LEAST_TOLD_USD = 0.5


@dataclass(frozen=True)
class Waiting:
    """What waiting spares a pool: USD per month, and the replicas at its peak with and without.

    `who` are the calls in words, at the start of a sentence; `hours` is how long they may wait.
    """

    who: str
    hours: int
    usd_per_month: float
    peak_replicas: int
    peak_replicas_without: int

    @property
    def text(self) -> str:
        """`Calls sent as batch, 80 % of all, may wait up to 24 hours for the pool, …`"""
        fewer = (
            f": {counted(self.peak_replicas, 'replica')} at most in place of"
            f" {self.peak_replicas_without}"
            if self.peak_replicas_without > self.peak_replicas
            else ""
        )
        return (
            f"{self.who} may wait up to {counted(self.hours, 'hour')} for the pool, which takes"
            f" {usd(self.usd_per_month)} a month less{fewer}."
        )


def waiting_of(scenario: Scenario, levers: tuple[str, ...]) -> Waiting | None:
    """What waiting spares a set of levers; None where no call waits, or where it spares nothing."""
    bill = bill_of(scenario, lever_sets((levers,)))
    without, pool = bill.without_deferral(scenario.pool), bill.pool
    if without is None or pool is None or scenario.pool is None or not bill.sets.hosting[0]:
        return None
    spared = float(without.usd[0] - pool.usd[0])
    if spared < LEAST_TOLD_USD:
        return None
    return Waiting(
        who=_who(scenario, bill),
        hours=int(scenario.pool.deferral_hours),
        usd_per_month=spared,
        peak_replicas=int(pool.peak_replicas[0]),
        peak_replicas_without=int(without.peak_replicas[0]),
    )


def _who(scenario: Scenario, bill: Bill) -> str:
    if not scenario.applications:
        return f"Calls sent as batch, {ratio_percent(float(scenario.workload.batch_ratio))} of all,"
    waiting = [
        part.key
        for part, own in zip(scenario.parts, bill.parts, strict=True)
        if own.sets.hosting[0] and part.scenario.workload.batch_ratio
    ]
    titles = [f"“{scenario.application_titles[key]}”" for key in waiting]
    return f"Calls that {series(titles)} {'sends' if len(titles) == 1 else 'send'} as batch"


def waiting_text(estimate: Estimate) -> str:
    """What waiting spares the pool that is recommended, else one that serves all calls.

    Empty where no call waits, or where that moves no figure.
    """
    scenario = estimate.scenario
    if scenario.pool is None or not scenario.pool.deferral_hours:
        return ""
    choice = estimate.recommended
    if SELF_HOSTING in choice.levers:
        found = waiting_of(scenario, choice.priced_as)
        return found.text if found else ""
    found = waiting_of(scenario, STRATEGIES["self_hosted"])
    return f"Were all calls self-hosted: {found.text[0].lower()}{found.text[1:]}" if found else ""
