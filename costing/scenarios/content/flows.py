"""The way of a month's calls through cache, triage and models; must not import Django."""

from collections.abc import Sequence
from dataclasses import dataclass

from costing.engine import (
    CURRENT,
    ROUTING,
    Bill,
    Estimate,
    Scenario,
    bill_of,
    lever_sets,
)
from costing.engine.bills import SHARED_POOL, PartBill
from costing.engine.results import LeverChoice, SubsetCost
from costing.scenarios.content.titles import lever_series
from presentation.charts import Flow
from presentation.numbers import ratio_percent
from presentation.wording import first_upper, series


@dataclass(frozen=True, kw_only=True)
class TriageFlow(Flow):
    """Calls and USD per month on every edge, with the levers that route them.

    `applications` are the titles of those that route; empty without any.
    """

    calls_per_month: float
    sorted_calls_per_month: float
    complex_calls_per_month: float
    complex_usd_per_month: float
    usd_per_month: float
    levers: tuple[str, ...]
    applications: tuple[str, ...] = ()
    is_today: bool
    is_current: bool

    @property
    def titles(self) -> str:
        return first_upper(lever_series(self.levers))

    @property
    def finding(self) -> str:
        """Which share of the calls the premium model still answers, and of the bill."""
        if not self.calls_per_month:
            return "There are no calls to sort"
        share = ratio_percent(self.complex_calls_per_month / self.calls_per_month, 0)
        of_bill = "none"
        if self.usd_per_month:
            of_bill = ratio_percent(self.complex_usd_per_month / self.usd_per_month, 0)
        if self.applications:
            cost = f"{of_bill} of what they cost"
            return f"The premium model answers {share} of the routed calls and takes {cost}"
        return f"The premium model answers {share} of the calls and takes {of_bill} of the bill"

    @property
    def whose(self) -> str:
        """The applications that route, where there are any: `Support chat and search`."""
        return series(self.applications)


def triage_flow(estimate: Estimate) -> TriageFlow | None:
    """The flow of the levers that route and are most worth it.

    Those recommended today where they route, else those recommended at full maturity, else the
    cheapest set that routes. Of applications, of those together that route. None where the scenario
    describes no routing.
    """
    choice = _routed_choice(estimate)
    if choice is None:
        return None
    scenario, levers = estimate.scenario, choice.levers
    bill = bill_of(scenario, lever_sets((choice.priced_as,)))
    routed = [part for part in bill.parts if part.sets.routing[0]]
    calls = _Calls.of(scenario, routed)
    fees, lanes = _fees(bill, routed), _lanes(bill, routed)
    is_cached = bill.hit_ratio(0, "premium_model") > 0.0
    has_cache = any(part.sets.semantic[0] for part in routed)
    titles = scenario.application_titles
    return TriageFlow(
        calls_per_month=calls.made,
        cache_hits_per_month=calls.made - calls.sorted if has_cache else None,
        cache_usd_per_month=fees["semantic_cache"] if has_cache else None,
        sorted_calls_per_month=calls.sorted,
        triage_usd_per_month=fees["routing"],
        simple_calls_per_month=calls.simple,
        simple_usd_per_month=lanes["simple"],
        simple_label=_simple_label(routed),
        complex_calls_per_month=calls.complex,
        complex_usd_per_month=lanes["complex"],
        complex_label="Premium API, prompt caching on" if is_cached else "Premium API",
        escalated_calls_per_month=calls.escalated,
        usd_per_month=sum((*fees.values(), *lanes.values())) if titles else float(bill.total[0]),
        levers=levers,
        applications=tuple(titles[part.key] for part in routed if titles),
        is_today=levers == estimate.recommended_today.levers,
        is_current=set(levers) == set(estimate.strategies[CURRENT].levers),
    )


@dataclass(frozen=True)
class _Calls:
    """Calls per month of those that route: made, answered by either place, and asked again."""

    made: float = 0.0
    simple: float = 0.0
    complex: float = 0.0
    escalated: float = 0.0

    @property
    def sorted(self) -> float:
        return self.simple + self.complex - self.escalated

    @classmethod
    def of(cls, scenario: Scenario, routed: Sequence[PartBill]) -> "_Calls":
        own, found = {part.key: part.scenario for part in scenario.parts}, cls()
        for part in routed:
            workload, routing = own[part.key].workload, own[part.key].routing
            simple = float((part.flow.pooled + part.flow.open_api + part.flow.simple_api)[0])
            found = cls(
                found.made + float(workload.requests_per_month * workload.fan_out),
                found.simple + simple,
                found.complex + float(part.flow.complex_api[0]),
                found.escalated + (simple * routing.escalation_ratio if routing else 0.0),
            )
        return found


def _routed_choice(estimate: Estimate) -> LeverChoice | SubsetCost | None:
    for choice in (estimate.recommended_today, estimate.recommended):
        if ROUTING in choice.levers:
            return choice
    routed = (subset for subset in estimate.subsets if ROUTING in subset.levers)
    return min(routed, key=lambda subset: subset.usd_per_month, default=None)


def _fees(bill: Bill, routed: Sequence[PartBill]) -> dict[str, float]:
    """USD per month of cache and triage: by the call, and their platforms, paid once for all."""
    found = {"semantic_cache": 0.0, "routing": 0.0}
    for name, platform in bill.platforms.items():
        found[name] += float(platform[0])
    for part in routed:
        for line, usd in part.fees(0).items():
            found["routing" if line.endswith("routing") else "semantic_cache"] += usd
    return found


def _lanes(bill: Bill, routed: Sequence[PartBill]) -> dict[str, float]:
    """USD per month of those who answer simple and complex calls.

    Of a pool for all, the share of the seconds that these take of it.
    """
    found, keys = {"simple": 0.0, "complex": 0.0}, {part.key for part in routed}
    for lane in bill.lanes:
        if not lane.is_on[0]:
            continue
        if lane.application == SHARED_POOL:
            seconds = {part.key: _pool_seconds(part) for part in bill.parts}
            whole = sum(seconds.values())
            share = sum(seconds[key] for key in keys) / whole if whole else 0.0
            found["simple"] += float(lane.bill.usd[0]) * share
        elif lane.application in keys:
            found["complex" if lane.is_complex[0] else "simple"] += float(lane.bill.usd[0])
    return found


def _pool_seconds(part: PartBill) -> float:
    return float(part.demand.seconds[0]) if part.demand is not None else 0.0


def _simple_label(routed: Sequence[PartBill]) -> str:
    """Who answers the simple calls."""
    places = {
        "Self-hosted pool": any(part.sets.hosting[0] for part in routed),
        "Hosted open model": any(part.sets.hosted[0] for part in routed),
        "Small model by API": any(not part.sets.open_weights[0] for part in routed),
    }
    return " and ".join(place for place, is_used in places.items() if is_used)
