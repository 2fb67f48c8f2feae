"""Pages of assessments: their list, title, scores, targets and reviews."""

from typing import Any

from django.contrib import messages
from django.forms.models import model_to_dict
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from assessments import content, selectors, services
from assessments.forms import AssessmentForm, RemarkForm, TargetForm
from assessments.models import Assessment, CostSummary, Scorecard
from assessments.scoring import Scores
from jobs.models import Job
from jobs.selectors import job_latest
from organizations.access import TenantRequest, tenant_view
from organizations.confirmation import Question, ask
from organizations.exceptions import Invalid
from organizations.forms import posted
from organizations.models import Client
from organizations.pages import newest, read_page
from organizations.permissions import Permission
from organizations.selectors import client_get
from presentation.money import shown_in

ASSESSMENTS_A_PAGE = 50


@require_safe
@tenant_view(Permission.ASSESSMENT_VIEW, is_kept=True)
def assessment_list(request: TenantRequest) -> HttpResponse:
    assessments = selectors.assessment_list()
    page = read_page(assessments, newest("created_at"), request, size=ASSESSMENTS_A_PAGE)
    rows = selectors.assessment_standings(page)
    context = {
        "page": page,
        "rows": rows,
        "shown": [_shown(each) for each in rows],
        "may_assess": request.actor.may(Permission.ASSESSMENT_MANAGE),
    }
    return render(request, "assessments/assessment_list.html", context)


def _shown(row: selectors.AssessmentStanding) -> tuple[Any, ...]:
    """Return all that the list shows of an assessment."""
    each, overall = row.assessment, row.overall
    names = each.pk, each.title, each.client_id, each.client.name, each.as_of
    state = each.status, each.returned_at, each.published_at
    return *names, *state, row.progress, overall.shown, overall.band


@require_http_methods(["GET", "HEAD", "POST"])
@tenant_view(Permission.ASSESSMENT_MANAGE, client=client_get)
def assessment_create(request: TenantRequest, client: Client) -> HttpResponse:
    """Start an assessment of a client and lead to its overview."""
    form = AssessmentForm(
        posted(request),
        framework=selectors.framework_current(),
        initial={"title": "Inference cost assessment", "as_of": timezone.localdate()},
    )
    if form.save(services.create_assessment, by=request.actor, client=client):
        return redirect(page_url(request, "assessment-detail", form.saved))
    return _form_page(request, form, client=client)


@require_http_methods(["GET", "HEAD", "POST"])
@tenant_view(Permission.ASSESSMENT_MANAGE, assessment=selectors.assessment_get)
def assessment_edit(request: TenantRequest, assessment: Assessment) -> HttpResponse:
    form = AssessmentForm(
        posted(request),
        framework=selectors.framework_get(assessment),
        initial=model_to_dict(assessment, ["title", "as_of", "triggers"]),
    )
    if form.save(services.edit_assessment, by=request.actor, assessment=assessment):
        return redirect(page_url(request, "assessment-detail", assessment))
    return _form_page(request, form, client=assessment.client, assessment=assessment)


def _form_page(request: TenantRequest, form: AssessmentForm, **context: Any) -> HttpResponse:
    status = 422 if form.errors else 200
    context["form"] = form
    return render(request, "assessments/assessment_form.html", context, status=status)


@require_safe
@tenant_view(Permission.ASSESSMENT_VIEW, is_kept=True, assessment=selectors.assessment_get)
def assessment_detail(request: TenantRequest, assessment: Assessment) -> HttpResponse:
    """Show where an assessment stands and what to do next."""
    return _detail(request, assessment)


@require_safe
@tenant_view(Permission.SCORECARD_VIEW, is_kept=True, assessment=selectors.assessment_get)
def scorecard(request: TenantRequest, assessment: Assessment) -> HttpResponse:
    return scorecard_page(request, assessment)


@require_POST
@tenant_view(Permission.ASSESSMENT_SUBMIT, assessment=selectors.assessment_get)
def assessment_submit(request: TenantRequest, assessment: Assessment) -> HttpResponse:
    """Submit the answers; the scorecard shows how far its storing is."""
    url = page_url(request, "scorecard", assessment)
    try:
        services.submit_assessment(by=request.actor, assessment=assessment, next_url=url)
    except Invalid as error:
        return _detail(request, assessment, refusal=error.message, status=422)
    sees_results = request.actor.may_see_results(assessment)
    return redirect(url if sees_results else page_url(request, "assessment-detail", assessment))


@require_http_methods(["GET", "HEAD", "POST"])
@tenant_view(Permission.ASSESSMENT_MANAGE, assessment=selectors.assessment_get)
def assessment_reopen(request: TenantRequest, assessment: Assessment) -> HttpResponse:
    """Ask, then let the answers be changed again."""
    if request.method != "POST":
        text = (
            "Answers can then be changed again, and it is no longer submitted or approved. The"
            " scorecard that was stored and every snapshot stay as they are. To undo this, submit"
            " and approve it again."
        )
        back = page_url(request, "assessment-detail", assessment)
        return ask(request, Question(f"Reopen “{assessment.title}”?", text, "Reopen", back))
    services.reopen_assessment(by=request.actor, assessment=assessment)
    messages.success(request, "It is reopened. To undo that, submit and approve it again.")
    return redirect(page_url(request, "assessment-detail", assessment))


