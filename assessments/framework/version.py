"""One version of the framework, whole; must not import Django, nor read files."""

import json
from dataclasses import dataclass
from typing import Any, Protocol, TypeVar

from assessments.framework.definitions import (
    ActionTemplate,
    AntiPatternDefinition,
    Band,
    Check,
    DeliverableDefinition,
    Dimension,
    Lever,
    NotApplicableReason,
    Origin,
    Phase,
    Promise,
    ScoringRules,
    TargetRules,
    TriageStep,
    Trigger,
)


class HasKey(Protocol):
    """Anything that the framework knows by a key."""

    @property
    def key(self) -> str:
        """The key, unique among its kind."""


KeyedT = TypeVar("KeyedT", bound=HasKey)


@dataclass(frozen=True)
class Framework:
    """One immutable version; `canonical` is its content as text, `checksum` that text's SHA-256."""

    version: str
    title: str
    summary: str
    origin: Origin
    promise: Promise
    dimensions: tuple[Dimension, ...]
    checks: tuple[Check, ...]
    not_applicable_reasons: tuple[NotApplicableReason, ...]
    scoring: ScoringRules
    bands: tuple[Band, ...]
    targets: TargetRules
    levers: tuple[Lever, ...]
    triggers: tuple[Trigger, ...]
    phases: tuple[Phase, ...]
    actions: tuple[ActionTemplate, ...]
    anti_patterns: tuple[AntiPatternDefinition, ...]
    triage_steps: tuple[TriageStep, ...]
    deliverables: tuple[DeliverableDefinition, ...]
    canonical: str
    checksum: str

    @property
    def question_keys(self) -> tuple[str, ...]:
        """Everything that is asked: the checks, then the level of each dimension."""
        checks = tuple(check.key for check in self.checks)
        return checks + tuple(dimension.key for dimension in self.dimensions)

    def dimension(self, key: str) -> Dimension:
        """The dimension `key`; raises KeyError."""
        return _named(self.dimensions, key)

    def check(self, key: str) -> Check:
        """The check `key`; raises KeyError."""
        return _named(self.checks, key)

    def lever(self, key: str) -> Lever:
        """The lever `key`; raises KeyError."""
        return _named(self.levers, key)

    def trigger(self, key: str) -> Trigger:
        """The trigger `key`; raises KeyError."""
        return _named(self.triggers, key)

    def phase(self, key: str) -> Phase:
        """The phase `key`; raises KeyError."""
        return _named(self.phases, key)

    def reason(self, key: str) -> NotApplicableReason:
        """The reason `key`; raises KeyError."""
        return _named(self.not_applicable_reasons, key)

    def checks_of(self, dimension: str) -> tuple[Check, ...]:
        """The checks of one dimension, in their order."""
        return tuple(check for check in self.checks if check.dimension == dimension)

    def document(self) -> dict[str, Any]:
        """A fresh copy of the content as it stands in the version's file."""
        content: dict[str, Any] = json.loads(self.canonical)
        return content


def _named(items: tuple[KeyedT, ...], key: str) -> KeyedT:
    for item in items:
        if item.key == key:
            return item
    raise KeyError(key)
