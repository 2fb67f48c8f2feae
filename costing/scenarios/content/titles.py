"""Titles of strategies, levers and lines of a bill; must not import Django."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from assessments.framework import load_framework
from costing.engine.levers import (
    RECOMMENDED,
    RECOMMENDED_TODAY,
    TARGET_SAVING_RATIO,
    set_names,
    set_of,
)
from presentation.wording import first_upper, series

TARGET_RANGE = f"{TARGET_SAVING_RATIO[0] * 100:.0f}–{TARGET_SAVING_RATIO[1] * 100:.0f} %"
STRATEGY_TITLES = {
    "current": "What runs today",
    "baseline": "All calls to the premium model",
    "prompt_caching": "Prompt caching",
    "routed_api": "Caching and routing",
    "optimized_api": "Caching, routing, semantic cache",
    "self_hosted": "Self-hosted, all calls",
    "hybrid": "Hybrid: all four levers",
    "hosted_open": "Hosted open model, all calls",
    "hybrid_hosted": "Hybrid with the hosted open model",
}
LEVER_TITLES = {lever.key: lever.title for lever in load_framework().levers}
# What can be switched on in a scenario: the levers, and the pool's model sold by an API.
CHOICE_TITLES = {lever.key: lever.title for lever in load_framework().choices}
CHOICE_PHRASES = {lever.key: lever.phrase for lever in load_framework().choices}
# The strategies in the middle of a sentence.
STRATEGY_PHRASES = {
    "current": "what runs today",
    "baseline": "the premium model alone",
    "prompt_caching": "prompt caching",
    "routed_api": "caching and routing",
    "optimized_api": "caching, routing and a semantic cache",
    "self_hosted": "self-hosting all calls",
    "hybrid": "the hybrid of all four levers",
    "hosted_open": "the hosted open model for all calls",
    "hybrid_hosted": "the hybrid with the hosted open model",
}
# Other sets of levers are called after their levers.
for _name in set_names():
    _phrase = series([CHOICE_PHRASES[lever] for lever in set_of(_name)])
    STRATEGY_PHRASES.setdefault(_name, _phrase)
    STRATEGY_TITLES.setdefault(_name, first_upper(_phrase))
# What a recommendation is called beside them.
ADVISED_PHRASES = {
    RECOMMENDED_TODAY: "what is recommended today",
    RECOMMENDED: "all that is recommended",
}
LINE_TITLES = {
    "semantic_cache": "Semantic cache",
    "false_hits": "False hits of the cache",
    "routing": "Routing",
    "commitment": "Committed spend that is not used",
    "simple": "Simple calls",
    "complex": "Complex calls",
    "input": "input",
    "cache_read": "cached input",
    "cache_write": "cache writes",
    "cache_storage": "cache storage",
    "output": "output",
    "provisioned": "provisioned throughput",
    "spillover": "beyond provisioned throughput",
    "compute_busy": "busy capacity",
    "compute_idle": "idle capacity",
    "engineering": "engineering",
    "platform": "platform",
    "extras": "egress, observability, security, evaluation",
    "rework": "answers made again",
    "pool": "Shared pool",
}
# Less than half a cent, or half a thousandth of the cost, moves nothing that a person would see.
UNMOVED_BELOW_RATIO = 0.0005


@dataclass(frozen=True)
class Pair:
    """Two strategies of which the second is held against the first, in words.

    The second may be a recommendation.
    """

    from_strategy: str
    to_strategy: str

    @property
    def from_title(self) -> str:
        return _title(self.from_strategy)

    @property
    def to_title(self) -> str:
        return _title(self.to_strategy)

    @property
    def from_phrase(self) -> str:
        return _phrase_of(self.from_strategy)

    @property
    def to_phrase(self) -> str:
        return _phrase_of(self.to_strategy)

    @property
    def to_subject(self) -> str:
        """The second strategy at the start of a sentence."""
        return first_upper(self.to_phrase)

    @property
    def title(self) -> str:
        """Both: `Self-hosting all calls against prompt caching`."""
        return f"{self.to_subject} against {self.from_phrase}"


def _title(name: str) -> str:
    """A strategy, or a recommendation, as a title."""
    return STRATEGY_TITLES.get(name) or first_upper(ADVISED_PHRASES[name])


def _phrase_of(name: str) -> str:
    """A strategy, or a recommendation, in the middle of a sentence."""
    return STRATEGY_PHRASES.get(name) or ADVISED_PHRASES[name]


def lever_series(levers: Iterable[str]) -> str:
    """Levers in the middle of a sentence: `routing and self-hosting`, or `no lever`."""
    return series([CHOICE_PHRASES.get(lever, lever) for lever in levers]) or "no lever"


def line_title(key: str, applications: Mapping[str, str] | None = None) -> str:
    """A bill's line in words: `simple.cache_read` is `Simple calls: cached input`.

    `applications` are their titles by key; an application's line begins with its own.
    """
    first, *rest = key.split(".")
    # What all pay once has no dot, so an application may have the key of such a line.
    titles = LINE_TITLES | dict(applications or {}) if rest else LINE_TITLES
    words = [titles.get(first, first)]
    words += [LINE_TITLES.get(part, part) for part in rest]
    return ": ".join(words)


def line_order(key: str, applications: Iterable[str] = ()) -> list[int]:
    """Where a bill's line stands; those of applications come last, one after the other."""
    order, keys = [*LINE_TITLES], [*applications]
    first, *rest = key.split(".")
    if rest and first in keys:
        return [len(order) + keys.index(first), *(_place(part, order) for part in rest)]
    return [_place(part, order) for part in (first, *rest)]


def _place(part: str, order: list[str]) -> int:
    return order.index(part) if part in order else len(order)
