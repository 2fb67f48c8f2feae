"""A semantic cache, replayed: which calls ask what was answered before."""

from collections import OrderedDict
from dataclasses import dataclass

import numpy as np

from costing.engine.arrays import FloatArray
from costing.usage.replay.calls import Call

MAX_VECTORS = 4_096
"""Near duplicates are looked for among so many of the latest answers."""


@dataclass
class Repeats:
    """Calls that could be answered again, each counted once by the strictest way that finds it."""

    exact: int = 0
    normalized: int = 0
    near: int = 0

    @property
    def total(self) -> int:
        return self.exact + self.normalized + self.near


class SemanticCache:
    """Answers kept for some seconds from when they were given; at most `max_answers` of them.

    A call is answered from it where one before asked the very same, the same but for case, spaces
    and punctuation, or something whose embedding has at least `likeness` as cosine.
    """

    def __init__(self, ttl_seconds: float, likeness: float, max_answers: int) -> None:
        self._ttl, self._likeness, self._max = ttl_seconds, likeness, max_answers
        self._given_at: OrderedDict[int, float] = OrderedDict()
        self._near = _Vectors()
        self.repeats = Repeats()
        self.has_identity = False

    def answers(self, call: Call) -> bool:
        """Whether a call is answered from the cache; one that is not leaves its answer there."""
        repeats = self.repeats
        if self._has(call.answer, call.at):
            repeats.exact += 1
            return True
        if self._has(call.normalized, call.at):
            repeats.normalized += 1
            return True
        unit = _unit(call.embedding)
        if unit is not None and self._near.likest(unit, call.at - self._ttl) >= self._likeness:
            repeats.near += 1
            return True
        self._keep(call, unit)
        return False

    def _has(self, key: int | None, at: float) -> bool:
        given = None if key is None else self._given_at.get(key)
        return given is not None and at - given <= self._ttl

    def _keep(self, call: Call, unit: FloatArray | None) -> None:
        for key in (call.answer, call.normalized):
            if key is not None:
                self.has_identity = True
                self._given_at[key] = call.at
                self._given_at.move_to_end(key)
        while len(self._given_at) > 2 * self._max:
            self._given_at.popitem(last=False)
        if unit is not None:
            self.has_identity = True
            self._near.keep(unit, call.at)


def _unit(embedding: tuple[float, ...] | None) -> FloatArray | None:
    if embedding is None:
        return None
    vector = np.array(embedding, dtype=np.float64)
    length = float(np.linalg.norm(vector))
    return vector / length if length > 0.0 else None


class _Vectors:
    """The latest embeddings, of length 1, with when each was kept."""

    def __init__(self) -> None:
        self._rows: FloatArray | None = None
        self._kept_at = np.full(MAX_VECTORS, -np.inf)
        self._next = 0

    def likest(self, unit: FloatArray, since: float) -> float:
        """The greatest cosine with one that was kept since then; −1 without any such."""
        if self._rows is None or self._rows.shape[1] != len(unit):
            return -1.0
        likeness = self._rows @ unit
        likeness[self._kept_at < since] = -1.0
        return float(likeness.max())

    def keep(self, unit: FloatArray, at: float) -> None:
        if self._rows is None:
            self._rows = np.zeros((MAX_VECTORS, len(unit)))
        if self._rows.shape[1] != len(unit):
            return
        self._rows[self._next], self._kept_at[self._next] = unit, at
        self._next = (self._next + 1) % MAX_VECTORS
