"""What the page of a replayed log shows; must not import Django."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property

from costing.engine.levers import LEVERS, PROMPT_CACHING, SELF_HOSTING, STRATEGIES
from costing.engine.units import HOURS_PER_DAY, HOURS_PER_WEEK
from costing.scenarios.content.titles import LEVER_TITLES, STRATEGY_PHRASES, STRATEGY_TITLES
from costing.usage.replay import Identity, Replay
from costing.usage.replay.results import CacheAtTtl, PoolReplay, StrategyReplay
from presentation.charts import Bar
from presentation.numbers import count, ratio_percent, usd
from presentation.wording import WEEKDAYS, counted, first_upper, moment

BEFORE_DATES = 86_400.0 * 366
"""A log whose times are earlier counts from its own start: it has no dates."""
SPANS = ((86_400.0, "day"), (3600.0, "hour"), (60.0, "minute"), (1.0, "second"))
IDENTITIES = {
    Identity.BLOCKS: "hashes of blocks",
    Identity.MESSAGES: "the messages themselves",
    Identity.PREFIX: "the hash of a prefix",
    Identity.SESSION: "sessions",
}


@dataclass(frozen=True)
class StrategyRow:
    """What a strategy costs on the log's traffic, and by the formulas; USD."""

    title: str
    replayed: StrategyReplay
    formula_usd: float | None


@dataclass(frozen=True)
class PoolRow:
    """A strategy's pool: what it needs, drawn by hour of the week."""

    title: str
    pool: PoolReplay
    finding: str

    @property
    def replicas(self) -> list[int]:
        """Replicas by hour of the week, 0 where there are no calls or none is enough."""
        hours = {each.hour: each.replicas or 0 for each in self.pool.week}
        return [hours.get(hour, 0) for hour in range(HOURS_PER_WEEK)]

    @property
    def most_words(self) -> str:
        return counted(max(self.replicas), "replica")

    @property
    def is_met(self) -> bool:
        return self.pool.replicas is not None


def own_cache(caches: Iterable[CacheAtTtl], ttl_seconds: float | None) -> CacheAtTtl | None:
    """The prompt cache that lives so long."""
    return next((each for each in caches if each.ttl_seconds == ttl_seconds), None)


def finding(calls: int, cache: CacheAtTtl | None) -> str:
    """What a log of so many calls says first of all."""
    if calls == 1:
        return "One call says nothing about traffic: nothing can repeat, and there is no rate."
    if cache is None:
        return (
            "The log does not say what its calls have in common, so nothing is known about"
            " prompt caches: here they read nothing."
        )
    return (
        f"{ratio_percent(cache.hit_ratio)} of calls find something in a prompt cache of"
        f" {span(cache.ttl_seconds)}; the formula says"
        f" {ratio_percent(cache.formula_hit_ratio)}."
    )


