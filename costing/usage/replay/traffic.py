"""What a log's traffic is like, gathered call by call: what the closed formulas ask for."""

from collections import Counter
from collections.abc import Sequence

import numpy as np

from costing.engine.arrays import FloatArray
from costing.engine.inputs.workload import Workload
from costing.engine.units import HOURS_PER_WEEK, SECONDS_PER_HOUR, WEEKS_PER_MONTH
from costing.usage.replay.calls import Call
from costing.usage.replay.prefix_cache import PrefixCache
from costing.usage.uses import hour_of_week

LEAST_HOURS = 1 / 60
"""A log says nothing of rates by less than a minute."""
MAX_MODELS = 50
MAX_KEYS = 400_000


class Observed:
    """Counts of the calls so far, and how much of each is met again within each lifetime."""

    def __init__(self, ttls: Sequence[float]) -> None:
        self.ttls = tuple(ttls)
        self.calls = 0
        self.input_tokens = self.output_tokens = 0
        self.first_at = self.last_at = 0.0
        self.models: Counter[str] = Counter()
        self.hits, self.read_tokens = [0] * len(ttls), [0] * len(ttls)
        self.moved_tokens, self.has_pieces = 0, False
        self._cache = PrefixCache(ttls, MAX_KEYS)
        self._pieces = PrefixCache(ttls[:1], MAX_KEYS)
        self._met_again: set[int] = set()
        self._by_hour: Counter[int] = Counter()

    def take(self, call: Call) -> list[int]:
        """Count a call; the tokens that it repeats within each lifetime."""
        if not self.calls:
            self.first_at = call.at
        self.calls += 1
        self.last_at = call.at
        self.input_tokens += call.input_tokens
        self.output_tokens += call.output_tokens
        self._by_hour[int(call.at // SECONDS_PER_HOUR)] += 1
        if len(self.models) < MAX_MODELS or call.model in self.models:
            self.models[call.model] += 1
        read = self._cache.use(call)
        for place, tokens in enumerate(read):
            if tokens:
                self.hits[place] += 1
                self.read_tokens[place] += tokens
        if read[-1]:
            self._met_again.add(call.keys[list(call.ends).index(read[-1])])
        if call.pieces:
            self.has_pieces = True
            self.moved_tokens += max(0, self._pieces_read(call) - read[0])
        return read

    def _pieces_read(self, call: Call) -> int:
        """The tokens of pieces that were sent within the first lifetime, wherever they stood."""
        whole = 0
        for key, tokens in call.pieces:
            alone = Call(call.at, tokens, 0, keys=(key,), ends=(tokens,))
            whole += self._pieces.use(alone)[0]
        return whole

    @property
    def hours(self) -> float:
        """The time from the first call to the last."""
        return max(self.last_at - self.first_at, 1.0) / SECONDS_PER_HOUR

    @property
    def distinct_prefixes(self) -> int:
        return max(1, len(self._met_again))

    def week(self) -> FloatArray:
        """Mean calls by hour of the week, Monday 00:00 first, over the hours that were covered.

        Of the first and the last hour the part counts that lies within the log.
        """
        start, end = self.first_at / SECONDS_PER_HOUR, self.last_at / SECONDS_PER_HOUR
        end = max(end, start + LEAST_HOURS)
        first, last = int(start), int(end)
        covered = np.zeros(HOURS_PER_WEEK)
        whole, rest = divmod(last - first + 1, HOURS_PER_WEEK)
        covered += whole
        for hour in range(first, first + rest):
            covered[hour_of_week(hour)] += 1
        covered[hour_of_week(first)] -= start - first
        covered[hour_of_week(last)] -= last + 1 - end
        calls = np.zeros(HOURS_PER_WEEK)
        for hour, count in self._by_hour.items():
            calls[hour_of_week(hour)] += count
        means: FloatArray = calls / np.where(calls > 0.0, np.maximum(covered, LEAST_HOURS), 1.0)
        return means

    def workload(self, like: Workload) -> Workload:
        """The workload that the closed formulas would be given for this traffic."""
        week = self.week()
        tokens = self.input_tokens / self.calls
        return like.model_copy(
            update={
                "requests_per_month": float(week.sum()) * WEEKS_PER_MONTH,
                "calls_per_request": 1.0,
                "agent_branching": None,
                "agent_depth": None,
                "input_tokens_per_call": tokens,
                "output_tokens_per_call": self.output_tokens / self.calls,
                "prefix_tokens_per_call": min(tokens, self.read_tokens[-1] / self.calls),
                "distinct_prefixes": float(self.distinct_prefixes),
                "prefix_hit_ratio": None,
                "hourly_profile": tuple(week.tolist()),
            }
        )
