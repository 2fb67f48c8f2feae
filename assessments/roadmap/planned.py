"""An action as it stands on a person's roadmap: frozen dataclasses; must not import Django."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum

from assessments.framework import ActionTemplate, Framework

# The fields that a person may change; drafting again leaves those alone that somebody did.
EDITABLE = ("phase", "title", "text", "owner", "due_on", "effort")


class ActionStatus(StrEnum):
    """Where an action stands."""

    OPEN = "open"
    IN_PROGRESS = "in_progress"
    DONE = "done"
    DROPPED = "dropped"
    RISK_ACCEPTED = "risk_accepted"


# Statuses in which nothing more will be done, each to be explained.
GIVEN_UP = frozenset({ActionStatus.DROPPED, ActionStatus.RISK_ACCEPTED})
UNFINISHED = frozenset({ActionStatus.OPEN, ActionStatus.IN_PROGRESS})


class ActionOrigin(StrEnum):
    """Whether an action was drafted from a gap or added by hand."""

    DRAFTED = "drafted"
    ADDED = "added"


class Effort(StrEnum):
    """How much work an action takes."""

    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"


# How long an action that was added by hand is drawn, in days.
DAYS_OF_EFFORT = {Effort.LOW: 5, Effort.MEDIUM: 10, Effort.HIGH: 20}


@dataclass(frozen=True)
class PlannedAction:
    """One action with what people said of it.

    `key` names the framework's template, empty where it was added by hand; `moves` are the answers
    that it would change; `drafted_usd_per_month` is its saving when it was drafted last; `edited`
    names the fields that somebody changed. `id` is the row's, empty before there is one.
    """

    key: str
    origin: ActionOrigin
    phase: str
    title: str
    text: str
    owner: str
    due_on: date
    days: int
    effort: Effort
    status: ActionStatus = ActionStatus.OPEN
    reason: str = ""
    lever: str = ""
    moves: Mapping[str, str] = field(default_factory=dict)
    drafted_usd_per_month: float | None = None
    edited: frozenset[str] = frozenset()
    id: str = ""

    @property
    def starts_on(self) -> date:
        """The first day of work."""
        return self.due_on - timedelta(days=self.days - 1)

    @property
    def is_given_up(self) -> bool:
        """Whether it counts for nothing."""
        return self.status in GIVEN_UP

    @property
    def is_untouched(self) -> bool:
        """Whether nobody changed or began it."""
        return not self.edited and self.status == ActionStatus.OPEN

    def template(self, framework: Framework) -> ActionTemplate | None:
        """The framework's action that it was drafted from, if it was."""
        return next((each for each in framework.actions if each.key == self.key), None)

    def brings(self, framework: Framework) -> str | None:
        """The lever whose saving it brings, None where it brings none."""
        template = self.template(framework)
        return template.lever if template and template.brings_money else None
