"""Reads of the portfolio: clients found, ordered and summed up by the database."""

from dataclasses import replace
from typing import Any

from django.db.models import (
    Case,
    F,
    FloatField,
    Func,
    IntegerField,
    Q,
    QuerySet,
    Value,
    When,
)
from django.db.models.functions import Coalesce, Lower

from assessments.models import WAITS_FOR, AssessmentStatus, ClientSummary
from assessments.selectors import standing_kept
from costing.scenarios.content.portfolio import (
    STATUSES,
    UNSCORED,
    WAITS,
    PortfolioMoney,
    PortfolioQuery,
    PortfolioRow,
    PortfolioTotals,
)
from costing.scenarios.summaries import read_sureness_kept
from organizations.pages import PK, Key
from organizations.prepared import Prepared

_STATUS = Case(
    When(latest=None, then=Value("none")),
    When(
        latest__assessment__status=AssessmentStatus.IN_PROGRESS,
        latest__assessment__returned_at__isnull=False,
        then=Value("returned"),
    ),
    default=F("latest__assessment__status"),
)
_WAITS_FOR = Case(
    When(latest=None, then=Value("start")),
    *(When(latest__assessment__status=key, then=Value(who)) for key, who in WAITS_FOR.items()),
    default=Value("nobody"),
)


def _rank(name: str, values: dict[str, str]) -> Case:
    places = [When(**{name: value}, then=Value(place)) for place, value in enumerate(values)]
    return Case(*places, output_field=IntegerField())


# What each column is ordered by; a score, money or activity may be unknown.
_COLUMNS = {
    "name": F("name_key"),
    "status": _rank("status", STATUSES),
    "waits": _rank("waits_for", WAITS),
    "score": F("latest__overall"),
    "spend": F("today_usd_per_month"),
    "saving": F("saving_usd_per_month"),
    "held_back": F("held_back_usd_per_month"),
    "activity": F("active_at"),
}
# Every order that can be asked for: a column, or with a minus the largest first.
SORTS = [order for column in _COLUMNS for order in (column, f"-{column}")]

# What a page shows of a client: each column beside takes its time at every view of 50 rows.
_SHOWN = (
    *("client__name", "active_at", "sureness"),
    *("today_usd_per_month", "saving_usd_per_month", "held_back_usd_per_month"),
    *(f"latest__{name}" for name in ("answered", "questions", "overall", "low", "high")),
    *("latest__band", "latest__provisional", "latest__assessment__title"),
)


def client_summaries(query: PortfolioQuery) -> QuerySet[ClientSummary]:
    """Return the summaries of the clients that a query asks for, none archived."""
    rows = ClientSummary.objects.filter(client__archived_at=None).annotate(
        status=_STATUS, waits_for=_WAITS_FOR, name_key=Lower("client__name")
    )
    for word in query.search.split():
        rows = rows.filter(client__name__icontains=word)
    chosen = {"status": query.status, "waits_for": query.waits_for, "latest__band": query.band}
    given = {name: value for name, value in chosen.items() if value}
    if given.pop("latest__band", "") == UNSCORED:
        rows = rows.filter(Q(latest=None) | Q(latest__band=""))
    elif query.band:
        given["latest__band"] = query.band
    return rows.filter(**given)


def client_summaries_sorted(
    query: PortfolioQuery,
) -> tuple[QuerySet[ClientSummary], tuple[Key, ...]]:
    """Return the clients' summaries with what a page shows, and the keys of the query's order.

    What is unknown stands last; equals stand by name, either way round.
    """
    column, is_descending = query.sort.removeprefix("-"), query.sort.startswith("-")
    rows = client_summaries(query).select_related("client", "latest__assessment").only(*_SHOWN)
    if column == "name":
        return rows, (Key("name_key", is_descending), PK)
    rows = rows.annotate(sort_key=_COLUMNS[column])
    return rows, (Key("sort_key", is_descending, is_nullable=True), Key("name_key"), PK)


def portfolio_totals(query: PortfolioQuery) -> PortfolioTotals:
    """Return the summaries that a query asks for counted and summed up; one query."""
    (totals,) = _summed(query) if query.is_narrowing else _summed_of_all.rows()
    return PortfolioTotals(*totals)


def _summed(query: PortfolioQuery) -> QuerySet[ClientSummary, Any]:
    """The one row of totals, in their order; as functions, for aggregates are no query set."""

    def count(of: Any) -> Func:
        return Func(of, function="count", output_field=IntegerField())

    def total(name: str) -> Coalesce:
        return Coalesce(Func(F(name), function="sum"), 0.0, output_field=FloatField())

    def waiting(*whom: str) -> Func:
        return count(Case(When(waits_for__in=whom, then=Value(1))))

    money = ("today_usd_per_month", "saving_usd_per_month", "held_back_usd_per_month")
    return client_summaries(query).values_list(
        count(F("pk")),
        waiting("review", "start"),
        waiting("client"),
        count(F("today_usd_per_month")),
        *map(total, money),
    )


_summed_of_all: Prepared[Any] = Prepared(lambda: _summed(PortfolioQuery()))


def portfolio_row(summary: Any) -> PortfolioRow:
    """Return what the portfolio shows of a summary, as client_summaries_sorted gives it."""
    money = None
    if summary.today_usd_per_month is not None:
        money = PortfolioMoney(
            summary.today_usd_per_month,
            summary.saving_usd_per_month or 0.0,
            summary.held_back_usd_per_month or 0.0,
            read_sureness_kept(summary),
        )
    row = PortfolioRow(
        summary.client_id,
        summary.client.name,
        summary.status,
        summary.waits_for,
        money=money,
        active_at=summary.active_at,
    )
    if summary.latest is None:
        return row
    assessment = summary.latest.assessment
    latest = standing_kept(assessment, summary.latest)
    return replace(
        row,
        assessment_id=assessment.pk,
        assessment_title=assessment.title,
        progress=f"{latest.progress.answered} of {latest.progress.total}",
        shown=latest.overall.shown,
        band=latest.overall.band,
        provisional=latest.overall.provisional,
    )
