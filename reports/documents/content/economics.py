"""Page 2 of the brief: what it costs, what it could cost and at what risk, from a payload alone."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

from costing.engine import LEVERS, Estimate
from costing.engine.inputs import Workload
from costing.scenarios.content.economics import (
    Choice,
    EconomicsPage,
    Step,
    StrategyRow,
    Waterfall,
)
from costing.scenarios.content.titles import STRATEGY_TITLES as STRATEGIES
from presentation import charts
from presentation.numbers import UNKNOWN, compact, count, ratio_percent
from presentation.wording import counted, first_upper, fit
from reports.documents.content import advice
from reports.documents.content.identity import Figure
from reports.documents.content.maturity import lever_requirements
from reports.documents.content.wording import (
    column_amount,
    column_percent,
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
    page = EconomicsPage(results)
    return Economics(
        headline=advice.headline(results),
        paragraphs=_paragraphs(payload, results),
        risks=risks,
        is_costed=True,
        workload=_workload(results.scenario.workload),
        strategies=_strategies(page),
        levers=tuple(_lever(step) for step in page.waterfall.steps),
        waterfall=_waterfall(page.waterfall),
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
        words.append(f"{counted(workload.calls_per_request, 'call', write=compact)} each")
    words.append(
        f"{counted(workload.input_tokens_per_call, 'token')} in and"
        f" {count(workload.output_tokens_per_call)} out per call"
    )
    if workload.prefix_tokens_per_call:
        words.append(f"{count(workload.prefix_tokens_per_call)} of them repeated")
    return ", ".join(words)


def _strategies(page: EconomicsPage) -> tuple[StrategyLine, ...]:
    lines = [_strategy(row) for row in page.strategies]
    if not any(line.is_recommended for line in lines):
        lines.append(_recommended(page.today))
    return tuple(lines)


def _strategy(row: StrategyRow) -> StrategyLine:
    cost = row.cost
    return StrategyLine(
        title=row.title,
        usd_per_month=column_amount(cost.usd_per_month),
        usd_per_mtok=unit_price(cost.usd_per_mtok),
        saving=column_amount(cost.saving_usd_per_month),
        saving_percent=column_percent(cost.saving_ratio),
        note=_strategy_note(row),
        is_current=row.is_current,
        is_recommended=row.is_recommended,
    )


def _strategy_note(row: StrategyRow) -> str:
    if row.is_current and row.is_recommended:
        return "today, and recommended"
    if row.is_recommended:
        return "recommended today"
    if row.is_current:
        return "today"
    if row.is_at_risk:
        return "at risk: needs maturity"
    if row.cost.peak_replicas and row.cost.utilization_ratio is not None:
        used = ratio_percent(row.cost.utilization_ratio)
        return f"{counted(row.cost.peak_replicas, 'replica')}, {used} used"
    return ""


def _recommended(choice: Choice) -> StrategyLine:
    """The recommended levers, where they are no strategy of their own."""
    return StrategyLine(
        title=fit(first_upper(choice.titles), 60),
        usd_per_month=column_amount(choice.usd_per_month),
        usd_per_mtok=UNKNOWN,
        saving=column_amount(choice.saving_usd_per_month),
        saving_percent=column_percent(choice.saving_ratio),
        note="recommended today",
        is_current=False,
        is_recommended=True,
    )


def _lever(step: Step) -> LeverLine:
    return LeverLine(
        title=step.label,
        in_order=column_amount(step.saving_usd_per_month),
        fair_share=column_amount(step.share_usd_per_month),
        note="at risk" if step.is_at_risk else "",
    )


def _waterfall(waterfall: Waterfall) -> Figure | None:
    steps = waterfall.steps
    if not any(step.saving_usd_per_month for step in steps):
        return None
    last = "All levers" if len(steps) == len(LEVERS) else "Levers priced"
    title = "What each lever saves, switched on one after the other"
    draw = partial(
        charts.waterfall_chart,
        charts.Level("Baseline", waterfall.start.usd_per_month),
        [charts.Step(each.label, each.saving_usd_per_month, each.is_at_risk) for each in steps],
        charts.Level(last, waterfall.end.usd_per_month),
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
    present, first = results.scenario.workload.requests_per_month, crossing.first_requests_per_month
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
