"""An import of usage with the workload that it proposes, and the scenario made of that."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from costing.catalog.origins import Origin
from costing.engine.inputs import Basis
from costing.scenarios import selectors, services
from costing.scenarios.content.bases import MEASURED_LABEL
from costing.scenarios.models import Scenario
from costing.usage import Proposal, propose
from costing.usage import content as usage_content
from costing.usage import selectors as usage_selectors
from costing.usage.applications import with_applications
from costing.usage.forms import CoverageForm, MeasuredScenarioForm
from costing.usage.models import NOT_READ, UsageImport
from costing.usage.proposal import Document, measured_document, new_document
from costing.usage.services import change_coverage
from costing.usage.views import import_url
from jobs.selectors import job_latest
from organizations.access import TenantRequest, tenant_view
from organizations.exceptions import Conflict, Invalid
from organizations.permissions import Actor, Permission
from presentation.wording import day

NO_TOKENS = "This file names costs alone, so it says nothing of the workload."
HAS_APPLICATIONS = (
    "It has applications: import usage that is split by them, or say there what each of them uses."
)
NOT_SPLIT = "This usage is not split: import it again, and say by what."
NO_CALLS = "This source counts no calls: say how many there are a month."


@dataclass(frozen=True)
class MeasuredInput:
    """What a person adds to what was measured: the model, calls a month where none are counted,
    whether each group is an application, and the address under which the measure can be read.
    """

    reference: str = ""
    calls_per_month: float | None = None
    by_group: bool = False
    source_url: str = ""


def usage_proposal(usage_import: UsageImport, calls_per_month: float | None = None) -> Proposal:
    """Return the workload that an import proposes; raises Conflict where it was not read yet."""
    if not usage_import.is_ready:
        raise Conflict(NOT_READ, current={"state": usage_import.state})
    return propose(usage_import.measured, calls_per_month=calls_per_month)


@transaction.atomic
def measure_scenario(
    *, by: Actor, usage_import: UsageImport, scenario: Scenario | None, given: MeasuredInput
) -> Scenario:
    """Put an import's workload into a scenario of its assessment, or into a new one.

    The rest of the scenario stays. Where it has applications, those that the usage is split by get
    their own. Raises Invalid with the fields at fault.
    """
    proposal = _checked_proposal(usage_import, scenario, given)
    document, is_routed = _document(usage_import, scenario, given, proposal)
    paths = [f"workload.{key}" for key in proposal.workload_document]
    paths += ["routing.simple_ratio"] if is_routed else []
    if given.by_group or document.get("applications"):
        groups = usage_selectors.usage_groups(usage_import, given.calls_per_month)
        document, filled = with_applications(document, groups, is_new=scenario is None)
        paths += filled
    origin = _origin(usage_import, given)
    origins = dict.fromkeys(paths, origin)
    if scenario is None:
        content = services.ScenarioInput(
            title=f"Measured: {usage_import.filename}"[: services.TITLE_LENGTH],
            document=document,
            origins=origins,
        )
        return services.create_scenario(by=by, assessment=usage_import.assessment, content=content)
    content = services.ScenarioInput.of(
        scenario, document=document, origins={**scenario.figure_origins, **origins}
    )
    return services.save_scenario(
        by=by, scenario=scenario, version=scenario.version, content=content
    )


def _checked_proposal(
    usage_import: UsageImport, scenario: Scenario | None, given: MeasuredInput
) -> Proposal:
    """The workload that goes into the scenario; raises Invalid where it cannot."""
    if scenario and scenario.assessment_id != usage_import.assessment_id:
        raise Invalid.at("scenario", "There is no such scenario.")
    proposal = usage_proposal(usage_import, given.calls_per_month)
    if not usage_import.measured.groups:
        if scenario and scenario.document.get("applications"):
            raise Invalid.at("scenario", HAS_APPLICATIONS)
        if given.by_group:
            raise Invalid.at("by_group", NOT_SPLIT)
    if not usage_import.use.total_tokens:
        raise Invalid(NO_TOKENS)
    if "requests_per_month" not in proposal.workload:
        raise Invalid.at("calls_per_month", NO_CALLS)
    if scenario is None and not given.reference:
        raise Invalid.at("model", "Choose the model that answers.")
    return proposal


def _document(
    usage_import: UsageImport, scenario: Scenario | None, given: MeasuredInput, proposal: Proposal
) -> tuple[Document, bool]:
    """The scenario's document with the measured workload, and whether its routing is measured."""
    if scenario is not None:
        return measured_document(scenario.document, proposal), False
    baseline = usage_selectors.usage_baseline(usage_import)
    document = new_document(proposal, reference=given.reference, baseline=baseline)
    return document, "routing" in document


