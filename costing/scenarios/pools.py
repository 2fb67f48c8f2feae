"""The wizard that proposes pools for a scenario's workload and puts one into it."""

from collections.abc import Collection, Mapping
from typing import Any

from django import forms
from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from costing.catalog import selectors as catalog_selectors
from costing.catalog.forms import ANY, SCALINGS
from costing.catalog.hosted import hosted_months
from costing.catalog.model_families import measured_precisions, model_families
from costing.catalog.offers import PRICINGS, OfferFilter, provider_title
from costing.catalog.origins import Origins
from costing.catalog.pool_steps import INTERRUPTIONS
from costing.catalog.pools import (
    ALL_CALLS,
    PROPOSALS,
    SIMPLE_CALLS,
    SPOT_OVERHEAD_RATIO,
    PoolProposal,
    PoolWish,
    Proposed,
    sizing_text,
    steps_of,
)
from costing.engine import InvalidScenario, parse_scenario
from costing.engine.inputs import Stated, currency_of, default_ranges, input_named, ranges_document
from costing.engine.inputs.latency import Latency
from costing.scenarios import selectors, services
from costing.scenarios.content.bases import bases_of
from costing.scenarios.content.hosting_costs import ASSUMED, RENTED, with_assumptions
from costing.scenarios.content.sources import Given
from costing.scenarios.economics import InvalidScenarioDocument
from costing.scenarios.forms import VersionForm
from costing.scenarios.models import Scenario
from organizations.access import TenantRequest, tenant_view
from organizations.concurrency import place
from organizations.exceptions import Conflict, Invalid
from organizations.permissions import Actor, Permission
from presentation.money import shown_in
from presentation.number_field import NumberField, shown

SERVED = [(ALL_CALLS, "All calls"), (SIMPLE_CALLS, "The simple calls alone")]
FILLED = input_named("pool.max_utilization_ratio")
BOUNDS = ("ttft_ms", "tpot_ms")
PERCENTS = ("max_utilization_ratio", "interruption_overhead_ratio")
WHERE = ("provider", "region", "accelerator", "pricing")
MAX_MILLISECONDS = 1_000_000
NOT_ON_OFFER = "That pool is not on offer. Choose one of those that are proposed."


class PoolWishForm(forms.Form):
    """The wizard's questions; `wish` and `offers` are what they say."""

    use_required_attribute = False

    model_family = forms.ChoiceField(label="Model")
    ttft_ms = NumberField(
        label=input_named("latency.ttft_ms").label,
        required=False,
        help_text="Empty: within 10 seconds, or at saturation, which promises none.",
    )
    tpot_ms = NumberField(label=input_named("latency.tpot_ms").label, required=False)
    precision = forms.ChoiceField(required=False)
    served = forms.ChoiceField(label="It answers", required=False, choices=SERVED)
    provider = forms.ChoiceField(required=False)
    region = forms.ChoiceField(required=False)
    accelerator = forms.ChoiceField(required=False)
    pricing = forms.ChoiceField(label="Bought", required=False, choices=[ANY, *PRICINGS.items()])
    scaling = forms.ChoiceField(required=False, choices=SCALINGS)
    max_utilization_ratio = NumberField(
        label=FILLED.label,
        required=False,
        is_percent=True,
        placeholder=shown(FILLED.default, is_percent=True),
    )
    interruption_overhead_ratio = NumberField(
        label=INTERRUPTIONS.label,
        required=False,
        is_percent=True,
        placeholder=shown(SPOT_OVERHEAD_RATIO, is_percent=True),
        help_text="Hours lost to interruptions of spot, on top. Measure it: no source states it.",
    )
    independent = forms.BooleanField(
        label="Leave out what a vendor measured itself", required=False
    )

    def __init__(
        self,
        data: Any,
        *,
        facets: catalog_selectors.OfferFacets,
        stated: Stated,
    ) -> None:
        pool, latency = stated.section("pool"), stated.section("latency")
        percents = {name: shown(pool.get(name) or None, is_percent=True) for name in PERCENTS}
        bounds = {name: shown(latency.get(name)) for name in BOUNDS}
        initial = {"scaling": pool.get("scaling", SCALINGS[0][0]), **percents, **bounds}
        super().__init__(data, initial=initial, auto_id="wish-%s")
        self.kept_pool = dict(pool)
        families = [(key, each.title) for key, each in model_families().items()]
        self._offer("model_family", families)
        precisions = [(name, _precision(name)) for name in measured_precisions()]
        self._offer("precision", [ANY, *precisions])
        titles = [(name, provider_title(name)) for name in facets.providers]
        self._offer("provider", [ANY, *titles])
        self._offer("region", [ANY, *((name, name) for name in facets.regions)])
        self._offer("accelerator", [ANY, *((name, name) for name in facets.accelerators)])
        if stated.at("routing") is None:
            self._offer("served", SERVED[:1])

    def clean_max_utilization_ratio(self) -> float:
        """A pool cannot be filled up to nothing."""
        given = self.cleaned_data["max_utilization_ratio"]
        if given is None:
            return float(FILLED.default)
        if given < 0.01:
            raise forms.ValidationError("Write a percentage from 1 to 100.")
        return float(given)

    def clean_ttft_ms(self) -> float | None:
        """A target is more than nothing."""
        return _milliseconds(self.cleaned_data["ttft_ms"])

    def clean_tpot_ms(self) -> float | None:
        """A target of each further token is more than nothing."""
        return _milliseconds(self.cleaned_data["tpot_ms"])

    def wish(self) -> PoolWish:
        """What the pool is to serve and how it runs; the scenario's own figures stay."""
        data = self.cleaned_data
        return PoolWish(
            model_family=data["model_family"],
            ttft_ms=data["ttft_ms"],
            tpot_ms=data["tpot_ms"],
            precision=data["precision"],
            takes_vendor_tuned=not data["independent"],
            served=data["served"] or ALL_CALLS,
            scaling=data["scaling"] or SCALINGS[0][0],
            max_utilization_ratio=data["max_utilization_ratio"],
            interruption_overhead_ratio=data["interruption_overhead_ratio"],
            keeps=self.kept_pool,
        )

    def offers(self) -> OfferFilter:
        """Where it may run and how it may be bought."""
        return OfferFilter(**{name: self.cleaned_data[name] for name in WHERE})

    def _offer(self, name: str, choices: list[tuple[str, str]]) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)
        field.choices = choices


