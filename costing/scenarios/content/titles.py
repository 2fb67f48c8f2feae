"""Titles of strategies, levers and lines of a bill; must not import Django."""

from collections.abc import Iterable

from presentation.wording import series

STRATEGY_TITLES = {
    "current": "What runs today",
    "baseline": "All calls to the premium model",
    "prompt_caching": "Prompt caching",
    "routed_api": "Caching and routing",
    "optimized_api": "Caching, routing, semantic cache",
    "self_hosted": "Self-hosted, all calls",
    "hybrid": "Hybrid: all four levers",
}
LEVER_TITLES = {
    "prompt_caching": "Prompt caching",
    "routing": "Routing",
    "semantic_caching": "Semantic caching",
    "self_hosting": "Self-hosting",
}
# The same in the middle of a sentence.
STRATEGY_PHRASES = {
    "current": "what runs today",
    "baseline": "the premium model alone",
    "prompt_caching": "prompt caching",
    "routed_api": "caching and routing",
    "optimized_api": "caching, routing and a semantic cache",
    "self_hosted": "self-hosting all calls",
    "hybrid": "the hybrid of all four levers",
}
LINE_TITLES = {
    "semantic_cache": "Semantic cache",
    "routing": "Routing",
    "simple": "Simple calls",
    "complex": "Complex calls",
    "input": "input",
    "cache_read": "cached input",
    "cache_write": "cache writes",
    "output": "output",
    "compute_busy": "busy capacity",
    "compute_idle": "idle capacity",
    "engineering": "engineering",
    "platform": "platform",
}
SECTION_TITLES = {
    "pool": "self-hosted pool",
    "routing": "routing",
    "semantic_cache": "semantic cache",
    "small_model": "small model",
}


def lever_series(levers: Iterable[str]) -> str:
    """Levers in the middle of a sentence: `routing and self-hosting`, or `no lever`."""
    return series([LEVER_TITLES.get(lever, lever).lower() for lever in levers]) or "no lever"


def line_title(key: str) -> str:
    """A bill's line in words: `simple.cache_read` is `Simple calls: cached input`."""
    return ": ".join(LINE_TITLES.get(part, part) for part in key.split("."))
