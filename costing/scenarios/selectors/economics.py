"""Reads of what the engine made of scenarios."""

from collections.abc import Sequence
from uuid import UUID

from assessments import mapping
from assessments.models import Assessment
from assessments.selectors import scores_compute
from costing.scenarios.models import EconomicsResult, Scenario


def economics_get(result_id: UUID) -> EconomicsResult:
    """Return one result; raises EconomicsResult.DoesNotExist."""
    return EconomicsResult.objects.select_related("scenario").get(pk=result_id)


def economics_latest(scenario: Scenario) -> EconomicsResult | None:
    """Return the newest result of a scenario, if there is one."""
    results = EconomicsResult.objects.filter(scenario=scenario)
    return results.order_by("-computed_at", "-pk").first()


def economics_change(scenario: Scenario, economics: EconomicsResult) -> str:
    """Return what changed since a result was computed: `figures`, `scores`, or nothing."""
    if economics.scenario_version != scenario.version:
        return "figures"
    scores = mapping.maturity_document(scores_compute(scenario.assessment))
    return "" if economics.result["inputs"].get("maturity") == scores else "scores"


def economics_latest_of(assessment: Assessment) -> EconomicsResult | None:
    """Return the newest result of any of an assessment's scenarios, with its scenario."""
    results = EconomicsResult.objects.filter(scenario__assessment=assessment)
    return results.select_related("scenario").order_by("-computed_at", "-pk").first()


def economics_newest(scenario_ids: Sequence[UUID]) -> dict[UUID, EconomicsResult]:
    """Return the newest result of each of these scenarios, by the scenario's key."""
    results = (
        EconomicsResult.objects.filter(scenario_id__in=scenario_ids)
        .order_by("scenario_id", "-computed_at", "-pk")
        .distinct("scenario_id")
    )
    return {result.scenario_id: result for result in results}


def economics_by_scenario(assessment: Assessment) -> dict[UUID, EconomicsResult]:
    """Return the newest result of each of an assessment's scenarios, by the scenario's key."""
    results = (
        EconomicsResult.objects.filter(scenario__assessment=assessment)
        .order_by("scenario_id", "-computed_at", "-pk")
        .distinct("scenario_id")
    )
    return {result.scenario_id: result for result in results}
