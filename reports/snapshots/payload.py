"""The frozen payload of a snapshot: its versions, its canonical JSON and its checksum.

Pure: no Django, no clock, no I/O.
"""

import hashlib
import json
import struct
from base64 import b64decode
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date
from functools import lru_cache
from operator import not_
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, InstanceOf, PlainSerializer

from assessments.framework import Dimension, Framework, load_framework, parse_framework
from assessments.recommendation import Recommendation, State
from assessments.roadmap import RoadmapDocument
from assessments.scoring import (
    DimensionScore,
    MeasuredUsage,
    Number,
    Scores,
    Target,
    as_stated,
    why_provisional,
)
from costing.engine import CURRENT, ENGINE_VERSION, CurvePicture, Estimate, read_estimate
from costing.engine.anti_patterns import AntiPattern
from costing.engine.levers import in_order
from costing.engine.results import ChoiceOdds, Crossover
from costing.scenarios.stored import picture_document, read_picture
from presentation.money import USD, Currency

SCHEMA_VERSION = 3
JsonDict = dict[str, Any]


@lru_cache(maxsize=8)
def _parsed(document: str) -> Framework:
    return parse_framework(json.loads(document))


def _framework(value: Any) -> Any:
    is_json = isinstance(value, Mapping)
    return _parsed(json.dumps(value, sort_keys=True)) if is_json else value


def _results(value: Any) -> Any:
    return read_estimate(value) if isinstance(value, Mapping) else value


def _picture(value: Any) -> Any:
    return read_picture(value) if isinstance(value, Mapping) else value


Picture = Annotated[
    CurvePicture,
    BeforeValidator(_picture),
    PlainSerializer(picture_document, return_type=JsonDict),
]


class Part(BaseModel):
    """A part of the payload; unknown keys are left out, and nothing is checked but types."""

    model_config = ConfigDict(frozen=True, populate_by_name=True)


class Trigger(Part):
    """A reason for the assessment."""

    key: str
    title: str


class FrozenAnswer(Part):
    """A question with its answer: a level, or yes, partial or no."""

    kind: str
    key: str
    question: str
    state: str
    value: int | str | None
    confidence: str | None = None
    reason: str | None = None
    comment: str | None = None


class ContractPrice(Part):
    """A contract whose price was used instead of the list's."""

    model_config = ConfigDict(frozen=True, extra="allow")

    reference: str
    model_name: str


class PriceSource(Part):
    """Where prices come from, and the contracts that were used beside them."""

    source: str
    source_url: str = ""
    as_of: date | None = None
    checksum: Annotated[str | None, Field(exclude_if=not_)] = None
    contracts: Annotated[tuple[ContractPrice, ...], Field(exclude_if=not_)] = ()
    # Prices that were last looked at more than 90 days before the assessment's date.
    stale: Annotated[tuple[str, ...], Field(exclude_if=not_)] = ()


class WorkloadPart(Part):
    """A part of the workload, USD per month, with the levers recommended today and those that run.

    `alternatives` could replace it; no sum holds them. `odds` are those of what is recommended
    today, over so many `samples`, and `crossover` tells at which volumes that pays; None where it
    changes nothing, and in what was frozen before they were kept. `left_usd_per_month` is what it
    leaves, and is paid until its term ends.
    """

    title: str
    requests_per_month: float
    today_usd_per_month: float
    recommended_today_usd_per_month: float
    levers: tuple[str, ...]
    current_levers: tuple[str, ...]
    alternatives: tuple["WorkloadPart", ...] = ()
    odds: Annotated[ChoiceOdds | None, Field(exclude_if=not_)] = None
    samples: Annotated[int, Field(exclude_if=not_)] = 0
    has_ranges: Annotated[bool, Field(exclude_if=not_)] = False
    crossover: Annotated[Crossover | None, Field(exclude_if=not_)] = None
    left_usd_per_month: Annotated[float, Field(exclude_if=not_)] = 0.0

    @property
    def saving_usd_per_month(self) -> float:
        return self.today_usd_per_month - self.recommended_today_usd_per_month


class PreviousScores(Part):
    """What the client's approved assessment before this one came to, by dimension and overall."""

    title: str
    as_of: date
    framework_version: str
    overall: Number | None
    dimensions: dict[str, Number | None]


class FrozenBranding(Part):
    """How the organization looked; `logo` is a PNG in Base64, or empty."""

    logo: str = ""
    accent: str = ""
    contact: str = ""
    confidentiality: str = ""
    action_label: str = ""
    action_url: str = ""

    @property
    def logo_png(self) -> bytes:
        """The picture; empty where there is none."""
        return b64decode(self.logo)

    @property
    def logo_size(self) -> tuple[int, int]:
        """Width and height of the picture in pixels, as the head of every PNG says."""
        width, height = struct.unpack(">II", self.logo_png[16:24])
        return width, height

    def logo_scale(self, width: float, height: float) -> float:
        """What the picture's sides are multiplied by to fit into these."""
        return min(width / self.logo_size[0], height / self.logo_size[1])


