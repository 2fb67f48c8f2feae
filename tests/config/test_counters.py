"""Requests are counted by one operation: of many at once no more get through than may."""

import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.core.cache.backends.locmem import LocMemCache
from django.db import connection
from django.test.utils import CaptureQueriesContext

from config.counters import TABLE, CounterCache, _Table
from config.local import redis
from organizations.throttling import wait_in_plain_cache


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[redis.Redis]:
    found = redis.Redis(Path(tmp_path_factory.mktemp("redis")))
    redis.start(found)
    yield found
    redis.stop(found)


@pytest.fixture(params=["Redis", "one process"])
def count(
    server: redis.Redis, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> Any:
    """What counts requests: Redis, or a cache that one process keeps to itself."""
    monkeypatch.setattr(CounterCache, "redis_asked_at", 0.0)
    if request.param == "Redis":
        cache = CounterCache(server.url.replace("redis+socket:", "unix:"), {})
        cache.clear()
        return cache.count_request
    plain = LocMemCache("counts", {})
    plain.clear()
    return partial(wait_in_plain_cache, plain)


@pytest.fixture
def let_pass(request: pytest.FixtureRequest) -> Iterator[Callable[[float], object]]:
    """Lets so many seconds pass: at once, but for Redis, whose clock nobody else moves."""
    if "Redis" in request.node.name:
        yield time.sleep
    else:
        with time_machine.travel(1_800_000_000) as clock:
            yield clock.shift


def test_of_many_requests_at_once_as_many_get_through_as_may(count: Any) -> None:
    def ask(_number: int) -> float:
        return float(count("somebody", limit=50, seconds=600))

    with ThreadPoolExecutor(16) as threads:
        waits = list(threads.map(ask, range(400)))

    assert waits.count(0.0) == 50
    assert all(500 < each <= 600 for each in waits if each)


def test_a_caller_may_ask_again_once_the_oldest_request_is_past(
    count: Any, let_pass: Callable[[float], object]
) -> None:
    assert [count("somebody", limit=2, seconds=2) for _ in range(2)] == [0.0, 0.0]
    waiting = count("somebody", limit=2, seconds=2)
    assert 0 < waiting <= 2
    assert count("another", limit=2, seconds=2) == 0

    let_pass(waiting + 0.01)

    assert count("somebody", limit=2, seconds=2) == 0


def test_refused_requests_are_not_counted(count: Any, let_pass: Callable[[float], object]) -> None:
    """Who goes on asking waits no longer than who does not."""
    assert [count("somebody", limit=3, seconds=2) for _ in range(3)] == [0.0] * 3
    waits = [count("somebody", limit=3, seconds=2)]
    while waits[-1] and len(waits) < 1000:
        let_pass(0.01)
        waits.append(count("somebody", limit=3, seconds=2))

    assert waits[-1] == 0
    assert len(waits) > 3
    assert waits == sorted(waits, reverse=True)


def test_a_limit_that_is_lowered_counts_at_once(count: Any) -> None:
    assert [count("somebody", limit=5, seconds=60) for _ in range(4)] == [0.0] * 4

    assert count("somebody", limit=2, seconds=60) > 0


@pytest.mark.django_db
def test_the_table_that_stands_in_lets_as_many_through_at_once_as_may() -> None:
    table = _Table(TABLE, {})

    def ask(_number: int) -> float:
        try:
            return table.count_request("one-of-many", limit=20, seconds=600)
        finally:
            connection.close()  # each thread has its own, outside of the test's transaction

    def clear() -> None:
        table.clear()
        connection.close()

    with ThreadPoolExecutor(8) as threads:
        waits = list(threads.map(ask, range(100)))
        threads.submit(clear).result()

    assert waits.count(0.0) == 20
    assert all(500 < each <= 600 for each in waits if each)


@pytest.mark.django_db
def test_the_table_that_stands_in_tells_requests_of_one_moment_apart() -> None:
    table = _Table(TABLE, {})

    with time_machine.travel(1_800_000_000, tick=False):
        waits = [table.count_request("somebody", limit=2, seconds=60) for _ in range(4)]

    assert waits == [0.0, 0.0, pytest.approx(60), pytest.approx(60)]


@pytest.mark.django_db
def test_the_table_that_stands_in_counts_by_one_statement(
    let_pass: Callable[[float], object],
) -> None:
    table = _Table(TABLE, {})
    assert [table.count_request("somebody", limit=3, seconds=60) for _ in range(3)] == [0.0] * 3

    with CaptureQueriesContext(connection) as captured:
        waiting = table.count_request("somebody", limit=3, seconds=60)
    assert len(captured) == 1
    assert 50 < waiting <= 60
    # Refused ones are not counted, so the limit counts three; a lower one holds at once.
    assert table.count_request("somebody", limit=4, seconds=60) == 0
    assert table.count_request("somebody", limit=2, seconds=60) > 0
    assert table.count_request("another", limit=3, seconds=60) == 0

    let_pass(waiting + 0.05)

    assert table.count_request("somebody", limit=3, seconds=60) == 0


@pytest.mark.django_db
def test_the_table_that_stands_in_keeps_the_order_of_requests() -> None:
    table = _Table(TABLE, {})
    with time_machine.travel(1_800_000_000, tick=False) as clock:
        for _ in range(2):
            table.count_request("somebody", limit=2, seconds=60)
            clock.shift(20)

        # The older of the two was 40 s ago, the newer 20.
        waits = [table.count_request("somebody", limit=2, seconds=60) for _ in range(2)]

    assert waits == [20.0, 20.0]


@pytest.mark.django_db
def test_the_table_that_stands_in_counts_beside_what_earlier_releases_counted() -> None:
    table = _Table(TABLE, {})
    table.set("somebody", [time.time()], 60)

    assert [table.count_request("somebody", limit=2, seconds=60) for _ in range(2)] == [0.0] * 2
    assert table.count_request("somebody", limit=2, seconds=60) > 0


@pytest.mark.django_db
def test_the_table_that_stands_in_forgets_who_asks_no_more() -> None:
    table = _Table(TABLE, {})
    table.count_request("gone", limit=2, seconds=0)
    table.count_request("waiting", limit=2, seconds=60)

    table.count_request("somebody", limit=2, seconds=60)

    with connection.cursor() as cursor:
        cursor.execute(f"select cache_key from {TABLE}")
        assert sorted(key for (key,) in cursor.fetchall()) == [":2:somebody", ":2:waiting"]
