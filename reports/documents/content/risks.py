"""What could make the economics wrong or dangerous, in order of weight, from a payload alone."""

from collections.abc import Mapping
from typing import Any

from presentation.numbers import ratio_percent
from reports.documents.content import advice
from reports.documents.content.amounts import decimal
from reports.documents.content.framework import framework_of
from reports.documents.content.identity import long_date
from reports.documents.content.requirements import lever_requirements
from reports.documents.content.wording import counted, first_upper, fit, lever_series

SHOWN = 4
THIN = decimal("0.75")
# The threshold under which a pool counts as idle, as the framework names it.
UTILIZATION = "utilization_ratio_below"


def risks(payload: Mapping[str, Any]) -> list[str]:
    """The weightiest risks, at most four sentences."""
    results = payload["results"]
    found = [
        *_held_back(payload),
        *_steps(results),
        *_answers(payload),
        *_hosting_share(payload, results),
        *_prices(payload),
    ]
    return found[:SHOWN]


def _held_back(payload: Mapping[str, Any]) -> list[str]:
    results = payload["results"]
    if not results:
        return []
    asks = lever_requirements(payload)
    waiting: dict[str, list[str]] = {}
    for lever in advice.today(results).get("held_back") or {}:
        waiting.setdefault(asks.get(lever, "more maturity"), []).append(lever)
    return [
        f"{first_upper(lever_series(levers))} would put quality at risk today: it takes {ask}."
        for ask, levers in waiting.items()
    ][:2]


def _steps(results: Mapping[str, Any] | None) -> list[str]:
    crossing = advice.crossover(results, "prompt_caching", "self_hosted") if results else None
    if crossing is None or len(crossing["cheaper_intervals"]) < 2:
        return []
    return [
        "Near the crossover a small change of volume adds a replica and turns the result around; do"
        " not commit to hosting there."
    ]


def _answers(payload: Mapping[str, Any]) -> list[str]:
    answers = payload["answers"]
    unknown = sum(1 for answer in answers if answer["state"] == "unknown")
    guessed = sum(1 for answer in answers if answer.get("confidence") == "guessed")
    completeness = payload["scores"].get("completeness")
    if completeness is None or decimal(completeness) < THIN:
        return [
            f"The scores rest on {ratio_percent(completeness or 0)} of the questions: levers may be"
            " held back only because nothing was said."
        ]
    if unknown + guessed >= 3:
        return [
            f"{counted(unknown + guessed, 'answer')} unknown or guessed: confirm them before money"
            " is committed."
        ]
    return []


def _hosting_share(payload: Mapping[str, Any], results: Mapping[str, Any] | None) -> list[str]:
    hosted = (results or {}).get("strategies", {}).get("self_hosted")
    if not hosted or hosted.get("utilization_ratio") is None:
        return []
    used = decimal(hosted["utilization_ratio"])
    limits = framework_of(payload).anti_pattern_thresholds.values()
    if used >= decimal(max((each.get(UTILIZATION, 0.0) for each in limits), default=0.0)):
        return []
    return [
        f"Self-hosted replicas would work {ratio_percent(used)} of the time: most of their cost is"
        " for waiting."
    ]


def _prices(payload: Mapping[str, Any]) -> list[str]:
    if not payload["results"]:
        return [
            "Without measured tokens every claim of a saving is a guess: measure first, then"
            " decide."
        ]
    book = payload["price_book"] or {}
    if book.get("contracts"):
        names = dict.fromkeys(contract["model_name"] for contract in book["contracts"])
        return [
            f"Contract prices of {fit(' and '.join(names), 60)}, else list prices of"
            f" {long_date(book['as_of'])}: check how long the contract holds."
        ]
    if book.get("as_of"):
        return [
            f"List prices of {long_date(book['as_of'])}"
            f" ({fit(book.get('source', 'price book'), 40)}): they change often, and contracts may"
            " be lower."
        ]
    return ["Prices are those stated in the scenario: check them against the contract."]
