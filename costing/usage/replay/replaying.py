"""Sends a log's calls, one by one, the way that each strategy would."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import pairwise
from random import Random

import numpy as np

from costing.engine.api_lane import LaneBill
from costing.engine.bills import Bill, lever_sets
from costing.engine.deferral import may_wait
from costing.engine.inputs.errors import InvalidScenario
from costing.engine.inputs.models import STORED, ModelPrices
from costing.engine.inputs.pool import Pool
from costing.engine.inputs.scenario import Scenario
from costing.engine.inputs.workload import Workload
from costing.engine.levers import (
    LEVERS,
    PROMPT_CACHING,
    ROUTING,
    SELF_HOSTING,
    SEMANTIC_CACHING,
    STRATEGIES,
)
from costing.engine.limits import Watch, unwatched
from costing.engine.prompt_cache import call_rates, hit_ratio
from costing.engine.strategies import bill_of
from costing.engine.units import HOURS_PER_MONTH
from costing.engine.week import week_of
from costing.usage.replay.calls import Call, Identity
from costing.usage.replay.lanes import Lane
from costing.usage.replay.pools import PoolLog
from costing.usage.replay.queueing import Replica
from costing.usage.replay.reading import Log
from costing.usage.replay.results import (
    REPLAY_VERSION,
    CacheAtTtl,
    PoolReplay,
    RepeatedQuestions,
    Replay,
    StrategyReplay,
    Traffic,
    WhatIf,
)
from costing.usage.replay.semantic_cache import SemanticCache
from costing.usage.replay.traffic import Observed

PATH = tuple(name for name, levers in STRATEGIES.items() if levers == LEVERS[: len(levers)])
"""Each of these strategies has one lever more than the one before, in the waterfall's order."""

ONE_TRAFFIC = "A log is replayed as one workload: take a scenario without applications."
_NO_WORKLOAD = Workload(requests_per_month=0, input_tokens_per_call=0, output_tokens_per_call=0)


@dataclass(frozen=True)
class Settings:
    """How a log is replayed. Seconds; tokens; ratios from 0 to 1.

    A call is simple within `simple_input_tokens` and `simple_output_tokens`; with neither, the
    scenario's share of calls is, drawn by the seed. 95 % of first tokens are to come within the
    target.
    """

    seed: int = 1
    ttls: tuple[float, ...] = (300.0, 3600.0, 86_400.0)
    simple_input_tokens: int | None = None
    simple_output_tokens: int | None = None
    semantic_ttl_seconds: float = 86_400.0
    semantic_likeness: float = 0.95
    semantic_answers: int = 100_000
    target_first_token_seconds: float = 2.0
    replica: Replica = field(default_factory=Replica)


def check_scenario(scenario: Scenario) -> None:
    """Raise InvalidScenario for one with applications: a log does not say whose calls it has."""
    if scenario.applications:
        raise InvalidScenario({"applications": [ONE_TRAFFIC]})


def replay(
    calls: Iterable[Call],
    log: Log,
    scenario: Scenario | None = None,
    settings: Settings | None = None,
    watch: Watch = unwatched,
) -> Replay:
    """Replay calls in order of time; `log` tells of the file that they come from.

    Money and pools are told with a scenario alone, by its prices. The same calls and settings give
    the same replay. `watch` and a scenario with applications may raise.
    """
    settings = settings or Settings()
    observed, questions = Observed(settings.ttls), _questions(settings)
    ways = None if scenario is None else _Ways(scenario, settings, watch)
    for call in calls:
        read = observed.take(call)
        is_repeated = questions.answers(call)
        if ways is not None:
            ways.take(call, read[-1], is_repeated)
    strategies = {} if ways is None else ways.strategies(observed)
    usd = [strategies[name].usd if name in strategies else None for name in PATH]
    return Replay(
        version=REPLAY_VERSION,
        seed=settings.seed,
        target_first_token_seconds=settings.target_first_token_seconds,
        traffic=_traffic(observed, log),
        prompt_cache=tuple(_at_ttls(observed, scenario))
        if log.identity is not Identity.NONE
        else (),
        repeated_questions=_ratios(questions, observed.calls),
        strategies=strategies,
        levers={
            lever: before - after
            for lever, (before, after) in zip(LEVERS, pairwise(usd), strict=True)
            if before is not None and after is not None
        },
        what_if=None if ways is None else ways.what_if(observed),
        assumptions=tuple(_assumptions(log, questions, scenario, settings)),
    )


