"""What drafting a roadmap gives back: frozen dataclasses; must not import Django."""

from collections.abc import Mapping
from dataclasses import dataclass

from assessments.framework import ActionTemplate
from assessments.scoring import Scores

IN_PLACE = "in_place"
NOT_APPLICABLE = "not_applicable"
UNANSWERED = "unanswered"
DOES_NOT_PAY = "does_not_pay"
NOT_PRICED = "not_priced"


@dataclass(frozen=True)
class DraftAction:
    """A proposed action.

    `usd_per_month` is its lever's saving where the action brings it and it is not earned already.
    `moves` are the answers that it would change; `after` are proposed actions that come first.
    """

    template: ActionTemplate
    usd_per_month: float | None
    raised_by: tuple[str, ...]
    moves: Mapping[str, str]
    after: tuple[str, ...]
    is_at_risk: bool
    risk: str


@dataclass(frozen=True)
class NotProposed:
    """An action that is left out; `kind` is one of the constants above, `reason` a sentence."""

    template: ActionTemplate
    kind: str
    reason: str


@dataclass(frozen=True)
class Projection:
    """Scores and spend once every action due by `day` is done; spend is a monthly run rate."""

    day: int
    scores: Scores
    usd_per_month: float | None
    counted_levers: tuple[str, ...]


@dataclass(frozen=True)
class Roadmap:
    """The drafted actions in their order, those left out, and what is projected."""

    actions: tuple[DraftAction, ...]
    not_proposed: tuple[NotProposed, ...]
    projections: tuple[Projection, ...]
