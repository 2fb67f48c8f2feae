"""At which hit ratios and use of the pool other levers cost less; must not import Django."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from costing.engine.ratio_flips import PROMPT_HITS, SEMANTIC_HITS, UTILIZATION
from costing.engine.results import RatioChange, RatioFlip
from costing.scenarios.content.titles import STRATEGY_PHRASES, lever_series
from presentation.numbers import ratio_percent
from presentation.wording import alternatives

NOUNS = {
    SEMANTIC_HITS: "semantic cache hits",
    PROMPT_HITS: "prompt cache hits",
    UTILIZATION: "busy time of the pool",
}
# What a percentage with one decimal shows as neither 0 nor 100.
MIN_SHOWN, MAX_SHOWN = 0.0005, 0.9995


@dataclass(frozen=True)
class RatioRow:
    """A ratio as it is, and where below and above it which other levers cost less, in words.

    An empty text says that none do.
    """

    title: str
    present: str
    below: str
    above: str


def ratio_flip_rows(flips: Mapping[str, RatioFlip], levers: Iterable[str]) -> list[RatioRow]:
    """A row for each ratio: what changes the advice, which is to run these levers."""
    advised = tuple(levers)
    # The database keeps no order of a mapping.
    return [_row(NOUNS[path], flips[path], advised) for path in NOUNS if path in flips]


def _row(noun: str, flip: RatioFlip, advised: tuple[str, ...]) -> RatioRow:
    below, above = (
        "" if change is None else f"{_place(flip, change)}: {_named(change, advised)}"
        for change in (flip.below, flip.above)
    )
    return RatioRow(noun[0].upper() + noun[1:], ratio_percent(flip.present), below, above)


def ratio_flips_text(flips: Mapping[str, RatioFlip]) -> str:
    """Of each ratio the nearest change, in the middle of a sentence; empty without any ratio.

    `with semantic cache hits below 1.9 % (12 % here)`.
    """
    ways = []
    for path, flip in ((path, flips[path]) for path in NOUNS if path in flips):
        changes = [change for change in (flip.below, flip.above) if change is not None]
        if changes:
            nearest = min(changes, key=lambda change: abs(change.ratio - flip.present))
            here = ratio_percent(flip.present)
            ways.append(f"{NOUNS[path]} {_place(flip, nearest)} ({here} here)")
    if ways:
        return f"with {', or '.join(ways)}"
    nouns = [NOUNS[path] for path in NOUNS if path in flips]
    return f"never, whatever the share of {alternatives(nouns)}" if nouns else ""


def _place(flip: RatioFlip, change: RatioChange) -> str:
    if change is flip.below:
        shown = change.ratio >= MIN_SHOWN
        return f"below {ratio_percent(change.ratio)}" if shown else "near 0 %"
    shown = change.ratio <= MAX_SHOWN
    return f"above {ratio_percent(change.ratio)}" if shown else "near 100 %"


def _named(change: RatioChange, advised: tuple[str, ...]) -> str:
    if change.levers == advised:
        return "the same levers for other applications"
    return lever_series(change.levers) if change.levers else STRATEGY_PHRASES["baseline"]
