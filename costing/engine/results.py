"""What an estimate holds; its JSON document (section 8) is these types written out."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache, partial
from operator import is_, not_
from typing import Annotated, Any, TypeAlias

from pydantic import Field, TypeAdapter

from assessments.recommendation import Recommendation
from costing.engine.inputs import Basis, Range, Scenario, measurement_range
from costing.engine.inputs.fields import STORED
from costing.engine.levers import scoped

ENGINE_VERSION = "1.11.0"
"""Changes whenever the same inputs may give other results."""

FromStrategy: TypeAlias = Annotated[str, Field(alias="from")]
ToStrategy: TypeAlias = Annotated[str, Field(alias="to")]
EffortDays: TypeAlias = Mapping[str, float]
"""The person-days that each change takes, by its key, such as `switch_on_routing`."""
NO_WORK: EffortDays = {}
Interval: TypeAlias = tuple[float, float | None]


@dataclass(frozen=True, slots=True)
class StrategyCost:
    """Section 5: one strategy's month in USD, per million demanded tokens and per request.

    A figure that does not exist is None: capacity without a pool, a price without any traffic.
    `cache_ttl_seconds` is by `simple` and `complex`: the lifetime of the prompt cache that costs
    less, where a model sells two and one is used.
    `peak_replicas_within` is how few and how many the measured points' error leaves open,
    `reserved_instances` how many are reserved all month, where they may be, `provisioned_units`
    the units of throughput bought, by `simple` and `complex`, or by the model's section where
    several applications share them.
    `peak_replicas_without_deferral` and `deferral_usd_per_month` say what the pool would need, and
    cost more, if no call waited (section 17).
    `by_application` splits the cost; `shared` is what all pay once, and what is committed and not
    used. `pooling_usd_per_month` is what a pool for each application would cost more than the one
    that they share (section 9).
    """

    levers: tuple[str, ...]
    usd_per_month: float
    lines: Mapping[str, float]
    usd_per_mtok: float | None
    usd_per_request: float | None
    saving_usd_per_month: float
    saving_ratio: float | None
    is_within_target: Annotated[bool, Field(alias="within_target")]
    peak_replicas: int | None
    utilization_ratio: float | None
    instance_hours_per_month: float | None
    prefix_hit_ratio: float
    cache_ttl_seconds: Annotated[Mapping[str, float], Field(exclude_if=not_)] = field(
        default_factory=dict
    )
    peak_replicas_within: Annotated[tuple[int, int] | None, Field(exclude_if=not_)] = None
    by_application: Annotated[Mapping[str, float], Field(exclude_if=not_)] = field(
        default_factory=dict
    )
    reserved_instances: Annotated[int | None, Field(exclude_if=partial(is_, None))] = None
    provisioned_units: Annotated[Mapping[str, int], Field(exclude_if=not_)] = field(
        default_factory=dict
    )
    pooling_usd_per_month: Annotated[float | None, Field(exclude_if=partial(is_, None))] = None
    deferral_usd_per_month: Annotated[float | None, Field(exclude_if=partial(is_, None))] = None
    peak_replicas_without_deferral: Annotated[int | None, Field(exclude_if=partial(is_, None))] = (
        None
    )


@dataclass(frozen=True, slots=True)
class Measured:
    """Section 14: what one replica carries within the target, by its measured points.

    The lengths are the nearest measured ones, `factor` the greatest between them and the calls'.
    `low_ratio` and `high_ratio` hold 90 of 100 points that were left out: measured over predicted.
    """

    concurrency: float
    calls_per_second: float
    ttft_ms: float
    tpot_ms: float
    input_tokens: float
    output_tokens: float
    factor: float
    low_ratio: float
    high_ratio: float


@dataclass(frozen=True, slots=True)
class SubsetCost:
    """The month's cost of one set of levers, in USD."""

    levers: tuple[str, ...]
    usd_per_month: float

    @property
    def priced_as(self) -> tuple[str, ...]:
        """The set by which a bill prices it."""
        return self.levers


@dataclass(frozen=True, slots=True)
class ApplicationsCost:
    """Section 9: the cheapest month in which every application runs what suits it of a set.

    `by_application` has the levers of each; empty where all run the whole set, as far as allowed.
    No other choice costs less by more than `gap_usd_per_month`, which is 0 where all were looked at
    or ruled out.
    """

    levers: tuple[str, ...]
    usd_per_month: float
    by_application: Annotated[Mapping[str, tuple[str, ...]], Field(exclude_if=not_)] = field(
        default_factory=dict
    )
    gap_usd_per_month: Annotated[float, Field(exclude_if=not_)] = 0.0

    @property
    def priced_as(self) -> tuple[str, ...]:
        """The set by which a bill prices it."""
        return scoped(self.by_application) if self.by_application else self.levers


@dataclass(frozen=True, slots=True)
class LeverChoice:
    """The levers to run, what the month then costs, and what that saves against today's levers.

    `by_application` has those of each application; empty where all run what they are allowed.
    """

    levers: tuple[str, ...]
    usd_per_month: float
    saving_ratio: float | None
    by_application: Annotated[Mapping[str, tuple[str, ...]], Field(exclude_if=not_)] = field(
        default_factory=dict
    )

    @property
    def priced_as(self) -> tuple[str, ...]:
        """The set by which a bill prices it."""
        return scoped(self.by_application) if self.by_application else self.levers


