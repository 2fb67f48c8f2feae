"""From which volume on what is recommended pays, in words and drawn; must not import Django."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache

from pydantic import TypeAdapter

from costing.engine import CURRENT, Crossover, CurvePicture, Estimate, Scenario
from costing.engine.levers import RECOMMENDED_TODAY
from costing.engine.recommended_crossovers import changes_without_crossover, recommended_picture
from costing.engine.results import LeverChoice
from costing.scenarios.content.crossovers import (
    Chart,
    CrossoverRow,
    Interval,
    crossover_date,
    interval_at,
    intervals_of,
    month_text,
    requests,
    volume,
    volume_in,
)
from costing.scenarios.content.titles import Pair
from presentation.numbers import ratio_percent
from presentation.wording import counted


@dataclass(frozen=True)
class RecommendedRow(CrossoverRow):
    """A recommendation held against what runs today, with its intervals and its two drawings."""

    @property
    def anchor(self) -> str:
        return self.to_strategy.replace("_", "-")

    @property
    def from_usd_per_month(self) -> float:
        return self.estimate.strategies[CURRENT].usd_per_month

    @property
    def to_usd_per_month(self) -> float:
        return choice_of(self.estimate, self.to_strategy).usd_per_month

    def around(self, low: float, high: float) -> Chart | None:
        picture = recommended_picture(self.estimate, self.to_strategy, low, high)
        return Chart.of(picture) if picture else None


def choice_of(estimate: Estimate, name: str) -> LeverChoice:
    """What is recommended today, or what is recommended, by its name."""
    return estimate.recommended_today if name == RECOMMENDED_TODAY else estimate.recommended


def recommended_rows(
    estimate: Estimate, pictures: Sequence[CurvePicture], start: date | None = None
) -> list[RecommendedRow]:
    """What has a section of its own: each recommendation once, none that a pair compares."""
    drawn = {(each.from_strategy, each.to_strategy): each for each in pictures}
    return [
        RecommendedRow(*pair, crossing, estimate, drawn.get(pair), start)
        for crossing in told_crossovers(estimate)
        if not _is_compared(estimate, crossing)
        for pair in [(crossing.from_strategy, crossing.to_strategy)]
    ]


def told_crossovers(estimate: Estimate) -> list[Crossover]:
    """Each recommendation once: that of today where no other comes later."""
    known = estimate.recommended_crossovers
    return list(known[:1] if _is_one(estimate) else known)


def _is_one(estimate: Estimate) -> bool:
    """Whether no other recommendation comes after that of today."""
    return choice_of(estimate, RECOMMENDED_TODAY).priced_as == estimate.recommended.priced_as


def _is_compared(estimate: Estimate, crossing: Crossover) -> bool:
    """Whether a pair of the scenario compares the very same costs."""
    now = estimate.strategies[CURRENT].usd_per_month
    usd = choice_of(estimate, crossing.to_strategy).usd_per_month
    return any(
        each.cheaper_intervals == crossing.cheaper_intervals
        and estimate.strategies[each.from_strategy].usd_per_month == now
        and estimate.strategies[each.to_strategy].usd_per_month == usd
        for each in estimate.crossovers
    )


def pays_texts(estimate: Estimate, start: date | None = None) -> dict[str, str]:
    """At which volumes each recommendation costs less than what runs today, by its name.

    Or that it is not known, where a loss goes on that has no price at other volumes.
    """
    texts = {
        each.to_strategy: pays_text(each, estimate.scenario, start, says_today=not number)
        for number, each in enumerate(told_crossovers(estimate))
    }
    for name in _unknown(estimate):
        texts[name] = (
            f"{Pair(CURRENT, name).to_subject} keeps a loss of what runs, which can be priced at"
            " today’s volume alone: at which volumes it pays is not known."
        )
    return texts


def pays_at_texts(estimate: Estimate) -> dict[str, str]:
    """At which volumes each recommendation pays, in cells: `from 25.6 k on`, or `not known`.

    In requests per month.
    """
    present = estimate.scenario.workload.requests_per_month
    known = {each.to_strategy: pays_at(each, present) for each in told_crossovers(estimate)}
    return known | dict.fromkeys(_unknown(estimate), "not known")


def _unknown(estimate: Estimate) -> list[str]:
    """The recommendations of which nobody knows where they pay, each once."""
    unknown = changes_without_crossover(estimate) if estimate.bases else []
    return unknown[:1] if _is_one(estimate) else unknown


def pays_text(
    crossing: Crossover, scenario: Scenario, start: date | None = None, *, says_today: bool = True
) -> str:
    """At which volumes a recommendation costs less than what runs today; and where today is."""
    subject = Pair(crossing.from_strategy, crossing.to_strategy).to_subject
    present, intervals = scenario.workload.requests_per_month, intervals_of(crossing)
    here = interval_at(crossing, present)
    if here is None:
        more = f"{subject} costs more than what runs today at {requests(present)} a month"
        if not intervals:
            return f"{more}, and at every other volume."
        nearest = min(intervals, key=lambda each: abs(each.low - present))
        when = crossover_date(crossing, scenario, start)
        return f"{more}, and less {_where(nearest)}. {when}".strip()
    if here.is_every_volume:
        return f"{subject} pays at {_where(here)}."
    today = f"; today it is {volume(present)}" if says_today else ""
    text = f"{subject} pays {_where(here)}{today}."
    if len(intervals) > 1:
        text = f"{text} In all it does so in {counted(len(intervals), 'range')} of volume."
    return f"{text} {_until(intervals, scenario, start)}".strip()


def pays_at(crossing: Crossover, present: float) -> str:
    """At which volumes one pays, in a cell: the range at the present one, or nearest to it."""
    intervals = intervals_of(crossing)
    nearest = interval_at(crossing, present) or min(
        intervals, key=lambda each: abs(each.low - present), default=None
    )
    if nearest is None:
        return "no volume"
    more = f", 1 of {len(intervals)} ranges" if len(intervals) > 1 else ""
    return f"{_where(nearest, is_short=True)}{more}"


def read_pays_at(crossovers: str | None, present: float) -> str:
    """What `pays_at` says of a stored result's crossovers, as JSON text; empty where unknown.

    They are those from what runs today, of which that of today's recommendation is told.
    """
    known = _adapter().validate_json(crossovers) if crossovers else ()
    today = (each for each in known if each.to_strategy == RECOMMENDED_TODAY)
    crossing = next(today, None)
    return pays_at(crossing, present) if crossing else ""


@cache
def _adapter() -> TypeAdapter[tuple[Crossover, ...]]:
    return TypeAdapter(tuple[Crossover, ...])


def _where(interval: Interval, *, is_short: bool = False) -> str:
    """A range of volumes in words: `from 25.6 k requests a month on`."""
    write, per = (volume, "") if is_short else (requests, " a month")
    if interval.is_every_volume:
        return "every volume"
    if interval.high is None:
        return f"from {write(interval.low)}{per} on"
    if interval.is_from_first:
        return f"up to {write(interval.high)}{per}"
    return f"between {volume(interval.low)} and {write(interval.high)}{per}"


def _until(intervals: Sequence[Interval], scenario: Scenario, start: date | None) -> str:
    """When the stated growth or decline leaves all ranges; empty where prices move too."""
    growth = scenario.workload.monthly_growth_ratio
    if not growth or scenario.outlook is not None:
        return ""
    for month in range(2, scenario.horizon_months + 1):
        reached = volume_in(scenario, month)
        if not any(each.holds(reached) for each in intervals):
            trend = "growth" if growth > 0.0 else "a decline"
            return (
                f"With {trend} of {ratio_percent(abs(growth))} a month it no longer does in"
                f" {month_text(scenario, month, start)}, at {requests(reached)}."
            )
    return ""
