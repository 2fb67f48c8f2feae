"""Which scenarios make up a client's workload: its parts count, alternatives stand beside them."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from uuid import UUID

from django import forms
from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from assessments.models import Assessment
from assessments.roadmap import Costs, costs_together
from assessments.services import CostSource, forget_costs, keep_costs
from costing.engine import CURRENT, ENGINE_VERSION
from costing.scenarios import selectors
from costing.scenarios.content.portfolio import Money, WorkloadMoney
from costing.scenarios.content.sureness import HowSure
from costing.scenarios.cost_summary import caution_of, costs_of
from costing.scenarios.models import EconomicsResult, Scenario
from organizations import audit
from organizations.access import TenantRequest, tenant_view
from organizations.exceptions import Invalid
from organizations.permissions import Actor, Permission
from presentation.money import shown_in

PART = "A part of the workload, added to the others"


@dataclass(frozen=True)
class WorkloadPart:
    """A part of a workload with its newest result, and those of what could replace it."""

    result: EconomicsResult
    alternatives: tuple[EconomicsResult, ...] = ()


def workload_parts(newest: Iterable[EconomicsResult]) -> list[WorkloadPart]:
    """Return the parts among a workload's newest results, the one that costs most today first.

    An alternative is shown beside its part; without a result of the part it is left out.
    """
    results = sorted(newest, key=lambda each: (each.scenario.created_at, str(each.scenario_id)))
    parts = [
        WorkloadPart(
            part,
            tuple(each for each in results if each.scenario.alternative_to_id == part.scenario_id),
        )
        for part in results
        if part.scenario.alternative_to_id is None
    ]
    return sorted(parts, key=lambda part: -part.result.estimate.strategies[CURRENT].usd_per_month)


def workload_money(parts: Iterable[WorkloadPart]) -> WorkloadMoney | None:
    """Return what the parts of a workload come to, and their alternatives beside them."""
    return WorkloadMoney.of(
        replace(_money(part.result), alternatives=tuple(map(_money, part.alternatives)))
        for part in parts
    )


def _money(result: EconomicsResult) -> Money:
    estimate = result.estimate
    return Money(
        estimate.strategies[CURRENT].usd_per_month,
        estimate.recommended_today.usd_per_month,
        estimate.recommended.usd_per_month,
        result.scenario_id,
        result.computed_at,
        result.scenario.title,
        float(estimate.scenario.workload.requests_per_month),
        sure=HowSure.of(estimate),
    )


def keep_costs_of_parts(assessment: Assessment) -> None:
    """Pass the costs of all parts of its workload to an assessment, in the caller's transaction.

    Of a part whose newest result is the one that its costs were made of, they are kept unread.
    """
    # It locks the assessment: of two parts that are computed at once, the later sees both.
    before = forget_costs(assessment_id=assessment.pk)
    results = selectors.part_economics(assessment)
    costs = _costs_of_parts(results, before)
    parts = sorted(results, key=lambda each: -costs[each.pk].spend_usd_per_month)
    if not parts:
        return
    together = costs_together([costs[each.pk] for each in parts])
    with shown_in(together.currency):
        caution = caution_of(together)
    keep_costs(
        assessment_id=assessment.pk,
        source=CostSource(
            parts[0].scenario_id,
            parts[0].scenario.title,
            parts[0].pk,
            max(each.computed_at for each in parts),
        ),
        costs=replace(together, caution=caution),
    )


def _costs_of_parts(results: Iterable[EconomicsResult], before: Costs | None) -> dict[UUID, Costs]:
    """Return the costs of each result, by its key: as they were `before`, or read of it."""
    kept = {each.made_of: each for each in (before.parts or (before,))} if before else {}
    known = {each.pk: costs for each in results if (costs := kept.get(_name(each.pk)))}
    unknown = [each.pk for each in results if each.pk not in known]
    for pk, result in selectors.economics_figures(unknown).items():
        known[pk] = costs_of(result.estimate, result.patterns)
    return {
        each.pk: replace(
            known[each.pk], title=each.scenario.title, made_of=_name(each.pk), caution=""
        )
        for each in results
    }


def _name(result_id: UUID) -> str:
    """Name what costs are made of: a result, as this engine reads it."""
    return f"{result_id} {ENGINE_VERSION}"


def lock_workload(assessment: Assessment) -> None:
    """Let one request at a time say what is a part of an assessment's workload."""
    Assessment.objects.select_for_update(no_key=True).get(pk=assessment.pk)