@require_POST
@tenant_view(Permission.ASSESSMENT_MANAGE, assessment=selectors.assessment_get)
def assessment_return(request: TenantRequest, assessment: Assessment) -> HttpResponse:
    form = RemarkForm(request.POST)
    if form.save(services.return_assessment, by=request.actor, assessment=assessment):
        return redirect(page_url(request, "assessment-detail", assessment))
    return _detail(request, assessment, status=422, remark_form=form)


@require_POST
@tenant_view(Permission.ASSESSMENT_MANAGE, assessment=selectors.assessment_get)
def assessment_approve(request: TenantRequest, assessment: Assessment) -> HttpResponse:
    services.approve_assessment(by=request.actor, assessment=assessment)
    return redirect(page_url(request, "assessment-detail", assessment))


def _detail(
    request: TenantRequest, assessment: Assessment, *, status: int = 200, **context: Any
) -> HttpResponse:
    context.setdefault("remark_form", RemarkForm())
    questionnaire = selectors.questionnaire_read(assessment, has_evidence=False)
    context |= {
        "assessment": assessment,
        "urls": submit_urls(request, assessment),
        "questionnaire": questionnaire,
        "triggers": selectors.trigger_list(assessment),
        "roadmap_days": selectors.framework_get(assessment).days,
        "may_answer": _may_answer(request, assessment),
        "may_submit": request.actor.may(Permission.ASSESSMENT_SUBMIT),
        "may_manage": request.actor.may(Permission.ASSESSMENT_MANAGE),
        "may_see_results": request.actor.may_see_results(assessment),
    }
    if not context["may_see_results"]:
        return render(request, "assessments/assessment_detail.html", context, status=status)
    roadmap = selectors.roadmap_read(assessment, questionnaire.answers)
    title = roadmap.known.scenario_title if roadmap.known else ""
    scores = context["scores"] = roadmap.scores
    with shown_in(selectors.currency_of(roadmap.known)):
        context["roadmap"] = content.roadmap_outlook(roadmap.followed, scores, roadmap.costs, title)
        return render(request, "assessments/assessment_detail.html", context, status=status)


def scorecard_page(
    request: TenantRequest,
    assessment: Assessment,
    *,
    refused: TargetForm | None = None,
    status: int = 200,
) -> HttpResponse:
    """Show the scores with their targets; `refused` is a target that was not stored."""
    stored = selectors.scorecard_latest(assessment)
    known = selectors.costs_find(assessment)
    framework, scores = selectors.framework_get(assessment), selectors.scores_compute(assessment)
    page = _scorecard(assessment, scores, known)
    value = selectors.maturity_value_compute(assessment, scores, known)
    may_manage = request.actor.may(Permission.ASSESSMENT_MANAGE)
    context = {
        "assessment": assessment,
        "page": page,
        "known": known,
        "hosting": known.costs.hosting if known else None,
        "worth": content.maturity_worth(framework, value),
        "refused": refused,
        "targets": lambda: [
            (row, _target_form(row, refused) if may_manage else None) for row in page.rows
        ],
        "stored": stored,
        "job": _job_under_way(assessment, stored),
        "may_answer": _may_answer(request, assessment),
        "may_manage": may_manage,
        "remark_form": RemarkForm(),
    }
    with shown_in(selectors.currency_of(known)):
        return render(request, "assessments/scorecard.html", context, status=status)


def _job_under_way(assessment: Assessment, stored: Scorecard | None) -> Job | None:
    """Return the job that will store the scorecard of what was submitted, until it has."""
    submitted_at = assessment.submitted_at
    if submitted_at is None or (stored and stored.computed_at >= submitted_at):
        return None
    job = job_latest(kind=services.SCORECARD_JOB, subject_id=assessment.pk)
    return job if job and not job.is_finished else None


def _target_form(row: content.ScorecardRow, refused: TargetForm | None) -> TargetForm:
    if refused is not None and refused.dimension == row.key:
        return refused
    is_chosen = row.target_source == "override"
    initial = {"level": row.target_text, "reason": row.target_reason} if is_chosen else {}
    return TargetForm(dimension=row.key, initial=initial)


def _scorecard(
    assessment: Assessment, scores: Scores, known: CostSummary | None
) -> content.ScorecardPage:
    targets = selectors.targets_compute(assessment, scores, known)
    return content.scorecard_page(selectors.framework_get(assessment), scores, targets)


def _may_answer(request: TenantRequest, assessment: Assessment) -> bool:
    return request.actor.may(Permission.ASSESSMENT_ANSWER) and not assessment.is_fixed


def page_url(request: TenantRequest, name: str, assessment: Assessment) -> str:
    """Return the address of one of an assessment's pages."""
    names = {"org": request.organization.slug, "assessment": assessment.pk}
    return reverse(f"assessments:{name}", kwargs=names)


def submit_urls(request: TenantRequest, assessment: Assessment) -> dict[str, str]:
    """Return where the form that submits an assessment is sent, to be filled in."""
    return {"submit": page_url(request, "assessment-submit", assessment)}


@require_POST
@tenant_view(Permission.ASSESSMENT_MANAGE, assessment=selectors.assessment_get)
def target_edit(request: TenantRequest, assessment: Assessment, dimension: str) -> HttpResponse:
    form = TargetForm(request.POST, dimension=dimension)
    known = {"by": request.actor, "assessment": assessment, "dimension": dimension}
    if form.save(_store_target, **known):
        return redirect(f"{page_url(request, 'scorecard', assessment)}#targets")
    return scorecard_page(request, assessment, refused=form, status=422)


def _store_target(*, level: int | None, reason: str, **known: Any) -> None:
    if level is None:
        services.clear_target(**known)
    else:
        services.choose_target(level=level, reason=reason, **known)
