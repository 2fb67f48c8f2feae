"""Pages of an organization's clients: the portfolio, one client over time, and its name."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from assessments.framework import load_framework
from assessments.selectors import (
    AssessmentStanding,
    assessment_list,
    assessment_standings,
    costs_of_scenarios,
    framework_current,
)
from costing.scenarios.content.bought_ahead import terms_text
from costing.scenarios.content.portfolio import (
    STATUSES,
    UNSCORED,
    WAITS,
    PortfolioQuery,
    WorkloadMoney,
    history_finding,
)
from costing.scenarios.portfolio import (
    client_summaries_sorted,
    portfolio_row,
    portfolio_totals,
)
from costing.scenarios.summaries import client_money
from organizations import services
from organizations.access import TenantRequest, tenant_view
from organizations.exceptions import Archived
from organizations.forms import DomainForm, posted
from organizations.models import NAME_LENGTH, Client
from organizations.pages import read_page
from organizations.permissions import Permission
from organizations.selectors import client_get
from presentation.charts import Assessed
from presentation.wording import count_word

CLIENTS_A_PAGE = 50
ASSESSMENTS_A_PAGE = 50
MAX_SEARCH_LENGTH = 120
# The orders that the list offers; a column's head may ask for another one.
SORT_TITLES = {
    "name": "Name",
    "waits": "What waits for us first",
    "-activity": "Last activity",
    "-score": "Score, highest first",
    "score": "Score, lowest first",
    "-spend": "Spend, highest first",
    "-saving": "Saving, highest first",
    "-held_back": "Held back, highest first",
}
OTHER_SORT_TITLES = {
    "-name": "Name, from the end",
    "status": "Status",
    "-status": "Status, from the end",
    "-waits": "What waits for us last",
    "activity": "Last activity, oldest first",
    "spend": "Spend, lowest first",
    "saving": "Saving, lowest first",
    "held_back": "Held back, lowest first",
}


class ClientForm(DomainForm):
    """A client's name."""

    name = forms.CharField(
        max_length=NAME_LENGTH,
        label="Name",
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )


class PortfolioForm(forms.Form):
    """Search, filters and order; what cannot be used is left out."""

    search = forms.CharField(
        max_length=MAX_SEARCH_LENGTH,
        label="Search",
        widget=forms.TextInput(attrs={"type": "search", "autocomplete": "off"}),
    )
    waits_for = forms.ChoiceField(label="Waits for", choices=[("", "Anybody"), *WAITS.items()])
    status = forms.ChoiceField(label="Status", choices=[("", "Any"), *STATUSES.items()])
    band = forms.ChoiceField(label="Score")
    sort = forms.ChoiceField(label="Order")

    def __init__(self, data: Mapping[str, Any], *, bands: Sequence[tuple[str, str]]) -> None:
        super().__init__(data)
        asked = data.get("sort", "")
        others = {asked: OTHER_SORT_TITLES[asked]} if asked in OTHER_SORT_TITLES else {}
        self.fields["band"].choices = [("", "Any"), *bands]  # type: ignore[attr-defined]
        self.fields["sort"].choices = [*(SORT_TITLES | others).items()]  # type: ignore[attr-defined]
        for field in self.fields.values():
            field.required = False

    @property
    def query(self) -> PortfolioQuery:
        self.is_valid()
        given = {name: value for name, value in self.cleaned_data.items() if value}
        return PortfolioQuery(**given)


@require_safe
@tenant_view(Permission.CLIENT_VIEW, is_kept=True)
def portfolio(request: TenantRequest) -> HttpResponse:
    """List the clients with score, money and what waits; a client's people see their own."""
    if request.actor.client_id is not None:
        client = client_get(request.actor.client_id)
        if client.is_archived:
            raise Archived
        return _client_page(request, client)
    bands = _bands()
    form = PortfolioForm(request.GET, bands=bands)
    query = form.query
    rows, keys = client_summaries_sorted(query)
    totals = portfolio_totals(query)
    page = read_page(rows, keys, request, size=CLIENTS_A_PAGE)
    context = {
        "form": form,
        "bands": bands,
        "query": query,
        "page": page,
        "rows": [portfolio_row(each) for each in page],
        "totals": totals,
        "is_empty": not (totals.clients or query.is_narrowing),
        "may_manage": request.actor.may(Permission.CLIENT_MANAGE),
    }
    return render(request, "scenarios/client_list.html", context)


