"""What uncertain figures do to the results: the tornado and the odds; must not import Django."""

from collections.abc import Sequence
from dataclasses import dataclass

from costing.engine import CURRENT
from costing.engine.levers import HOSTED_STRATEGIES, NAMED, SELF_HOSTED
from costing.engine.results import Band, CrossoverOdds, Estimate, Swing, Uncertainty
from costing.scenarios.content.crossovers import requests, volume
from costing.scenarios.content.inputs import RangeLabel, in_sentence, range_label
from costing.scenarios.content.titles import (
    STRATEGY_PHRASES,
    STRATEGY_TITLES,
    UNMOVED_BELOW_RATIO,
    Pair,
)
from presentation.charts import Spread
from presentation.charts import Swing as ChartSwing
from presentation.numbers import ONE_REQUEST, compact, ratio_percent, usd
from presentation.wording import counted, first_upper

FUTURES = 100
MAX_DRAWN = 20
GIVEN = "the lows and highs given"
USUAL = "the usual lows and highs of each kind of input, as none were given"


@dataclass(frozen=True, kw_only=True)
class SwingRow(ChartSwing):
    """One figure at its low and at its high, with the month's cost in USD at each."""

    low_usd: float
    high_usd: float
    path: str = ""
    unit: str = ""
    hosted_low_usd: float | None = None
    hosted_high_usd: float | None = None

    @property
    def swing_usd(self) -> float:
        return abs(self.high_usd - self.low_usd)


@dataclass(frozen=True)
class Tornado:
    """Each ranged figure's effect on the cost of one strategy, the widest first."""

    strategy: str
    has_both: bool
    present_usd: float
    rows: Sequence[SwingRow]

    @property
    def title(self) -> str:
        return STRATEGY_TITLES[self.strategy]

    @property
    def drawn(self) -> Sequence[SwingRow]:
        """The rows that a drawing has room for; the table has all."""
        return self.rows[:MAX_DRAWN]

    @property
    def finding(self) -> str:
        """Which figure moves the strategy's cost most."""
        phrase = STRATEGY_PHRASES[self.strategy]
        widest = self.rows[0] if self.rows else None
        if widest is None or widest.swing_usd <= UNMOVED_BELOW_RATIO * abs(self.present_usd):
            return f"None of the uncertain figures moves the cost of {phrase}"
        low, high = sorted((widest.low_usd, widest.high_usd))
        label = in_sentence(widest.path, widest.label)
        return (
            f"The cost of {phrase} depends most on {label}: from {usd(low)} to {usd(high)} a month"
        )


def tornado(estimate: Estimate) -> Tornado | None:
    """Each ranged input's low and high in USD per month, the widest first; None without ranges."""
    priced = [key for key in HOSTED_STRATEGIES if key in estimate.strategies]
    if not estimate.sensitivity or not priced:
        return None
    rows = [
        _swing(path, swing, priced[0], estimate) for path, swing in estimate.sensitivity.items()
    ]
    return Tornado(
        strategy=priced[0],
        has_both=len(priced) == len(HOSTED_STRATEGIES),
        present_usd=estimate.strategies[priced[0]].usd_per_month,
        rows=sorted(rows, key=lambda row: (-row.swing_usd, row.path)),
    )


def _swing(path: str, swing: Swing, strategy: str, estimate: Estimate) -> SwingRow:
    titles = [*estimate.scenario.application_titles.values()]
    ends, figure = estimate.ranges[path], range_label(path, titles)
    return SwingRow(
        path=path,
        label=figure.title,
        unit=figure.unit,
        low_words=_figure_text(ends.low, figure),
        high_words=_figure_text(ends.high, figure),
        low_usd=swing.low[strategy],
        high_usd=swing.high[strategy],
        hosted_low_usd=swing.low.get(SELF_HOSTED),
        hosted_high_usd=swing.high.get(SELF_HOSTED),
    )


def _figure_text(value: float, figure: RangeLabel) -> str:
    return ratio_percent(value) if figure.is_percent else compact(value)


@dataclass(frozen=True, kw_only=True)
class OddsRow(Spread):
    """What a strategy costs in 10, 50 and 90 of 100 futures, USD per month, and how often it wins.

    `words` is empty for what runs today.
    """

    key: str
    saving_ratio: Band | None
    words: str

    @property
    def statement(self) -> str:
        return f"{first_upper(STRATEGY_PHRASES[self.key])} beats what runs today {self.words}."


