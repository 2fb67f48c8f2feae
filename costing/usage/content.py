"""What the pages of usage show, from its figures alone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import NamedTuple

from costing.engine.inputs import figures
from costing.engine.units import HOURS_PER_DAY
from costing.usage.applications import title_of
from costing.usage.entries import BUCKET_LABELS
from costing.usage.figures import Figures
from costing.usage.proposal import Proposal
from costing.usage.reconciling import NO_NAME, ModelReconciliation, Reconciliation
from costing.usage.uses import Use
from presentation.charts import Level, Spread, Step
from presentation.wording import WEEKDAYS, short_day

SAME_WITHIN = Decimal("0.005")


class BucketRow(NamedTuple):
    """The tokens of a bucket, and their share of all, 0 to 1."""

    label: str
    tokens: int
    ratio: float | None


class ModelRow(NamedTuple):
    """The use of a model or group, and its shares of all spend and tokens, 0 to 1."""

    label: str
    use: Use
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
    groups: list[ModelRow]
    buckets: list[BucketRow]
    profile_finding: str
    week: list[Day]
    spread: Spread | None

    @property
    def covers(self) -> str:
        """The first and the last day that the file covers."""
        return " to ".join(map(short_day, self.figures.covered))

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
    whole = figures.total_tokens
    return UsagePage(
        figures=figures,
        models=_rows([(use.model, use) for use in figures.models]),
        groups=_rows([(title_of(use.group), use) for use in figures.groups]),
        buckets=[
            BucketRow(label, count, count / whole if whole else None)
            for label, count in zip(BUCKET_LABELS.values(), figures.tokens, strict=True)
        ],
        profile_finding=_profile_finding(figures.profile, is_hourly=figures.is_hourly),
        spread=_spread(figures),
        week=[Day(name, _hours(figures.profile, day)) for day, name in enumerate(WEEKDAYS)],
    )


def _spread(figures: Figures) -> Spread | None:
    """The range of the month as the chart draws it."""
    volume = figures.volume
    if volume is None:
        return None
    return Spread(p10=volume.low, p50=volume.per_month, p90=volume.high)


def _rows(uses: Sequence[tuple[str, Use]]) -> list[ModelRow]:
    spent = sum(float(use.billed_usd or 0) for _, use in uses)
    tokens = sum(use.total_tokens for _, use in uses)
    return [
        ModelRow(
            label=name or NO_NAME,
            use=use,
            spend_ratio=float(use.billed_usd or 0) / spent if spent > 0 else None,
            token_ratio=use.total_tokens / tokens if tokens else None,
        )
        for name, use in uses
    ]


def _hours(profile: Sequence[float], day: int) -> tuple[float, ...]:
    return tuple(profile[day * HOURS_PER_DAY : (day + 1) * HOURS_PER_DAY])


def _profile_finding(profile: Sequence[float], *, is_hourly: bool) -> str:
    if not any(profile):
        return "Nothing ran"
    if not is_hourly:
        busiest = max(range(7), key=lambda day: sum(_hours(profile, day)))
        return f"{WEEKDAYS[busiest]} is the busiest day; hours were not reported"
    hour = max(range(len(profile)), key=profile.__getitem__)
    times = profile[hour] * len(profile)
    day, clock = WEEKDAYS[hour // HOURS_PER_DAY], hour % HOURS_PER_DAY
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


class ReconciledRow(NamedTuple):
    """A model, and its parts in USD in the order of the columns."""

    model: ModelReconciliation
    parts: list[Decimal]


@dataclass(frozen=True)
class ReconciliationPage:
    """What the page of a reconciliation shows beside it; the chart falls by `steps`, in USD."""

    result: Reconciliation
    finding: str
    start: Level
    steps: list[Step]
    end: Level

    @property
    def columns(self) -> list[str]:
        """The parts that any model has."""
        models = [model.parts.labelled for model in self.result.models]
        return [
            label
            for index, (label, _) in enumerate(self.result.parts.labelled)
            if any(parts[index][1] for parts in models)
        ]

    @property
    def models(self) -> list[ReconciledRow]:
        """The models with their parts under the columns."""
        shown = self.columns
        return [
            ReconciledRow(model, [usd for label, usd in model.parts.labelled if label in shown])
            for model in self.result.models
        ]


def reconciliation_page(result: Reconciliation) -> ReconciliationPage:
    """The page of a reconciliation."""
    return ReconciliationPage(
        result=result,
        finding=_finding(result),
        start=Level("Predicted", result.predicted_usd),
        # The chart falls by savings: what makes the bill larger is a negative one.
        steps=[Step(label, -usd) for label, usd in result.parts.labelled if usd],
        end=Level("Billed", result.billed_usd),
    )


def _finding(result: Reconciliation) -> str:
    difference, predicted = result.difference_usd, result.predicted_usd
    if abs(difference) <= SAME_WITHIN * max(result.billed_usd, predicted):
        return "The bill is what the price book predicts"
    largest, _ = max(result.parts.labelled, key=lambda part: abs(part[1]))
    way = "more" if difference > 0 else "less"
    by = f" by {abs(difference) / predicted:.0%}".replace("%", " %") if predicted else ""
    return f"The bill is {way} than predicted{by}, most of it for: {largest.lower()}"
