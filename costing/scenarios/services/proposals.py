"""Pools that the catalog proposes, and scenarios of measured usage; each figure with origin."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db import transaction

from costing.catalog import selectors as catalog_selectors
from costing.catalog.offers import OfferFilter
from costing.catalog.pools import PROPOSALS, PoolProposal, PoolWish, steps_of
from costing.engine import InvalidScenario
from costing.scenarios.models import Scenario
from costing.scenarios.services.scenarios import (
    UNUSABLE_FIGURES,
    InvalidScenarioDocument,
    ScenarioInput,
    create_scenario,
    save_scenario,
)
from costing.usage import Proposal, propose
from costing.usage.models import UsageImport
from costing.usage.proposal import measured_document, new_document
from organizations.exceptions import Conflict, Invalid
from organizations.permissions import Actor
from presentation.wording import day

NOT_ON_OFFER = "That pool is not on offer. Choose one of those that are proposed."


def propose_pools(
    document: Mapping[str, Any],
    wish: PoolWish,
    offers: OfferFilter,
    *,
    limit: int = PROPOSALS,
) -> list[PoolProposal]:
    """Return the cheapest pools for a document's workload; nothing is kept.

    Raises InvalidScenarioDocument with the path of every field at fault.
    """
    try:
        return catalog_selectors.pool_proposals(document, wish, offers, limit=limit)
    except InvalidScenario as error:
        raise InvalidScenarioDocument(UNUSABLE_FIGURES, fields=error.fields) from error


@dataclass(frozen=True)
class PoolChoice:
    """One proposal by its offer and its profile, sized as wished."""

    wish: PoolWish
    offer_key: str
    profile_key: str


@transaction.atomic
def use_pool(
    *, by: Actor, scenario: Scenario, version: int, choice: PoolChoice
) -> tuple[Scenario, PoolProposal]:
    """Make a proposal the pool of a scenario that still is at `version`, each figure with origin.

    The pool is sized anew from offer and profile. Raises Conflict with what stands now, or
    Invalid where the two make no pool or figures are at fault.
    """
    standing = Scenario.objects.select_for_update(of=("self",)).get(pk=scenario.pk)
    proposal = catalog_selectors.pool_proposal_find(
        standing.document,
        choice.wish,
        offer_key=choice.offer_key,
        profile_key=choice.profile_key,
    )
    if proposal is None:
        raise Invalid(NOT_ON_OFFER, fields={"offer": [NOT_ON_OFFER]})
    steps = {step.path: step.origin() for step in steps_of(proposal)}
    content = ScenarioInput(
        title=standing.title,
        document=_with_pool(standing.document, proposal.pool, steps),
        trigger=standing.trigger,
        origins={**_not_of_pools(standing.origins), **steps},
    )
    saved = save_scenario(by=by, scenario=scenario, version=version, content=content)
    return saved, proposal


def _with_pool(
    document: Mapping[str, Any], pool: Mapping[str, Any], steps: Mapping[str, Any]
) -> dict[str, Any]:
    """The document with another pool; ranges around figures that were replaced leave it."""
    changed = {**document, "pool": dict(pool)}
    if document.get("ranges"):
        gone = {*steps, "pool.max_utilization_ratio", "pool.interruption_overhead_ratio"}
        changed["ranges"] = {
            path: ends
            for path, ends in document["ranges"].items()
            if path not in gone and (not path.startswith("pool.") or path[5:] in pool)
        }
    return changed


def _not_of_pools(origins: Mapping[str, Any]) -> dict[str, Any]:
    return {path: origin for path, origin in origins.items() if not path.startswith("pool.")}


TITLE_LENGTH = 120
NOT_READ = "The file has not been read yet."
NO_TOKENS = "This file names costs alone, so it says nothing of the workload."
NO_CALLS = "This source counts no calls: say how many there are a month."


@dataclass(frozen=True)
class MeasuredInput:
    """What a person adds to what was measured: the model, calls a month where none are counted,
    and the address under which the measure can be read.
    """

    reference: str = ""
    calls_per_month: float | None = None
    source_url: str = ""


def usage_proposal(usage_import: UsageImport, calls_per_month: float | None = None) -> Proposal:
    """Return the workload that an import proposes; raises Conflict where it was not read yet."""
    if not usage_import.is_ready:
        raise Conflict(NOT_READ, current={"state": usage_import.state})
    return propose(usage_import.measured, calls_per_month=calls_per_month)


@transaction.atomic
def create_measured_scenario(
    *, by: Actor, usage_import: UsageImport, given: MeasuredInput
) -> Scenario:
    """Make a scenario of an import's workload; raises Invalid with the fields at fault."""
    proposal = _proposal(usage_import, given)
    if not given.reference:
        message = "Choose the model that answers."
        raise Invalid(message, fields={"model": [message]})
    content = ScenarioInput(
        title=f"Measured: {usage_import.filename}"[:TITLE_LENGTH],
        document=new_document(proposal, reference=given.reference),
        origins=_origins(usage_import, proposal, given),
    )
    return create_scenario(by=by, assessment=usage_import.assessment, content=content)


@transaction.atomic
def measure_scenario(
    *, by: Actor, usage_import: UsageImport, scenario: Scenario, given: MeasuredInput
) -> Scenario:
    """Put an import's workload into a scenario of the same assessment; the rest of it stays."""
    if scenario.assessment_id != usage_import.assessment_id:
        message = "There is no such scenario."
        raise Invalid(message, fields={"scenario": [message]})
    proposal = _proposal(usage_import, given)
    origins = _origins(usage_import, proposal, given)
    content = ScenarioInput(
        title=scenario.title,
        document=measured_document(scenario.document, proposal),
        trigger=scenario.trigger,
        origins={**scenario.origins, **origins},
    )
    return save_scenario(by=by, scenario=scenario, version=scenario.version, content=content)


def _proposal(usage_import: UsageImport, given: MeasuredInput) -> Proposal:
    proposal = usage_proposal(usage_import, given.calls_per_month)
    if not usage_import.use.total_tokens:
        raise Invalid(NO_TOKENS)
    if "requests_per_month" not in proposal.workload:
        raise Invalid(NO_CALLS, fields={"calls_per_month": [NO_CALLS]})
    return proposal


def _origins(
    usage_import: UsageImport, proposal: Proposal, given: MeasuredInput
) -> dict[str, dict[str, str]]:
    on = usage_import.imported_at.date()
    origin = {
        "label": f"Measured, imported on {day(on)} from {usage_import.filename}",
        "source_url": given.source_url,
        "checked_on": on.isoformat(),
    }
    return {f"workload.{key}": dict(origin) for key in proposal.workload_document}