@dataclass(frozen=True)
class ReplayPage:
    """A replay in sentences, drawings and tables; none yet where it is not replayed."""

    replay: Replay | None
    ttl_seconds: float | None

    @property
    def _known(self) -> Replay:
        assert self.replay is not None
        return self.replay

    @property
    def own_cache(self) -> CacheAtTtl | None:
        """The prompt cache that lives as long as the scenario's model keeps a prefix."""
        return own_cache(self.replay.prompt_cache if self.replay else (), self.ttl_seconds)

    @property
    def finding(self) -> str:
        """What the log says first of all."""
        return finding(self._known.traffic.calls, self.own_cache)

    @cached_property
    def meaning(self) -> list[str]:
        """What that means for the scenario, and what its pool needs."""
        return [*self._money(), *(row.finding for row in self.pools)]

    def _money(self) -> Iterator[str]:
        rows = self._replayed
        cached = rows.get(PROMPT_CACHING)
        if cached is not None and cached.formula_api_usd is not None and self.own_cache:
            yield (
                f"With prompt caching these calls cost {usd(cached.api_usd)};"
                f" the formula says {usd(cached.formula_api_usd)}."
            )
        if len(rows) < 2:
            yield "The scenario describes no other lever, so there is nothing to compare."
            return
        name, least = min(rows.items(), key=lambda row: row[1].usd)
        saving = least.saving_ratio
        against = (
            f", {ratio_percent(saving)} less than {STRATEGY_PHRASES['baseline']}"
            if saving is not None and saving > 0
            else ""
        )
        yield f"{first_upper(STRATEGY_PHRASES[name])} costs least: {usd(least.usd)}{against}."
        if not any(SELF_HOSTING in STRATEGIES[each] for each in rows):
            yield "The scenario describes no pool, so none is served."

    @property
    def began(self) -> str:
        """When the log begins."""
        at = self._known.traffic.first_at
        if at < BEFORE_DATES:
            return "without dates"
        return f"from {moment(datetime.fromtimestamp(at, tz=UTC))} UTC"

    @property
    def has_dates(self) -> bool:
        return self._known.traffic.first_at >= BEFORE_DATES

    @property
    def covers(self) -> str:
        """How long the log is."""
        return span(self._known.traffic.hours * 3600.0)

    @property
    def identity(self) -> str:
        """What tells which part calls have in common; empty where nothing does."""
        return IDENTITIES.get(self._known.traffic.identity, "")

    @property
    def caches(self) -> list[tuple[str, CacheAtTtl]]:
        """Each lifetime in words, with its cache."""
        return [(span(each.ttl_seconds), each) for each in self._known.prompt_cache]

    @property
    def cache_bars(self) -> list[Bar]:
        """The share of calls that hit at each lifetime, beside the formula's."""
        bars = []
        for words, each in self.caches:
            bars.append(Bar(f"{first_upper(words)}, replayed", each.hit_ratio))
            bars.append(Bar("by the formula", each.formula_hit_ratio, is_pale=True))
        return bars

    @cached_property
    def strategies(self) -> list[StrategyRow]:
        """Every strategy, the formulas' cost of its calls in place of the replayed one."""
        return [
            StrategyRow(STRATEGY_TITLES[name], each, _formula_usd(each))
            for name, each in self._replayed.items()
        ]

    @property
    def strategy_bars(self) -> list[Bar]:
        """What each strategy costs, beside the formula where calls to models are part of it."""
        bars = []
        for row in self.strategies:
            bars.append(Bar(row.title, row.replayed.usd))
            if row.formula_usd is not None:
                bars.append(Bar("by the formula", row.formula_usd, is_pale=True))
        return bars

    @property
    def levers(self) -> str:
        """What each lever saves on this traffic, in the waterfall's order."""
        saved = self._known.levers
        return "; ".join(_saved(name, saved[name]) for name in LEVERS if name in saved)

    @property
    def _replayed(self) -> dict[str, StrategyReplay]:
        """The strategies in their usual order, which what is stored does not keep."""
        found = self._known.strategies
        return {name: found[name] for name in STRATEGIES if name in found}

    @cached_property
    def pools(self) -> list[PoolRow]:
        """The pool of each hosted strategy that calls reach."""
        return [
            PoolRow(STRATEGY_TITLES[name], each.pool, self._pool_finding(name, each.pool))
            for name, each in self._replayed.items()
            if each.pool is not None
        ]

    def _pool_finding(self, name: str, pool: PoolReplay) -> str:
        who = first_upper(STRATEGY_PHRASES[name])
        target = f"{self._known.target_first_token_seconds:g} s"
        if not pool.week:
            return f"{who}: no call of this log reaches the pool."
        if pool.replicas is None:
            return (
                f"{who}: no number of replicas meets {target}, for reading the input alone takes"
                " more than 5 % of calls longer in some hour."
            )
        return (
            f"{who} needs {counted(pool.replicas, 'replica')} for 95 % of first tokens within"
            f" {target} in every hour; the formula says {count(pool.formula_replicas)}."
        )

    @property
    def week(self) -> Sequence[float]:
        """Each hour's share of the week's calls."""
        calls = self._known.traffic.hourly_calls
        whole = sum(calls)
        return [each / whole for each in calls] if whole else calls

    @property
    def week_title(self) -> str:
        calls = self._known.traffic.hourly_calls
        most = max(range(len(calls)), key=calls.__getitem__)
        return f"Most calls come in {_hour(most)}: {count(calls[most])} an hour on average."

    @property
    def skipped(self) -> list[tuple[str, int]]:
        """Why lines are no calls, each with the first such line."""
        return list(self._known.traffic.skipped_reasons.items())


def _formula_usd(strategy: StrategyReplay) -> float | None:
    if strategy.formula_api_usd is None or not (strategy.api_usd or strategy.formula_api_usd):
        return None
    return strategy.usd - strategy.api_usd + strategy.formula_api_usd


def _saved(lever: str, saved: float) -> str:
    title = LEVER_TITLES[lever]
    return f"{title} saves {usd(saved)}" if saved >= 0 else f"{title} costs {usd(-saved)} more"


def _hour(hour: int) -> str:
    day, clock = divmod(hour, HOURS_PER_DAY)
    return f"the hour from {clock:02}:00 on {WEEKDAYS[day]}"


def span(seconds: float) -> str:
    """A time in its largest fitting unit: `5 minutes`, `an hour`, `1.5 days`."""
    size, unit = next((each for each in SPANS if seconds >= each[0]), SPANS[-1])
    number = round(seconds / size, 1)
    return counted(number, unit, write=lambda value: f"{value:g}")
