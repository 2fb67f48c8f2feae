"""Page 2 of the brief: what it costs, what it could cost and at what risk, from a payload alone."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

from costing.engine import LEVERS as LEVER_ORDER
from costing.engine import STRATEGIES as STRATEGY_ORDER
from costing.engine import Estimate, StrategyCost
from costing.engine.inputs import Workload
from costing.scenarios.content.titles import STRATEGY_TITLES as STRATEGIES
from costing.scenarios.content.titles import lever_series
from presentation import charts
from presentation.numbers import UNKNOWN, compact, count, ratio_percent
from presentation.wording import counted, first_upper, fit
from reports.documents.content import advice
from reports.documents.content.identity import Figure
from reports.documents.content.maturity import lever_requirements
from reports.documents.content.wording import (
    LEVERS,
    column_amount,
    decimal,
    requests,
    unit_price,
    volume,
)
from reports.snapshots.payload import Payload


@dataclass(frozen=True)
class StrategyLine:
    """One way of working, costed."""

    title: str
    usd_per_month: str
    usd_per_mtok: str
    saving: str
    saving_percent: str
    note: str
    is_current: bool
    is_recommended: bool


@dataclass(frozen=True)
class LeverLine:
    """What one lever saves, in the roadmap's order and as its fair share."""

    title: str
    in_order: str
    fair_share: str
    note: str


@dataclass(frozen=True)
class Economics:
    """All that page 2 prints."""

    headline: str
    paragraphs: tuple[str, ...]
    risks: tuple[str, ...]
    is_costed: bool = False
    workload: str = ""
    strategies: tuple[StrategyLine, ...] = ()
    levers: tuple[LeverLine, ...] = ()
    waterfall: Figure | None = None
    staircase: Figure | None = None
    crossings: str = ""


def economics_content(payload: Payload) -> Economics:
    """The cost result of a frozen payload, or what is missing for one."""
    results, risks = payload.results, tuple(advice.risks(payload))
    if results is None:
        headline = "The economics are not known yet"
        return Economics(headline, advice.MISSING_ECONOMICS, risks)
    return Economics(
        headline=advice.headline(results),
        paragraphs=_paragraphs(payload, results),
        risks=risks,
        is_costed=True,
        workload=_workload(results.scenario.workload),
        strategies=_strategies(results),
        levers=_levers(results),
        waterfall=_waterfall(results),
        staircase=_staircase(payload, results),
        crossings=advice.crossings_sentence(advice.hosting_crossover(results)),
    )


def _paragraphs(payload: Payload, results: Estimate) -> tuple[str, ...]:
    sentences = (
        f"{advice.recommendation(results)} {advice.target(results)}",
        advice.unlocked(results, lever_requirements(payload)),
        f"{advice.hosting(results)} {advice.break_even(results)}".strip(),
    )
    return tuple(sentence for sentence in sentences if sentence)


def _workload(workload: Workload) -> str:
    words = [f"{requests(workload.requests_per_month)} a month"]
    if workload.calls_per_request not in (None, 1):
        words.append(f"{compact(workload.calls_per_request)} calls each")
    words.append(
        f"{counted(workload.input_tokens_per_call, 'token')} in and"
        f" {count(workload.output_tokens_per_call)} out per call"
    )
    if workload.prefix_tokens_per_call:
        words.append(f"{count(workload.prefix_tokens_per_call)} of them repeated")
    return ", ".join(words)


def _strategies(results: Estimate) -> tuple[StrategyLine, ...]:
    costed = results.strategies
    current, today = costed["current"], results.recommended_today
    named = {key: costed[key] for key in STRATEGY_ORDER if key in costed}
    lines = [_strategy(results, STRATEGIES[key], cost) for key, cost in named.items()]
    levers = [set(cost.levers) for cost in named.values()]
    if set(current.levers) not in levers:
        lines.insert(0, _strategy(results, STRATEGIES["current"], current))
    if set(today.levers) not in [*levers, set(current.levers)]:
        lines.append(_recommended(results))
    return tuple(lines)


