"""Reads of a firm's clients with the money that is at stake at each."""

from datetime import datetime
from uuid import UUID

from django.db.models.fields.json import KT

from assessments.selectors import ClientSummary, client_summaries, framework_current
from costing.scenarios.content.portfolio import UNSCORED, Money, PortfolioRow, money_of
from costing.scenarios.models import EconomicsResult
from organizations.models import Client
from organizations.selectors import client_activity, client_list


def portfolio_read() -> list[PortfolioRow]:
    """Return every client of the tenant; the same few queries, however many there are."""
    activity, money = client_activity(), client_money()
    return [
        _row(summary, money.get(summary.client.pk), activity.get(summary.client.pk))
        for summary in client_summaries(client_list())
    ]


def portfolio_bands() -> list[tuple[str, str]]:
    """Return the bands that a score can fall into, and none, as (key, title)."""
    framework = framework_current()
    titles = [band.title for band in framework.bands] if framework else []
    return [*((title, title) for title in titles), (UNSCORED, "Not scored")]


def client_money(client: Client | None = None) -> dict[UUID, Money]:
    """Return what is at stake by client, by the newest economics of any of its scenarios."""
    newest = (
        EconomicsResult.objects.filter(**({"client": client} if client else {}))
        .order_by("client_id", "-computed_at", "-pk")
        .distinct("client_id")
    )
    # Only then the figures: they lie in large documents, of which the newest alone are opened.
    rows = EconomicsResult.objects.filter(pk__in=newest.values("pk")).values_list(
        "client_id",
        "scenario_id",
        "computed_at",
        KT("result__strategies__current__usd_per_month"),
        KT("result__recommended_today__usd_per_month"),
        KT("result__recommended__usd_per_month"),
    )
    return {
        client_id: money_of(
            current_usd_per_month=float(current),
            recommended_today_usd_per_month=float(today),
            recommended_usd_per_month=float(best),
            scenario_id=scenario_id,
            computed_at=computed_at,
        )
        for client_id, scenario_id, computed_at, current, today, best in rows
    }


def _row(summary: ClientSummary, money: Money | None, active_at: datetime | None) -> PortfolioRow:
    client, latest = summary.client, summary.latest
    if latest is None:
        return PortfolioRow(
            client.pk, client.name, "none", "start", money=money, active_at=active_at
        )
    assessment = latest.assessment
    return PortfolioRow(
        client_id=client.pk,
        name=client.name,
        status="returned" if assessment.is_returned else assessment.status,
        waits_for=assessment.waits_for or "nobody",
        assessment_id=assessment.pk,
        assessment_title=assessment.title,
        progress=f"{latest.progress.answered} of {latest.progress.total}",
        overall=latest.overall.overall,
        shown=latest.overall.shown,
        band=latest.overall.band,
        money=money,
        active_at=active_at,
    )
