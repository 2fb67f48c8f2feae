"""Which figures must stand in which place."""

from typing import Any

from tests.guarantees.figures import Key
from tests.guarantees.places import TITLES

SCORES = dict.fromkeys(
    ("overall", "low", "high", "completeness", "claimed", "evidenced", "score"), True
)
TARGETS = {"target low": True, "target high": True}


def is_some(_key: Key, value: Any) -> bool:
    """A figure that there is; where there is none, a place need not say so."""
    return value is not None


def is_named_strategy(key: Key, value: Any) -> bool:
    """One of the six; what runs today, and what is recommended, has a name among them or none."""
    return value is not None and key[1] in TITLES and key[1] != "current"


def is_costed(key: Key, value: Any) -> bool:
    """A named strategy, or what runs today."""
    return value is not None and key[1] in TITLES


def is_saved(_key: Key, value: Any) -> bool:
    """A lever that changes the bill: a drawing of levers that change nothing is left out."""
    return bool(value)


def is_of_hosting(key: Key, value: Any) -> bool:
    """The pair that the brief speaks of."""
    return value is not None and key[1:] == ("prompt_caching", "self_hosted")


STRATEGIES = dict.fromkeys(("saving", "saving ratio", "usd per mtok"), is_named_strategy)
PLAN = {"action": True, "projected score": is_some, "projected usd": is_some}
PAIRS = dict.fromkeys(
    ("first crossing", "for good above", "crossings", "break-even month", "horizon saving"), True
)
PAYS = dict.fromkeys(("pays first", "pays for good", "pays in ranges"), True)
LEVERS = {"in order": is_some, "fair share": is_some}
EVERYWHERE = SCORES | TARGETS | {"own": is_some, "anti-pattern": True}
# What must stand where; what stands there beyond that must be right all the same.
MUST: dict[str, dict[str, Any]] = {
    "scorecard by API": SCORES | TARGETS | {"own": is_some},
    "scorecard page": SCORES | TARGETS | {"own": is_some},
    "economics by API": {"usd": is_some, "saving": is_some, **LEVERS, **PAIRS},
    "scenario page": {"usd": is_costed, "anti-pattern": True, **STRATEGIES, **LEVERS, **PAIRS}
    | {"pays for good": is_some},
    "scorecard file": {name: True for name in SCORES if name != "completeness"} | TARGETS,
    "brief": {**EVERYWHERE, "step": True, "usd after step": True}
    | {"drawn step": is_saved, "break-even month": is_of_hosting}
    | dict.fromkeys(PLAN, is_some),
    "guide": SCORES
    | TARGETS
    | {"completeness": None, "anti-pattern": True, "usd": is_named_strategy}
    | {**STRATEGIES, **LEVERS, **PLAN},
    "starter kit": {"action": is_some},
    "workbook": {
        **EVERYWHERE,
        "usd": is_costed,
        "cheapest": True,
        "cheapest allowed": True,
        **STRATEGIES,
        **LEVERS,
        **PAIRS,
        **PAYS,
        **PLAN,
    },
}
