"""Where two strategies' costs cross, over volume and over time; must not import Django.

Volumes are requests per month, money is USD.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from costing.engine import (
    BreakEven,
    Crossover,
    CurvePicture,
    Estimate,
    Scenario,
    curve_picture,
    monthly_saving,
)
from costing.engine.breakeven import work_usd
from costing.engine.levers import SELF_HOSTING
from costing.engine.results import EffortDays
from costing.scenarios.content.titles import Pair
from presentation.charts import Curve
from presentation.numbers import ONE_REQUEST, compact, months, ratio_percent, usd
from presentation.wording import counted, series, short_month

# The zoom shows the present volume and so much of it to either side.
ZOOM_RATIO = 0.5


@dataclass(frozen=True)
class Interval:
    """A range of volumes in which the second strategy is cheaper; an end of None is for good."""

    number: int
    low: float
    high: float | None

    def holds(self, requests_per_month: float) -> bool:
        """Tell whether a volume lies in it."""
        is_below = self.high is None or requests_per_month <= self.high
        return self.low <= requests_per_month and is_below

    @property
    def is_from_first(self) -> bool:
        """Whether it holds the first request of a month."""
        return self.low < ONE_REQUEST

    @property
    def is_every_volume(self) -> bool:
        """Whether it holds all volumes."""
        return self.is_from_first and self.high is None


@dataclass(frozen=True)
class Chart:
    """Two cost curves over a window of volumes."""

    window: tuple[float, float]
    curves: tuple[Curve, Curve]

    @classmethod
    def of(cls, picture: CurvePicture) -> "Chart":
        pair = Pair(picture.from_strategy, picture.to_strategy)
        return cls(
            (picture.low_requests_per_month, picture.high_requests_per_month),
            (Curve(pair.from_title, picture.from_points), Curve(pair.to_title, picture.to_points)),
        )


@dataclass(frozen=True)
class CrossoverRow(Pair):
    """A pair's crossing with its sentence, its intervals and its two drawings."""

    crossing: Crossover
    estimate: Estimate
    picture: CurvePicture | None
    start: date | None = None

    @property
    def from_usd_per_month(self) -> float:
        return self.estimate.strategies[self.from_strategy].usd_per_month

    @property
    def to_usd_per_month(self) -> float:
        return self.estimate.strategies[self.to_strategy].usd_per_month

    @property
    def when(self) -> str:
        """When growth and prices reach it, in a sentence."""
        return crossover_date(self.crossing, self.estimate.scenario, self.start)

    @property
    def reached(self) -> tuple[str, float] | None:
        """The month in which they do, and its volume; None where they never do, or have."""
        return reached(self.crossing, self.estimate.scenario, self.start)

    @property
    def alternative(self) -> str:
        """What the drawing says, in words."""
        return f"{self.finding}. {self.when}".strip()

    @property
    def present_requests_per_month(self) -> float:
        return self.estimate.scenario.workload.requests_per_month

    @property
    def present_volume(self) -> str:
        """The present volume with its noun: `8.87 M requests`."""
        return requests(self.present_requests_per_month)

    @cached_property
    def intervals(self) -> list[Interval]:
        """The ranges in which the second is cheaper, numbered from 1."""
        return intervals_of(self.crossing)

    @property
    def present_interval(self) -> Interval | None:
        return interval_at(self.crossing, self.present_requests_per_month)

    @property
    def finding(self) -> str:
        """The sentence over the drawing."""
        return crossover_finding(
            self.crossing,
            self.present_requests_per_month,
            is_shrinking=self.estimate.scenario.workload.is_shrinking,
        )

    @cached_property
    def chart(self) -> Chart | None:
        return Chart.of(self.picture) if self.picture else None

    @cached_property
    def zoom(self) -> Chart | None:
        present = self.present_requests_per_month
        low, high = present * (1 - ZOOM_RATIO), present * (1 + ZOOM_RATIO)
        if self.picture is None or not low < high:
            return None
        return self.around(low, high)

    def around(self, low: float, high: float) -> Chart | None:
        """The curves between two volumes, in requests per month."""
        picture = curve_picture(
            self.estimate.scenario,
            self.from_strategy,
            self.to_strategy,
            low_requests_per_month=low,
            high_requests_per_month=high,
        )
        return Chart.of(picture)


def intervals_of(crossing: Crossover) -> list[Interval]:
    """The ranges in which the second strategy is cheaper, numbered from 1."""
    return [
        Interval(number, low, high)
        for number, (low, high) in enumerate(crossing.cheaper_intervals, start=1)
    ]


def interval_at(crossing: Crossover, requests_per_month: float) -> Interval | None:
    """The range that holds a volume; None where the second strategy is not cheaper at it."""
    ranges = intervals_of(crossing)
    return next((each for each in ranges if each.holds(requests_per_month)), None)


