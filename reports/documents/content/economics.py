"""Page 2 of the brief: what it costs, what it could cost and at what risk, from a payload alone."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import partial
from math import ceil

from assessments.content.roadmap import little_worth
from costing.engine import LEVERS, Estimate
from costing.engine.inputs import Scenario
from costing.engine.levers import OPEN_PAIR, RECOMMENDED, RECOMMENDED_TODAY
from costing.engine.results import Crossover, StrategyCost
from costing.scenarios.content.bought_ahead import paid_ahead
from costing.scenarios.content.crossovers import crossover_date, intervals_of, reached
from costing.scenarios.content.economics import EconomicsPage, StrategyRow, Waterfall
from costing.scenarios.content.headline import Choice, Headline
from costing.scenarios.content.latency import replicas_text
from costing.scenarios.content.recommended import pays_texts
from costing.scenarios.content.steps import hosting_note, step_label
from costing.scenarios.content.titles import STRATEGY_TITLES as STRATEGIES
from costing.scenarios.content.waiting import waiting_text
from presentation import charts
from presentation.numbers import compact, count, ratio_percent
from presentation.wording import counted, first_upper, fit, series
from reports.documents.content import advice, wording, workload
from reports.documents.content.identity import Figure, in_detail
from reports.documents.content.investment import (
    ChangeLine,
    Fact,
    basis_facts,
    change_lines,
    how_sure,
    investment,
)
from reports.documents.content.maturity import lever_requirements
from reports.documents.content.wording import Write, money_column, price_column, requests
from reports.documents.content.workload import PartLine
from reports.snapshots.payload import Payload

# Letters on a line of the investment's and of the basis's column, side by side.
EVEN_COLUMNS = (32, 32)
WIDE_BASIS = (25, 42)


@dataclass(frozen=True)
class StrategyLine:
    title: str
    usd_per_month: str
    usd_per_mtok: str
    saving: str
    saving_percent: str
    note: str
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
    headline: str
    paragraphs: tuple[str, ...]
    detail: str = ""
    is_costed: bool = False
    changes: tuple[ChangeLine, ...] = ()
    investment: tuple[Fact, ...] = ()
    basis: tuple[Fact, ...] = ()
    parts: tuple[PartLine, ...] = ()
    applications: tuple[PartLine, ...] = ()
    workload: str = ""
    strategies: tuple[StrategyLine, ...] = ()
    levers: tuple[LeverLine, ...] = ()
    waterfall: Figure | None = None
    steps: Figure | None = None
    staircase: Figure | None = None
    crosses: str = "the API"
    crossings: str = ""
    to_gather: tuple[Fact, ...] = ()

    @property
    def is_basis_longer(self) -> bool:
        """Whether both columns of facts end higher where the basis has the wider one."""
        even, wide = (
            max(_lines(self.investment, left), _lines(self.basis, right))
            for left, right in (EVEN_COLUMNS, WIDE_BASIS)
        )
        return wide < even


def _lines(facts: Iterable[Fact], width: int) -> int:
    """About how many lines facts take in a column of so many letters."""
    return sum(ceil(len(fact.value) / width) for fact in facts)


def headline_of(payload: Payload) -> str:
    """What can be saved, in one line: by one workload, or by all parts of it together."""
    if payload.results is None:
        return "The economics are not known yet"
    return _headline(payload, Headline(payload.results))


def _headline(payload: Payload, page: Headline) -> str:
    said = workload.headline(payload) or advice.headline(page)
    return f"Provisional: {said}" if payload.provisional else said


def cautions_of(payload: Payload) -> tuple[str, ...]:
    """Why the saving of the headline is not to be relied on as it stands, a sentence each.

    It may be a loss, begins only when a term ends, or is not worth the work.
    """
    sure, roadmap = workload.how_sure(payload), payload.roadmap
    cautions = (
        f"{sure.caution}." if sure and sure.caution else "",
        workload.still_paid(payload),
        little_worth(roadmap.workload) if roadmap and roadmap.workload else "",
    )
    return tuple(filter(None, cautions))


def caution_of(payload: Payload) -> str:
    """The same in one text; empty where there is no such reason."""
    return " ".join(cautions_of(payload))


def economics_content(payload: Payload) -> Economics:
    """The cost result of a frozen payload, or what is missing for one."""
    results = payload.results
    if results is None:
        to_gather = tuple(Fact(*each) for each in advice.TO_GATHER)
        return Economics(headline_of(payload), advice.MISSING_ECONOMICS, to_gather=to_gather)
    page = EconomicsPage(results)
    steps = page.waterfall.steps
    write = money_column(
        usd for step in steps for usd in (step.saving_usd_per_month, step.share_usd_per_month)
    )
    return Economics(
        headline=_headline(payload, page),
        paragraphs=tuple(filter(None, _paragraphs(payload, page))),
        detail=in_detail(payload),
        is_costed=True,
        changes=change_lines(payload),
        investment=investment(payload),
        basis=basis_facts(payload),
        parts=workload.part_lines(payload),
        applications=workload.application_lines(results),
        workload=f"{in_detail(payload)}{_workload(results.scenario)}",
        strategies=tuple(_strategies(page)),
        levers=tuple(
            LeverLine(
                title=step.label,
                in_order=write(step.saving_usd_per_month),
                fair_share=write(step.share_usd_per_month),
                note="at risk" if step.is_at_risk else "",
            )
            for step in steps
        ),
        waterfall=_waterfall(page.waterfall),
        steps=_steps(payload),
        staircase=_staircase(payload, results),
        crosses=SAME_MODEL if _is_fair(payload) else "the API",
        crossings=advice.crossings_sentence(_drawn_crossing(payload, results)),
    )


def _paragraphs(payload: Payload, page: Headline) -> tuple[str, ...]:
    """What is advised, how sure that is, and what is said of hosting."""
    results = page.estimate
    sure = how_sure(payload, results)
    if together := workload.sum_sentence(payload):
        detail = (workload.detail_sentence(payload), waiting_text(results), hosting_note(results))
        return together, sure, " ".join(filter(None, detail))
    pays = pays_texts(results, payload.as_of)
    unlocked = (advice.unlocked(results, lever_requirements(payload)), pays.get(RECOMMENDED))
    advised = (
        advice.recommendation(page),
        *paid_ahead(results),
        advice.target(page),
        pays.get(RECOMMENDED_TODAY),
    )
    hosting = (
        advice.hosting(page),
        waiting_text(results),
        advice.break_even(results),
        hosting_note(results),
    )
    paragraphs = (advised, (sure,), unlocked, hosting)
    return tuple(" ".join(filter(None, each)) for each in paragraphs)


def _strategies(page: EconomicsPage) -> list[StrategyLine]:
    costs: list[StrategyCost | Choice] = [page.today, *(row.cost for row in page.strategies)]
    write = money_column(
        usd for cost in costs for usd in (cost.usd_per_month, cost.saving_usd_per_month)
    )
    price = price_column(row.cost.usd_per_mtok for row in page.strategies)
    strategies = [
        _strategy(row.title, row.cost, _note(row), row.is_recommended, write, price)
        for row in page.strategies
    ]
    if not any(line.is_recommended for line in strategies):
        title = fit(first_upper(page.today.titles), 60)
        strategies.append(_strategy(title, page.today, "recommended today", True, write, price))
    return strategies


def _workload(scenario: Scenario) -> str:
    workload = scenario.workload
    words = [f"{requests(workload.requests_per_month)} a month"]
    if scenario.applications:
        names = series(list(scenario.application_titles.values()))
        several = counted(len(scenario.applications), "application")
        return f"{words[0]} of {several}: {names}"
    if workload.fan_out != 1.0:
        words.append(f"{counted(workload.fan_out, 'call', write=compact)} each")
    words.append(
        f"{counted(workload.input_tokens_per_call, 'token')} in and"
        f" {count(workload.output_tokens_per_call)} out per call"
    )
    if workload.prefix_tokens_per_call:
        words.append(f"{count(workload.prefix_tokens_per_call)} of them repeated")
    return ", ".join(words)


def _strategy(
    title: str,
    cost: StrategyCost | Choice,
    note: str,
    is_recommended: bool,
    write: Write,
    price: Write,
) -> StrategyLine:
    """A strategy, or the recommended levers where they are no strategy of their own."""
    return StrategyLine(
        title=title,
        usd_per_month=write(cost.usd_per_month),
        usd_per_mtok=price(getattr(cost, "usd_per_mtok", None)),
        saving=write(cost.saving_usd_per_month),
        saving_percent=wording.column_percent(cost.saving_ratio),
        note=note,
        is_recommended=is_recommended,
    )


def _note(row: StrategyRow) -> str:
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
        return f"{replicas_text(row.cost)}, {used} used"
    return ""


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


def _steps(payload: Payload) -> Figure | None:
    """From what runs today to what is recommended, change by change."""
    advice = payload.advice
    if advice is None or not advice.steps:
        return None
    title = "What each change saves, one after the other"
    draw = partial(
        charts.waterfall_chart,
        charts.Level("Today", advice.spend_usd_per_month),
        [
            charts.Step(step_label(step), step.saving_usd_per_month, not step.is_now)
            for step in advice.steps
        ],
        charts.Level("Then", advice.later.usd_per_month),
        title=title,
    )
    return Figure(title, draw)


SAME_MODEL = "the same model by API"


def _is_fair(payload: Payload) -> bool:
    """Whether the same model is on both sides of what is drawn."""
    stairs = payload.staircase
    return stairs is not None and (stairs.from_strategy, stairs.to_strategy) == OPEN_PAIR


def _drawn_crossing(payload: Payload, results: Estimate) -> Crossover | None:
    """The crossing that is drawn: against the same model by API where that has a price."""
    stairs = payload.staircase
    return results.crossover_of(stairs.from_strategy, stairs.to_strategy) if stairs else None


def _staircase_title(payload: Payload, crossing: Crossover, scenario: Scenario) -> str:
    """From which volume on hosting is cheaper, and when growth gets there."""
    present = scenario.workload.requests_per_month
    than = f" than {SAME_MODEL}" if _is_fair(payload) else ""
    title = (
        f"Self-hosting is not cheaper{than} at any volume; today it is {requests(present)} a month"
        if crossing.first_requests_per_month is None
        else (
            f"Self-hosting is {_cheaper_where(crossing, than)}; today it is"
            f" {wording.volume(present)}"
        )
    )
    when = crossover_date(crossing, scenario, payload.as_of).removesuffix(".")
    return f"{title}. {when}" if when else title


def _cheaper_where(crossing: Crossover, than: str) -> str:
    """`first cheaper at 8.87 M requests a month`."""
    lowest = intervals_of(crossing)[0]
    if lowest.is_every_volume:
        return f"cheaper{than} at every volume"
    if lowest.is_from_first:
        return f"cheaper{than} up to {requests(lowest.high)} a month"
    return f"first cheaper{than} at {requests(lowest.low)} a month"


def _staircase(payload: Payload, results: Estimate) -> Figure | None:
    stairs, crossing = payload.staircase, _drawn_crossing(payload, results)
    if stairs is None or crossing is None:
        return None
    scenario = results.scenario
    title = _staircase_title(payload, crossing, scenario)
    curves = [
        charts.Curve(STRATEGIES[stairs.from_strategy], stairs.from_points),
        charts.Curve(STRATEGIES[stairs.to_strategy], stairs.to_points),
    ]
    draw = partial(
        charts.staircase_chart,
        curves,
        cheaper_intervals=crossing.cheaper_intervals,
        first_requests_per_month=crossing.first_requests_per_month,
        dominance_requests_per_month=crossing.dominance_requests_per_month,
        present_requests_per_month=scenario.workload.requests_per_month,
        window=(stairs.low_requests_per_month, stairs.high_requests_per_month),
        reached=reached(crossing, scenario, payload.as_of),
        is_numbered=False,
        title=title,
    )
    return Figure(title, draw)
