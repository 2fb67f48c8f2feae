"""Reads what really ran: usage files of many makers, as tokens in disjoint buckets.

What reads, measures and reconciles must not import Django.
"""

from costing.usage.cells import Reading
from costing.usage.columns import Columns
from costing.usage.coverage import Cover
from costing.usage.entries import Entry, Tokens
from costing.usage.figures import Figures, measure
from costing.usage.proposal import Proposal, propose
from costing.usage.reading import Plan, plan_reading, read_usage
from costing.usage.records import Limits
from costing.usage.uses import Use