@dataclass(frozen=True, slots=True)
class TodayChoice(LeverChoice):
    """What the maturity scores allow today, and why they hold back the other levers."""

    held_back: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ApplicationsChoice:
    """Section 9: what each application runs by what is recommended today, and its month.

    No choice of the same levers costs less by more than `gap_usd_per_month`, which is 0 where all
    were looked at or ruled out.
    """

    levers: Mapping[str, tuple[str, ...]]
    usd_per_month: float
    saving_ratio: float | None
    gap_usd_per_month: float


@dataclass(frozen=True, slots=True)
class NotRepaid:
    """Section 17: the cheapest month, not recommended: the horizon does not repay its change.

    The saving is against what is recommended; `missing_usd` is still owed at the horizon's end.
    """

    levers: tuple[str, ...]
    saving_usd_per_month: float
    missing_usd: float


@dataclass(frozen=True, slots=True)
class Crossover:
    """Section 5: where the second of two strategies is cheaper, in requests per month.

    `cheaper_intervals` lists at most 64, ascending; an upper end of None means for good. The first
    crossing is the first interval's lower end, 0 where the second is cheaper from the start, and
    None where it never is. `dominance_requests_per_month` is None where it never stays cheaper.
    `crossover_on` is the month, from 1, in which growth and prices make the second cheaper; None
    where they do not within the horizon, or where no prices move (section 15). With applications
    the factors are those volumes over the present one, by which all of them are scaled (section 9).
    """

    from_strategy: FromStrategy
    to_strategy: ToStrategy
    first_requests_per_month: float | None
    dominance_requests_per_month: float | None
    cheaper_intervals: tuple[Interval, ...]
    tokens_per_request: float
    first_factor: Annotated[float | None, Field(exclude_if=partial(is_, None))] = None
    dominance_factor: Annotated[float | None, Field(exclude_if=partial(is_, None))] = None
    crossover_on: Annotated[int | None, Field(exclude_if=not_)] = None


@dataclass(frozen=True, slots=True)
class BreakEven:
    """Section 5: the fractional month in which savings cover the investment; None when not reached.

    `saving_over_horizon_usd` is net of the investment.
    """

    from_strategy: FromStrategy
    to_strategy: ToStrategy
    month: float | None
    horizon_months: int
    saving_over_horizon_usd: float


@dataclass(frozen=True, slots=True)
class HostingFlip:
    """Where the other side of the hosting question is the cheaper one, each by its cheapest set.

    `levers` are the other side's cheapest set today; `below` and `above` the nearest requests a
    month from which that side costs less, `price_factor` that on all prices of models.
    `price_change_per_year` is the change of those prices from which on a pool that is advised would
    not have paid over the horizon. None where there is none.
    """

    levers: tuple[str, ...]
    below: float | None
    above: float | None
    price_factor: float | None
    price_change_per_year: Annotated[float | None, Field(exclude_if=not_)] = None


@dataclass(frozen=True, slots=True)
class RatioChange:
    """A ratio from which on other levers than those recommended cost least, and which."""

    ratio: float
    levers: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class RatioFlip:
    """Section 15: the nearest ratios below and above the present one that change the advice.

    None where no ratio down to 0, or up to 1, does.
    """

    present: float
    below: RatioChange | None
    above: RatioChange | None


@dataclass(frozen=True, slots=True)
class Swing:
    """USD per month of the strategies shown, with one input at its low and at its high."""

    low: Mapping[str, float]
    high: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Band:
    """The values that 10, 50 and 90 of 100 futures do not exceed; None where there is none."""

    p10: float | None
    p50: float | None
    p90: float | None


@dataclass(frozen=True, slots=True)
class StrategyOdds:
    """One strategy over all futures: USD per month, saving, and how often it beats today's."""

    usd_per_month: Band
    saving_ratio: Band | None
    beats_current: float


@dataclass(frozen=True, slots=True)
class SavingSwing:
    """USD per month saved against what runs today, with one input at its low and at its high."""

    low: float
    high: float


@dataclass(frozen=True, slots=True)
class ChoiceOdds:
    """Section 17: a lever set over all futures, each held against what runs today in that future.

    `is_cheapest` is the share of futures in which no priced lever set costs less, and
    `regret_usd_per_month` the mean of what the cheapest of each future would cost less. `swings`
    are by the path of each ranged input.
    """

    levers: tuple[str, ...]
    usd_per_month: Band
    saving_usd_per_month: Band
    saving_ratio: Band | None
    beats_current: float
    is_cheapest: float
    regret_usd_per_month: float
    swings: Mapping[str, SavingSwing]


@dataclass(frozen=True, slots=True)
class CrossoverOdds:
    """The first crossover of a pair over so many futures, its band in requests per month.

    `never` is the share of futures without one; a band's value is None where they reach it.
    """

    from_strategy: FromStrategy
    to_strategy: ToStrategy
    samples: int
    p10: float | None
    p50: float | None
    p90: float | None
    never: float