def _questions(settings: Settings) -> SemanticCache:
    return SemanticCache(
        settings.semantic_ttl_seconds, settings.semantic_likeness, settings.semantic_answers
    )


class _Ways:
    """The ways of a call through the levers, each with its own lanes and caches."""

    def __init__(self, scenario: Scenario, settings: Settings, watch: Watch) -> None:
        check_scenario(scenario)
        self._scenario, self._settings, self._watch = scenario, settings, watch
        self._random = Random(settings.seed)
        workload = scenario.workload

        def lane(model: ModelPrices) -> Lane:
            return Lane(model, 1.0 - workload.batch_ratio * model.batch_discount_ratio)

        small = scenario.small_model
        self._premium = lane(scenario.premium_model)
        self._complex, self._complex_asked = (lane(scenario.premium_model) for _ in range(2))
        self._simple, self._simple_asked = (
            None if small is None else lane(small) for _ in range(2)
        )
        self._pool_all, self._pool_simple = (
            None if scenario.pool is None else PoolLog(scenario.pool) for _ in range(2)
        )
        self._calls = self._answered = 0

    def take(self, call: Call, repeated_tokens: int, is_repeated: bool) -> None:
        """Send a call down every way."""
        self._calls += 1
        self._premium.take(call)
        if self._pool_all is not None:
            self._pool_all.take(call, repeated_tokens)
        triage = self._scenario.routing
        is_simple = triage is not None and self._is_simple(call)
        is_asked_again = is_simple and triage is not None and self._draw() < triage.escalation_ratio
        self._send(call, is_simple, is_asked_again, self._complex, self._simple)
        if self._is_answered(call, is_repeated):
            self._answered += 1
            return
        self._send(call, is_simple, is_asked_again, self._complex_asked, self._simple_asked)
        if is_simple and self._pool_simple is not None:
            self._pool_simple.take(call, repeated_tokens)

    def _send(
        self, call: Call, is_simple: bool, is_asked_again: bool, dear: Lane, cheap: Lane | None
    ) -> None:
        if is_simple and cheap is not None:
            cheap.take(call)
        if not is_simple or is_asked_again:
            dear.take(call)

    def _draw(self) -> float:
        return self._random.random()

    def _is_simple(self, call: Call) -> bool:
        settings, triage = self._settings, self._scenario.routing
        longest = (settings.simple_input_tokens, settings.simple_output_tokens)
        if longest == (None, None):
            return triage is not None and self._draw() < triage.simple_ratio
        tokens = (call.input_tokens, call.output_tokens)
        return all(most is None or each <= most for each, most in zip(tokens, longest, strict=True))

    def _is_answered(self, call: Call, is_repeated: bool) -> bool:
        """Whether a semantic cache answers: as the log tells, else by the scenario's share."""
        cache = self._scenario.semantic_cache
        if cache is None:
            return False
        if call.answer is None and call.normalized is None and call.embedding is None:
            return self._draw() < cache.hit_ratio
        return is_repeated

    def strategies(self, observed: Observed) -> dict[str, StrategyReplay]:
        """What each strategy that the scenario can price costs on this traffic."""
        formula = _Formula(self._scenario, observed)
        found: dict[str, StrategyReplay] = {}
        for name in STRATEGIES:
            if set(STRATEGIES[name]) <= set(self._scenario.available_levers):
                found[name] = self._strategy(name, observed, formula, found.get(PATH[0]))
        return found

    def _strategy(
        self, name: str, observed: Observed, formula: "_Formula", base: StrategyReplay | None
    ) -> StrategyReplay:
        api = self._api_usd(name)
        pool = self._pool(name, formula)
        usd = api + self._fees(name, observed.hours)
        usd += 0.0 if pool is None else self._pool_usd(pool, observed.hours)
        return StrategyReplay(
            usd=usd,
            usd_per_call=usd / observed.calls,
            saving_ratio=None if base is None or base.usd <= 0.0 else 1.0 - usd / base.usd,
            api_usd=api,
            formula_api_usd=formula.api_usd(name),
            pool=pool,
        )

    def _api_usd(self, name: str) -> float:
        """What calls to models cost in a strategy; those that a pool takes cost nothing here."""
        levers, is_hosted = STRATEGIES[name], SELF_HOSTING in STRATEGIES[name]
        if ROUTING not in levers:
            premium = self._premium.usd if PROMPT_CACHING in levers else self._premium.usd_off
            return 0.0 if is_hosted else premium
        dear, cheap = self._complex, self._simple
        if SEMANTIC_CACHING in levers:
            dear, cheap = self._complex_asked, self._simple_asked
        return dear.usd + (0.0 if is_hosted or cheap is None else cheap.usd)

    def _fees(self, name: str, hours: float) -> float:
        """What gateway and semantic cache take for these calls, and for so many hours."""
        levers, share = STRATEGIES[name], hours / HOURS_PER_MONTH
        cache, triage, usd, calls = (
            self._scenario.semantic_cache,
            self._scenario.routing,
            0.0,
            self._calls,
        )
        if cache is not None and SEMANTIC_CACHING in levers:
            usd += cache.platform_usd_per_month * share + calls * cache.lookup_usd_per_call
            calls -= self._answered
        if triage is not None and ROUTING in levers:
            usd += triage.platform_usd_per_month * share + calls * triage.classifier_usd_per_call
        return usd

    def _pool(self, name: str, formula: "_Formula") -> PoolReplay | None:
        levers = STRATEGIES[name]
        log = self._pool_simple if ROUTING in levers else self._pool_all
        if log is None or SELF_HOSTING not in levers:
            return None
        settings = self._settings
        target = settings.target_first_token_seconds
        return log.replayed(settings.replica, target, formula.replicas(name), self._watch)

    def _pool_usd(self, served: PoolReplay, hours: float) -> float:
        pool = self._scenario.pool
        if pool is None:
            return 0.0
        instance_hours = served.replica_hours * pool.instances_per_replica
        month = pool.engineering_hours_per_month * pool.engineering_usd_per_hour
        month += pool.platform_usd_per_month + pool.extras_usd_per_month
        return float(
            instance_hours * pool.compute_usd_per_instance_hour + month * hours / HOURS_PER_MONTH
        )

    def what_if(self, observed: Observed) -> WhatIf:
        """What other ways to cache prompts would save on the premium model."""
        lane, moved = self._premium, observed.moved_tokens
        has_pieces = observed.has_pieces
        cheaper = lane.input_less_read_usd_per_token
        return WhatIf(
            longer_ttl_saving_usd=lane.longer_saving_usd,
            reordered_saving_usd=moved * cheaper if has_pieces and cheaper is not None else None,
            reordered_tokens_ratio=moved / observed.input_tokens
            if has_pieces and observed.input_tokens
            else None,
        )


