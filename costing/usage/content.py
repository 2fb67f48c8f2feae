"""What the pages of usage show, from its figures alone; must not import Django."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import NamedTuple

from costing.engine.inputs import figures
from costing.usage.entries import DAY_HOURS, Tokens
from costing.usage.figures import Figures, ModelUse
from costing.usage.proposal import Proposal
from costing.usage.reconciling import Line, ModelReconciliation, Parts, Reconciliation
from presentation.charts import Level, Step

SAME_WITHIN = Decimal("0.005")
BUCKET_LABELS = {
    "uncached_input": "Uncached input",
    "cache_read": "Read from a cache",
    "cache_write_5m": "Written to a cache, 5 min",
    "cache_write_1h": "Written to a cache, 1 h",
    "output": "Output",
}
PART_LABELS = {
    "price": "Other prices than the book’s",
    "volume": "More or fewer tokens",
    "cache": "Cached to another degree",
    "unknown_model": "Models without a price",
}
WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
NO_NAME = "Model not named"


class BucketRow(NamedTuple):
    """The tokens of a bucket, and their share of all, 0 to 1."""

    label: str
    tokens: int
    ratio: float | None


class ModelRow(NamedTuple):
    """The use of a model, and its shares of all spend and tokens, 0 to 1."""

    label: str
    use: ModelUse
    spend_ratio: float | None
    token_ratio: float | None


class Day(NamedTuple):
    """The shares of a weekday's hours."""

    day: str
    shares: tuple[float, ...]


@dataclass(frozen=True)
class UsagePage:
    """The rows and findings of an import's page."""

    figures: Figures
    models: list[ModelRow]
    buckets: list[BucketRow]
    profile_finding: str
    week: list[Day]

    @property
    def has_billed(self) -> bool:
        """Whether the file says what was billed."""
        return self.figures.billed_usd is not None

    @property
    def has_tokens(self) -> bool:
        """Whether the file counts tokens."""
        return self.figures.total_tokens > 0


def usage_page(figures: Figures) -> UsagePage:
    """The page of an import's figures."""
    return UsagePage(
        figures=figures,
        models=_models(figures.models),
        buckets=_buckets(figures.tokens),
        profile_finding=_profile_finding(figures.profile, is_hourly=figures.is_hourly),
        week=[Day(name, _hours(figures.profile, day)) for day, name in enumerate(WEEKDAYS)],
    )


def _models(models: Sequence[ModelUse]) -> list[ModelRow]:
    spent = sum(float(use.billed_usd or 0) for use in models)
    tokens = sum(use.total_tokens for use in models)
    return [
        ModelRow(
            label=use.model or NO_NAME,
            use=use,
            spend_ratio=float(use.billed_usd or 0) / spent if spent else None,
            token_ratio=use.total_tokens / tokens if tokens else None,
        )
        for use in models
    ]


def _buckets(tokens: Tokens) -> list[BucketRow]:
    whole = sum(tokens)
    return [
        BucketRow(label, count, count / whole if whole else None)
        for label, count in zip(BUCKET_LABELS.values(), tokens, strict=True)
    ]


def _hours(profile: Sequence[float], day: int) -> tuple[float, ...]:
    return tuple(profile[day * DAY_HOURS : (day + 1) * DAY_HOURS])


def _profile_finding(profile: Sequence[float], *, is_hourly: bool) -> str:
    if not any(profile):
        return "Nothing ran"
    if not is_hourly:
        busiest = max(range(7), key=lambda day: sum(_hours(profile, day)))
        return f"{WEEKDAYS[busiest]} is the busiest day; hours were not told"
    hour = max(range(len(profile)), key=profile.__getitem__)
    times = profile[hour] * len(profile)
    day, clock = WEEKDAYS[hour // DAY_HOURS], hour % DAY_HOURS
    return f"The busiest hour is {day}, {clock:02}:00 UTC, with {times:.1f} times the mean"


class ProposalRow(NamedTuple):
    """A proposed figure, with its range where one was measured."""

    label: str
    unit: str
    is_percent: bool
    value: float
    low: float | None
    high: float | None


def proposal_rows(proposal: Proposal) -> list[ProposalRow]:
    """The proposed figures in the order of a scenario's inputs."""
    labels = {figure.path: figure for figure in figures()}
    rows = []
    for name, value in proposal.workload.items():
        figure, ends = labels[f"workload.{name}"], proposal.ranges.get(name)
        rows.append(
            ProposalRow(
                label=figure.label,
                unit=figure.unit,
                is_percent=figure.is_percent,
                value=value,
                low=ends.low if ends else None,
                high=ends.high if ends else None,
            )
        )
    return rows


class PartRow(NamedTuple):
    """A part of a difference."""

    label: str
    usd: Decimal


class LineRow(NamedTuple):
    """A bucket of a model that was used or billed."""

    label: str
    line: Line


class ReconciledModel(NamedTuple):
    """A model of a reconciliation."""

    label: str
    model: ModelReconciliation
    parts: list[PartRow]
    lines: list[LineRow]


@dataclass(frozen=True)
class ReconciliationPage:
    """What the page of a reconciliation shows; money in USD. The chart falls by `steps`."""

    result: Reconciliation
    finding: str
    parts: list[PartRow]
    models: list[ReconciledModel]
    start: Level
    steps: list[Step]
    end: Level


def reconciliation_page(result: Reconciliation) -> ReconciliationPage:
    """The page of a reconciliation."""
    parts = _parts(result.parts)
    return ReconciliationPage(
        result=result,
        finding=_finding(result, parts),
        parts=parts,
        models=[_reconciled(model) for model in result.models],
        start=Level("Predicted", result.predicted_usd),
        # The chart falls by savings: what makes the bill larger is a negative one.
        steps=[Step(part.label, -part.usd) for part in parts if part.usd],
        end=Level("Billed", result.billed_usd),
    )


def _parts(parts: Parts) -> list[PartRow]:
    return [PartRow(PART_LABELS[key], usd) for key, usd in parts]


def _finding(result: Reconciliation, parts: Sequence[PartRow]) -> str:
    difference, predicted = result.difference_usd, result.predicted_usd
    if abs(difference) <= SAME_WITHIN * max(result.billed_usd, predicted):
        return "The bill is what the price book predicts"
    largest = max(parts, key=lambda part: abs(part.usd))
    way = "more" if difference > 0 else "less"
    by = f" by {abs(difference) / predicted:.0%}".replace("%", " %") if predicted else ""
    return f"The bill is {way} than predicted{by}, most of it for: {largest.label.lower()}"


def _reconciled(model: ModelReconciliation) -> ReconciledModel:
    lines = [
        LineRow(BUCKET_LABELS[line.bucket], line)
        for line in model.lines
        if line.used_tokens or line.billed_tokens
    ]
    return ReconciledModel(model.model or NO_NAME, model, _parts(model.parts), lines)
