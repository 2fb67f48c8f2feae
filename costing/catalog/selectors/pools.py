"""Reads of pools that the catalog proposes for a scenario."""

from collections.abc import Mapping
from typing import Any

from costing import catalog
from costing.catalog.selectors.offers import offer_candidates, offer_find, throughput_find


def pool_proposals(
    document: Mapping[str, Any],
    wish: catalog.PoolWish,
    offers: catalog.OfferFilter,
    *,
    limit: int = catalog.PROPOSALS,
) -> list[catalog.PoolProposal]:
    """Return the cheapest pools on offer for the workload of a scenario document.

    Raises InvalidScenario with every field at fault.
    """
    profiles = throughput_find(model_class=wish.model_class)
    return catalog.propose_pools(
        document,
        wish,
        profiles=profiles,
        offers=offer_candidates(offers, [profile.accelerator for profile in profiles]),
        limit=limit,
    )


def pool_proposal_find(
    document: Mapping[str, Any], wish: catalog.PoolWish, *, offer_key: str, profile_key: str
) -> catalog.PoolProposal | None:
    """Return the pool of one offer and one profile, or None where they make none.

    Raises InvalidScenario with every field at fault.
    """
    offer, profile = offer_find(offer_key), catalog.find_profile(profile_key)
    if offer is None or profile is None:
        return None
    calls = catalog.calls_to_pool(document, wish.served)
    return catalog.propose_pool(document, wish, profile=profile, offer=offer, calls=calls)
