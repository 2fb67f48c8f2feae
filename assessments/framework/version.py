"""One version of the framework, whole, and what holds it together; must not import Django."""

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property
from itertools import pairwise
from typing import Annotated, Any, Self, TypeVar

from pydantic import Field, ValidationError, model_validator
from pydantic_core import InitErrorDetails, PydanticCustomError

from assessments.framework.definitions import (
    LEVELS,
    OPEN_MODEL,
    SELF_HOSTING,
    ActionTemplate,
    AntiPatternDefinition,
    Band,
    Check,
    DeliverableDefinition,
    Dimension,
    Lever,
    Named,
    NotApplicableReason,
    Origin,
    Part,
    Phase,
    Promise,
    ScoringRules,
    TargetRange,
    TargetRules,
    Text,
    Title,
    TriageStep,
    Trigger,
)

NamedT = TypeVar("NamedT", bound=Named)
PartT = TypeVar("PartT")
Some = Annotated[tuple[PartT, ...], Field(min_length=1)]
# The path of an error, and what is wrong there.
Finding = tuple[str, str]

OPEN_TITLE = "Hosted open model"
OPEN_TEXT = "An open-weights model that an API sells by the token takes the work of a pool."


class Framework(Part):
    """One immutable version."""

    version: Annotated[str, Field(pattern=r"^[0-9]+$")]
    title: Title
    summary: Text
    origin: Origin
    promise: Promise
    dimensions: Some[Dimension]
    checks: Some[Check]
    not_applicable_reasons: Some[NotApplicableReason]
    scoring: ScoringRules
    bands: Some[Band]
    targets: TargetRules
    levers: Some[Lever]
    triggers: Some[Trigger]
    phases: Some[Phase]
    actions: Some[ActionTemplate]
    anti_patterns: tuple[AntiPatternDefinition, ...]
    triage_steps: tuple[TriageStep, ...]
    deliverables: tuple[DeliverableDefinition, ...]

    @model_validator(mode="after")
    def _holds_together(self) -> Self:
        errors = [
            InitErrorDetails(
                type=PydanticCustomError("reference", "{reason}", {"reason": reason}),
                loc=(path,),
                input=None,
            )
            for path, reason in _findings(self)
        ]
        if errors:
            raise ValidationError.from_exception_data("Framework", errors)
        return self

    @cached_property
    def canonical(self) -> str:
        """One text for one content: keys sorted, no blanks."""
        content = self.model_dump(mode="json", by_alias=True, exclude_unset=True)
        return json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False)

    @cached_property
    def checksum(self) -> str:
        return hashlib.sha256(self.canonical.encode("utf-8")).hexdigest()

    @property
    def question_keys(self) -> tuple[str, ...]:
        """Everything that is asked: the checks, then the level of each dimension."""
        return (*_keys(self.checks), *self.dimension_keys)

    @property
    def dimension_keys(self) -> tuple[str, ...]:
        return tuple(_keys(self.dimensions))

    @property
    def days(self) -> int:
        return self.phases[-1].last_day

    @cached_property
    def choices(self) -> tuple[Lever, ...]:
        """What can be switched on: the levers, and the pool's model as an API sells it.

        That asks what the pool asks, but for the dimension of running capacity, and has no action
        of its own.
        """
        pool = next((lever for lever in self.levers if lever.key == SELF_HOSTING), None)
        if pool is None:
            return self.levers
        asked = {key: level for key, level in pool.requires.items() if key != pool.dimension}
        by_api = {"key": OPEN_MODEL, "title": OPEN_TITLE, "text": OPEN_TEXT, "requires": asked}
        return (*self.levers, pool.model_copy(update=by_api))

    @property
    def requirements(self) -> Mapping[str, Mapping[str, int]]:
        """The least score that each choice asks of dimensions: lever → dimension → score."""
        return {lever.key: lever.requires for lever in self.choices}

    @property
    def anti_pattern_thresholds(self) -> Mapping[str, Mapping[str, float]]:
        """The ratios by which each anti-pattern is detected: anti-pattern → name → ratio."""
        return {
            pattern.key: {name: float(ratio) for name, ratio in pattern.thresholds.items()}
            for pattern in self.anti_patterns
        }

    # Each of these raises KeyError for a key that the version does not have.
    def dimension(self, key: str) -> Dimension:
        return _named(self.dimensions, key)

    def check(self, key: str) -> Check:
        return _named(self.checks, key)

    def lever(self, key: str) -> Lever:
        return _named(self.choices, key)

    def trigger(self, key: str) -> Trigger:
        return _named(self.triggers, key)

    def phase(self, key: str) -> Phase:
        return _named(self.phases, key)

    def reason(self, key: str) -> NotApplicableReason:
        return _named(self.not_applicable_reasons, key)

    def checks_of(self, dimension: str) -> tuple[Check, ...]:
        return tuple(check for check in self.checks if check.dimension == dimension)

    def asks(self, kind: str, key: str) -> bool:
        keys = {"check": _keys(self.checks), "dimension": _keys(self.dimensions)}
        return key in keys.get(kind, ())

    def document(self) -> dict[str, Any]:
        """A fresh copy of the content as it stands in the version's file."""
        content: dict[str, Any] = json.loads(self.canonical)
        return content


def _named(items: Iterable[NamedT], key: str) -> NamedT:
    for item in items:
        if item.key == key:
            return item
    raise KeyError(key)


