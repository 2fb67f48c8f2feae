"""When Python looks for garbage: rarely, and never in what is imported once and for all."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager

# New objects between two looks, and looks between two that go through older ones too.
THRESHOLDS = (50_000, 10, 10)


@contextmanager
def importing() -> Iterator[None]:
    """Import without looking for garbage: it all stays, and to look took a fifth of the time."""
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        gc.enable()


def collect_rarely() -> None:
    """Set this process, which has loaded all it needs, to look for garbage rarely.

    A page makes tens of thousands of objects that reference counts free; Python's usual thresholds
    look through them, and all that was imported, many times (docs/performance.md).
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(*THRESHOLDS)
    gc.enable()
