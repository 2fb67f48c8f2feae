"""What several applications ask of one another, and of the scenario that they share (section 9)."""

from collections import Counter
from math import isclose

from costing.engine.inputs.errors import Errors
from costing.engine.inputs.scenario import Scenario
from costing.engine.levers import SECTION_OF_LEVER

SAME_SHARE = 1e-6
"""Requests and shares add up within this ratio: people write shares with few digits."""


def check_applications(scenario: Scenario, errors: Errors) -> None:
    """Note what is written twice, adds up to something else, or is not an application's to say."""
    if not scenario.applications:
        return
    keys = Counter(each.key for each in scenario.applications)
    for place, each in enumerate(scenario.applications):
        path = f"applications.{place}"
        if keys[each.key] > 1:
            errors.add(f"{path}.key", "must not be that of another application")
        if (each.share is None) == (each.workload is None):
            errors.add(f"{path}.share", "is required, unless workload is given; not both")
        if each.workload is not None and each.workload.monthly_growth_ratio != 0.0:
            reason = "is the same for all applications: give that of the scenario's workload"
            errors.add(f"{path}.workload.monthly_growth_ratio", reason)
        for section in ("routing", "semantic_cache"):
            own = getattr(each, section)
            if own is not None and getattr(scenario, section) is None:
                errors.add(f"{path}.{section}", "needs that of the scenario, whose platform serves")
            elif own is not None and own.platform_usd_per_month > 0.0:
                reason = f"is paid once for all: give it in {section} of the scenario"
                errors.add(f"{path}.{section}.platform_usd_per_month", reason)
    _check_sum(scenario, errors)
    _check_levers(scenario, errors)


def _check_sum(scenario: Scenario, errors: Errors) -> None:
    """Note requests and shares that are not those of the whole scenario."""
    workloads = [each.workload for each in scenario.applications if each.workload is not None]
    stated = sum(each.share or 0.0 for each in scenario.applications)
    if not workloads:
        if not isclose(stated, 1.0, rel_tol=SAME_SHARE):
            errors.add("applications", f"must have shares that add up to 1, not {stated:,.10g}")
        return
    if stated > 1.0:
        errors.add("applications", f"must have shares of at most 1 together, not {stated:,.10g}")
        return
    whole = scenario.workload.requests_per_month
    own = sum(workload.requests_per_month for workload in workloads)
    if not isclose(whole * (1.0 - stated), own, rel_tol=SAME_SHARE, abs_tol=SAME_SHARE):
        wanted = "" if stated >= 1.0 else f" {own / (1.0 - stated):,.10g}:"
        reason = f"must be{wanted} what the applications add up to"
        errors.add("workload.requests_per_month", reason)


def _check_levers(scenario: Scenario, errors: Errors) -> None:
    """Note a section whose lever no application may use."""
    for lever, section in SECTION_OF_LEVER.items():
        allowed = (each.levers_allowed for each in scenario.applications)
        if getattr(scenario, section) is not None and not any(
            levers is None or lever in levers for levers in allowed
        ):
            errors.add("applications", f"allow {lever} nowhere, so {section} is not needed")
