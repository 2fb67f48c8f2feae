"""Page 2 of the brief: what it costs, what it could cost and at what risk, from a payload alone."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from presentation.numbers import compact, count, ratio_percent
from presentation.wording import counted
from reports.documents.content import advice
from reports.documents.content.amounts import column_amount, unit_price, volume
from reports.documents.content.figures import Figure, staircase_figure, waterfall_figure
from reports.documents.content.requirements import lever_requirements
from reports.documents.content.risks import risks
from reports.documents.content.wording import (
    LEVERS,
    STRATEGIES,
    first_upper,
    fit,
    lever_series,
    title_of,
)

ORDER = ("baseline", "prompt_caching", "routed_api", "optimized_api", "self_hosted", "hybrid")


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
    is_costed: bool
    workload: str
    strategies: tuple[StrategyLine, ...]
    levers: tuple[LeverLine, ...]
    waterfall: Figure | None
    staircase: Figure | None
    crossings: str
    risks: tuple[str, ...]


def economics_content(payload: Mapping[str, Any]) -> Economics:
    """The cost result of a frozen payload, or what is missing for one."""
    results = payload["results"]
    if results is None:
        return Economics(
            headline="The economics are not known yet",
            paragraphs=tuple(advice.missing_economics(payload)),
            is_costed=False,
            workload="",
            strategies=(),
            levers=(),
            waterfall=None,
            staircase=None,
            crossings="",
            risks=tuple(risks(payload)),
        )
    return Economics(
        headline=advice.headline(results),
        paragraphs=_paragraphs(payload, results),
        is_costed=True,
        workload=_workload(results["inputs"]["workload"]),
        strategies=_strategies(results),
        levers=_levers(results),
        waterfall=waterfall_figure(payload),
        staircase=staircase_figure(payload),
        crossings=_crossings(results),
        risks=tuple(risks(payload)),
    )


def _paragraphs(payload: Mapping[str, Any], results: Mapping[str, Any]) -> tuple[str, ...]:
    sentences = (
        f"{advice.recommendation(results)} {advice.target(results)}",
        advice.unlocked(results, lever_requirements(payload)),
        f"{advice.hosting(results)} {advice.break_even(results)}".strip(),
    )
    return tuple(sentence for sentence in sentences if sentence)


def _workload(workload: Mapping[str, Any]) -> str:
    words = [
        f"{counted(workload['requests_per_month'], 'request', write=volume)} a month",
        (
            f"{counted(workload['input_tokens_per_call'], 'token')} in and"
            f" {count(workload['output_tokens_per_call'])} out per call"
        ),
    ]
    if float(workload.get("calls_per_request") or 1) != 1:
        words.insert(1, f"{compact(workload['calls_per_request'])} calls each")
    if workload.get("prefix_tokens_per_call"):
        words.append(f"{count(workload['prefix_tokens_per_call'])} of them repeated")
    return ", ".join(words)


def _strategies(results: Mapping[str, Any]) -> tuple[StrategyLine, ...]:
    costed = results["strategies"]
    lines = [_strategy(results, key, costed[key]) for key in ORDER if key in costed]
    named = [set(costed[key]["levers"]) for key in ORDER if key in costed]
    for key, title in (("current", STRATEGIES["current"]),):
        if set(costed[key]["levers"]) not in named:
            lines.insert(0, _strategy(results, key, costed[key], title))
    choice = results["recommended_today"]
    if set(choice["levers"]) not in [*named, set(costed["current"]["levers"])]:
        lines.append(_recommended(results, choice))
    return tuple(lines)


def _strategy(
    results: Mapping[str, Any], key: str, line: Mapping[str, Any], title: str = ""
) -> StrategyLine:
    is_current = set(line["levers"]) == set(results["strategies"]["current"]["levers"])
    is_recommended = set(line["levers"]) == set(results["recommended_today"]["levers"])
    return StrategyLine(
        title=title or STRATEGIES[key],
        usd_per_month=column_amount(line["usd_per_month"]),
        usd_per_mtok=unit_price(line["usd_per_mtok"]),
        saving=column_amount(line["saving_usd_per_month"]),
        saving_percent=ratio_percent(line["saving_ratio"]),
        note=_strategy_note(results, line, is_current, is_recommended),
        is_current=is_current,
        is_recommended=is_recommended,
    )


def _strategy_note(
    results: Mapping[str, Any], line: Mapping[str, Any], is_current: bool, is_recommended: bool
) -> str:
    if is_current and is_recommended:
        return "today, and recommended"
    if is_recommended:
        return "recommended today"
    if is_current:
        return "today"
    held_back = results["recommended_today"].get("held_back") or {}
    waits = [lever for lever in line["levers"] if lever in held_back]
    if waits:
        return "at risk: needs maturity"
    replicas = line.get("peak_replicas")
    if replicas and line.get("utilization_ratio") is not None:
        return f"{counted(replicas, 'replica')}, {ratio_percent(line['utilization_ratio'])} used"
    return ""


def _recommended(results: Mapping[str, Any], choice: Mapping[str, Any]) -> StrategyLine:
    return StrategyLine(
        title=fit(first_upper(lever_series(choice["levers"])), 60),
        usd_per_month=column_amount(choice["usd_per_month"]),
        usd_per_mtok=unit_price(choice.get("usd_per_mtok")),
        saving=column_amount(advice.saving_usd(results, choice)),
        saving_percent=ratio_percent(choice["saving_ratio"]),
        note="recommended today",
        is_current=False,
        is_recommended=True,
    )


def _levers(results: Mapping[str, Any]) -> tuple[LeverLine, ...]:
    in_order, shares = results.get("waterfall") or {}, results.get("shapley") or {}
    held_back = results["recommended_today"].get("held_back") or {}
    return tuple(
        LeverLine(
            title=first_upper(title_of(LEVERS, lever)),
            in_order=column_amount(in_order[lever]),
            fair_share=column_amount(shares.get(lever)),
            note="at risk" if lever in held_back else "",
        )
        for lever in LEVERS
        if in_order.get(lever) is not None
    )


def _crossings(results: Mapping[str, Any]) -> str:
    crossing = advice.crossover(results, "prompt_caching", "self_hosted")
    return advice.crossings_sentence(crossing) if crossing else ""
