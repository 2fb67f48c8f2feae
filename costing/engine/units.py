"""Calendar and token units of the cost model."""

from typing import Any, TypeAlias

HOURS_PER_MONTH = 730.0
MONTHS_PER_YEAR = 12.0
HOURS_PER_WEEK = 168
HOURS_PER_DAY = 24
WEEKS_PER_MONTH = HOURS_PER_MONTH / HOURS_PER_WEEK
SECONDS_PER_HOUR = 3600.0
SECONDS_PER_MONTH = HOURS_PER_MONTH * SECONDS_PER_HOUR
MINUTES_PER_HOUR = 60.0
SAME_COST = 1e-9
"""Costs that differ by less than this share are one: rounding alone sets them apart."""

TOKENS_PER_MTOK = 1_000_000.0

# A scenario's field is a float. In a batch (many volumes, months or samples at once) it may hold a
# column of shape (n, 1); the last axis is kept for the lever sets. What accepts both says so.
Figure: TypeAlias = Any
