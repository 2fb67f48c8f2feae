"""What was made last, kept by a checksum of all that it was made of: in one process, bounded.

Only who has read the very same values finds it again, so it shows nobody anything new.
"""

import pickle
import secrets
from collections import OrderedDict
from collections.abc import Callable, Sized
from hashlib import sha256
from threading import Lock
from typing import Any, Generic, TypeVar

from presentation import money

Thing = TypeVar("Thing", bound=Sized)
_SECRET = secrets.token_hex(16)


def stand_in(name: str) -> str:
    """Return what stands for a value that differs at each view; nobody can write it into a page."""
    return f"{name}-{_SECRET}"


TOKEN = stand_in("token")  # of forms


def checksum(made_of: Any) -> bytes:
    """Return what tells values from all others, in the currency shown."""
    return sha256(pickle.dumps((made_of, money.shown()))).digest()


class Kept(Generic[Thing]):
    """The things that were shown last, up to so much in all."""

    def __init__(self, max_size: int) -> None:
        self._max_size, self._size = max_size, 0
        self._things, self._lock = OrderedDict[bytes, Thing](), Lock()

    def get(self, made_of: Any, make: Callable[[], Thing]) -> Thing:
        """Return the thing that was made of just this, or make it."""
        key = checksum(made_of)
        thing = self.find(key)
        if thing is None:
            thing = make()
            self.keep(key, thing)
        return thing

    def find(self, key: bytes) -> Thing | None:
        """Return what was kept under a key."""
        with self._lock:
            if key not in self._things:
                return None
            self._things.move_to_end(key)
            return self._things[key]

    def keep(self, key: bytes, thing: Thing) -> None:
        """Keep a thing under a key, and as many of the others as there is room for."""
        with self._lock:
            standing = self._things.pop(key, None)
            self._size += len(thing) - (0 if standing is None else len(standing))
            self._things[key] = thing
            while self._size > self._max_size:
                self._size -= len(self._things.popitem(last=False)[1])

    def clear(self) -> None:
        """Keep nothing any more."""
        with self._lock:
            self._things.clear()
            self._size = 0
