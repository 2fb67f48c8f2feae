"""A pool of replicas, replayed: calls wait for a place, and share the replicas' speed."""

from array import array
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field
from heapq import heappop, heappush
from math import ceil, inf

SECONDS_PER_TICK = 15.0
QUIET_SECONDS = 300.0
"""An autoscaler looks every so often, and takes replicas away only after so much quiet."""


@dataclass(frozen=True, slots=True)
class Replica:
    """How one replica works: at most `max_concurrency` calls at once.

    Its speed is shared evenly; below `saturated_at` calls each runs as fast as it ever does.
    """

    saturated_at: float = 32.0
    max_concurrency: int = 64


@dataclass(frozen=True, slots=True)
class Work:
    """What calls ask of a pool, in order of time.

    `at` is when each arrives, in seconds; `seconds` is what it takes of one replica at saturation,
    `prefill_seconds` the part of that until its first token, which comes first and at full speed.
    """

    at: Sequence[float]
    seconds: Sequence[float]
    prefill_seconds: Sequence[float]


@dataclass
class Service:
    """How calls were served: seconds waited for a place, and until the first token, by call.

    `replica_seconds` is what ran, `busy_seconds` what of it worked; `starts` counts cold starts.
    """

    waits: "array[float]" = field(default_factory=lambda: array("d"))
    first_tokens: "array[float]" = field(default_factory=lambda: array("d"))
    replica_seconds: float = 0.0
    busy_seconds: float = 0.0
    starts: int = 0
    peak_replicas: int = 0

    @property
    def utilization_ratio(self) -> float | None:
        return self.busy_seconds / self.replica_seconds if self.replica_seconds > 0.0 else None


@dataclass(frozen=True)
class Fixed:
    """As many replicas at any time."""

    replicas: int

    def next_look(self, calls: int) -> float:
        return inf

    def at(self, now: float, calls: int) -> int:
        return self.replicas


@dataclass
class Autoscaler:
    """Follows the calls that are in the pool with some delay, as real ones do."""

    replica: Replica
    max_utilization_ratio: float
    min_replicas: int
    start_seconds: float
    running: int = 0
    _starting: deque[tuple[float, int]] = field(default_factory=deque)
    _needed_until: float = -inf
    _next_tick: float = -inf
    starts: int = 0

    def __post_init__(self) -> None:
        self.running = self.min_replicas

    def next_look(self, calls: int) -> float:
        """When it looks again; never, while nothing is in the pool and nothing is to change."""
        is_settled = not calls and self.running == self.min_replicas and not self._starting
        return inf if is_settled else self._next_tick

    def at(self, now: float, calls: int) -> int:
        """How many replicas run now, with so many calls in the pool."""
        while self._starting and self._starting[0][0] <= now:
            self.running += self._starting.popleft()[1]
        if now < self._next_tick:
            return self.running
        self._next_tick = now + SECONDS_PER_TICK
        room = self.replica.saturated_at * self.max_utilization_ratio
        wanted = max(self.min_replicas, ceil(calls / room))
        coming = self.running + sum(count for _, count in self._starting)
        if wanted >= coming:
            self._needed_until = now + QUIET_SECONDS
        if wanted > coming:
            self.starts += wanted - coming
            self._starting.append((now + self.start_seconds, wanted - coming))
        elif wanted < self.running and now >= self._needed_until:
            self.running = wanted
            self._starting.clear()
        return self.running


def serve(work: Work, replica: Replica, replicas: int) -> Service:
    """Serve calls by a fixed number of replicas."""
    return _Pool(replica, Fixed(replicas)).serve(work)


def serve_autoscaled(work: Work, scaler: Autoscaler) -> Service:
    """Serve calls by as many replicas as an autoscaler has at the time."""
    service = _Pool(scaler.replica, scaler).serve(work)
    service.starts = scaler.starts
    return service


class _Pool:
    """Replicas under one even balance, as one station whose speed is shared.

    In virtual time, which runs as fast as a call in it gets on, each call ends at its start plus
    its work: so one heap holds the order in which calls end, whatever comes in between.
    """

    def __init__(self, replica: Replica, scaler: Fixed | Autoscaler) -> None:
        self._replica, self._scaler = replica, scaler
        self._ends: list[float] = []
        self._waiting: deque[int] = deque()
        self._now = self._virtual = 0.0
        self._replicas = 0
        self._service = Service()

    def serve(self, work: Work) -> Service:
        service, at = self._service, work.at
        service.waits, service.first_tokens = (array("d", bytes(8 * len(at))) for _ in range(2))
        if not at:
            return service
        self._now = at[0]
        for place, arrival in enumerate(at):
            self._look_until(arrival, work)
            self._until(arrival, work)
            self._waiting.append(place)
            self._scale()
            self._start(work)
        while self._ends or self._waiting:
            then = self._next_event()
            self._look_until(then, work)
            self._until(then, work)
            self._scale()
            self._start(work)
        return service

    def _look_until(self, then: float, work: Work) -> None:
        """Scale as often as there is a look before a point in time."""
        while (look := self._scaler.next_look(len(self._ends) + len(self._waiting))) < then:
            self._until(max(look, self._now), work)
            self._scale()
            self._start(work)

    def _speed(self) -> float:
        """How much of a replica-second a call gets done in a second."""
        if not self._replicas:
            return 0.0
        full = 1.0 / self._replica.saturated_at
        return min(full, self._replicas / len(self._ends)) if self._ends else full

    def _next_event(self) -> float:
        """When the next call ends or, without any that gets on, the next look at the replicas."""
        speed = self._speed()
        if self._ends and speed > 0.0:
            return self._now + (self._ends[0] - self._virtual) / speed
        return self._now + SECONDS_PER_TICK

    def _until(self, then: float, work: Work) -> None:
        """Let calls end, and waiting ones begin, up to a point in time."""
        while self._ends:
            speed = self._speed()
            if speed <= 0.0:
                break
            end = self._now + (self._ends[0] - self._virtual) / speed
            if end > then:
                break
            self._pass(end, speed)
            self._virtual = heappop(self._ends)
            if self._waiting:
                self._scale()
                self._start(work)
        self._pass(then, self._speed())

    def _pass(self, then: float, speed: float) -> None:
        seconds = then - self._now
        if seconds <= 0.0:
            return
        service, done = self._service, seconds * speed
        self._virtual += done
        service.replica_seconds += seconds * self._replicas
        service.busy_seconds += done * len(self._ends)
        self._now = then

    def _scale(self) -> None:
        calls = len(self._ends) + len(self._waiting)
        self._replicas = self._scaler.at(self._now, calls)
        self._service.peak_replicas = max(self._service.peak_replicas, self._replicas)

    def _start(self, work: Work) -> None:
        """Begin waiting calls, first come first served, while there are places."""
        places = self._replicas * self._replica.max_concurrency
        while self._waiting and len(self._ends) < places:
            place = self._waiting.popleft()
            heappush(self._ends, self._virtual + work.seconds[place])
            wait = self._now - work.at[place]
            self._service.waits[place] = wait
            self._service.first_tokens[place] = wait + work.prefill_seconds[place]
