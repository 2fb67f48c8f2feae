"""What each drawing shows, as the sentence over it; from a result alone, right in every case.

Must not import Django. Volumes are requests per month, money is USD.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from costing.scenarios.content.titles import STRATEGY_PHRASES
from presentation.numbers import compact, months, ratio_percent, usd
from presentation.wording import counted, first_upper

JsonMapping = Mapping[str, Any]
FUTURES = 100
# Less than half a cent, or half a thousandth of the cost, moves nothing that a person would see.
UNMOVED_BELOW_RATIO = 0.0005


def volume(requests_per_month: object) -> str:
    """A volume whose number and unit stay on one line: `8.87 M`."""
    return compact(requests_per_month).replace(" ", "\N{NO-BREAK SPACE}")


def requests(requests_per_month: float | None) -> str:
    """A volume with its noun: `8.87 M requests`, `1 request`."""
    return counted(requests_per_month, "request", write=volume)


def strategies_finding(
    *, saves: bool, costs_more: bool, usd_per_month: float, saving_ratio: float | None
) -> str:
    """What the recommendation for today comes to."""
    if saves:
        less = ratio_percent(saving_ratio)
        return (
            f"What can be recommended today costs {usd(usd_per_month)} a month, {less} less than"
            " now"
        )
    if costs_more:
        return f"What the scores support today costs {usd(usd_per_month)} a month, more than now"
    return "Nothing that can be recommended today beats what runs now"


def waterfall_finding(best: JsonMapping | None, worst: JsonMapping | None) -> str:
    """Which lever saves most, and whether one adds cost."""
    if best is None:
        return "No lever saves anything at this volume and these prices"
    finding = f"{best['label']} saves most, {usd(best['saving_usd_per_month'])} a month"
    if worst is None:
        return finding
    return f"{finding}; {worst['label'].lower()} adds cost at this volume"


def crossover_finding(row: JsonMapping) -> str:
    """Whether the second strategy is cheaper at the present volume, and from which one it is."""
    subject, present = row["to_subject"], row["present_requests_per_month"]
    first, dominance = row["first_requests_per_month"], row["dominance_requests_per_month"]
    if dominance is not None and dominance <= present:
        return f"{subject} is cheaper at {requests(present)} a month, and stays so"
    if row["is_cheaper_now"]:
        return (
            f"{subject} is cheaper at {requests(present)} a month, but not at every higher volume"
        )
    if first is None:
        return f"{subject} never gets cheaper, at any volume"
    if dominance is None:
        return f"{subject} first gets cheaper at {requests(first)} a month, never for good"
    if dominance == first:
        return f"{subject} gets cheaper at {requests(first)} a month, for good"
    return (
        f"{subject} first gets cheaper at {requests(first)} a month, for good above"
        f" {volume(dominance)}"
    )


def break_even_finding(item: JsonMapping) -> str:
    """When the change has earned back what it cost, and what is left at the horizon."""
    wins, loses = STRATEGY_PHRASES[item["to"]], STRATEGY_PHRASES[item["from"]]
    change = f"{first_upper(wins)} instead of {loses}"
    horizon = months(item["horizon_months"])
    saved = item["saving_over_horizon_usd"]
    month = item["month"]
    if month is None and saved < 0:
        return f"{change} does not pay back within {horizon}: it ends {usd(-saved)} behind"
    if month is None:
        return f"{change} saves nothing within {horizon}"
    start = (
        f"{change} saves from the first day"
        if month == 0
        else f"{change} has paid back in month {compact(month)}"
    )
    if saved < 0:
        return f"{start}, yet costs {usd(-saved)} more over {horizon}"
    return f"{start}: {usd(saved)} saved over {horizon}"


def tornado_finding(rows: Sequence[JsonMapping], strategy: str, usd_per_month: float) -> str:
    """Which ranged input moves a strategy's cost most; `rows` with the widest first."""
    phrase = STRATEGY_PHRASES[strategy]
    widest = rows[0] if rows else None
    if widest is None or widest["swing_usd"] <= UNMOVED_BELOW_RATIO * abs(usd_per_month):
        return f"None of the uncertain figures moves the cost of {phrase}"
    low, high = sorted((widest["low_usd"], widest["high_usd"]))
    label = f"{widest['label'][:1].lower()}{widest['label'][1:]}"
    return f"The cost of {phrase} hangs most on {label}: from {usd(low)} to {usd(high)} a month"


def in_futures(share: float, samples: int) -> str:
    """A probability in words: `in 23 of 100 futures`; never `all` where one future differs."""
    if share <= 0:
        return f"in none of {counted(samples, 'future')}"
    if share >= 1:
        return f"in all of {counted(samples, 'future')}"
    whole = round(share * FUTURES)
    if whole == 0:
        return f"in fewer than 1 of {FUTURES} futures"
    if whole == FUTURES:
        return f"in more than {FUTURES - 1} of {FUTURES} futures"
    return f"in {whole} of {FUTURES} futures"


def odds_finding(uncertainty: JsonMapping) -> str:
    """How often self-hosting wins; without it, how often the strategy that wins most does."""
    samples, share = uncertainty["samples"], uncertainty["self_hosted_beats_optimized_api"]
    if share is not None:
        return f"Self-hosting beats the optimized API {in_futures(share, samples)}"
    odds = {key: row for key, row in uncertainty["strategies"].items() if key != "current"}
    key = max(odds, key=lambda name: odds[name]["beats_current"], default=None)
    if key is None or odds[key]["beats_current"] <= 0:
        return f"Nothing beats what runs today {in_futures(1, samples)}"
    phrase = first_upper(STRATEGY_PHRASES[key])
    return f"{phrase} beats what runs today {in_futures(odds[key]['beats_current'], samples)}"


def triage_finding(flow: JsonMapping) -> str:
    """Which share of the calls the premium model still answers, and what it costs of the whole."""
    calls = flow["calls_per_month"]
    if not calls:
        return "There are no calls to sort"
    share = ratio_percent(flow["complex_calls_per_month"] / calls, 0)
    total = flow["usd_per_month"]
    of_bill = ratio_percent(flow["complex_usd_per_month"] / total, 0) if total else "none"
    return f"The premium model answers {share} of the calls and takes {of_bill} of the bill"


def comparison_finding(recommended: Sequence[tuple[str, float | None]]) -> str:
    """Which of several scenarios costs least as recommended today, and how much less."""
    known = [
        (title, usd_per_month) for title, usd_per_month in recommended if usd_per_month is not None
    ]
    if len(known) < 2:
        return "Fewer than two of these scenarios have been computed"
    known.sort(key=lambda item: item[1])
    (title, least), (_, most) = known[0], known[-1]
    if most - least <= UNMOVED_BELOW_RATIO * abs(most):
        return f"As recommended today, all of these cost the same: {usd(least)} a month"
    return (
        f"As recommended today, “{title}” costs least, {usd(least)} a month: {usd(most - least)}"
        " less than the dearest"
    )
