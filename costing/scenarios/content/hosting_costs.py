"""What self-hosting costs beside compute: assumptions by kind of pool, and what is left at nothing.

Must not import Django. The assumptions are the product's own, stated with their basis; no source
states them, and an organization's own figures replace them.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from costing.catalog.origins import Origin
from costing.engine import Scenario

RENTED, OWNED = "rented", "owned"
SPOT_RISK = (
    "The pool runs on spot instances alone, which can be taken away all at once: keep a fallback,"
    " by API or on demand."
)
KINDS = {RENTED: "a rented pool", OWNED: "a pool of bought hardware"}


@dataclass(frozen=True)
class Assumption:
    """A figure of a pool that nobody stated, and what it rests on."""

    value: float
    basis: str

    def origin(self, kind: str) -> Origin:
        """The assumption as a scenario keeps it beside its figure."""
        label = f"Assumed for {KINDS[kind]}: {self.basis}"
        return Origin(label=label, source_url="", checked_on=None)


RATE = Assumption(95, "the full cost of an engineer, about 165,000 USD for 1,740 hours a year")
ASSUMED: Mapping[str, Mapping[str, Assumption]] = {
    RENTED: {
        "engineering_hours_per_month": Assumption(40, "a quarter of one engineer"),
        "engineering_usd_per_hour": RATE,
        "platform_usd_per_month": Assumption(400, "gateway, monitoring and storage"),
        "migration_usd": Assumption(25_000, "about 260 hours of engineering at 95 USD"),
    },
    OWNED: {
        "engineering_hours_per_month": Assumption(80, "half of one engineer, racks included"),
        "engineering_usd_per_hour": RATE,
        "platform_usd_per_month": Assumption(800, "the same tools, and the place in a data centre"),
        "migration_usd": Assumption(40_000, "about 420 hours of engineering at 95 USD"),
    },
}


def kind_of(pool: Mapping[str, Any]) -> str:
    """Whether a document's pool is rented or owned."""
    return RENTED if pool.get("hardware_usd_per_instance") is None else OWNED


def with_assumptions(pool: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, Origin]]:
    """A pool with an assumption for each figure that it leaves out, and their origins by path."""
    kind = kind_of(pool)
    missing = {key: each for key, each in ASSUMED[kind].items() if pool.get(key) is None}
    filled = {**pool, **{key: each.value for key, each in missing.items()}}
    return filled, {f"pool.{key}": each.origin(kind) for key, each in missing.items()}


def spot_risk(scenario: Scenario) -> str:
    """That a pool stands on spot instances alone, in a sentence; empty where others run too."""
    pool = scenario.pool
    if pool is None or pool.reserved_usd_per_instance_hour is not None:
        return ""
    is_mixed = pool.spot_usd_per_instance_hour is not None
    is_all_spot = pool.spot_ratio >= 1.0 if is_mixed else pool.interruption_overhead_ratio > 0.0
    return SPOT_RISK if is_all_spot else ""


def missing_costs(scenario: Scenario) -> list[str]:
    """The costs of self-hosting that a scenario leaves at nothing, in words."""
    pool = scenario.pool
    if pool is None:
        return []
    costs = {
        "engineering": float(pool.engineering_hours_per_month * pool.engineering_usd_per_hour),
        "platform": float(pool.platform_usd_per_month),
        "migration": float(pool.migration_usd),
    }
    return [name for name, usd in costs.items() if not usd]