def crossover_rows(
    estimate: Estimate, pictures: Sequence[CurvePicture], start: date | None = None
) -> list[CrossoverRow]:
    """Each pair's crossing, with what the engine drew of it; months count from `start`."""
    drawn = {(picture.from_strategy, picture.to_strategy): picture for picture in pictures}
    return [
        CrossoverRow(*pair, crossing, estimate, drawn.get(pair), start)
        for crossing in estimate.crossovers
        for pair in [(crossing.from_strategy, crossing.to_strategy)]
    ]


def volume(requests_per_month: object) -> str:
    """A volume whose number and unit stay on one line: `8.87 M`."""
    return compact(requests_per_month).replace(" ", "\N{NO-BREAK SPACE}")


def requests(requests_per_month: float | None) -> str:
    """A volume with its noun: `8.87 M requests`, `1 request`."""
    return counted(requests_per_month, "request", write=volume)


def crossover_finding(crossing: Crossover, present: float, *, is_shrinking: bool = False) -> str:
    """Whether the second strategy is cheaper at the present volume, and from which one it is."""
    subject = Pair(crossing.from_strategy, crossing.to_strategy).to_subject
    first, dominance = crossing.first_requests_per_month, crossing.dominance_requests_per_month
    ranges = intervals_of(crossing)
    if ranges and ranges[0].is_every_volume:
        return f"{subject} is cheaper at every volume"
    if dominance is not None and dominance <= present:
        further = "at every higher volume" if is_shrinking else "stays so"
        return f"{subject} is cheaper at {requests(present)} a month, and {further}"
    if interval_at(crossing, present):
        return (
            f"{subject} is cheaper at {requests(present)} a month, but not at every higher volume"
        )
    if first is None:
        return f"{subject} never gets cheaper, at any volume"
    if ranges and ranges[0].is_from_first:
        for_good = "" if dominance is None else f", and for good above {volume(dominance)}"
        return f"{subject} is cheaper up to {requests(ranges[0].high)} a month{for_good}"
    if dominance is None:
        return f"{subject} first gets cheaper at {requests(first)} a month, never for good"
    if dominance == first:
        return f"{subject} gets cheaper at {requests(first)} a month, for good"
    return (
        f"{subject} first gets cheaper at {requests(first)} a month, for good above"
        f" {volume(dominance)}"
    )


def first_month(crossing: Crossover, scenario: Scenario) -> int | None:
    """The month of the horizon, from 1, whose volume and prices make the second cheaper."""
    if scenario.outlook is not None:
        return crossing.crossover_on
    return next(
        (
            month
            for month in range(1, scenario.horizon_months + 1)
            if interval_at(crossing, volume_in(scenario, month))
        ),
        None,
    )


def volume_in(scenario: Scenario, month: int) -> float:
    """Requests of a month, counted from 1."""
    growth = 1.0 + scenario.workload.monthly_growth_ratio
    grown: float = scenario.workload.requests_per_month * growth ** (month - 1)
    return grown


def month_text(scenario: Scenario, month: int, start: date | None = None) -> str:
    """A month of the horizon: `Dec 2027`, or `month 14` where nothing is dated."""
    start = start or scenario.as_of
    if start is None:
        return f"month {month}"
    years, months_on = divmod(start.month - 1 + month - 1, 12)
    return short_month(date(start.year + years, months_on + 1, 1))


def reached(
    crossing: Crossover, scenario: Scenario, start: date | None = None
) -> tuple[str, float] | None:
    """The month in which the second becomes cheaper, and its volume.

    None where it is cheaper already, or does not become so within the horizon.
    """
    month = first_month(crossing, scenario)
    if month is None or month == 1:
        return None
    return month_text(scenario, month, start), volume_in(scenario, month)


def crossover_date(crossing: Crossover, scenario: Scenario, start: date | None = None) -> str:
    """In which month the second becomes cheaper, at that month's volume and prices.

    Empty where nothing moves that could say more than the finding does.
    """
    subject = Pair(crossing.from_strategy, crossing.to_strategy).to_subject
    month, horizon = first_month(crossing, scenario), months(scenario.horizon_months)
    if scenario.outlook is None:
        return _growth_date(crossing, scenario, month, start)
    if month is None:
        return f"{subject} does not become cheaper within {horizon}."
    if month == 1:
        return f"{subject} costs less from the first month on."
    when = month_text(scenario, month, start)
    return f"{subject} first costs less in {when}, at its volume and prices."


def _growth_date(
    crossing: Crossover, scenario: Scenario, month: int | None, start: date | None
) -> str:
    """In which month the second becomes cheaper by the stated growth alone, as prices stay."""
    growth = scenario.workload.monthly_growth_ratio
    if month == 1 or crossing.first_requests_per_month is None:
        return ""
    if not growth or not scenario.workload.requests_per_month:
        return "No growth is stated that would get there."
    trend = (
        f"With {'growth' if growth > 0 else 'a decline'} of {ratio_percent(abs(growth))} a month"
    )
    if month is None:
        return f"{trend} it does not become cheaper within {months(scenario.horizon_months)}."
    at = requests(volume_in(scenario, month))
    return f"{trend} it is first cheaper in {month_text(scenario, month, start)}, at {at}."


