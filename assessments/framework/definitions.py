"""The parts of a framework version, as strict as its file; must not import Django."""

from collections.abc import Mapping
from decimal import Decimal
from enum import StrEnum
from typing import Annotated, Any, Literal, Self

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    JsonValue,
    PlainSerializer,
    model_validator,
)

from presentation.numbers import count, ratio_percent

# The formula of a dimension's score (framework, Scores) runs from 1 to 5.
LEVELS = (1, 2, 3, 4, 5)


def _decimal(value: object) -> Decimal:
    if isinstance(value, bool) or not isinstance(value, int | float | Decimal):
        raise ValueError("Give a number.")
    return Decimal(str(value))


def _plain(value: Decimal) -> int | float:
    exponent = value.as_tuple().exponent
    return int(value) if isinstance(exponent, int) and exponent >= 0 else float(value)


Key = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{1,39}$")]
Text = Annotated[str, Field(min_length=3, max_length=400)]
Title = Annotated[str, Field(min_length=3, max_length=60)]
Level = Annotated[int, Field(ge=LEVELS[0], le=LEVELS[-1])]
Day = Annotated[int, Field(ge=1)]
Number = Annotated[Decimal, BeforeValidator(_decimal), PlainSerializer(_plain, when_used="json")]
Ratio = Annotated[Number, Field(ge=0, le=1)]


class Origin(StrEnum):
    """Whose idea an item is: the framework's author's, or this product's."""

    FRAMEWORK = "framework"
    PRODUCT = "product"


class Stage(StrEnum):
    """A foundation practice counts by itself; an optimized one only as far as its foundation."""

    FOUNDATION = "foundation"
    OPTIMIZED = "optimized"


SELF_HOSTING, OPEN_MODEL = "self_hosting", "open_model"
"""The lever that runs a pool, and what takes its place where an API sells the same model."""


