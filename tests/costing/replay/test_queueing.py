"""A pool, replayed: against textbook waiting times, and by hand."""

from array import array
from math import factorial
from random import Random

import pytest

from costing.usage.replay.pools import replicas_needed
from costing.usage.replay.queueing import (
    Autoscaler,
    Replica,
    Work,
    serve,
    serve_autoscaled,
)
from tests.costing.replay.logs import poisson_times

CALLS = 200_000


def work(rate: float, seconds: float, count: int = CALLS, seed: int = 11) -> Work:
    """Poisson arrivals of equal work."""
    at = array("d", poisson_times(Random(seed), rate, count))
    return Work(at, array("d", [seconds]) * count, array("d", [0.0]) * count)


def mean_wait(servers: int, load: float) -> float:
    """The mean wait of M/M/c over its service time, by Erlang's C formula."""
    offered = servers * load
    top = offered**servers / factorial(servers) / (1 - load)
    busy = top / (sum(offered**each / factorial(each) for each in range(servers)) + top)
    return busy / (servers * (1 - load))


@pytest.mark.parametrize("load", [0.5, 0.7, 0.8])
def test_single_place_waits_as_pollaczek_and_khinchin_say(load: float) -> None:
    # M/D/1: ρ/(2·(1 − ρ)) service times
    service = serve(work(load, 1.0), Replica(1, 1), 1)

    assert sum(service.waits) / CALLS == pytest.approx(load / (2 * (1 - load)), rel=0.05)
    assert service.utilization_ratio == pytest.approx(load, rel=0.02)


@pytest.mark.parametrize(("places", "load", "seconds"), [(4, 0.8, 1.0), (8, 0.8, 1.0)])
def test_several_places_wait_as_the_textbook_says(places: int, load: float, seconds: float) -> None:
    # M/D/c by Cosmetatos: half of M/M/c's wait, times 1 + (1 − ρ)(c − 1)(√(4 + 5c) − 2)/(16ρc).
    # A call at full batch takes its work times the places, which all run side by side.
    service = serve(work(places * load, seconds / places), Replica(places, places), 1)

    more = (1 - load) * (places - 1) * ((4 + 5 * places) ** 0.5 - 2) / (16 * load * places)
    wanted = mean_wait(places, load) / 2 * (1 + more) * seconds
    assert sum(service.waits) / CALLS == pytest.approx(wanted, rel=0.05)


def test_calls_share_the_speed_of_a_replica_by_hand() -> None:
    # Saturated by one call: alone, 10 s of work take 10 s. The second comes at 4, when 6 are left;
    # both then get half the speed: the first ends at 4 + 12 = 16, the second has 4 left, to 20.
    both = Work(array("d", [0, 4, 19]), array("d", [10, 10, 1]), array("d", [0, 0, 0]))
    service = serve(both, Replica(1, 2), 1)

    assert list(service.waits) == [0, 0, 0]
    # The third comes at 19, with 1 left of the second's: both end at 21.
    assert service.replica_seconds == pytest.approx(21)
    assert service.busy_seconds == pytest.approx(21)


def test_calls_beyond_the_places_wait_their_turn() -> None:
    three = Work(array("d", [0, 0, 0]), array("d", [2, 2, 2]), array("d", [1, 1, 1]))
    service = serve(three, Replica(1, 1), 1)

    assert list(service.waits) == [0, 2, 4]
    assert list(service.first_tokens) == [1, 3, 5]


def test_replicas_needed_are_the_least_that_meet_the_target() -> None:
    busy = work(20.0, 0.4, 3000)  # 8 replicas' worth of work
    replica = Replica(4, 4)
    needed = replicas_needed(busy, replica, 0.5)

    assert needed is not None
    enough, short = (serve(busy, replica, each).first_tokens for each in (needed, needed - 1))
    assert sorted(enough)[int(0.95 * 2999)] <= 0.5 < sorted(short)[int(0.95 * 2999)]


def test_no_number_of_replicas_makes_prefill_faster() -> None:
    slow = Work(array("d", [0.0]), array("d", [5.0]), array("d", [3.0]))

    assert replicas_needed(slow, Replica(), 2.0) is None
    assert replicas_needed(slow, Replica(), 3.0) == 1


def test_autoscaler_starts_late_and_rests_at_night() -> None:
    random, at = Random(3), array("d")
    for start in (0.0, 43_200.0):  # an hour's traffic, eleven hours without, an hour's again
        at.extend(start + each for each in poisson_times(random, 5.0, 18_000))
    some = Work(at, array("d", [0.5]) * len(at), array("d", [0.1]) * len(at))
    service = serve_autoscaled(some, Autoscaler(Replica(32, 64), 0.7, 0, 120.0))

    hours = service.replica_seconds / 3600
    assert max(service.waits) >= 120  # nothing runs when the first call comes
    assert 5 < hours < 20  # 2.5 replicas' worth for two hours, and what it overshoots
    assert service.starts >= 2
    kept = serve_autoscaled(some, Autoscaler(Replica(32, 64), 0.7, 4, 120.0))
    assert max(kept.waits) < 1
    assert kept.replica_seconds / 3600 >= 4 * 12


def test_nothing_to_serve_takes_nothing() -> None:
    empty = Work(array("d"), array("d"), array("d"))

    assert serve(empty, Replica(), 2).utilization_ratio is None
