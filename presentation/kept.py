"""What was made last, kept by a checksum of all that it was made of: in one process, bounded.

Only who has read the very same values finds it again, so it shows nobody anything new.
"""

import pickle
from collections import OrderedDict
from collections.abc import Callable
from hashlib import sha256
from threading import Lock
from typing import Any

from django.utils.safestring import SafeString

from presentation import money


class Kept:
    """The texts that were shown last, up to so many characters in all."""

    def __init__(self, most_characters: int) -> None:
        self._most, self._characters = most_characters, 0
        self._texts, self._lock = OrderedDict[bytes, SafeString](), Lock()

    def get(self, made_of: Any, make: Callable[[], SafeString]) -> SafeString:
        """Return the text that was made of just this in the currency shown, or make it."""
        key = sha256(pickle.dumps((made_of, money.shown()))).digest()
        with self._lock:
            if key in self._texts:
                self._texts.move_to_end(key)
                return self._texts[key]
        text = make()
        with self._lock:
            self._characters += len(text) - len(self._texts.get(key, ""))
            self._texts[key] = text
            while self._characters > self._most:
                self._characters -= len(self._texts.popitem(last=False)[1])
        return text
