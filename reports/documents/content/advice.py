"""The honest reading of a cost result in sentences: what to do today, and whether hosting pays."""

from collections.abc import Mapping
from typing import Any

from presentation.numbers import amount, months, ratio_percent, rounded
from reports.documents.content.amounts import decimal, requests, volume
from reports.documents.content.wording import first_upper, fit, lever_series, series

JsonMapping = Mapping[str, Any]
WORTH_SAYING = decimal("0.05")
TARGET_LOW, TARGET_HIGH = decimal("0.40"), decimal("0.70")
NOTHING = decimal("0.005")


def today(results: JsonMapping) -> JsonMapping:
    """The levers that may be recommended today, with cost and saving."""
    found: JsonMapping = results["recommended_today"]
    return found


def current_usd(results: JsonMapping) -> Any:
    """What the present way of working costs, in USD per month."""
    return results["strategies"]["current"]["usd_per_month"]


def saving_usd(results: JsonMapping, choice: JsonMapping) -> Any:
    """What `choice` saves against today, in USD per month."""
    return decimal(current_usd(results)) - decimal(choice["usd_per_month"])


def headline(results: JsonMapping) -> str:
    """The finding of the economics in one line."""
    choice = today(results)
    ratio = decimal(choice["saving_ratio"] or 0)
    if ratio <= NOTHING:
        return "Today’s setup is already the cheapest that can be recommended"
    saving = amount(saving_usd(results, choice))
    if ratio < WORTH_SAYING:
        return f"Little can be saved today: {saving} USD a month, {ratio_percent(ratio)}"
    return f"{saving} USD a month can be saved today, {ratio_percent(ratio)} of the bill"


def recommendation(results: JsonMapping) -> str:
    """What to run, from what to what."""
    choice, current = today(results), current_usd(results)
    levers = lever_series(choice["levers"])
    ratio = decimal(choice["saving_ratio"] or 0)
    if not choice["levers"] and results["recommended"]["levers"]:
        return (
            f"Nothing can be recommended yet: the bill stays at {amount(current)} USD a month until"
            " the levers that would pay are protected by evals."
        )
    if not choice["levers"]:
        return (
            "At this volume and these prices no lever pays for itself: keep calling the premium"
            f" model, for {amount(current)} USD a month."
        )
    if abs(ratio) <= NOTHING:
        return (
            f"Keep what runs: {levers}, for {amount(choice['usd_per_month'])} USD a month. No other"
            " combination of levers is cheaper by more than half a percent."
        )
    if ratio < 0:
        return (
            f"What runs today costs {amount(current)} USD a month but relies on levers that the"
            f" scores do not support yet; without them ({levers}) it would be"
            f" {amount(choice['usd_per_month'])} USD. Close those gaps rather than switch off."
        )
    return (
        f"Run {levers}: the bill goes from {amount(current)} to {amount(choice['usd_per_month'])}"
        " USD a month."
    )


def target(results: JsonMapping) -> str:
    """Whether the promise of 40–70 % less holds."""
    ratio = decimal(today(results)["saving_ratio"] or 0)
    if TARGET_LOW <= ratio <= TARGET_HIGH:
        return f"The target range of 40–70 % less is met: {ratio_percent(ratio)}."
    if ratio > TARGET_HIGH:
        return (
            f"{ratio_percent(ratio)} less is above the target range of 40–70 %: check the inputs"
            " before you rely on it."
        )
    if ratio <= 0:
        return "The target range of 40–70 % less is not met: there is nothing to save today."
    return f"The target range of 40–70 % less is not met: {ratio_percent(ratio)}."


def unlocked(results: JsonMapping, requirements: Mapping[str, str]) -> str:
    """What the levers held back by maturity would add, in money, and what they ask."""
    held_back = today(results).get("held_back") or {}
    if not held_back:
        return ""
    gap = decimal(today(results)["usd_per_month"]) - decimal(
        results["recommended"]["usd_per_month"]
    )
    wanted = [key for key in results["recommended"]["levers"] if key in held_back]
    if not wanted or rounded(gap, 2) <= 0:
        names = first_upper(lever_series(list(held_back)))
        return f"{names} would add nothing at these prices, so nothing is lost by waiting."
    asks = series(list(dict.fromkeys(requirements.get(key, "more maturity") for key in wanted)))
    return (
        f"{first_upper(lever_series(wanted))} would save another {amount(gap)} USD a month and must"
        f" wait for {asks}."
    )