def _strategy(results: Estimate, title: str, cost: StrategyCost) -> StrategyLine:
    is_current = set(cost.levers) == set(results.strategies["current"].levers)
    is_recommended = set(cost.levers) == set(results.recommended_today.levers)
    return StrategyLine(
        title=title,
        usd_per_month=column_amount(cost.usd_per_month),
        usd_per_mtok=unit_price(cost.usd_per_mtok),
        saving=column_amount(cost.saving_usd_per_month),
        saving_percent=ratio_percent(cost.saving_ratio),
        note=_strategy_note(results, cost, is_current, is_recommended),
        is_current=is_current,
        is_recommended=is_recommended,
    )


def _strategy_note(
    results: Estimate, cost: StrategyCost, is_current: bool, is_recommended: bool
) -> str:
    if is_current and is_recommended:
        return "today, and recommended"
    if is_recommended:
        return "recommended today"
    if is_current:
        return "today"
    if any(lever in results.recommended_today.held_back for lever in cost.levers):
        return "at risk: needs maturity"
    if cost.peak_replicas and cost.utilization_ratio is not None:
        used = ratio_percent(cost.utilization_ratio)
        return f"{counted(cost.peak_replicas, 'replica')}, {used} used"
    return ""


def _recommended(results: Estimate) -> StrategyLine:
    """The recommended levers, where they are no strategy of their own."""
    choice = results.recommended_today
    return StrategyLine(
        title=fit(first_upper(lever_series(choice.levers)), 60),
        usd_per_month=column_amount(choice.usd_per_month),
        usd_per_mtok=UNKNOWN,
        saving=column_amount(advice.saving_usd(results, choice)),
        saving_percent=ratio_percent(choice.saving_ratio),
        note="recommended today",
        is_current=False,
        is_recommended=True,
    )


def _levers(results: Estimate) -> tuple[LeverLine, ...]:
    return tuple(
        LeverLine(
            title=first_upper(LEVERS[lever]),
            in_order=column_amount(saving),
            fair_share=column_amount(results.shapley.get(lever)),
            note="at risk" if lever in results.recommended_today.held_back else "",
        )
        for lever, saving in _savings(results)
    )


def _savings(results: Estimate) -> list[tuple[str, float]]:
    """What each priced lever saves in the roadmap's order, in USD per month."""
    return [
        (lever, saving)
        for lever in LEVER_ORDER
        if (saving := results.waterfall.get(lever)) is not None
    ]


def _waterfall(results: Estimate) -> Figure | None:
    savings = _savings(results)
    if not any(saving for _, saving in savings):
        return None
    steps = [
        charts.Step(
            first_upper(LEVERS[lever]), saving, lever in results.recommended_today.held_back
        )
        for lever, saving in savings
    ]
    start = results.strategies["baseline"].usd_per_month
    end = float(decimal(start) - sum(decimal(saving) for _, saving in savings))
    last = "All levers" if len(savings) == len(LEVER_ORDER) else "Levers priced"
    title = "What each lever saves, switched on one after the other"
    draw = partial(
        charts.waterfall_chart,
        charts.Level("Baseline", start),
        steps,
        charts.Level(last, end),
        title=title,
    )
    return Figure(title, draw)


def _staircase(payload: Payload, results: Estimate) -> Figure | None:
    stairs = payload.staircase
    if stairs is None:
        return None
    crossing = results.crossover_of(stairs.from_strategy, stairs.to_strategy)
    if crossing is None:
        return None
    present, first = advice.requests_per_month(results), crossing.first_requests_per_month
    title = (
        f"Self-hosting is not cheaper at any volume; today it is {requests(present)} a month"
        if first is None
        else (
            f"Self-hosting is first cheaper at {requests(first)} a month; today it is"
            f" {volume(present)}"
        )
    )
    draw = partial(
        charts.staircase_chart,
        [
            _curve(stairs.from_strategy, stairs.from_points),
            _curve(stairs.to_strategy, stairs.to_points),
        ],
        cheaper_intervals=crossing.cheaper_intervals,
        first_requests_per_month=first,
        dominance_requests_per_month=crossing.dominance_requests_per_month,
        present_requests_per_month=present,
        window=stairs.window,
        title=title,
    )
    return Figure(title, draw)


def _curve(strategy: str, points: Sequence[tuple[float, float]]) -> charts.Curve:
    return charts.Curve(STRATEGIES[strategy], points)
