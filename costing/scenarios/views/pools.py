"""The wizard: a pool for a model, from what is on offer and what was measured."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from costing.catalog import selectors as catalog_selectors
from costing.catalog.pools import sizing_text, steps_of
from costing.scenarios import selectors, services
from costing.scenarios.forms import PoolChoiceForm, PoolWishForm
from costing.scenarios.models import Scenario
from organizations.access import TenantRequest, tenant_view
from organizations.exceptions import Conflict, Invalid
from organizations.permissions import Permission


@require_http_methods(["GET", "HEAD", "POST"])
@tenant_view(Permission.SCENARIO_MANAGE, scenario=selectors.scenario_get)
def scenario_pool(request: TenantRequest, scenario: Scenario) -> HttpResponse:
    """Propose pools for a scenario's workload; take one."""
    wishes = PoolWishForm(
        request.GET if "model_class" in request.GET else None,
        facets=catalog_selectors.offer_facets(),
        pool=scenario.document.get("pool") or {},
        has_routing=scenario.document.get("routing") is not None,
    )
    page: dict[str, Any] = {"scenario": scenario, "assessment": scenario.assessment, "form": wishes}
    if request.method == "POST":
        return _take(request, scenario, wishes, page)
    return _page(request, page, status=422 if wishes.is_bound and not wishes.is_valid() else 200)


def _take(
    request: TenantRequest, scenario: Scenario, wishes: PoolWishForm, page: dict[str, Any]
) -> HttpResponse:
    taken = PoolChoiceForm(request.POST)
    if not (wishes.is_valid() and taken.is_valid()):
        return _page(request, page | {"refusal": "Choose one of the pools below."}, status=422)
    choice = services.PoolChoice(
        wish=wishes.wish(),
        offer_key=taken.cleaned_data["offer"],
        profile_key=taken.cleaned_data["profile"],
    )
    try:
        _, proposal = services.use_pool(
            by=request.actor,
            scenario=scenario,
            version=taken.cleaned_data["version"],
            choice=choice,
        )
    except Conflict as conflict:
        return _page(request, page | {"conflict": conflict}, status=409)
    except Invalid as error:
        return _page(request, page | {"refusal": error.message}, status=422)
    offer, profile = proposal.offer, proposal.profile
    messages.success(request, f"The pool now is {profile.title}, on {offer.instance_type}.")
    return redirect(
        "scenarios:scenario-detail", org=request.organization.slug, scenario=scenario.pk
    )


def _page(request: TenantRequest, page: dict[str, Any], *, status: int = 200) -> HttpResponse:
    form, scenario = page["form"], page["scenario"]
    conflict = page.get("conflict")
    page["version"] = conflict.current["version"] if conflict else scenario.version
    if form.is_bound and form.is_valid():
        proposals = services.propose_pools(scenario.document, form.wish(), form.offers())
        page["options"] = [
            (proposal, steps_of(proposal), sizing_text(proposal)) for proposal in proposals
        ]
    return render(request, "scenarios/scenario_pool.html", page, status=status)
