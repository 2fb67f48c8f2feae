"""When Python looks for garbage: rarely, and never in what is imported once and for all."""

import gc

# New objects between two looks, and looks between two that go through older ones too.
THRESHOLDS = (50_000, 10, 10)


def collect_rarely() -> None:
    """Set this process, which has loaded all it needs, to look for garbage rarely.

    A page makes tens of thousands of objects that reference counts free; Python's usual thresholds
    look through them, and all that was imported, many times (docs/performance.md).
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(*THRESHOLDS)
