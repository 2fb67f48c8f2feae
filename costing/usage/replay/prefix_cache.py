"""A prompt cache, replayed: which leading tokens of a call are still kept from calls before it."""

from collections import OrderedDict
from collections.abc import Sequence

from costing.usage.replay.calls import Call

USES_PER_SWEEP = 64
"""What is too old is forgotten after so many calls: it is read no more as it is."""


class PrefixCache:
    """Leading parts of inputs by key, kept for some seconds after their last use.

    Several lifetimes are followed at once, ascending. At most `max_keys` are kept; beyond, the
    one that was not used for longest goes first, the end of an input before its start.
    """

    def __init__(self, ttls: Sequence[float], max_keys: int | None = None) -> None:
        self._ttls = tuple(ttls)
        self._longest = self._ttls[-1]
        self._max_keys = max_keys
        self._used_at: OrderedDict[int, float] = OrderedDict()
        self._uses = 0

    def __len__(self) -> int:
        return len(self._used_at)

    def use(self, call: Call) -> list[int]:
        """The tokens of a call that are read at each lifetime; then its parts are kept anew.

        Calls must come in order of time. A part is used with every longer one, so ages never fall
        from an input's start to its end.
        """
        used_at, at, ttls, keys = self._used_at, call.at, self._ttls, call.keys
        read = [0] * len(ttls)
        for key, end in zip(keys, call.ends, strict=True):
            last = used_at.get(key)
            if last is None or at - last > self._longest:
                break
            age = at - last
            for place, ttl in enumerate(ttls):
                if age <= ttl:
                    read[place] = end
        move = used_at.move_to_end
        for key in reversed(keys):
            used_at[key] = at
            move(key)
        self._uses += 1
        if self._max_keys is not None or not self._uses % USES_PER_SWEEP:
            self._forget(at)
        return read

    def _forget(self, at: float) -> None:
        used_at, too_old = self._used_at, at - self._longest
        while used_at:
            key = next(iter(used_at))
            if used_at[key] >= too_old and (
                self._max_keys is None or len(used_at) <= self._max_keys
            ):
                return
            del used_at[key]