def part_to_replace(
    assessment: Assessment, part_id: UUID | None, *, scenario: Scenario | None = None
) -> UUID | None:
    """Return the key of the part that a scenario is to be an alternative to; None for a part.

    Raises Invalid for anything but another part of the assessment.
    """
    if part_id is None:
        return None
    lock_workload(assessment)
    others = selectors.part_list(assessment)
    if (scenario and part_id == scenario.pk) or not others.filter(pk=part_id).exists():
        raise Invalid.at("alternative_to", "Choose another part of this workload.")
    return part_id


@transaction.atomic
def choose_part(*, by: Actor, scenario: Scenario, alternative_to: UUID | None) -> Scenario:
    """Say whether a scenario is a part of the workload, or an alternative to one.

    What was an alternative to it follows it. Raises Invalid as part_to_replace does.
    """
    lock_workload(scenario.assessment)
    standing = Scenario.objects.select_related("assessment").get(pk=scenario.pk)
    replaced = part_to_replace(standing.assessment, alternative_to, scenario=standing)
    if replaced == standing.alternative_to_id:
        return standing
    standing.alternative_to_id = replaced
    standing.save(update_fields=["alternative_to"])
    if replaced:
        Scenario.objects.filter(alternative_to=standing).update(alternative_to=replaced)
    keep_costs_of_parts(standing.assessment)
    data = {"alternative_to": str(replaced) if replaced else None}
    audit.record(by=by, verb="scenario.part_chosen", subject=standing, data=data)
    return standing


class PartForm(forms.Form):
    """Whether a scenario counts as a part of the workload, or as an alternative to one."""

    alternative_to = forms.TypedChoiceField(
        label="Counts as", required=False, coerce=UUID, empty_value=None
    )

    def __init__(self, data: object, *, parts: Iterable[Scenario], scenario: Scenario) -> None:
        initial = {"alternative_to": scenario.alternative_to_id or ""}
        super().__init__(data, initial=initial, auto_id=f"part-{scenario.pk}-%s")  # type: ignore[arg-type]
        self.fields["alternative_to"].choices = part_choices(parts, scenario)  # type: ignore[attr-defined]

    @property
    def has_choice(self) -> bool:
        """Whether there is another part that it could be an alternative to."""
        return len(self.fields["alternative_to"].choices) > 1  # type: ignore[attr-defined]


def part_choices(
    parts: Iterable[Scenario], scenario: Scenario | None = None
) -> list[tuple[str, str]]:
    """What a scenario of a workload may be, by the part that it would replace."""
    others = [part for part in parts if scenario is None or part.pk != scenario.pk]
    return [("", PART), *((str(part.pk), f"An alternative to “{part.title}”") for part in others)]


@require_POST
@tenant_view(Permission.SCENARIO_MANAGE, scenario=selectors.scenario_get)
def scenario_part(request: TenantRequest, scenario: Scenario) -> HttpResponse:
    """Take a scenario into the workload's sums, or out of them."""
    parts = selectors.part_list(scenario.assessment)
    form = PartForm(request.POST, parts=parts, scenario=scenario)
    if form.is_valid():
        choose_part(by=request.actor, scenario=scenario, **form.cleaned_data)
        messages.success(request, "The sums of the workload follow.")
    else:
        messages.error(request, "Nothing was changed: choose another part of this workload.")
    return redirect("scenarios:scenario-list", request.organization.slug, scenario.assessment_id)