class _Formula:
    """What sections 2 to 4 say of the same traffic: its means, hours of the week and prefixes."""

    def __init__(self, scenario: Scenario, observed: Observed) -> None:
        like = scenario.model_copy(update={"workload": observed.workload(scenario.workload)})
        available = set(scenario.available_levers)
        self._names = [name for name in STRATEGIES if set(STRATEGIES[name]) <= available]
        self._bill: Bill = bill_of(
            like, lever_sets(tuple(STRATEGIES[name] for name in self._names))
        )
        month = float(like.workload.requests_per_month)
        self._share = observed.calls / month if month > 0.0 else 0.0

    def api_usd(self, name: str) -> float:
        """What calls to models cost, for as many calls as the log has."""
        column = self._names.index(name)
        used = (lane for lane in self._bill.lanes if lane.is_on[column])
        usd = sum(float(lane.bill.usd[column]) for lane in used if isinstance(lane.bill, LaneBill))
        return usd * self._share

    def replicas(self, name: str) -> int:
        pool = self._bill.pool
        return 0 if pool is None else int(pool.peak_replicas[self._names.index(name)])


def _traffic(observed: Observed, log: Log) -> Traffic:
    calls = observed.calls
    return Traffic(
        calls=calls,
        skipped_lines=log.skipped,
        skipped_reasons=log.reasons,
        models=dict(observed.models.most_common()),
        identity=log.identity,
        first_at=observed.first_at,
        hours=observed.hours,
        input_tokens_per_call=observed.input_tokens / calls,
        output_tokens_per_call=observed.output_tokens / calls,
        repeated_tokens_per_call=observed.read_tokens[-1] / calls,
        distinct_prefixes=observed.distinct_prefixes,
        hourly_calls=tuple(observed.week().tolist()),
    )