def hosting(results: JsonMapping) -> str:
    """Whether self-hosting pays at the present volume, and from which volume on it would."""
    reason = (results.get("left_out") or {}).get("self_hosted")
    if reason:
        return f"Self-hosting was not compared: {fit(reason, 90)}"
    crossing = crossover(results, "prompt_caching", "self_hosted")
    if crossing is None:
        return ""
    present = results["inputs"]["workload"]["requests_per_month"]
    if is_cheaper_at(crossing, present):
        return f"{_hosting_pays(crossing, present)}{_cheaper_still(results)}"
    first, for_good = crossing["first_requests_per_month"], crossing["dominance_requests_per_month"]
    if first is None:
        return (
            f"Self-hosting everything does not pay at {requests(present)} a month, nor at"
            " any other volume at these prices."
        )
    tail = (
        f", and for good above {volume(for_good)}"
        if for_good is not None
        else ", and never for good"
    )
    return (
        f"Self-hosting everything does not pay at {requests(present)} a month; against the"
        f" premium model with prompt caching it is first cheaper at {volume(first)}{tail}."
    )


def _hosting_pays(crossing: JsonMapping, present: Any) -> str:
    for_good = crossing["dominance_requests_per_month"]
    if for_good is not None and decimal(present) >= decimal(for_good):
        return (
            "Self-hosting everything beats the premium model with prompt caching at"
            f" {requests(present)} a month, and stays cheaper as volume grows."
        )
    low, high = next(pair for pair in crossing["cheaper_intervals"] if _inside(pair, present))
    return (
        f"At {requests(present)} a month self-hosting everything is cheaper than the"
        f" premium model with prompt caching, but only between {volume(low)} and {volume(high)}:"
        " the next replica turns it around."
    )


def _cheaper_still(results: JsonMapping) -> str:
    choice = results["recommended"]
    if "self_hosting" in choice["levers"]:
        return ""
    return f" Yet the API with {lever_series(choice['levers'])} is cheaper still."


def _inside(pair: Any, present: Any) -> bool:
    low, high = pair
    return decimal(low) <= decimal(present) and (high is None or decimal(present) <= decimal(high))


def is_cheaper_at(crossing: JsonMapping, present: Any) -> bool:
    """Whether the second strategy of a crossover is the cheaper one at a volume."""
    return any(_inside(pair, present) for pair in crossing["cheaper_intervals"])


def crossover(results: JsonMapping, cheaper_than: str, candidate: str) -> JsonMapping | None:
    """The crossover of one pair of strategies, where it was computed."""
    for crossing in results.get("crossovers") or []:
        if (crossing["from"], crossing["to"]) == (cheaper_than, candidate):
            found: JsonMapping = crossing
            return found
    return None


def crossings_sentence(crossing: JsonMapping) -> str:
    """How often the lead changes, and why."""
    intervals = crossing["cheaper_intervals"]
    if not intervals:
        return "The lines do not cross at any volume."
    if len(intervals) == 1:
        return "The lead changes once."
    bound = "at least " if len(intervals) >= 64 else ""
    return (
        f"Replicas are whole, so hosting climbs in steps: it leads in {bound}{len(intervals)}"
        " separate ranges of volume."
    )


def break_even(results: JsonMapping) -> str:
    """When the hybrid's one-time cost is earned back, where that was computed."""
    for item in results.get("break_even") or []:
        if item["from"] == "prompt_caching" and item["to"] == "self_hosted":
            horizon = item["horizon_months"]
            if item["month"] is None:
                return (
                    f"Moving to self-hosting would not earn back its cost within {horizon} months."
                )
            return (
                "With the growth stated, moving to self-hosting earns back its cost after"
                f" {months(item['month'])}."
            )
    return ""


def missing_economics(payload: JsonMapping) -> list[str]:
    """What to say and ask for when there is no result."""
    return [
        (
            "No scenario has been costed in this assessment, so nothing is said here about money:"
            " neither what is spent nor what could be saved."
        ),
        (
            "To fill this page, gather one month of: requests, model calls per request, mean input"
            " and output tokens per call, the part of the prompt that repeats, the models and their"
            " prices. Token logs or the provider’s usage export hold all of it."
        ),
        "The plan on the next page follows from the answers alone and puts measuring first.",
    ]
