"""The level to aim at in each dimension (framework, Scores: target level).

Must not import Django.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from pydantic import computed_field

from assessments.framework import LEVELS, Framework, TargetRange
from assessments.scoring.answers import InvalidAnswers
from assessments.scoring.results import Number, Result, Scores
from presentation.numbers import ONE_REQUEST

Source = Literal["default", "economics", "open", "override"]


@dataclass(frozen=True)
class HostingEconomics:
    """The client's volume and where self-hosting turns cheaper; None where it never does.

    `last_requests_per_month` is the volume above which it is not cheaper again; None where it stays
    so for good, never is, or nobody knows.
    """

    requests_per_month: float
    first_requests_per_month: float | None
    dominance_requests_per_month: float | None
    last_requests_per_month: float | None = None

    @property
    def is_from_first(self) -> bool:
        """Whether it is cheaper at the first request of a month."""
        first = self.first_requests_per_month
        return first is not None and first < ONE_REQUEST

    @property
    def is_every_volume(self) -> bool:
        """Whether it is cheaper from the first request of a month on, for good."""
        for_good = self.dominance_requests_per_month
        return for_good is not None and for_good < ONE_REQUEST


@dataclass(frozen=True)
class TargetOverride:
    """A consultant's own target level, with the reason for it."""

    level: int
    reason: str


@dataclass(frozen=True)
class Target(Result):
    """Levels that are right for one dimension; both ends None while the economics are open.

    `gap` is how many levels the score is short of `low`, at least 0; None where score or target
    is missing.
    """

    low: int | None
    high: int | None
    source: Source
    reason: str
    gap: Number | None

    @computed_field  # type: ignore[prop-decorator]
    @property
    def level(self) -> int | str | None:
        """The level as a number, or a range as text such as `1–2`."""
        return f"{self.low}–{self.high}" if self.low != self.high else self.low


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
    errors = _override_errors(framework, overrides)
    if errors:
        raise InvalidAnswers(errors)
    return {
        key: _target(framework, key, item.score, economics, overrides.get(key))
        for key, item in scores.dimensions.items()
    }


def _target(
    framework: Framework,
    key: str,
    score: Decimal | None,
    economics: HostingEconomics | None,
    override: TargetOverride | None,
) -> Target:
    rules = framework.targets
    if override is not None:
        return _aim(score, override.level, override.level, "override", override.reason)
    if key != rules.by_economics.dimension:
        level, reason = rules.default_level, "The level to aim at by default."
        return _aim(score, level, level, "default", reason)
    if economics is None:
        reason = "Open until a scenario says whether self-hosting pays."
        return Target(None, None, "open", reason, None)
    span = _by_economics(framework, economics)
    return _aim(score, span.low, span.high, "economics", span.text)


def _aim(score: Decimal | None, low: int, high: int, source: Source, reason: str) -> Target:
    gap = None if score is None else max(Decimal(0), low - score)
    return Target(low, high, source, reason, gap)


def _by_economics(framework: Framework, economics: HostingEconomics) -> TargetRange:
    volume = economics.requests_per_month
    dominance, first = economics.dominance_requests_per_month, economics.first_requests_per_month
    if dominance is not None and volume > dominance:
        return framework.targets.by_economics.above_dominance
    last = economics.last_requests_per_month
    if first is not None and first <= volume and (last is None or volume <= last):
        return framework.targets.by_economics.from_first_crossover
    return framework.targets.by_economics.does_not_pay


def _override_errors(
    framework: Framework, overrides: Mapping[str, TargetOverride]
) -> dict[str, list[str]]:
    known = {dimension.key for dimension in framework.dimensions}
    errors: dict[str, list[str]] = {}
    for key, override in overrides.items():
        if key not in known:
            errors[f"targets.{key}"] = ["Unknown dimension."]
            continue
        if type(override.level) is not int or override.level not in LEVELS:
            errors[f"targets.{key}.level"] = ["Choose a level from 1 to 5."]
        if not override.reason.strip():
            errors[f"targets.{key}.reason"] = ["Give the reason for another target."]
    return errors