def _origin(usage_import: UsageImport, given: MeasuredInput) -> Origin:
    on = usage_import.imported_at.date()
    return Origin(
        basis=Basis.MEASURED,
        label=f"{MEASURED_LABEL}{day(on)} from {usage_import.filename}",
        source_url=given.source_url,
        checked_on=on,
    )


@require_POST
@tenant_view(Permission.SCENARIO_MANAGE, usage_import=usage_selectors.usage_import_get)
def usage_scenario(request: TenantRequest, usage_import: UsageImport) -> HttpResponse:
    """Make a scenario of what was measured, or put it into one that there is."""
    form = _form(selectors.scenario_list(usage_import.assessment), request.POST)
    if form.is_valid():
        chosen = form.cleaned_data["scenario"]
        try:
            scenario = measure_scenario(
                by=request.actor,
                usage_import=usage_import,
                scenario=selectors.scenario_get(chosen) if chosen else None,
                given=MeasuredInput(
                    reference=form.cleaned_data["model"].strip(),
                    calls_per_month=form.cleaned_data["calls_per_month"],
                    by_group=form.cleaned_data["by_group"],
                    source_url=import_url(request, usage_import.pk),
                ),
            )
        except Invalid as error:
            # What stands in a new scenario's reference is this form's model.
            wrong = error.fields.pop("premium_model.catalog", None)
            error.fields |= {"model": wrong} if wrong else {}
            form.refuse(error)
        else:
            return redirect("scenarios:scenario-detail", request.organization.slug, scenario.pk)
    return _page(request, usage_import, form=form, status=422)


@require_POST
@tenant_view(Permission.SCENARIO_MANAGE, usage_import=usage_selectors.usage_import_get)
def usage_coverage(request: TenantRequest, usage_import: UsageImport) -> HttpResponse:
    """Say what a file covers, and estimate its month anew."""
    form = CoverageForm(request.POST)
    if form.save(change_coverage, by=request.actor, usage_import=usage_import):
        return redirect(f"{import_url(request, usage_import.pk)}#volume")
    return _page(request, usage_import, coverage_form=form, status=422)


@require_safe
@tenant_view(Permission.SCENARIO_VIEW, usage_import=usage_selectors.usage_import_get)
def usage_import_detail(request: TenantRequest, usage_import: UsageImport) -> HttpResponse:
    """Show what an import came to, or how far its reading is."""
    return _page(request, usage_import)


def _page(
    request: TenantRequest,
    usage_import: UsageImport,
    *,
    form: MeasuredScenarioForm | None = None,
    coverage_form: CoverageForm | None = None,
    status: int = 200,
) -> HttpResponse:
    may_manage = request.actor.may(Permission.SCENARIO_MANAGE)
    context: dict[str, Any] = {
        "usage_import": usage_import,
        "assessment": usage_import.assessment,
        "may_manage": may_manage,
        "is_known": "known" in request.GET,
        "form": form,
    }
    if not usage_import.is_ready:
        context["job"] = job_latest(kind=usage_selectors.USAGE_JOB, subject_id=usage_import.pk)
        return render(request, "scenarios/usage_detail.html", context, status=status)
    scenarios = list(selectors.scenario_list(usage_import.assessment)) if may_manage else []
    context["scenarios"] = scenarios
    page = context["page"] = usage_content.usage_page(usage_import.measured)
    if page.has_tokens:
        context["proposal"] = proposal = usage_proposal(usage_import)
        context["baseline"] = baseline = usage_selectors.usage_baseline(usage_import)
        model = baseline.premium_reference if baseline else ""
        context["proposal_rows"] = usage_content.proposal_rows(proposal)
        names = ("time_zone", "covers_from", "covers_to")
        context["coverage_form"] = coverage_form or CoverageForm(
            initial={name: getattr(usage_import, name) for name in names}
        )
        if may_manage and form is None:
            context["form"] = _form(scenarios, model=model)
    return render(request, "scenarios/usage_detail.html", context, status=status)


def _form(
    scenarios: Iterable[Scenario], data: Any = None, *, model: str = ""
) -> MeasuredScenarioForm:
    """The form; an unsent one names the premium model that answered most, as the catalog does."""
    choices = [(str(each.pk), each.title) for each in scenarios]
    return MeasuredScenarioForm(data, scenarios=choices, initial={"model": model})
