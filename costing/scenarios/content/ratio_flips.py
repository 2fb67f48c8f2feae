"""At which hit ratios and use of the pool other levers cost less; must not import Django."""

from collections.abc import Iterable, Mapping

from costing.engine.ratio_flips import PROMPT_HITS, SEMANTIC_HITS, UTILIZATION
from costing.engine.results import RatioChange, RatioFlip
from costing.scenarios.content.titles import STRATEGY_PHRASES, lever_series
from presentation.numbers import ratio_percent
from presentation.wording import series

NOUNS = {
    SEMANTIC_HITS: "hit ratio of the semantic cache",
    PROMPT_HITS: "hit ratio of the prompt cache",
    UTILIZATION: "utilization of the pool",
}
SHORT_NOUNS = {
    SEMANTIC_HITS: "semantic cache hits",
    PROMPT_HITS: "prompt cache hits",
    UTILIZATION: "busy time of the pool",
}
# What a percentage with one decimal shows as neither 0 nor 100.
LEAST_SHOWN, MOST_SHOWN = 0.0005, 0.9995


def ratio_flip_sentences(
    flips: Mapping[str, RatioFlip], levers: Iterable[str], *, is_later: bool = False
) -> list[str]:
    """A sentence for each ratio: what changes the advice, which is to run these levers.

    They are named where they are advised later than today.
    """
    advised = tuple(levers)
    than = f" than {lever_series(advised)}" if is_later else ""
    # The database keeps no order of a mapping.
    return [_sentence(NOUNS[path], flips[path], advised, than) for path in NOUNS if path in flips]


def _sentence(noun: str, flip: RatioFlip, advised: tuple[str, ...], than: str) -> str:
    here = f"it is {ratio_percent(flip.present)} here"
    ways = [
        f"{_place(flip, change)} ({_named(change, advised)})"
        for change in (flip.below, flip.above)
        if change is not None
    ]
    if not ways:
        return f"No {noun} changes what is recommended; {here}."
    return f"With a {noun} {' or '.join(ways)}, other levers would cost less{than}; {here}."


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
            ways.append(f"{SHORT_NOUNS[path]} {_place(flip, nearest)} ({here} here)")
    if ways:
        return f"with {', or '.join(ways)}"
    nouns = series([SHORT_NOUNS[path] for path in NOUNS if path in flips])
    return f"at no share of {nouns}" if nouns else ""


def _place(flip: RatioFlip, change: RatioChange) -> str:
    if change is flip.below:
        shown = change.ratio >= LEAST_SHOWN
        return f"below {ratio_percent(change.ratio)}" if shown else "near 0 %"
    shown = change.ratio <= MOST_SHOWN
    return f"above {ratio_percent(change.ratio)}" if shown else "near 100 %"


def _named(change: RatioChange, advised: tuple[str, ...]) -> str:
    if change.levers == advised:
        return "the same levers for other applications"
    return lever_series(change.levers) if change.levers else STRATEGY_PHRASES["baseline"]
