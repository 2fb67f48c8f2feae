"""What a recommendation is made from, and what it says: options, changes and their steps; pure.

Levers are known by their keys alone. Money is USD; sets of levers are frozen sets of keys.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property
from itertools import combinations
from operator import not_
from typing import Annotated, Literal

from pydantic import Field

MATERIALITY_RATIO = 0.01
"""A change worth less than this share of today's bill is left out and named, where nobody states
another share (section 17)."""
LEAST_DAY_USD, MOST_DAY_USD = 100.0, 5_000.0
"""No day of an engineer costs less or more: what only pays below the one is not worth its work, and
what pays above the other is at any price."""
CENT = 0.005
"""Two sums of money apart by less are one, unless the bill itself is small."""
Levers = frozenset[str]
UsdByLevers = Mapping[Levers, float]


def repaid_usd_per_day(
    usd_per_month: float, one_time_usd: float, person_days: float
) -> float | None:
    """The price of a day, USD, at which a year of a saving pays for its work, and for what it takes
    once before; None where it takes no work, or saves nothing.
    """
    if not person_days or usd_per_month <= 0.0:
        return None
    return max(0.0, 12.0 * usd_per_month - one_time_usd) / person_days


def least_difference_usd(spend_usd_per_month: float) -> float:
    """Sums of a bill apart by less are one: half a cent, below 50 cents a month 1 % of the bill."""
    return min(CENT, MATERIALITY_RATIO * spend_usd_per_month)


class ChangeKind(StrEnum):
    """What is done to a lever; to resize is to run it only as far as it pays."""

    SWITCH_ON = "switch_on"
    SWITCH_OFF = "switch_off"
    RESIZE = "resize"


@dataclass(frozen=True)
class Change:
    """One thing to do."""

    kind: ChangeKind
    lever: str

    @property
    def key(self) -> str:
        """A name for it, such as `switch_off_routing`."""
        return f"{self.kind}_{self.lever}"

    @classmethod
    def of(cls, key: str) -> "Change":
        """The change of such a name."""
        kind = next(each for each in ChangeKind if key.startswith(f"{each}_"))
        return cls(kind, key.removeprefix(f"{kind}_"))


@dataclass(frozen=True)
class Options:
    """What there is to choose from.

    `usd_per_month` prices every set of the levers in `order`, each run only as far as it pays;
    `losses` is what running ones cost beyond that. `one_time_usd` is what a set takes at the start,
    `usd_over_horizon` all that it costs over the horizon; a set without them needs no repayment,
    unless it is one of `must_repay`, such as capacity whose rival's prices fall. `effort_usd` is
    what the work of a change costs; `months_worth` what a dollar of every month is worth today.
    """

    order: tuple[str, ...]
    running: Levers
    usd_per_month: UsdByLevers
    losses: Mapping[str, float] = field(default_factory=dict)
    one_time_usd: UsdByLevers = field(default_factory=dict)
    usd_over_horizon: UsdByLevers = field(default_factory=dict)
    must_repay: Collection[Levers] = ()
    materiality_ratio: float = MATERIALITY_RATIO
    effort_usd: Mapping[Change, float] = field(default_factory=dict)
    months_worth: float = 0.0

    @property
    def spend_usd_per_month(self) -> float:
        """What runs today, losses included."""
        return self.usd_per_month[self.running] + sum(self.losses.values())

    @property
    def tolerance_usd(self) -> float:
        """Two sets whose months are closer cost the same."""
        return 1e-9 * max(map(abs, self.usd_per_month.values()))

    @cached_property
    def rivals(self) -> Mapping[str, str]:
        """Levers that no set has together: by each, the later one that takes its place."""
        sets = self.usd_per_month
        priced = [lever for lever in self.order if any(lever in each for each in sets)]
        return {
            early: late
            for early, late in combinations(priced, 2)
            if not any(early in each and late in each for each in sets)
        }

    def served_by(self, levers: Levers) -> Levers:
        """The levers that are left where some take the place of others."""
        return levers - {early for early, late in self.rivals.items() if late in levers}

    @cached_property
    def kept_losses(self) -> Mapping[str, float]:
        """The losses that go on: what they cost over the horizon does not pay for cutting them."""
        return {
            lever: usd
            for lever, usd in self.losses.items()
            if usd * self.months_worth < self.effort_of(Change(ChangeKind.RESIZE, lever))
        }

    def effort_of(self, *changes: Change) -> float:
        """What the work of changes costs, USD."""
        return sum(self.effort_usd.get(change, 0.0) for change in changes)

    def change_of(self, lever: str, levers: Levers) -> Change:
        """What is done to a lever that differs from what a set has."""
        rival = self.rivals.get(lever)
        if lever not in levers and rival in levers:  # what takes its place switches it off
            lever = rival
        kind = ChangeKind.SWITCH_ON if lever in levers else ChangeKind.SWITCH_OFF
        return Change(kind, lever)

    def usd_after(self, changes: Collection[Change]) -> float:
        """The month's cost once exactly these changes are made."""
        levers = set(self.running)
        for change in changes:
            if change.kind == ChangeKind.SWITCH_ON:
                levers.add(change.lever)
            elif change.kind == ChangeKind.SWITCH_OFF:
                levers.discard(change.lever)
        served = self.served_by(frozenset(levers))
        left = (
            usd
            for lever, usd in self.losses.items()
            if lever in served and Change(ChangeKind.RESIZE, lever) not in changes
        )
        return self.usd_per_month[served] + sum(left)


