"""Prompt caches, replayed: worked out by hand, against the formula, and on public traces."""

from collections.abc import Iterator
from math import exp, inf
from random import Random

import pytest

from costing.usage.replay import Call, Identity, Log, replay
from costing.usage.replay.prefix_cache import PrefixCache
from tests.costing.replay.logs import poisson_times
from tests.costing.replay.traces import FOLDER, calls_of


def call(at: float, *keys: int, tokens: int = 100) -> Call:
    return Call(
        at, tokens * len(keys), 1, keys=keys, ends=range(tokens, tokens * len(keys) + 1, tokens)
    )


def test_call_reads_the_longest_part_that_was_used_within_the_lifetime() -> None:
    cache = PrefixCache((10.0, 60.0))

    assert cache.use(call(0, 1, 2, 3)) == [0, 0]
    assert cache.use(call(5, 1, 2, 9)) == [200, 200]
    assert cache.use(call(14, 1, 2, 3)) == [200, 300]  # 3 was used 14 s ago, 2 only 9 s
    assert cache.use(call(80, 1)) == [0, 0]


def test_use_renews_a_part_and_the_end_of_the_lifetime_still_counts() -> None:
    cache = PrefixCache((10.0,))
    cache.use(call(0, 1))

    assert cache.use(call(10, 1)) == [100]
    assert cache.use(call(20, 1)) == [100]
    assert cache.use(call(30.1, 1)) == [0]


def test_full_cache_forgets_what_was_not_used_for_longest_from_its_end() -> None:
    cache = PrefixCache((inf,), max_keys=3)
    cache.use(call(0, 1, 2))
    cache.use(call(1, 7, 8))

    assert len(cache) == 3
    assert cache.use(call(2, 1, 2)) == [100]  # 2, the end of the older input, went first


def test_memory_holds_what_is_within_the_lifetime_alone() -> None:
    cache = PrefixCache((10.0,))
    for second in range(5000):
        cache.use(call(float(second), second))

    assert len(cache) < 100


def poisson(prefixes: int, rate: float, count: int) -> Iterator[Call]:
    random = Random(7)
    for at in poisson_times(random, rate, count):
        yield Call(at, 1000, 10, keys=(random.randrange(prefixes),), ends=(800,))


@pytest.mark.parametrize(("prefixes", "rate"), [(40, 0.05), (40, 0.2), (5, 0.005)])
def test_poisson_arrivals_hit_as_the_formula_says(prefixes: int, rate: float) -> None:
    # 1 − exp(−λ·ttl) for each prefix, λ = rate/prefixes, ttl 300
    result = replay(poisson(prefixes, rate, 60_000), Log(identity=Identity.PREFIX))
    cache = result.prompt_cache[0]

    assert cache.ttl_seconds == 300
    assert cache.hit_ratio == pytest.approx(1 - exp(-rate / prefixes * 300), abs=0.01)
    assert cache.formula_hit_ratio == pytest.approx(cache.hit_ratio, abs=0.01)
    assert cache.read_ratio == pytest.approx(0.8 * cache.hit_ratio)
    assert result.traffic.distinct_prefixes == prefixes


# Shares of tokens read, as SOURCES.md beside the traces says: without a limit, 300 s and 60 s
# after the last use, and of 10,000 blocks kept by least recent use.
PUBLISHED = {
    "conversation": (0.3736, 0.2934, 0.1054, 0.2153),
    "synthetic": (0.6512, 0.5951, 0.3276, 0.4313),
}


@pytest.mark.parametrize("name", PUBLISHED)
def test_public_trace_reads_what_its_authors_found(name: str) -> None:
    if not FOLDER.is_dir():
        print("The public traces are not on this machine: see docs/replay.md.")  # noqa: T201
        return
    timed, limited, tokens = PrefixCache((60.0, 300.0, inf)), PrefixCache((inf,), 10_000), 0
    read = [0, 0, 0, 0]
    for each in calls_of(name):
        tokens += each.input_tokens
        found = [*timed.use(each), *limited.use(each)]
        read = [one + more for one, more in zip(read, found, strict=True)]

    for_60_s, for_300_s, always, least_recent = (each / tokens for each in read)
    assert (always, for_300_s, for_60_s) == pytest.approx(PUBLISHED[name][:3], abs=0.0001)
    assert least_recent == pytest.approx(PUBLISHED[name][3], abs=0.001)