@dataclass(frozen=True)
class Odds:
    """How the strategies fare over all futures that were drawn."""

    uncertainty: Uncertainty
    today_usd: float
    rows: Sequence[OddsRow]
    drawn_from: str

    @property
    def samples(self) -> int:
        return self.uncertainty.samples

    @property
    def seed(self) -> int:
        return self.uncertainty.seed

    @property
    def finding(self) -> str:
        return odds_finding(self.uncertainty)

    @property
    def statements(self) -> list[str]:
        """Each strategy's chance in a sentence, and where the first crossover may lie."""
        crossing = self.uncertainty.first_crossover
        chances = [row.statement for row in self.rows if not row.is_current]
        return [*chances, _crossing(crossing)] if crossing else chances

    @property
    def has_saving(self) -> bool:
        return any(row.saving_ratio for row in self.rows)


def odds(estimate: Estimate) -> Odds | None:
    """What each strategy costs in 10, 50 and 90 of 100 futures, and how often it wins.

    What runs today has a row of its own where it has no name.
    """
    if not estimate.uncertainty:
        return None
    rows = [
        _odds(key, estimate, estimate.uncertainty)
        for key in (*NAMED, *estimate.scenario.compared)
        if key in estimate.uncertainty.strategies
    ]
    if not any(row.is_current for row in rows):
        rows.insert(0, _odds(CURRENT, estimate, estimate.uncertainty))
    today_usd = estimate.strategies[CURRENT].usd_per_month
    drawn = f"{drawn_from(estimate)}{_together(estimate)}"
    return Odds(estimate.uncertainty, today_usd, rows, drawn)


def drawn_from(estimate: Estimate) -> str:
    """Whose lows and highs the futures are drawn from, in the middle of a sentence."""
    return USUAL if estimate.default_ranges else GIVEN


def _together(estimate: Estimate) -> str:
    """How many pairs of what varies move together, as `, with 1 correlation`."""
    varied = estimate.default_ranges or estimate.scenario.ranges
    pairs = [each for each in estimate.scenario.correlations if {each.a, each.b} <= varied.keys()]
    return f", with {counted(len(pairs), 'correlation')}" if pairs else ""


def _odds(key: str, estimate: Estimate, uncertainty: Uncertainty) -> OddsRow:
    costed, row = estimate.strategies, uncertainty.strategies[key]
    is_current = set(estimate.scenario.levers_of(key)) == set(costed[CURRENT].levers)
    band = row.usd_per_month
    return OddsRow(
        key=key,
        label=STRATEGY_TITLES[key],
        is_current=is_current,
        p10=band.p10,
        p50=band.p50,
        p90=band.p90,
        saving_ratio=row.saving_ratio,
        words="" if is_current else in_futures(row.beats_current, uncertainty.samples),
    )


def odds_finding(uncertainty: Uncertainty) -> str:
    """How often self-hosting wins; without it, how often the strategy that wins most does."""
    samples, share = uncertainty.samples, uncertainty.self_hosted_beats_optimized_api
    if share is not None:
        return f"Self-hosting beats the optimized API {in_futures(share, samples)}"
    wins = {key: row.beats_current for key, row in uncertainty.strategies.items() if key != CURRENT}
    key = max(wins, key=lambda name: wins[name], default=None)
    if key is None or wins[key] <= 0:
        return f"What runs today is beaten {in_futures(0, samples)}"
    wins_often = in_futures(wins[key], samples)
    return f"{first_upper(STRATEGY_PHRASES[key])} beats what runs today {wins_often}"


def in_futures(share: float, samples: int) -> str:
    """A probability in words: `in 23 of 100 futures`; never `all` where one future differs."""
    if share <= 0:
        return f"in none of {counted(samples, 'future')}"
    if share >= 1:
        return f"in all of {counted(samples, 'future')}"
    whole = round(share * FUTURES)
    if whole == 0:
        return f"in fewer than 1 of {FUTURES} futures"
    if whole == FUTURES:
        return f"in more than {FUTURES - 1} of {FUTURES} futures"
    return f"in {whole} of {FUTURES} futures"


def _crossing(crossing: CrossoverOdds) -> str:
    title = Pair(crossing.from_strategy, crossing.to_strategy).title
    never = in_futures(crossing.never, crossing.samples)
    if crossing.never >= 1:
        return f"{title}: they cross {in_futures(0, crossing.samples)}."
    if crossing.p50 is None:
        return f"{title}: there is no crossover {never}."
    if crossing.p90 is not None and crossing.p90 < ONE_REQUEST:
        return f"{title}: it is cheaper from the first request on in 90 of 100 futures or more."
    low, middle = volume(crossing.p10), requests(crossing.p50)
    end = (
        f"and above any volume looked at in the highest tenth ({never} there is none)"
        if crossing.p90 is None
        else f"and {volume(crossing.p90)} at the high end"
    )
    return (
        f"{title}: the first crossover lies at {middle} a month in the middle"
        f" future, {low} at the low end {end}."
    )
