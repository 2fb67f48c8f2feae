"""How a pool serves a log: waits, first tokens, and the replicas that each hour needs."""

from array import array
from collections.abc import Iterator, Sequence

import numpy as np

from costing.engine.goodput import speeds
from costing.engine.inputs.pool import Pool
from costing.engine.limits import Watch, unwatched
from costing.engine.units import HOURS_PER_WEEK, MINUTES_PER_HOUR, SECONDS_PER_HOUR
from costing.usage.replay.calls import Call
from costing.usage.replay.queueing import (
    Autoscaler,
    Replica,
    Service,
    Work,
    serve,
    serve_autoscaled,
)
from costing.usage.replay.results import HourOfWeek, PoolReplay
from costing.usage.uses import hour_of_week

SHARE_WITHIN = 0.95


class PoolLog:
    """The calls that reach a pool, as the work that they are for a replica."""

    def __init__(self, pool: Pool) -> None:
        self._pool, (self._reads, self._writes) = pool, speeds(pool)
        self._at, self._seconds, self._prefill = array("d"), array("d"), array("d")

    def take(self, call: Call, repeated_tokens: int) -> None:
        """Note a call, of which so many tokens may stand in the server's own prefix cache."""
        pool = self._pool
        fresh = call.input_tokens - pool.prefix_hit_ratio * repeated_tokens
        prefill = fresh / self._reads
        self._at.append(call.at)
        self._prefill.append(prefill)
        self._seconds.append(prefill + call.output_tokens / self._writes)

    def replayed(
        self, replica: Replica, target: float, formula_replicas: int, watch: Watch = unwatched
    ) -> PoolReplay:
        """Serve the calls as the pool scales; `target` is for 95 % of first tokens, in seconds."""
        pool, work = self._pool, Work(self._at, self._seconds, self._prefill)
        week = tuple(self._week(replica, target, watch))
        needed = [each.replicas for each in week]
        replicas = None if None in needed else max(each or 0 for each in needed)
        kept = formula_replicas if replicas is None else replicas
        kept = max(kept + (pool.spare_replicas if kept else 0), pool.min_replicas, 1)
        if pool.scaling == "autoscaled":
            start = pool.cold_start_minutes * MINUTES_PER_HOUR
            scaler = Autoscaler(replica, pool.max_utilization_ratio, pool.min_replicas, start)
            service = serve_autoscaled(work, scaler)
        else:
            service = serve(work, replica, kept)
            if pool.scaling == "scheduled":
                service.replica_seconds = kept * SECONDS_PER_HOUR * sum(1 for _ in self._hours())
        return _pool_replay(service, replicas, formula_replicas, week)

    def _hours(self) -> Iterator[tuple[int, slice]]:
        """Each hour since 1970 with calls, and their places."""
        hours = (np.frombuffer(self._at) // SECONDS_PER_HOUR).astype(np.int64)
        if not hours.size:
            return
        starts = np.flatnonzero(np.diff(hours, prepend=hours[0] - 1))
        for start, end in zip(starts, [*starts[1:], hours.size], strict=True):
            yield int(hours[start]), slice(int(start), int(end))

    def _week(self, replica: Replica, target: float, watch: Watch) -> Iterator[HourOfWeek]:
        calls: dict[int, list[int]] = {}
        needed: dict[int, list[int | None]] = {}
        for hour, places in self._hours():
            work = Work(self._at[places], self._seconds[places], self._prefill[places])
            slot = hour_of_week(hour)
            calls.setdefault(slot, []).append(len(work.at))
            needed.setdefault(slot, []).append(replicas_needed(work, replica, target, watch))
        for slot in range(HOURS_PER_WEEK):
            if slot in calls:
                found = needed[slot]
                most = None if None in found else max(each or 0 for each in found)
                yield HourOfWeek(slot, sum(calls[slot]) / len(calls[slot]), most)


def replicas_needed(
    work: Work, replica: Replica, target: float, watch: Watch = unwatched
) -> int | None:
    """The least fixed number with 95 % of first tokens within the target; None where none has."""
    if _p95(work.prefill_seconds) > target:
        return None
    low = max(1, int(sum(work.seconds) / SECONDS_PER_HOUR))
    high = low

    def is_enough(replicas: int) -> bool:
        watch()
        return _p95(serve(work, replica, replicas).first_tokens) <= target

    while not is_enough(high):
        low, high = high + 1, 2 * high
    while low < high:
        middle = (low + high) // 2
        if is_enough(middle):
            high = middle
        else:
            low = middle + 1
    return high


def _p95(seconds: Sequence[float]) -> float:
    return float(np.quantile(np.asarray(seconds), SHARE_WITHIN))


def _pool_replay(
    service: Service, replicas: int | None, formula: int, week: tuple[HourOfWeek, ...]
) -> PoolReplay:
    waits, firsts = (
        np.quantile(np.frombuffer(each), (0.5, SHARE_WITHIN)).tolist() if each else (0.0, 0.0)
        for each in (service.waits, service.first_tokens)
    )
    return PoolReplay(
        replicas=replicas,
        formula_replicas=formula,
        served_by=service.peak_replicas,
        wait_p50=waits[0],
        wait_p95=waits[1],
        first_token_p50=firsts[0],
        first_token_p95=firsts[1],
        utilization_ratio=service.utilization_ratio,
        replica_hours=service.replica_seconds / SECONDS_PER_HOUR,
        cold_starts=service.starts,
        week=week,
    )
