"""What the clock decides: whether a moment has passed, and which day it is.

Who keeps what was made of it has it `noted` until when all of that stays the same.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from django.utils import timezone

A_DAY = timedelta(days=1)
FIRST, LAST = datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC)


@dataclass
class Period:
    """From a moment on, and until just before another."""

    since: datetime = FIRST
    until: datetime = LAST

    def is_now(self) -> bool:
        """Tell whether it has begun and is not over."""
        return self.since <= timezone.now() < self.until


_noted: ContextVar[Period | None] = ContextVar("noted", default=None)


@contextmanager
def noted() -> Iterator[Period]:
    """Yield the period in which all that is asked inside, by the end, stays the same."""
    period = Period()
    token = _noted.set(period)
    try:
        yield period
    finally:
        _noted.reset(token)


def has_passed(moment: datetime) -> bool:
    """Tell whether a moment has come."""
    is_over = moment <= timezone.now()
    _note(Period(since=moment) if is_over else Period(until=moment))
    return is_over


def today() -> date:
    """Return the day that it is, in UTC."""
    now = timezone.now()
    midnight = now.replace(hour=0, minute=0, second=0, microsecond=0)
    _note(Period(midnight, midnight + A_DAY))
    return now.date()


def _note(period: Period) -> None:
    noted = _noted.get()
    if noted is not None:
        noted.since = max(noted.since, period.since)
        noted.until = min(noted.until, period.until)