def _at_ttls(observed: Observed, scenario: Scenario | None) -> Iterator[CacheAtTtl]:
    workload = observed.workload(scenario.workload if scenario else _NO_WORKLOAD)
    week, calls = week_of(workload), np.array([workload.requests_per_month])
    tokens = max(1, observed.input_tokens)
    for ttl, hits, read in zip(observed.ttls, observed.hits, observed.read_tokens, strict=True):
        model = ModelPrices(input_usd_per_mtok=0, output_usd_per_mtok=0, cache_ttl_seconds=ttl)
        formula = float(hit_ratio(calls, call_rates(model, workload)[0], workload, week)[0])
        yield CacheAtTtl(
            ttl_seconds=ttl,
            hit_ratio=hits / observed.calls,
            read_ratio=read / tokens,
            formula_hit_ratio=formula,
            formula_read_ratio=formula * observed.read_tokens[-1] / tokens,
        )


def _ratios(questions: SemanticCache, calls: int) -> RepeatedQuestions | None:
    found = questions.repeats
    if not questions.has_identity:
        return None
    return RepeatedQuestions(found.exact / calls, found.normalized / calls, found.near / calls)


def _assumptions(
    log: Log, questions: SemanticCache, scenario: Scenario | None, settings: Settings
) -> Iterator[str]:
    """What the log does not say, and what stands in its place."""
    if log.identity is Identity.NONE:
        yield "The log does not say what calls have in common: prompt caches read nothing here."
    if log.identity is Identity.SESSION:
        yield "A call is taken to begin with the whole input of the one before in its session."
    if scenario is None:
        yield "Without a scenario there are no prices, so no strategy and no pool is shown."
        return
    if scenario.premium_model.cache_mode == STORED:
        yield "What a provider charges for keeping cached prefixes is not counted."
    sold = (scenario.premium_model, scenario.small_model)
    if scenario.commitment is not None or any(each and each.provisioned for each in sold):
        yield "Calls of models are priced as you go: commitments are not counted."
    if scenario.semantic_cache is not None and not questions.has_identity:
        yield "The log does not say what was asked: the scenario's share hits the semantic cache."
    if (
        scenario.routing is not None
        and settings.simple_input_tokens is None
        and settings.simple_output_tokens is None
    ):
        yield "No rule says which calls are simple: the scenario's share is, drawn by the seed."
    if scenario.pool is not None:
        yield from _assumptions_of_pool(scenario.pool, scenario.workload, settings)


def _assumptions_of_pool(pool: Pool, workload: Workload, settings: Settings) -> Iterator[str]:
    if pool.is_reserved or pool.regions > 1:
        yield "The pool is replayed in one region, every hour of it at the unreserved price."
    if may_wait(pool, [workload]):
        yield "Calls sent as batch are served as they come: none waits for the pool."
    replica = settings.replica
    yield (
        f"A replica takes up to {replica.max_concurrency} calls at once and is at full speed"
        f" from {replica.saturated_at:g} on; prefill comes first."
    )