def _findings(framework: Framework) -> Iterator[Finding]:
    """Every error that no single part shows: keys that point nowhere, orders and sums."""
    yield from _duplicates(framework)
    for path, named, known in _pointers(framework):
        yield from ((path, f"Unknown key {key!r}.") for key in named if key not in known)
    yield from _levels(framework)
    yield from _bands(framework)
    yield from _phases(framework)
    yield from _action_days(framework)
    yield from _action_order(framework)
    yield from _money(framework)


def _keys(items: Iterable[Named]) -> list[str]:
    return [item.key for item in items]


def _duplicates(framework: Framework) -> Iterator[Finding]:
    for name, items in framework:
        keys = _keys(items) if isinstance(items, tuple) else []
        for key in sorted({key for key in keys if keys.count(key) > 1}):
            yield name, f"The key {key!r} is used twice."
    for key in sorted(set(_keys(framework.checks)) & set(_keys(framework.dimensions))):
        yield "checks", f"The key {key!r} is also that of a dimension."


def _pointers(framework: Framework) -> Iterator[tuple[str, Iterable[str], list[str]]]:
    """Every reference: its path, the keys it names, and the keys that there are."""
    dimensions, levers = _keys(framework.dimensions), _keys(framework.levers)
    checks, actions = _keys(framework.checks), _keys(framework.actions)
    phases, steps = _keys(framework.phases), _keys(framework.triage_steps)
    for check in framework.checks:
        yield f"checks.{check.key}.dimension", [check.dimension], dimensions
    for lever in framework.levers:
        yield f"levers.{lever.key}.dimension", [lever.dimension], dimensions
        yield f"levers.{lever.key}.requires", lever.requires, dimensions
    for pattern in framework.anti_patterns:
        yield f"anti_patterns.{pattern.key}.lever", [pattern.lever], levers
    for action in framework.actions:
        path = f"actions.{action.key}"
        yield f"{path}.phase", [action.phase], phases
        yield f"{path}.lever", [action.lever] if action.lever else [], levers
        yield f"{path}.moves", action.moves, checks
        yield f"{path}.after", action.after, actions
    for step in framework.triage_steps:
        yield f"triage_steps.{step.key}.next", step.next, steps
    for rule in framework.scoring.refutations:
        yield f"scoring.refutations.{rule.key}", [rule.dimension], dimensions
    economics = framework.targets.by_economics
    yield "targets.by_economics.dimension", [economics.dimension], dimensions


def _levels(framework: Framework) -> Iterator[Finding]:
    for dimension in framework.dimensions:
        if tuple(anchor.level for anchor in dimension.anchors) != LEVELS:
            yield f"dimensions.{dimension.key}.anchors", "Give the levels 1 to 5 in order."
        if not framework.checks_of(dimension.key):
            yield f"dimensions.{dimension.key}", "No check belongs to this dimension."
    if not any(dimension.weight for dimension in framework.dimensions):
        yield "dimensions", "The weights must have a positive sum."
    for name, span in framework.targets.by_economics:
        if isinstance(span, TargetRange) and span.low > span.high:
            yield f"targets.by_economics.{name}", "The low level is above the high one."


def _bands(framework: Framework) -> Iterator[Finding]:
    *ends, last = (band.below for band in framework.bands)
    known = [end for end in ends if end is not None]
    if last is not None or len(known) < len(ends):
        yield "bands", "The last band, and no other, has no upper end."
    elif any(low >= high for low, high in pairwise(known)):
        yield "bands", "The upper ends must rise."


def _phases(framework: Framework) -> Iterator[Finding]:
    day = 0
    for phase in framework.phases:
        if phase.first_day != day + 1 or phase.last_day < phase.first_day:
            yield f"phases.{phase.key}", "Phases must follow each other without a gap."
        day = phase.last_day


def _action_days(framework: Framework) -> Iterator[Finding]:
    phases = {phase.key: phase for phase in framework.phases}
    for action in framework.actions:
        phase = phases.get(action.phase)
        days = (action.first_day, action.last_day)
        if phase and not phase.first_day <= days[0] <= days[1] <= phase.last_day:
            yield f"actions.{action.key}", "The days must lie within the phase."
        if action.effort_days[0] > action.effort_days[1]:
            yield f"actions.{action.key}.effort_days", "The low end is above the high one."


def _action_order(framework: Framework) -> Iterator[Finding]:
    phases, actions = _keys(framework.phases), _keys(framework.actions)
    last_phase = 0
    for place, action in enumerate(framework.actions):
        path = f"actions.{action.key}"
        if later := [key for key in action.after if key in actions[place:]]:
            yield f"{path}.after", f"Comes before what it needs: {', '.join(later)}."
        position = phases.index(action.phase) if action.phase in phases else last_phase
        if position < last_phase:
            yield f"{path}.phase", "Actions must be in the order of their phases."
        last_phase = position


def _money(framework: Framework) -> Iterator[Finding]:
    earning = [action.lever for action in framework.actions if action.brings_money]
    for lever in _keys(framework.levers):
        if earning.count(lever) != 1:
            yield f"levers.{lever}", "Exactly one action must bring the lever's money."
    for action in framework.actions:
        if action.brings_money and action.lever is None:
            yield f"actions.{action.key}", "An action without a lever brings no money."
