"""Reads what really ran: usage files of many makers, as tokens in disjoint buckets.

Must not import Django.
"""

from costing.usage.entries import BUCKETS, DAY_HOURS, HOUR_SECONDS, INPUT_BUCKETS, Columns, Tokens
from costing.usage.figures import Figures, ModelUse, UsageCell, Use, measure
from costing.usage.proposal import Proposal, propose
from costing.usage.reading import Cell, Key, ListedRow, Plan, Reading, plan_reading, read_usage
from costing.usage.records import LIMITS, Limits
from costing.usage.sources import PLAIN, SOURCES

__all__ = [
    "BUCKETS",
    "DAY_HOURS",
    "HOUR_SECONDS",
    "INPUT_BUCKETS",
    "LIMITS",
    "PLAIN",
    "SOURCES",
    "Cell",
    "Columns",
    "Figures",
    "Key",
    "Limits",
    "ListedRow",
    "ModelUse",
    "Plan",
    "Proposal",
    "Reading",
    "Tokens",
    "UsageCell",
    "Use",
    "measure",
    "plan_reading",
    "propose",
    "read_usage",
]
