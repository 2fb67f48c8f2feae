"""Several applications of a result in words: what each costs, and the levers it should run."""

from dataclasses import dataclass
from functools import cached_property

from costing.engine import CURRENT, Estimate
from costing.engine.bills import SHARED, lever_sets
from costing.engine.levers import HOSTED_STRATEGIES
from costing.engine.strategies import bill_of
from costing.engine.units import SAME_COST
from costing.scenarios.content.pool_hours import PoolHours, deferral_texts, hosted_week
from costing.scenarios.content.steps import EACH_WHAT_SUITS
from costing.scenarios.content.titles import STRATEGY_PHRASES, lever_series
from presentation.charts import Bar
from presentation.numbers import usd
from presentation.wording import first_upper

SMALLER_DISCOUNT = (
    "All share the discount above the committed spend: the less they spend together, the less of it"
    " is left for each, so an application may cost more without a change of its own."
)

FEWER_UNITS = (
    "Applications share provisioned units: the fewer calls they send together, the fewer units pay,"
    " so an application may cost more without a change of its own."
)


@dataclass(frozen=True)
class ApplicationRow:
    """An application, or what all of them pay once, with today's cost; and the levers advised.

    `advised_usd_per_month` is its cost with what is recommended today, where that is a change.
    """

    title: str
    usd_per_month: float
    levers: str = ""
    advised_usd_per_month: float | None = None
    requests_per_month: float | None = None

    @property
    def then_usd_per_month(self) -> float:
        """Its cost with what is recommended today, which may be what runs."""
        advised = self.advised_usd_per_month
        return self.usd_per_month if advised is None else advised


@dataclass(frozen=True)
class Applications:
    """What a page tells of a result's applications."""

    estimate: Estimate

    @cached_property
    def rows(self) -> list[ApplicationRow]:
        """The applications as they stand, and what all pay once where they do."""
        titles = {**self.estimate.scenario.application_titles, SHARED: "Paid once for all"}
        best, split = self.estimate.by_application, self.estimate.strategies[CURRENT].by_application
        chosen, advised = {} if best is None else best.levers, self._advised
        workloads = {part.key: part.scenario.workload for part in self.estimate.scenario.parts}
        # In the scenario's order: the database keeps none of a mapping.
        return [
            ApplicationRow(
                title,
                split[key],
                first_upper(lever_series(chosen[key])) if key in chosen else "",
                advised.get(key),
                workloads[key].requests_per_month if key in workloads else None,
            )
            for key, title in titles.items()
            if key in split and (split[key] or advised.get(key) or key != SHARED)
        ]

    @property
    def _advised(self) -> dict[str, float]:
        """USD per month by application with what is recommended today; empty without a change."""
        scenario, today = self.estimate.scenario, self.estimate.recommended_today
        if today.levers == scenario.levers_of(CURRENT) and not today.by_application:
            return {}
        return bill_of(scenario, lever_sets((today.priced_as,))).by_application(0)

    @property
    def has_advice(self) -> bool:
        """Whether the rows say what is recommended today too."""
        return self.rows[0].advised_usd_per_month is not None

    @property
    def bars(self) -> list[Bar]:
        """Each as it stands and, where a change is recommended today, with it below."""
        if not self.has_advice:
            return [Bar(row.title, row.usd_per_month) for row in self.rows]
        return [
            bar
            for row in self.rows
            for bar in (
                Bar(row.title, row.usd_per_month, is_current=True),
                Bar("", row.advised_usd_per_month, is_recommended=True),
            )
        ]

    @property
    def finding(self) -> str:
        """Which application costs most today."""
        own = (row for row in self.rows if row.requests_per_month is not None)
        most = max(own, key=lambda row: row.usd_per_month)
        return f"{most.title} costs most today, {usd(most.usd_per_month)} a month"

    @property
    def note(self) -> str:
        """That applications run different levers, how sure that choice is, and whose bill rises."""
        notes = (self._choice_note, self._commitment_note, self._units_note)
        return " ".join(filter(None, notes))

    @property
    def _choice_note(self) -> str:
        today, best = self.estimate.recommended_today, self.estimate.by_application
        if best is None or not today.by_application:
            return ""
        if best.gap_usd_per_month > 0.0:
            gap = usd(best.gap_usd_per_month)
            return f"{EACH_WHAT_SUITS}; no other choice costs less by more than {gap}."
        return f"{EACH_WHAT_SUITS}; no other choice costs less."

    @property
    def _commitment_note(self) -> str:
        """Why an application that changes nothing may cost more: all of them share one discount."""
        terms = self.estimate.scenario.commitment
        if terms is None or not terms.commitment_discount_ratio:
            return ""
        return SMALLER_DISCOUNT if self._is_one_dearer else ""

    @property
    def _units_note(self) -> str:
        """Why it may cost more where units are bought, whose price all applications share."""
        is_shared = any(part.shared_units for part in self.estimate.scenario.parts)
        return FEWER_UNITS if is_shared and self._is_one_dearer else ""

    @property
    def _is_one_dearer(self) -> bool:
        """Whether an application costs more with what is recommended today."""
        return self.has_advice and any(
            row.then_usd_per_month > row.usd_per_month * (1.0 + SAME_COST)
            for row in self.rows
            if row.requests_per_month is not None
        )

    @property
    def pool_hours(self) -> PoolHours | None:
        """The week of the pool in its cheapest strategy; None where none has one."""
        return hosted_week(self.estimate)

    @property
    def pooling(self) -> list[str]:
        """What one pool for all spares, and that calls wait for it, by strategy."""
        found = []
        for name in HOSTED_STRATEGIES:
            cost = self.estimate.strategies.get(name)
            spared = cost.pooling_usd_per_month if cost else None
            if spared is None:
                continue
            verb = "less" if spared >= 0.0 else "more"
            subject = first_upper(STRATEGY_PHRASES[name])
            found.append(
                f"{subject} takes {usd(abs(spared))} a month {verb} with one pool for all than with"
                " a pool for each application."
            )
        return [*found, *deferral_texts(self.estimate)]


def applications_of(estimate: Estimate) -> Applications | None:
    """What to tell of them; None for a scenario of one workload."""
    return Applications(estimate) if estimate.scenario.applications else None
