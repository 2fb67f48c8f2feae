"""The level to aim at in each dimension (framework, Scores: target level).

Must not import Django.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from assessments.framework import Framework
from assessments.framework.definitions import TargetRange
from assessments.scoring.answers import InvalidAnswers
from assessments.scoring.results import Scores


@dataclass(frozen=True)
class HostingEconomics:
    """The client's volume and where self-hosting turns cheaper; None where it never does."""

    requests_per_month: float
    first_requests_per_month: float | None
    dominance_requests_per_month: float | None


@dataclass(frozen=True)
class TargetOverride:
    """A consultant's own target level, with the reason for it."""

    level: int
    reason: str


@dataclass(frozen=True)
class Target:
    """Levels that are right for one dimension; both ends None while the economics are open.

    `source` is `default`, `economics`, `open` or `override`. `gap` is how many levels the score is
    short of `low`, at least 0; None where score or target is missing.
    """

    dimension: str
    low: int | None
    high: int | None
    source: str
    reason: str
    gap: Decimal | None


def targets(
    framework: Framework,
    scores: Scores,
    economics: HostingEconomics | None = None,
    overrides: Mapping[str, TargetOverride] | None = None,
) -> dict[str, Target]:
    """Target levels 1–5 per dimension.

    Raises InvalidAnswers for an override without level or reason.
    """
    overrides = overrides or {}
    faults = _override_faults(framework, overrides)
    if faults:
        raise InvalidAnswers(faults)
    found = {}
    for dimension in framework.dimensions:
        key = dimension.key
        low, high, source, reason = _aim(framework, key, economics, overrides.get(key))
        gap = _gap(scores.dimensions[key].score, low)
        found[key] = Target(key, low, high, source, reason, gap)
    return found


def _aim(
    framework: Framework,
    key: str,
    economics: HostingEconomics | None,
    override: TargetOverride | None,
) -> tuple[int | None, int | None, str, str]:
    if override is not None:
        return override.level, override.level, "override", override.reason
    rules = framework.targets
    if key != rules.by_economics.dimension:
        return (
            rules.default_level,
            rules.default_level,
            "default",
            "The level to aim at by default.",
        )
    if economics is None:
        return None, None, "open", "Open until a scenario says whether self-hosting pays."
    span = _by_economics(framework, economics)
    return span.low, span.high, "economics", span.text


def _by_economics(framework: Framework, economics: HostingEconomics) -> TargetRange:
    volume = economics.requests_per_month
    dominance, first = economics.dominance_requests_per_month, economics.first_requests_per_month
    if dominance is not None and volume > dominance:
        return framework.targets.by_economics.above_dominance
    if first is not None and volume >= first:
        return framework.targets.by_economics.from_first_crossover
    return framework.targets.by_economics.does_not_pay


def _gap(score: Decimal | None, low: int | None) -> Decimal | None:
    if score is None or low is None:
        return None
    return max(Decimal(0), low - score)


def _override_faults(
    framework: Framework, overrides: Mapping[str, TargetOverride]
) -> dict[str, list[str]]:
    known = {dimension.key for dimension in framework.dimensions}
    faults: dict[str, list[str]] = {}
    for key, override in overrides.items():
        if key not in known:
            faults[f"targets.{key}"] = ["Unknown dimension."]
            continue
        if type(override.level) is not int or not 1 <= override.level <= 5:
            faults[f"targets.{key}.level"] = ["Choose a level from 1 to 5."]
        if not override.reason.strip():
            faults[f"targets.{key}.reason"] = ["Give the reason for another target."]
    return faults
