"""The four levers, the six named strategies, the pairs to compare, and the saving to reach."""

from collections.abc import Iterable, Mapping
from functools import cache
from itertools import chain, combinations
from typing import TypeAlias

PROMPT_CACHING = "prompt_caching"
ROUTING = "routing"
SEMANTIC_CACHING = "semantic_caching"
SELF_HOSTING = "self_hosting"

LEVERS = (PROMPT_CACHING, ROUTING, SEMANTIC_CACHING, SELF_HOSTING)
"""The levers in the roadmap's order: the order in which the waterfall switches them on."""

STRATEGIES: Mapping[str, tuple[str, ...]] = {
    "baseline": (),
    "prompt_caching": (PROMPT_CACHING,),
    "routed_api": (PROMPT_CACHING, ROUTING),
    "optimized_api": (PROMPT_CACHING, ROUTING, SEMANTIC_CACHING),
    "self_hosted": (SELF_HOSTING,),
    "hybrid": LEVERS,
}
OPEN_MODEL = "open_model"
"""In a lever set: what a pool would serve goes to the same open weights, sold by an API."""

HOSTED_OPEN = "hosted_open"
OPEN_STRATEGIES: Mapping[str, tuple[str, ...]] = {
    HOSTED_OPEN: (PROMPT_CACHING, OPEN_MODEL),
    "hybrid_hosted": (PROMPT_CACHING, ROUTING, SEMANTIC_CACHING, OPEN_MODEL),
}
"""The strategies of a scenario that states what an API asks for the pool's model (section 10)."""

NAMED = {**STRATEGIES, **OPEN_STRATEGIES}
SCOPE = ":"
"""Between an application's key and a lever that is meant for it alone."""

CURRENT = "current"
RECOMMENDED, RECOMMENDED_TODAY = "recommended", "recommended_today"
RUNNING_CACHE = "running_prompt_cache"
"""Beside the levers of what runs today: its prompt cache is paid for also where it loses."""


BASELINE, OPTIMIZED_API, SELF_HOSTED, HYBRID = "baseline", "optimized_api", "self_hosted", "hybrid"
ROUTED_API = "routed_api"
HOSTING_PAIR = (PROMPT_CACHING, SELF_HOSTED)
"""Self-hosting is held against the premium model with its prompt cache on."""

DEFAULT_PAIRS = (HOSTING_PAIR, (BASELINE, SELF_HOSTED), (OPTIMIZED_API, HYBRID))
OPEN_PAIR = (HOSTED_OPEN, SELF_HOSTED)
"""The hosting question asked fairly: the same model on both sides."""

HOSTED_STRATEGIES = (HYBRID, SELF_HOSTED)
"""The strategies with a pool of their own, whose costs a tornado shows."""

TARGET_SAVING_RATIO = (0.40, 0.70)
"""The share of cost that an assessment should take away, ends included."""

Requirements: TypeAlias = Mapping[str, Mapping[str, float]]
"""For each lever, the least score of each dimension without which it must not be recommended."""

SECTION_OF_LEVER: Mapping[str, str] = {
    ROUTING: "routing",
    SEMANTIC_CACHING: "semantic_cache",
    SELF_HOSTING: "pool",
}
"""The section of a scenario without which a lever has no price."""


def brought_in_by(lever: str) -> str:
    """The first named strategy that has a lever: where it is left out, the lever is too."""
    return next(name for name, levers in STRATEGIES.items() if lever in levers)


def in_order(levers: Iterable[str]) -> tuple[str, ...]:
    """The levers in the roadmap's order, each once (section 2)."""
    chosen = set(levers)
    return tuple(lever for lever in (*LEVERS, OPEN_MODEL) if lever in chosen)


def scoped(by_application: Mapping[str, Iterable[str]]) -> tuple[str, ...]:
    """One lever set in which every application has levers of its own: `support:routing`."""
    return tuple(
        f"{key}{SCOPE}{lever}" for key, levers in by_application.items() for lever in levers
    )


def levers_for(key: str, levers: Iterable[str]) -> tuple[str, ...]:
    """The levers of a set that are meant for an application, by its key: its own, and all's."""
    pairs = (each.rpartition(SCOPE) for each in levers)
    return tuple(lever for place, _, lever in pairs if place in ("", key))


def anywhere(levers: Iterable[str]) -> tuple[str, ...]:
    """The levers that a set has for any application, in order."""
    return in_order(each.rpartition(SCOPE)[2] for each in levers)


def set_name(levers: Iterable[str]) -> str:
    """What a set of levers is called: a strategy's name, else its levers with + between."""
    ordered = in_order(levers)
    named = (name for name, own in NAMED.items() if own == ordered)
    return next(named, "+".join(ordered))


def set_of(name: str) -> tuple[str, ...]:
    """The levers of a set by its name; KeyError where nothing is called so."""
    if name in NAMED:
        return NAMED[name]
    levers = tuple(name.split("+"))
    if set_name(levers) != name:
        raise KeyError(name)
    return levers


@cache
def set_names() -> tuple[str, ...]:
    """Every set of levers by its name: the strategies, then those that are none."""
    by_api = (levers for levers in subsets() if SELF_HOSTING not in levers)
    sets = (*subsets(), *((*levers, OPEN_MODEL) for levers in by_api))
    return tuple(dict.fromkeys((*NAMED, *map(set_name, sets))))


@cache
def subsets(levers: tuple[str, ...] = LEVERS) -> tuple[tuple[str, ...], ...]:
    """Every subset of the levers, smaller ones first (section 2)."""
    ordered = in_order(levers)
    sizes = (combinations(ordered, size) for size in range(len(ordered) + 1))
    return tuple(chain.from_iterable(sizes))


def unmet_requirements(
    required: Mapping[str, float], maturity: Mapping[str, float | None]
) -> list[str]:
    """What keeps a lever from being recommended, as phrases; empty when nothing does."""
    phrases = []
    for dimension, least in required.items():
        score = maturity.get(dimension)
        if score is None:
            phrases.append(f"{dimension} must be at least {least:g} and is not scored")
        elif score < least:
            phrases.append(f"{dimension} must be at least {least:g} and is {score:g}")
    return phrases