class PoolChoiceForm(VersionForm):
    """The proposal that a person takes, over the version of the scenario that they saw."""

    offer = forms.CharField(max_length=400)
    measurement = forms.CharField(max_length=200)


def _milliseconds(given: float | None) -> float | None:
    if given is not None and not 0 < given <= MAX_MILLISECONDS:
        raise forms.ValidationError(f"Write milliseconds up to {MAX_MILLISECONDS:,}, or nothing.")
    return given


def _precision(name: str) -> str:
    """A precision in words: `FP8`; what a source did not state says so."""
    return "Not stated" if name == "unstated" else name.upper()


def propose_pools(
    document: Mapping[str, Any],
    wish: PoolWish,
    offers: OfferFilter,
    *,
    limit: int = PROPOSALS,
) -> Proposed:
    """Return the cheapest pools for a document's workload; nothing is kept.

    Raises InvalidScenarioDocument with the path of every field at fault.
    """
    try:
        return catalog_selectors.pool_proposals(document, wish, offers, limit=limit)
    except InvalidScenario as error:
        raise InvalidScenarioDocument(error) from error


@transaction.atomic
def use_pool(
    *,
    by: Actor,
    scenario: Scenario,
    version: int,
    wish: PoolWish,
    offer: str,
    measurement: str,
) -> PoolProposal:
    """Make a proposal the pool of a scenario that still is at `version`, each figure with origin.

    The pool is sized anew from the keys of offer and measurement; how far the measurements differ
    becomes the range of what a replica carries, and the target of measured points the scenario's.
    Raises Conflict with what stands now, or Invalid where the two make no pool or figures are at
    fault.
    """
    standing = services.scenario_locked(scenario, version=version)
    proposal = catalog_selectors.pool_proposal_find(
        standing.document, wish, offer_key=offer, measurement=measurement
    )
    if proposal is None:
        raise Invalid.at("offer", NOT_ON_OFFER)
    steps = {step.path: step.origin() for step in steps_of(proposal)}
    pool, assumed = with_assumptions(proposal.pool)
    # The wizard leaves the costs of people as they are.
    stays = {f"pool.{key}" for key in ASSUMED[RENTED]}
    others = {
        path: origin
        for path, origin in standing.figure_origins.items()
        if path in stays or not path.startswith("pool.")
    }
    origins = others | assumed | steps
    document = _with_pool(standing.document, pool, [*assumed, *steps])
    document |= _target(standing.document, proposal.serving.latency)
    ranges = {**_ranges_of(standing, document, origins), **ranges_document(proposal.ranges)}
    content = services.ScenarioInput.of(
        standing, document={**document, "ranges": ranges}, origins=origins
    )
    services.save_scenario(by=by, scenario=scenario, version=version, content=content)
    return proposal