@dataclass(frozen=True)
class Month:
    """One month of a change: what it is paid and saves, and the balance at its end."""

    number: int
    requests_per_month: float
    invested_usd: float
    saved_usd: float
    balance_usd: float


@dataclass(frozen=True)
class BreakEvenRow(Pair):
    """A pair's break-even in time with its sentence and its balance, month by month."""

    result: BreakEven
    scenario: Scenario
    effort_days: EffortDays

    @property
    def finding(self) -> str:
        """The sentence over the drawing."""
        return break_even_finding(self.result)

    @property
    def invested_usd(self) -> float:
        return sum(month.invested_usd for month in self.months)

    @property
    def paid_for(self) -> str:
        """What is bought: `migration, hardware and people’s time`."""
        pool, outlook = self.scenario.pool, self.scenario.outlook
        sets = [self.scenario.levers_of(name) for name in (self.from_strategy, self.to_strategy)]
        hosts = SELF_HOSTING in sets[1]
        paid = (
            ("migration", hosts),
            ("hardware", hosts and bool(pool and pool.is_owned)),
            ("new generations of models", hosts and bool(outlook and outlook.refresh_usd)),
            ("people’s time", work_usd(self.scenario, sets[0], sets[1], self.effort_days) > 0.0),
        )
        return series([name for name, is_paid in paid if is_paid])

    @property
    def outlook(self) -> str:
        """How prices move, in a sentence; empty where they stay."""
        return outlook_text(self.scenario)

    @property
    def trend(self) -> str:
        """What the volume does from month to month, in a word."""
        return "decline" if self.scenario.workload.is_shrinking else "growth"

    @cached_property
    def months(self) -> list[Month]:
        pair = self.from_strategy, self.to_strategy
        saving = monthly_saving(self.scenario, *pair, self.effort_days)
        columns = zip(
            saving.requests_per_month,
            saving.invested_usd,
            saving.saved_usd,
            saving.cumulative_usd,
            strict=True,
        )
        return [Month(number, *figures) for number, figures in enumerate(columns, start=1)]

    @property
    def points(self) -> list[tuple[float, float]]:
        """The balance over time, in months and USD: what is bought lowers it at once."""
        points: list[tuple[float, float]] = []
        at, balance = 0.0, 0.0
        for month in self.months:
            if month.invested_usd or not points:
                points.append((at, balance - month.invested_usd))
            at, balance = float(month.number), month.balance_usd
            points.append((at, balance))
        return points


def outlook_text(scenario: Scenario) -> str:
    """What is assumed of months to come: `It is assumed that prices of models fall …`"""
    outlook = scenario.outlook
    if outlook is None:
        return ""
    moves = (
        (outlook.api_price_change_per_year_ratio, "of models", outlook.api_contract_months),
        (outlook.gpu_price_change_per_year_ratio, "of capacity", outlook.gpu_contract_months),
    )
    parts = [
        f"prices {what} {'fall' if change < 0 else 'rise'} by {ratio_percent(abs(change))} a year"
        + (f" once a contract of {months(held)} ends" if held else "")
        for change, what, held in moves
        if change
    ]
    if outlook.refresh_months and outlook.refresh_usd:
        every = months(outlook.refresh_months)
        parts.append(
            f"a new generation of models costs a pool {usd(outlook.refresh_usd)} every {every}"
        )
    if outlook.discount_ratio_per_year:
        discount = ratio_percent(outlook.discount_ratio_per_year)
        parts.append(f"later sums are discounted by {discount} a year")
    return f"It is assumed that {series(parts)}." if parts else ""


def break_even_rows(estimate: Estimate) -> list[BreakEvenRow]:
    """Each pair's break-even in time."""
    return [
        BreakEvenRow(
            each.from_strategy, each.to_strategy, each, estimate.scenario, estimate.effort_days
        )
        for each in estimate.break_even
    ]


def break_even_finding(result: BreakEven) -> str:
    """When the change has earned back what it cost, and what is left at the horizon."""
    pair = Pair(result.from_strategy, result.to_strategy)
    change = f"{pair.to_subject} instead of {pair.from_phrase}"
    horizon, month = months(result.horizon_months), result.month
    saved = result.saving_over_horizon_usd
    if month is None and saved < 0:
        return f"{change} does not pay back within {horizon}: it ends {usd(-saved)} behind"
    if month is None:
        return f"{change} saves nothing within {horizon}"
    start = (
        f"{change} saves from the first day"
        if month == 0
        else f"{change} has paid back in month {compact(month)}"
    )
    if saved < 0:
        return f"{start}, yet costs {usd(-saved)} more over {horizon}"
    return f"{start}: {usd(saved)} saved over {horizon}"
