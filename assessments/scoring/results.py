"""Scores as values and as JSON; must not import Django.

In JSON numbers are rounded half up to six decimals; what is not scored is null, never 0 or 1.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from decimal import ROUND_HALF_UP, Decimal
from functools import cache
from typing import Annotated, Any, Self

from pydantic import PlainSerializer, TypeAdapter

UNRATED = "unrated"
UNEVIDENCED = "unevidenced"
CONTRADICTION = "contradiction"
MILLIONTH = Decimal("0.000001")


def _rounded(value: Decimal) -> float:
    return float(value.quantize(MILLIONTH, rounding=ROUND_HALF_UP))


Number = Annotated[Decimal, PlainSerializer(_rounded, return_type=float, when_used="json")]


class Result:
    """A result that is written as JSON and read back; every kind is a frozen dataclass."""

    @classmethod
    @cache
    def _adapter(cls) -> TypeAdapter[Any]:
        return TypeAdapter(cls)

    def document(self) -> dict[str, Any]:
        """The result as a JSON object."""
        document: dict[str, Any] = self._adapter().dump_python(self, mode="json", by_alias=True)
        return document

    @classmethod
    def parse(cls, document: object) -> Self:
        """The result that a JSON object holds; unknown keys are left out."""
        result: Self = cls._adapter().validate_python(document)
        return result


@dataclass(frozen=True)
class MeasuredUsage(Result):
    """Measured ratios from 0 to 1: input tokens read from cache, spend on the dearest model."""

    cache_read_ratio: Number | None = None
    top_model_spend_ratio: Number | None = None


@dataclass(frozen=True)
class Contradiction(Result):
    """A claim that something else speaks against.

    `kind` is `claimed_above_evidenced`, `claimed_below_evidenced` or the key of a refutation.
    """

    kind: str
    text: str


@dataclass(frozen=True)
class Explanation(Result):
    """One step of the calculation: input → rule → value, and what it adds to the step above."""

    key: str
    title: str
    input: str
    rule: str
    value: Number | None
    contribution: Number | None = None
    children: tuple["Explanation", ...] = ()


@dataclass(frozen=True)
class DimensionScore(Result):
    """The score of one dimension, in levels 1–5; None where nothing was answered."""

    claimed: int | None
    evidenced: Number | None
    score: Number | None
    low: Number | None
    high: Number | None
    completeness: Number
    flags: tuple[str, ...]
    contradictions: tuple[Contradiction, ...]


@dataclass(frozen=True)
class OverallScore(Result):
    """A weighted mean of dimension scores; `shown` is rounded to one decimal, half up.

    `band` is the title of the band that the unrounded score falls into. `provisional` says why no
    score may be stated, and why advice is provisional; empty where enough is answered.
    """

    overall: Number | None
    low: Number | None
    high: Number | None
    shown: Number | None
    band: str | None
    weights: Mapping[str, Number]
    provisional: str = field(default="", kw_only=True)

    def withheld(self) -> Self:
        """The result without a score: too little is known to name one."""
        return replace(self, overall=None, low=None, high=None, shown=None, band=None)


@dataclass(frozen=True)
class FrameworkReference(Result):
    """The version that scores follow, with its checksum."""

    version: str
    sha256: str


@dataclass(frozen=True)
class Scores(OverallScore):
    """All scores of an assessment by the version's weights; `own` is by the client's weights."""

    dimensions: Mapping[str, DimensionScore]
    completeness: Number
    own: OverallScore | None
    framework: FrameworkReference
    explanation: Explanation

    @property
    def result(self) -> OverallScore:
        """The overall score without its parts."""
        return OverallScore(
            **{each.name: getattr(self, each.name) for each in fields(OverallScore)}
        )

    @property
    def maturity(self) -> dict[str, float | None]:
        """The scores of the dimensions as costs read them; None where nothing was answered."""
        return {
            key: None if dimension.score is None else float(dimension.score)
            for key, dimension in self.dimensions.items()
        }
