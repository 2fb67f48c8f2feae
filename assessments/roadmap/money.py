"""What each lever saves in order, and what maturity holds back; must not import Django."""

from collections.abc import Collection, Mapping

from assessments.framework import Framework
from assessments.scoring import Scores


def money_in_order(
    framework: Framework,
    usd_per_month_by_levers: Mapping[frozenset[str], float],
    running: Collection[str] = (),
    among: Collection[str] | None = None,
) -> dict[str, float | None]:
    """USD per month that each lever saves on top of what runs and of the levers before it that pay.

    Nothing is counted twice: the savings of the levers that pay add up to the difference in cost.
    None for a lever that runs already, that cannot be priced, or that is not `among` those asked
    for. (Framework, 90-day roadmap.)
    """
    adopted = frozenset(running)
    money: dict[str, float | None] = {}
    for lever in framework.levers:
        before = usd_per_month_by_levers.get(adopted)
        after = usd_per_month_by_levers.get(adopted | {lever.key})
        is_left_out = among is not None and lever.key not in among
        if is_left_out or lever.key in adopted or before is None or after is None:
            money[lever.key] = None
            continue
        money[lever.key] = before - after
        if before > after:
            adopted |= {lever.key}
    return money


def held_back_levers(framework: Framework, scores: Scores) -> dict[str, str]:
    """The levers whose required scores (1–5) are not met, each with the reason in words."""
    reasons = {}
    for lever in framework.levers:
        short = [
            _shortfall(framework, scores, dimension, level)
            for dimension, level in lever.requires.items()
            if not _is_met(scores, dimension, level)
        ]
        if short:
            reasons[lever.key] = f"{lever.title} asks for {' and '.join(short)}."
    return reasons


def _is_met(scores: Scores, dimension: str, level: int) -> bool:
    score = scores.dimensions[dimension].score
    return score is not None and score >= level


def _shortfall(framework: Framework, scores: Scores, dimension: str, level: int) -> str:
    score = scores.dimensions[dimension].score
    now = "not scored yet" if score is None else f"now {score.normalize():f}"
    return f"{framework.dimension(dimension).title} at {level} ({now})"
