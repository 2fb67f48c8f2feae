"""What the charts draw: typed parts of figures; every one may be left out.

Money is USD, levels go from 1 to 5; None stands for what is not known.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

Amount = float | Decimal | None


@dataclass(frozen=True)
class Bar:
    """A strategy's month; without money, `note` says why. `is_pale`: another is held against it."""

    label: str = ""
    usd_per_month: Amount = None
    is_current: bool = False
    is_recommended: bool = False
    is_at_risk: bool = False
    is_pale: bool = False
    note: str = ""


@dataclass(frozen=True)
class Level:
    """An end of the waterfall."""

    label: str = ""
    usd_per_month: Amount = None


@dataclass(frozen=True)
class Step:
    """A lever of the waterfall; it makes things dearer where the saving is negative."""

    label: str = ""
    saving_usd_per_month: Amount = None
    is_at_risk: bool = False


@dataclass(frozen=True)
class Load:
    """Calls at once of a replica, how many a second it serves then, and whether within a target."""

    at_once: Amount = None
    per_second: Amount = None
    is_within: bool = False


@dataclass(frozen=True)
class Layer:
    """What one asks for in each of the 168 hours of the week, Monday 00:00 first."""

    label: str = ""
    hours: Sequence[float] = ()


@dataclass(frozen=True)
class Curve:
    """A cost over volume: points of (requests per month, USD per month), ascending.

    A step is two points of one volume.
    """

    label: str = ""
    points: Sequence[Sequence[float | None]] = ()


@dataclass(frozen=True)
class Swing:
    """A figure at its low and at its high: the cost there, and the figure in words."""

    label: str = ""
    low_usd: Amount = None
    high_usd: Amount = None
    low_words: str = ""
    high_words: str = ""


@dataclass(frozen=True)
class Spread:
    """A strategy's month in 10, 50 and 90 of 100 futures."""

    label: str = ""
    p10: Amount = None
    p50: Amount = None
    p90: Amount = None
    is_current: bool = False


@dataclass(frozen=True)
class Flow:
    """A month's calls and USD on each edge from the first call to the answer.

    `cache_hits_per_month` is None without a cache.
    """

    calls_per_month: float | None = None
    cache_hits_per_month: float | None = None
    cache_usd_per_month: float | None = None
    triage_usd_per_month: float | None = None
    simple_calls_per_month: float | None = None
    simple_usd_per_month: float | None = None
    simple_label: str = "Small model"
    complex_calls_per_month: float | None = None
    complex_usd_per_month: float | None = None
    complex_label: str = "Premium model"
    escalated_calls_per_month: float | None = None


@dataclass(frozen=True)
class Dimension:
    """A dimension's levels; `target_text` writes a target that is a range around `target`."""

    title: str = ""
    claimed: Amount = None
    evidenced: Amount = None
    score: Amount = None
    low: Amount = None
    high: Amount = None
    target: Amount = None
    target_text: str = ""
    flags: Sequence[str] = ()


@dataclass(frozen=True)
class Milestone:
    """Score and spend on a day of the plan."""

    day: int = 0
    score: Amount = None
    usd_per_month: Amount = None


@dataclass(frozen=True)
class Action:
    """An action of the plan: its days from 1 on, what it saves, and its status.

    The status is open, in_progress, done, dropped or risk_accepted.
    """

    title: str = ""
    first_day: Amount = None
    last_day: Amount = None
    status: str = "open"
    usd_per_month: Amount = None
    is_at_risk: bool = False


@dataclass(frozen=True)
class Assessed:
    """The overall score of one assessment with its range."""

    on: date | None = None
    score: Amount = None
    low: Amount = None
    high: Amount = None
    is_approved: bool = False
