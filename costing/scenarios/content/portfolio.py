"""The clients of an organization with score, money and what waits, and one client over time.

Pure: must not import Django.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from functools import cached_property
from uuid import UUID

from costing.scenarios.content.sureness import HowSure

STATUSES = {
    "none": "No assessment",
    "in_progress": "In progress",
    "returned": "Returned",
    "submitted": "Submitted",
    "approved": "Approved",
}
# Whom a client's latest assessment waits for; `start` is a client without one.
WAITS = {
    "review": "Our review",
    "start": "A first assessment",
    "client": "The client",
    "nobody": "Nobody",
}
UNSCORED = "unscored"


@dataclass(frozen=True)
class Money:
    """What the newest economics of a scenario say, in USD per month (cost model, section 5).

    `alternatives` are those that could replace it. `pays` says at which volumes what is recommended
    today costs less, as a cell; empty where it changes nothing, or nobody knows.
    """

    today_usd_per_month: float
    recommended_today_usd_per_month: float
    recommended_usd_per_month: float
    scenario_id: UUID
    computed_at: datetime
    title: str = ""
    requests_per_month: float = 0.0
    alternatives: tuple["Money", ...] = ()
    sure: HowSure | None = None
    pays: str = ""

    @property
    def saving_usd_per_month(self) -> float:
        """Negative where what runs today relies on levers that the scores do not support."""
        return self.today_usd_per_month - self.recommended_today_usd_per_month

    @property
    def held_back_usd_per_month(self) -> float:
        """What the recommendation saves beyond the one that the scores allow today."""
        return max(0.0, self.recommended_today_usd_per_month - self.recommended_usd_per_month)


@dataclass(frozen=True)
class WorkloadMoney:
    """The parts of a workload, the one that costs most today first, and their sums."""

    parts: tuple[Money, ...]

    @classmethod
    def of(cls, parts: Iterable[Money]) -> "WorkloadMoney | None":
        """The parts summed up; None where there is none."""
        ordered = sorted(parts, key=lambda part: -part.today_usd_per_month)
        return cls(tuple(ordered)) if ordered else None

    @cached_property
    def sure(self) -> HowSure | None:
        """How sure the saving of all parts is; None where it is not known of one."""
        return HowSure.together((part.title, part.sure) for part in self.parts)

    @property
    def has_detail(self) -> bool:
        """Whether there is more to see than one scenario."""
        return len(self.parts) > 1 or bool(self.parts[0].alternatives)

    @property
    def requests_per_month(self) -> float:
        return sum(part.requests_per_month for part in self.parts)

    @property
    def today_usd_per_month(self) -> float:
        return sum(part.today_usd_per_month for part in self.parts)

    @property
    def recommended_today_usd_per_month(self) -> float:
        return sum(part.recommended_today_usd_per_month for part in self.parts)

    @property
    def saving_usd_per_month(self) -> float:
        return sum(part.saving_usd_per_month for part in self.parts)

    @property
    def saving_ratio(self) -> float | None:
        """The share of today's cost that is saved; None where nothing is spent."""
        today = self.today_usd_per_month
        return self.saving_usd_per_month / today if today else None

    @property
    def held_back_usd_per_month(self) -> float:
        return sum(part.held_back_usd_per_month for part in self.parts)

    @property
    def computed_at(self) -> datetime:
        return max(part.computed_at for part in self.parts)


@dataclass(frozen=True)
class PortfolioMoney:
    """What is at stake for a client, USD per month, and how sure the saving is."""

    today_usd_per_month: float
    saving_usd_per_month: float
    held_back_usd_per_month: float
    sure: HowSure | None = None


@dataclass(frozen=True)
class PortfolioRow:
    """One client with its latest assessment; levels from 1 to 5, None where there is none."""

    client_id: UUID
    name: str
    status: str
    waits_for: str
    assessment_id: UUID | None = None
    assessment_title: str = ""
    progress: str = ""
    shown: Decimal | None = None
    band: str | None = None
    provisional: str = ""
    money: PortfolioMoney | None = None
    active_at: datetime | None = None

    @property
    def status_title(self) -> str:
        return STATUSES[self.status]

    @property
    def is_provisional(self) -> bool:
        """Whether something is said of the client that rests on too few answers."""
        return bool(self.provisional and self.money)

    @property
    def waits_title(self) -> str:
        return "" if self.waits_for == "nobody" else WAITS[self.waits_for]


@dataclass(frozen=True)
class PortfolioQuery:
    """What somebody wants to see; empty texts ask for everything.

    `sort` is a column, with a minus the largest first.
    """

    search: str = ""
    status: str = ""
    band: str = ""
    waits_for: str = ""
    sort: str = "name"

    @property
    def is_narrowing(self) -> bool:
        return bool(self.search.strip() or self.status or self.band or self.waits_for)


@dataclass(frozen=True)
class PortfolioTotals:
    """The rows summed up: counts, and USD per month of those with economics."""

    clients: int
    waiting_for_us: int
    waiting_for_clients: int
    with_money: int
    today_usd_per_month: float
    saving_usd_per_month: float
    held_back_usd_per_month: float


def history_finding(shown: Sequence[Decimal]) -> str:
    """What a client's approved overall scores, the oldest first, show in a sentence."""
    if not shown:
        return "No score is approved yet"
    last = f"{shown[-1]} of 5"
    if len(shown) == 1:
        return f"{last} at the first assessment"
    step = shown[-1] - shown[-2]
    if step == 0:
        return f"{last}, as at the assessment before"
    word = "up" if step > 0 else "down"
    return f"{last}, {word} {abs(step)} since the assessment before"
