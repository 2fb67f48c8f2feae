"""What scoring gives back: frozen dataclasses; must not import Django."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

UNRATED = "unrated"
UNEVIDENCED = "unevidenced"
CONTRADICTION = "contradiction"


@dataclass(frozen=True)
class MeasuredUsage:
    """What usage data says, as ratios from 0 to 1: input tokens read from cache, spend on the
    dearest model.
    """

    cache_read_ratio: Decimal | None = None
    top_model_spend_ratio: Decimal | None = None


@dataclass(frozen=True)
class Contradiction:
    """A claim that something else speaks against.

    `kind` is `claimed_above_evidenced`, `claimed_below_evidenced` or the key of a refutation.
    """

    kind: str
    text: str


@dataclass(frozen=True)
class Explanation:
    """One step of the calculation: input → rule → value, and what it adds to the step above."""

    key: str
    title: str
    input: str
    rule: str
    value: Decimal | None
    contribution: Decimal | None
    children: tuple["Explanation", ...] = ()


@dataclass(frozen=True)
class DimensionScore:
    """The score of one dimension, in levels 1–5; None where nothing was answered."""

    key: str
    claimed: int | None
    evidenced: Decimal | None
    score: Decimal | None
    low: Decimal | None
    high: Decimal | None
    completeness: Decimal
    contradictions: tuple[Contradiction, ...]
    flags: tuple[str, ...]
    explanation: Explanation


@dataclass(frozen=True)
class OverallScore:
    """A weighted mean of dimension scores; `shown` is rounded to one decimal, half up."""

    overall: Decimal | None
    low: Decimal | None
    high: Decimal | None
    shown: Decimal | None
    band: str | None
    weights: Mapping[str, Decimal]


@dataclass(frozen=True)
class Scores:
    """All scores of an assessment; `own` is the same by the client's own weights, kept beside."""

    framework_version: str
    framework_checksum: str
    dimensions: Mapping[str, DimensionScore]
    result: OverallScore
    own: OverallScore | None
    completeness: Decimal
    explanation: Explanation

    @property
    def overall(self) -> Decimal | None:
        """The mean by the version's weights."""
        return self.result.overall

    @property
    def low(self) -> Decimal | None:
        """The lower end of the overall band."""
        return self.result.low

    @property
    def high(self) -> Decimal | None:
        """The upper end of the overall band."""
        return self.result.high

    @property
    def shown(self) -> Decimal | None:
        """The overall score to one decimal, half up."""
        return self.result.shown

    @property
    def band(self) -> str | None:
        """The title of the band that the unrounded overall score falls into."""
        return self.result.band