@dataclass(frozen=True, slots=True)
class Uncertainty:
    """Section 5: the futures drawn, and what holds in how many of them.

    `choices` has what is recommended, what is recommended today, and to stay as it is (`current`);
    empty in what was stored before there were choices.
    """

    samples: int
    seed: int
    strategies: Mapping[str, StrategyOdds]
    self_hosted_beats_optimized_api: float | None
    first_crossover: CrossoverOdds | None
    choices: Annotated[Mapping[str, ChoiceOdds], Field(exclude_if=not_)] = field(
        default_factory=dict
    )


@dataclass(frozen=True, slots=True)
class Estimate:
    """Section 5: everything that comes out of a scenario, and the scenario itself.

    `bases` say where each input comes from. `default_ranges` are those that stand in for ranges
    that the scenario does not state; empty where it states any, or where none were asked for.
    `hosting_flip` is what would change the advice on hosting, where it was asked for; so are
    `ratio_flips`, by input: other hit ratios of the caches, another utilization of the pool.
    `rework_limits` are by lever: the share of the cheaper model's answers at which it stops paying
    that they must be made again, None where it pays at any share. `with_open_model` is the cheapest
    set with the open model by API in the pool's place, where the scenario prices one.
    `by_application` is what is recommended today for each application, `application_sets` what
    there is to choose from: every set of levers, of which each application runs what suits it.
    `effort_days` are those that were counted, where a day has a price. `recommended_crossovers` go
    from `current` to `recommended_today` and to `recommended`, as far as these change something;
    they are computed where `bases` are given.
    """

    engine_version: str
    scenario: Annotated[Scenario, Field(alias="inputs")]
    strategies: Mapping[str, StrategyCost]
    left_out: Mapping[str, str]
    subsets: tuple[SubsetCost, ...]
    waterfall: Mapping[str, float | None]
    shapley: Mapping[str, float | None]
    caching_pays_above_hit_ratio: float | None
    recommended: LeverChoice
    recommended_today: TodayChoice
    crossovers: tuple[Crossover, ...]
    break_even: tuple[BreakEven, ...]
    rework_limits: Annotated[Mapping[str, float | None], Field(exclude_if=not_)] = field(
        default_factory=dict
    )
    with_open_model: Annotated[LeverChoice | None, Field(exclude_if=not_)] = None
    by_application: Annotated[ApplicationsChoice | None, Field(exclude_if=not_)] = None
    application_sets: Annotated[tuple[ApplicationsCost, ...], Field(exclude_if=not_)] = ()
    sensitivity: Mapping[str, Swing] | None = None
    uncertainty: Uncertainty | None = None
    not_repaid: Annotated[NotRepaid | None, Field(exclude_if=not_)] = None
    recommendation: Annotated[Recommendation | None, Field(exclude_if=not_)] = None
    measured: Annotated[Measured | None, Field(exclude_if=not_)] = None
    hosting_flip: Annotated[HostingFlip | None, Field(exclude_if=not_)] = None
    ratio_flips: Annotated[Mapping[str, RatioFlip], Field(exclude_if=not_)] = field(
        default_factory=dict
    )
    bases: Annotated[Mapping[str, Basis], Field(exclude_if=not_)] = field(default_factory=dict)
    default_ranges: Annotated[Mapping[str, Range], Field(exclude_if=not_)] = field(
        default_factory=dict
    )
    effort_days: Annotated[EffortDays, Field(exclude_if=not_)] = field(default_factory=dict)
    recommended_crossovers: Annotated[tuple[Crossover, ...], Field(exclude_if=not_)] = ()

    @property
    def ranges(self) -> Mapping[str, Range]:
        """The ranges that were varied: the scenario's own, or the defaults in their place."""
        stated = self.scenario.ranges or self.default_ranges
        return {**stated, **measurement_range(self.scenario)} if stated else stated

    def crossover_of(self, from_strategy: str, to_strategy: str) -> Crossover | None:
        """The crossover of a pair, where it was asked for, or from `current` to what is advised."""
        pair, known = (from_strategy, to_strategy), (*self.crossovers, *self.recommended_crossovers)
        return next(
            (each for each in known if (each.from_strategy, each.to_strategy) == pair),
            None,
        )


@cache
def _adapter() -> TypeAdapter[Estimate]:
    return TypeAdapter(Estimate)


def estimate_document(estimate: Estimate) -> dict[str, Any]:
    """Section 8: the estimate as JSON values, full precision, nothing rounded."""
    document: dict[str, Any] = _adapter().dump_python(estimate, mode="json", by_alias=True)
    return document


def parse_estimate(document: Mapping[str, Any]) -> Estimate:
    """The estimate that a document holds as it stands; see `estimating.read_estimate`."""
    return _adapter().validate_python(document, context=STORED)


def estimate_schema() -> dict[str, Any]:
    """The JSON Schema of section 8's document."""
    return _adapter().json_schema(mode="serialization")
