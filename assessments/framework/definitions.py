"""The parts that a version of the framework consists of: frozen dataclasses.

Must not import Django, nor read files.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Any


class Origin(StrEnum):
    """Whose idea an item is: the framework's author's, or this product's."""

    FRAMEWORK = "framework"
    PRODUCT = "product"


class Stage(StrEnum):
    """A foundation practice counts by itself; an optimized one only as far as its foundation."""

    FOUNDATION = "foundation"
    OPTIMIZED = "optimized"


@dataclass(frozen=True)
class Promise:
    """What the framework says can be saved, as a range of ratios to be tested."""

    text: str
    saving_low_ratio: Decimal
    saving_high_ratio: Decimal
    origin: Origin


@dataclass(frozen=True)
class Anchor:
    """What a level of one dimension looks like."""

    level: int
    text: str
    origin: Origin


@dataclass(frozen=True)
class Dimension:
    """One of the five sides of maturity.

    `anchors` run from level 1 to 5, `weight` is the version's.
    """

    key: str
    title: str
    question: str
    summary: str
    weight: Decimal
    anchors: tuple[Anchor, ...]
    prompts: tuple[str, ...]
    origin: Origin

    def anchor(self, level: int) -> Anchor:
        """The anchor of `level`, 1 to 5."""
        return self.anchors[level - 1]


@dataclass(frozen=True)
class Check:
    """One practice, asked as it is operational today."""

    key: str
    dimension: str
    stage: Stage
    title: str
    question: str
    operational: str
    help: str
    evidence: str
    origin: Origin


@dataclass(frozen=True)
class NotApplicableReason:
    """Why a question may leave the score."""

    key: str
    title: str
    needs_comment: bool
    origin: Origin


@dataclass(frozen=True)
class Coverage:
    """How much of a practice an answer covers, 0 to 1."""

    yes: Decimal
    partial: Decimal
    no: Decimal
    unknown_low: Decimal
    unknown_high: Decimal


@dataclass(frozen=True)
class Refutation:
    """A claim from `claimed_from` upward is refuted by a measured ratio below or above a
    threshold.
    """

    key: str
    dimension: str
    claimed_from: int
    measure: str
    below: Decimal | None
    above: Decimal | None
    text: str
    origin: Origin


@dataclass(frozen=True)
class ScoringRules:
    """The figures of the scoring rule."""

    coverage: Coverage
    contradiction_at: Decimal
    refutations: tuple[Refutation, ...]
    origin: Origin
    weights_origin: Origin


@dataclass(frozen=True)
class Band:
    """A name for overall scores below `below`; the last band has no upper end."""

    key: str
    title: str
    below: Decimal | None
    text: str
    origin: Origin


@dataclass(frozen=True)
class TargetRange:
    """The levels that are right under one economic outcome."""

    low: int
    high: int
    text: str


@dataclass(frozen=True)
class TargetRules:
    """Which level to aim at: a default, and for one dimension what the economics say."""

    default_level: int
    economics_dimension: str
    does_not_pay: TargetRange
    from_first_crossover: TargetRange
    above_dominance: TargetRange
    origin: Origin


@dataclass(frozen=True)
class Lever:
    """A way to save, and the dimension scores that it asks for (`requires`: dimension → minimum
    score).
    """

    key: str
    title: str
    text: str
    dimension: str
    requires: Mapping[str, int]
    needs_price: bool
    origin: Origin


@dataclass(frozen=True)
class Trigger:
    """A reason to run an assessment, with a scenario to start from."""

    key: str
    title: str
    text: str
    preset_json: str
    preset_note: str
    origin: Origin
    preset_origin: Origin

    def preset(self) -> dict[str, Any]:
        """A fresh copy of the scenario sections (cost model, section 1) it suggests."""
        sections: dict[str, Any] = json.loads(self.preset_json)
        return sections


@dataclass(frozen=True)
class Phase:
    """A stretch of the roadmap, in days counted from 1."""

    key: str
    title: str
    first_day: int
    last_day: int
    origin: Origin


@dataclass(frozen=True)
class ActionTemplate:
    """A step of the roadmap; `moves` says which checks it changes, and to what."""

    key: str
    title: str
    text: str
    phase: str
    first_day: int
    last_day: int
    lever: str | None
    brings_money: bool
    moves: Mapping[str, str]
    effort: str
    effort_days: tuple[int, int]
    after: tuple[str, ...]
    origin: Origin


@dataclass(frozen=True)
class AntiPatternDefinition:
    """A habit that costs money: how it is detected and what it costs, in words.

    Thresholds are ratios.
    """

    key: str
    title: str
    text: str
    detection: str
    cost: str
    lever: str
    thresholds: Mapping[str, Decimal]
    origin: Origin
    detection_origin: Origin


@dataclass(frozen=True)
class TriageStep:
    """A station on a query's way, and the stations that may follow."""

    key: str
    title: str
    text: str
    next: tuple[str, ...]
    origin: Origin


@dataclass(frozen=True)
class DeliverableDefinition:
    """A document that an assessment ends in."""

    key: str
    title: str
    format: str
    pages: int | None
    text: str
    origin: Origin
