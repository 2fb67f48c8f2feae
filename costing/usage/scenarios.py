"""Puts a measured workload into a scenario document; must not import Django."""

from collections.abc import Mapping
from copy import deepcopy
from typing import Any

from costing.engine.inputs.scenario import tree_calls
from costing.usage.proposal import Proposal

# What the profile that was measured takes the place of.
ASSUMED_HOURS = ("active_hours_per_day", "active_days_per_week")


def new_document(proposal: Proposal, *, reference: str) -> dict[str, Any]:
    """A scenario of the measured workload with one model of the catalog."""
    document: dict[str, Any] = {
        "workload": dict(proposal.workload),
        "premium_model": {"catalog": reference},
        "current_levers": list(proposal.current_levers),
    }
    if proposal.ranges:
        document["ranges"] = deepcopy(proposal.ranges)
    return document


def measured_document(document: Mapping[str, Any], proposal: Proposal) -> dict[str, Any]:
    """The document with what was measured in the place of what was assumed; the rest stays.

    Measured calls become requests by the calls that one request causes in the document.
    """
    made = deepcopy(dict(document))
    workload = {**(made.get("workload") or {}), **proposal.workload}
    calls = _calls_per_request(workload)
    ranges = {
        path: ends
        for path, ends in (made.get("ranges") or {}).items()
        if path.partition(".")[0] != "workload" or path.partition(".")[2] not in proposal.workload
    } | deepcopy(proposal.ranges)
    if "requests_per_month" in proposal.workload and calls != 1.0:
        workload["requests_per_month"] /= calls
        ends = ranges.get("workload.requests_per_month")
        if ends:
            ranges["workload.requests_per_month"] = {key: end / calls for key, end in ends.items()}
    if "hourly_profile" in proposal.workload:
        for key in ASSUMED_HOURS:
            workload.pop(key, None)
            ranges.pop(f"workload.{key}", None)
    prefix, inside = workload.get("prefix_tokens_per_call"), workload.get("input_tokens_per_call")
    if prefix is not None and inside is not None and prefix > inside:
        workload["prefix_tokens_per_call"] = inside
        ranges.pop("workload.prefix_tokens_per_call", None)
    made["workload"] = workload
    made.pop("ranges", None)
    if ranges:
        made["ranges"] = ranges
    return made


def _calls_per_request(workload: Mapping[str, Any]) -> float:
    if "agent_branching" in workload and "agent_depth" in workload:
        return float(tree_calls(workload["agent_branching"], workload["agent_depth"]))
    return float(workload.get("calls_per_request") or 1.0)
