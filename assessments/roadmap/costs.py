"""What the economics hand down to an assessment, as plain values; must not import Django."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from assessments.scoring import HostingEconomics

JsonDict = dict[str, Any]


@dataclass(frozen=True)
class CostlyHabit:
    """An anti-pattern that was found: USD per month (None: not known), and how it shows."""

    key: str
    usd_per_month: float | None
    evidence: str


@dataclass(frozen=True)
class Costs:
    """The money behind a roadmap.

    `usd_per_month_by_levers` prices every set of levers; `running` are those of today, which cost
    `spend_usd_per_month`; `left_out` says why a lever has no price; `hosting` is None where
    self-hosting was not compared.
    """

    usd_per_month_by_levers: Mapping[frozenset[str], float]
    running: frozenset[str]
    left_out: Mapping[str, str]
    spend_usd_per_month: float
    hosting: HostingEconomics | None
    anti_patterns: tuple[CostlyHabit, ...] = ()


def costs_document(costs: Costs) -> JsonDict:
    """The costs as a JSON object."""
    return {
        "subsets": [
            {"levers": sorted(levers), "usd_per_month": usd}
            for levers, usd in costs.usd_per_month_by_levers.items()
        ],
        "running": sorted(costs.running),
        "left_out": dict(costs.left_out),
        "spend_usd_per_month": costs.spend_usd_per_month,
        "hosting": None if costs.hosting is None else asdict(costs.hosting),
        "anti_patterns": [asdict(habit) for habit in costs.anti_patterns],
    }


def costs_of_document(document: Mapping[str, Any]) -> Costs:
    """The costs that `costs_document` wrote."""
    hosting = document["hosting"]
    return Costs(
        usd_per_month_by_levers={
            frozenset(item["levers"]): item["usd_per_month"] for item in document["subsets"]
        },
        running=frozenset(document["running"]),
        left_out=document["left_out"],
        spend_usd_per_month=document["spend_usd_per_month"],
        hosting=None if hosting is None else HostingEconomics(**hosting),
        anti_patterns=tuple(CostlyHabit(**habit) for habit in document["anti_patterns"]),
    )