@dataclass(frozen=True)
class State:
    """Levers that run, in order, and what the month then costs."""

    levers: tuple[str, ...]
    usd_per_month: float


@dataclass(frozen=True)
class Step:
    """A change with its money on top of the steps before it.

    `is_now`: nothing holds it back today. `parts` are the workload's parts that it concerns, none
    where it concerns all. `replaces` is the running lever that is switched off by it; `effort_usd`
    is what its work costs, beside what is paid once.
    """

    kind: ChangeKind
    lever: str
    saving_usd_per_month: float
    one_time_usd: float
    is_now: bool
    parts: tuple[str, ...] = ()
    replaces: Annotated[str, Field(exclude_if=not_)] = ""
    effort_usd: Annotated[float, Field(exclude_if=not_)] = 0.0

    @property
    def paid_usd(self) -> float:
        """All that it takes: what is paid once, and its work."""
        return self.one_time_usd + self.effort_usd

    @property
    def change(self) -> Change:
        return Change(self.kind, self.lever)


@dataclass(frozen=True)
class NotRecommended:
    """A lever that is not switched on, and why.

    `saving_usd_per_month` is what it would save, negative where it adds cost, None without a price;
    `levers` is the set that would bring it, and `missing_usd` what the horizon leaves unpaid.
    """

    lever: str
    reason: Literal["no_price", "adds_cost", "immaterial", "not_repaid"]
    saving_usd_per_month: float | None = None
    missing_usd: float = 0.0
    levers: tuple[str, ...] = ()


@dataclass(frozen=True)
class Recommendation:
    """Where to go now and later, step by step.

    The savings of the steps add up to what the later state saves against today's spend, those of
    the steps that can be taken now to what the state of now saves. No lever is changed twice.
    """

    spend_usd_per_month: float
    now: State
    later: State
    steps: tuple[Step, ...] = ()
    not_recommended: tuple[NotRecommended, ...] = ()

    @property
    def saving_now_usd_per_month(self) -> float:
        return self.spend_usd_per_month - self.now.usd_per_month

    @property
    def saving_later_usd_per_month(self) -> float:
        return self.spend_usd_per_month - self.later.usd_per_month

    @property
    def steps_now(self) -> tuple[Step, ...]:
        return tuple(step for step in self.steps if step.is_now)

    @property
    def steps_later(self) -> tuple[Step, ...]:
        return tuple(step for step in self.steps if not step.is_now)

    @property
    def one_time_usd(self) -> float:
        return sum(step.one_time_usd for step in self.steps)

    @property
    def effort_usd(self) -> float:
        return sum(step.effort_usd for step in self.steps)

    def saving_usd_per_month(self, change: Change) -> float | None:
        """What a change saves, over all steps that make it; None where none does."""
        amounts = [step.saving_usd_per_month for step in self.steps if step.change == change]
        return sum(amounts) if amounts else None