@require_safe
@tenant_view(Permission.CLIENT_VIEW, is_kept=True, client=client_get)
def client_detail(request: TenantRequest, client: Client) -> HttpResponse:
    """Show a client's assessments over time and what is at stake."""
    return _client_page(request, client)


@require_http_methods(["GET", "HEAD", "POST"])
@tenant_view(Permission.CLIENT_MANAGE)
def client_create(request: TenantRequest) -> HttpResponse:
    """Add a client and lead to its page."""
    form = ClientForm(posted(request))
    form.save(services.create_client, by=request.actor)
    return _name_page(request, form)


@require_http_methods(["GET", "HEAD", "POST"])
@tenant_view(Permission.CLIENT_MANAGE, client=client_get)
def client_edit(request: TenantRequest, client: Client) -> HttpResponse:
    """Rename a client."""
    form = ClientForm(posted(request), initial={"name": client.name})
    form.save(services.rename_client, by=request.actor, client=client)
    return _name_page(request, form, client=client)


def _name_page(request: TenantRequest, form: ClientForm, **context: Any) -> HttpResponse:
    if form.saved:
        return redirect("scenarios:client-detail", request.organization.slug, form.saved.pk)
    status = 422 if form.errors else 200
    return render(request, "scenarios/client_form.html", {"form": form, **context}, status=status)


def _client_page(request: TenantRequest, client: Client) -> HttpResponse:
    # One reading for the list and the drawing: a client has few assessments, and the line is long.
    rows = assessment_standings(assessment_list(client=client))
    page = Paginator(rows, ASSESSMENTS_A_PAGE).get_page(request.GET.get("page"))
    shown = [row for row in rows if request.actor.may_see_results(row.assessment)]
    money = client_money(client.pk, [row.assessment for row in shown])
    context = {
        "client": client,
        "page": page,
        "latest": rows[0] if rows else None,
        "history": _history(shown),
        "money": money,
        "terms": _terms(money) if money else "",
        "assessment_text": _assessment_text(),
        "may_rename": request.actor.may(Permission.CLIENT_MANAGE),
        "may_assess": request.actor.may(Permission.ASSESSMENT_MANAGE),
        "may_answer": request.actor.may(Permission.ASSESSMENT_ANSWER),
    }
    return render(request, "scenarios/client_detail.html", context)


def _terms(money: WorkloadMoney) -> str:
    """Say what of a saving waits until a term ends; empty where nothing does."""
    known = costs_of_scenarios([part.scenario_id for part in money.parts])
    return terms_text(known.costs.left_usd_per_month, money.saving_usd_per_month) if known else ""


def _assessment_text() -> str:
    framework = framework_current() or load_framework()
    checks, levels = len(framework.checks), len(framework.dimensions)
    return (
        f"An assessment asks {count_word(checks)} checks and {count_word(levels)} levels, and"
        " scores what is in use today."
    )


@dataclass(frozen=True)
class History:
    """The scored assessments of a client in the order of their dates, and what they show."""

    points: Sequence[Assessed]
    finding: str


def _history(rows: Iterable[AssessmentStanding]) -> History | None:
    """The scored assessments in the order of their dates, and what the approved ones show."""
    scored = [row for row in rows if row.overall.overall is not None]
    scored.sort(key=lambda row: row.assessment.as_of)
    points = [
        Assessed(
            on=row.assessment.as_of,
            score=row.overall.overall,
            low=row.overall.low,
            high=row.overall.high,
            is_approved=row.assessment.is_approved,
        )
        for row in scored
    ]
    approved = [row.overall.shown for row in scored if row.assessment.is_approved]
    finding = history_finding([shown for shown in approved if shown is not None])
    return History(points, finding) if points else None


def _bands() -> list[tuple[str, str]]:
    framework = framework_current()
    titles = [band.title for band in framework.bands] if framework else []
    return [*((title, title) for title in titles), (UNSCORED, "Not scored")]