class Payload(Part):
    """Everything that a document may say of an assessment, as it stood once.

    `scenario`, `results`, `staircase` and `price_book` are those of the part that costs most
    today. `parts` has all of them, that one first, where there is more to say than of one
    scenario; it is empty elsewhere, and in what was frozen before there were parts.
    `recommendation` is that of several parts together. Money is USD; `currency` is the one in which
    documents show it, that of all parts if they share it with its rate.
    """

    schema_version: int = SCHEMA_VERSION
    organization: str
    client: str
    title: str
    as_of: date
    is_approved: bool
    triggers: tuple[Trigger, ...]
    framework: Annotated[
        InstanceOf[Framework],  # not validated again
        BeforeValidator(_framework),
        PlainSerializer(Framework.document, return_type=JsonDict),
    ]
    answers: tuple[FrozenAnswer, ...]
    scores: Scores
    measured: MeasuredUsage = MeasuredUsage()
    targets: dict[str, Target]
    scenario: JsonDict | None = None
    results: Annotated[Estimate | None, BeforeValidator(_results)] = None
    staircase: Picture | None = None
    anti_patterns: tuple[AntiPattern, ...] = ()
    roadmap: RoadmapDocument | None
    price_book: PriceSource | None = None
    engine_version: str = ENGINE_VERSION
    parts: Annotated[tuple[WorkloadPart, ...], Field(exclude_if=not_)] = ()
    recommendation: Annotated[Recommendation | None, Field(exclude_if=not_)] = None
    currency: Annotated[Currency, Field(exclude_if=USD.__eq__)] = USD
    previous: Annotated[PreviousScores | None, Field(exclude_if=not_)] = None
    branding: Annotated[FrozenBranding, Field(exclude_if=FrozenBranding().__eq__)] = (
        FrozenBranding()
    )

    @property
    def advice(self) -> Recommendation | None:
        """What to change in the whole workload; None without economics."""
        if self.recommendation is None and len(self.parts) > 1:  # frozen before it was kept
            spend = sum(part.today_usd_per_month for part in self.parts)
            usd = sum(part.recommended_today_usd_per_month for part in self.parts)
            levers = in_order(lever for part in self.parts for lever in part.levers)
            state = State(levers, usd)
            return Recommendation(spend, now=state, later=state)
        if self.recommendation is None and self.results is not None:
            return self.results.recommendation
        return self.recommendation

    @property
    def spend_usd_per_month(self) -> float | None:
        """What all parts cost today in USD per month; None without economics."""
        if self.results is None:
            return None
        part = self.results.strategies[CURRENT].usd_per_month
        return sum(each.today_usd_per_month for each in self.parts) if self.parts else part

    @property
    def is_nobodys(self) -> bool:
        """Whether it is the blank payload, which belongs to no client."""
        return not (self.organization or self.client)

    @property
    def provisional(self) -> str:
        """Why scores and advice are provisional; empty where they are not, and in the blank one."""
        return "" if self.is_nobodys else self.scores.provisional

    @property
    def is_draft(self) -> bool:
        """Whether its documents say so: it was not approved, or nothing is answered in it."""
        is_empty = all(answer.state == "unanswered" for answer in self.answers)
        return not self.is_nobodys and (is_empty or not self.is_approved)

    def document(self) -> JsonDict:
        """The payload as JSON."""
        return self.model_dump(mode="json", by_alias=True)

    def score(self, dimension: str) -> DimensionScore:
        """The score of a dimension."""
        return self.scores.dimensions[dimension]

    def applies_nothing_to(self, dimension: Dimension) -> bool:
        """Whether none of a dimension's questions applies."""
        keys = {dimension.key, *(check.key for check in self.framework.checks_of(dimension.key))}
        states = {answer.state for answer in self.answers if answer.key in keys}
        return states == {"not_applicable"}

    def check_states(self) -> dict[str, str]:
        """By check: yes, partial, no, unknown, not_applicable or unanswered."""
        answers = {each.key: each for each in self.answers if each.kind == "check"}
        states = {}
        for check in self.framework.checks:
            answer = answers.get(check.key)
            state = answer.state if answer else "unanswered"
            states[check.key] = str(answer.value) if answer and state == "answered" else state
        return states


def _from_version_1(document: Mapping[str, Any]) -> JsonDict:
    """Version 1 has `format` for its version."""
    kept = {key: value for key, value in document.items() if key != "format"}
    return kept | {"schema_version": 2}


def _from_version_2(document: Mapping[str, Any]) -> JsonDict:
    """Version 2 quotes a framework that never changes, and does not say who approved what."""
    quoted = document["framework"]
    whole = quoted.get("document") or load_framework(quoted["version"]).document()
    return {**document, "schema_version": 3, "framework": whole, "is_approved": True}


UPGRADES: Mapping[int, Callable[[Mapping[str, Any]], JsonDict]] = {
    1: _from_version_1,
    2: _from_version_2,
}


def read_payload(document: Mapping[str, Any]) -> Payload:
    """The payload that a snapshot of any version stores."""
    while (version := document.get("schema_version", 1)) in UPGRADES:
        document = UPGRADES[version](document)
    return _as_stated(Payload.model_validate(document))


def _as_stated(payload: Payload) -> Payload:
    """The payload without a score that was frozen before too few answers withheld it."""
    if payload.scores.provisional:
        return payload
    provisional = why_provisional([answer.state for answer in payload.answers])
    own = payload.scores.own and replace(payload.scores.own, provisional=provisional)
    scores = as_stated(replace(payload.scores, provisional=provisional, own=own))
    return payload.model_copy(update={"scores": scores})


def canonical_json(document: Mapping[str, Any]) -> str:
    """One text for one payload: keys sorted, ASCII, no blanks.

    Raises ValueError on NaN and infinities.
    """
    return json.dumps(document, sort_keys=True, separators=(",", ":"), allow_nan=False)


def checksum(canonical: str) -> str:
    """The SHA-256 of a canonical text, in hexadecimal."""
    return hashlib.sha256(canonical.encode("ascii")).hexdigest()