def _target(document: Mapping[str, Any], latency: Latency | None) -> dict[str, Any]:
    """The section of the target that measured points were held to, at the document's percentile."""
    if latency is None:
        return {}
    stated = document.get("latency") or {}
    kept = {key: value for key, value in stated.items() if key not in BOUNDS}
    return {"latency": kept | latency.model_dump(include={*BOUNDS}, exclude_none=True)}


def _with_pool(
    document: Mapping[str, Any], pool: Mapping[str, Any], replaced: Collection[str]
) -> dict[str, Any]:
    """The document with another pool; ranges around figures that were replaced leave it."""
    changed = {**document, "pool": dict(pool)}
    if document.get("ranges"):
        gone = {*replaced, "pool.max_utilization_ratio", "pool.interruption_overhead_ratio"}
        changed["ranges"] = {
            path: ends
            for path, ends in document["ranges"].items()
            if path not in gone and (not path.startswith("pool.") or path[5:] in pool)
        }
    return changed


def _ranges_of(
    scenario: Scenario, document: Mapping[str, Any], origins: Origins
) -> Mapping[str, Any]:
    """The ranges of a document; of one that states none the usual ones, which would fall away.

    Raises Invalid with the path of every field at fault.
    """
    if document.get("ranges"):
        return dict(document["ranges"])
    given = Given(origins=origins, stated=Stated(document))
    try:
        resolved = catalog_selectors.document_resolve(
            document, scenario.price_book, scenario.pinned_contracts
        )
        priced = parse_scenario(resolved)
    except InvalidScenario as error:
        raise InvalidScenarioDocument(error) from error
    return ranges_document(default_ranges(priced, bases_of(priced, given)))


@require_http_methods(["GET", "HEAD", "POST"])
@tenant_view(Permission.SCENARIO_MANAGE, scenario=selectors.scenario_get)
def scenario_pool(request: TenantRequest, scenario: Scenario) -> HttpResponse:
    """Propose pools for a scenario's workload; take one."""
    wishes = PoolWishForm(
        request.GET if "model_family" in request.GET else None,
        facets=catalog_selectors.offer_facets(),
        stated=scenario.stated,
    )
    if request.method != "POST":
        is_wrong = wishes.is_bound and not wishes.is_valid()
        return _page(request, scenario, wishes, status=422 if is_wrong else 200)
    taken = PoolChoiceForm(request.POST)
    if not (wishes.is_valid() and taken.is_valid()):
        refusal = "Choose one of the pools below."
        return _page(request, scenario, wishes, status=422, refusal=refusal)
    try:
        proposal = use_pool(
            by=request.actor,
            scenario=scenario,
            wish=wishes.wish(),
            **taken.cleaned_data,
        )
    except Conflict as conflict:
        return _page(request, scenario, wishes, status=409, conflict=conflict)
    except Invalid as error:
        return _page(request, scenario, wishes, status=422, refusal=error.message)
    title, offer = proposal.serving.measurement.title, proposal.offer
    messages.success(request, f"The pool now is {title}, on {offer.instance_type}.")
    return redirect("scenarios:scenario-detail", request.organization.slug, scenario.pk)


def _page(
    request: TenantRequest,
    scenario: Scenario,
    form: PoolWishForm,
    *,
    status: int,
    conflict: Conflict | None = None,
    refusal: str = "",
) -> HttpResponse:
    context = {
        "scenario": scenario,
        "assessment": scenario.assessment,
        "form": form,
        "conflict": conflict,
        "refusal": refusal,
        "version": conflict.current["version"] if conflict else scenario.version,
        "spot_overhead_ratio": SPOT_OVERHEAD_RATIO,
    }
    if form.is_bound and form.is_valid():
        with place(scenario.organization_id):
            proposed = propose_pools(scenario.document, form.wish(), form.offers())
        context["options"] = [(each, steps_of(each), sizing_text(each)) for each in proposed.pools]
        context["refused"] = proposed.refused
        family = form.wish().model_family
        context["family"] = model_families()[family]
        context["hosted"] = hosted_months(family, scenario.assessment.as_of, proposed.load)
    with shown_in(currency_of(scenario.document)):
        return render(request, "scenarios/scenario_pool.html", context, status=status)
