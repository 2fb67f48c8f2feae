"""Pools that the catalog proposes, and the one that is taken."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db import transaction

from costing.catalog import selectors as catalog_selectors
from costing.catalog.offers import OfferFilter
from costing.catalog.pools import PROPOSALS, PoolProposal, PoolWish, steps_of
from costing.engine import InvalidScenario
from costing.scenarios.models import Scenario
from costing.scenarios.services.economics import UNUSABLE_FIGURES, InvalidScenarioDocument
from costing.scenarios.services.scenarios import ScenarioInput, save_scenario
from organizations.exceptions import Invalid
from organizations.permissions import Actor

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
    made = {**document, "pool": dict(pool)}
    if document.get("ranges"):
        gone = {*steps, "pool.max_utilization_ratio", "pool.interruption_overhead_ratio"}
        made["ranges"] = {
            path: ends
            for path, ends in document["ranges"].items()
            if path not in gone and (not path.startswith("pool.") or path[5:] in pool)
        }
    return made


def _not_of_pools(origins: Mapping[str, Any]) -> dict[str, Any]:
    return {path: origin for path, origin in origins.items() if not path.startswith("pool.")}