class Part(BaseModel):
    """A frozen part of the framework; an unknown key is an error."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


class Named(Part):
    """A part that others refer to by its key."""

    key: Key
    title: Title
    origin: Origin


class Described(Named):
    """A named part in a few sentences."""

    text: Text


class Promise(Part):
    """What the framework says can be saved, as a range of ratios to be tested."""

    text: Text
    saving_low_ratio: Ratio
    saving_high_ratio: Ratio
    origin: Origin


class Anchor(Part):
    """What a level of one dimension looks like."""

    level: Level
    text: Text
    origin: Origin


class Dimension(Named):
    """One side of maturity; `anchors` run from the lowest level to the highest."""

    question: Text
    summary: Text
    weight: Annotated[Number, Field(ge=0)]
    anchors: tuple[Anchor, ...]
    prompts: Annotated[tuple[Text, ...], Field(min_length=1)]

    def anchor(self, level: int) -> Anchor:
        """The anchor of `level`, 1 to 5."""
        return self.anchors[level - 1]


class Check(Named):
    """One practice, asked as it is operational today."""

    dimension: Key
    stage: Stage
    question: Text
    operational: Text
    help: Text
    evidence: Text


class NotApplicableReason(Named):
    """Why a question may leave the score."""

    needs_comment: bool


class Coverage(Part):
    """How much of a practice an answer covers, 0 to 1."""

    yes: Ratio
    partial: Ratio
    no: Ratio
    unknown_low: Ratio
    unknown_high: Ratio


class Refutation(Part):
    """A measured ratio below or above a threshold refutes a claim from `claimed_from` upward."""

    key: Key
    dimension: Key
    claimed_from: Level
    measure: Literal["cache_read_ratio", "top_model_spend_ratio"]
    below: Ratio | None = None
    above: Ratio | None = None
    text: Text
    origin: Origin

    @model_validator(mode="after")
    def _has_one_end(self) -> Self:
        if (self.below is None) == (self.above is None):
            raise ValueError("Give either 'below' or 'above'.")
        return self


class ScoringRules(Part):
    """The figures of the scoring rule."""

    coverage: Coverage
    contradiction_at: Annotated[Number, Field(gt=0)]
    refutations: tuple[Refutation, ...]
    origin: Origin
    weights_origin: Origin


class Band(Described):
    """A name for overall scores below `below`; the last band has no upper end."""

    below: Number | None


class TargetRange(Part):
    """The levels that are right under one economic outcome."""

    low: Level
    high: Level
    text: Text


class EconomicTargets(Part):
    """The levels of the one dimension whose target follows from the economics."""

    dimension: Key
    does_not_pay: TargetRange
    from_first_crossover: TargetRange
    above_dominance: TargetRange


class TargetRules(Part):
    """Which level to aim at: a default, and for one dimension what the economics say."""

    default_level: Level
    by_economics: EconomicTargets
    origin: Origin


class Lever(Described):
    """A way to save; `requires`: dimension → the least score that the lever asks of it."""

    dimension: Key
    requires: Mapping[Key, Level]
    needs_price: bool

    @property
    def phrase(self) -> str:
        """Its title in the middle of a sentence: `self-hosting`, `the hosted open model`."""
        title = self.title.lower()
        return f"the {title}" if self.key == OPEN_MODEL else title


class Trigger(Described):
    """A reason to run an assessment, with a scenario to start from."""

    sections: Mapping[
        Literal["workload", "routing", "semantic_cache", "pool"],
        Annotated[Mapping[Key, JsonValue], Field(min_length=1)],
    ] = Field(alias="preset")
    preset_note: Text
    preset_origin: Origin

    @model_validator(mode="after")
    def _has_workload(self) -> Self:
        if "workload" not in self.sections:
            raise ValueError("The preset needs a workload.")
        return self

    def preset(self) -> dict[str, Any]:
        """A fresh copy of the scenario sections (cost model, section 1) that it suggests."""
        sections: dict[str, Any] = self.model_dump(mode="json")["sections"]
        return sections

    @property
    def preset_text(self) -> str:
        """The workload that it suggests, in words made from its figures."""
        workload = self.sections["workload"]
        figures = {
            key: Decimal(str(n)) for key, n in workload.items() if isinstance(n, int | float)
        }
        words = []
        inside, prefix = figures.get("input_tokens_per_call"), figures.get("prefix_tokens_per_call")
        if calls := figures.get("requests_per_month"):
            words.append(f"{count(calls)} requests a month")
        if "agent_branching" in figures and "agent_depth" in figures:
            levels = range(int(figures["agent_depth"]) + 1)
            agents = [int(figures["agent_branching"] ** level) for level in levels]
            words.append(f"{' + '.join(map(str, agents))} = {sum(agents)} model calls each")
        if inside:
            words.append(f"{count(inside)} tokens in")
        if out := figures.get("output_tokens_per_call"):
            words.append(f"{count(out)} tokens out a call")
        if prefix and inside:
            words.append(f"{ratio_percent(prefix / inside, 0)} of each prompt repeated")
        if growth := figures.get("monthly_growth_ratio"):
            words.append(f"growing by {ratio_percent(growth, 0)} a month")
        return ", ".join(words)


class Phase(Named):
    """A stretch of the roadmap, in days counted from 1."""

    first_day: Day
    last_day: Day


class ActionTemplate(Described):
    """A step of the roadmap; `moves` says which checks it changes, and to what."""

    phase: Key
    first_day: Day
    last_day: Day
    lever: Key | None
    brings_money: bool
    moves: Annotated[Mapping[Key, Literal["partial", "yes"]], Field(min_length=1)]
    effort: Literal["low", "medium", "high"]
    effort_days: tuple[Day, Day]
    after: tuple[Key, ...]


class AntiPatternDefinition(Described):
    """A practice that costs money: how it is detected and what it costs; thresholds are ratios."""

    detection: Text
    cost: Text
    lever: Key
    thresholds: Mapping[Key, Ratio]
    detection_origin: Origin


class TriageStep(Described):
    """A station on a query's way, and the stations that may follow."""

    next: tuple[Key, ...]


class DeliverableDefinition(Described):
    """A document that an assessment ends in."""

    format: Literal["pdf", "xlsx", "docx"]
    pages: int | None
