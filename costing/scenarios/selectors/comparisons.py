"""Reads of a client's scenarios, to set them side by side."""

from collections.abc import Sequence
from uuid import UUID

from django.db.models import QuerySet

from costing.scenarios.content import Compared
from costing.scenarios.models import EconomicsResult, Scenario
from costing.scenarios.selectors.economics import economics_newest


def scenario_list_of_client(client_id: UUID) -> QuerySet[Scenario]:
    """Return all scenarios of a client with their assessments, the last changed first."""
    scenarios = Scenario.objects.filter(client_id=client_id).select_related("assessment")
    return scenarios.order_by("-changed_at", "-pk")


def scenarios_compared(client_id: UUID, scenario_ids: Sequence[UUID]) -> list[Compared]:
    """Return a client's scenarios with their newest results, in the order asked for.

    Raises Scenario.DoesNotExist where this client has not every one of them.
    """
    rows = Scenario.objects.filter(client_id=client_id, pk__in=scenario_ids)
    found = {scenario.pk: scenario for scenario in rows}
    if not all(scenario_id in found for scenario_id in scenario_ids):
        raise Scenario.DoesNotExist
    newest = economics_newest(scenario_ids)
    return [_compared(found[key], newest.get(key)) for key in dict.fromkeys(scenario_ids)]


def _compared(scenario: Scenario, economics: EconomicsResult | None) -> Compared:
    return Compared(
        key=str(scenario.pk),
        title=scenario.title,
        result=economics.result if economics else None,
        is_stale=economics is not None and economics.scenario_version != scenario.version,
    )
