"""How old a price may be before it is called old; no Django."""

from datetime import date, timedelta

# Prices of models and GPUs move by the quarter.
MAX_AGE_DAYS = 90


def oldest_fresh(day: date) -> date:
    """The day before which a look at a price is too long ago, seen from a day."""
    return day - timedelta(days=MAX_AGE_DAYS)


def is_stale(looked_on: date | None, day: date) -> bool:
    """Whether a price was last looked at more than 90 days before a day; never of none."""
    return looked_on is not None and looked_on < oldest_fresh(day)
