"""The roadmap: its page, drafting with a preview, its actions, and its downloads."""

from datetime import date
from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from assessments import content, selectors, services
from assessments.forms import ActionForm, FirstDayForm, NewActionForm, TeamForm
from assessments.models import Assessment, Roadmap, RoadmapAction
from assessments.roadmap import Edition, roadmap_calendar, roadmap_csv
from assessments.selectors import RoadmapView
from assessments.views.assessments import page_url
from organizations.access import TenantRequest, tenant_view
from organizations.exceptions import Conflict, Invalid, Missing
from organizations.forms import posted
from organizations.permissions import Permission
from organizations.selectors import owner_names
from presentation.money import shown_in


@require_safe
@tenant_view(Permission.ROADMAP_VIEW, is_kept=True, assessment=selectors.assessment_get)
def roadmap(request: TenantRequest, assessment: Assessment) -> HttpResponse:
    """Show the roadmap as it stands, its outlook, and what is not proposed."""
    return _page(request, assessment)


@require_http_methods(["GET", "HEAD", "POST"])
@tenant_view(Permission.ROADMAP_MANAGE, assessment=selectors.assessment_get)
def roadmap_draft(request: TenantRequest, assessment: Assessment) -> HttpResponse:
    """Show what drafting would change, and do so once it is confirmed."""
    typed = request.POST if request.method == "POST" else request.GET
    row = selectors.roadmap_find(assessment)
    initial = {"starts_on": selectors.first_day(assessment, row)}
    form = FirstDayForm(typed if "starts_on" in typed else None, initial=initial)
    if form.is_bound and not form.is_valid():
        return _preview(request, assessment, form, initial["starts_on"], row, status=422)
    starts_on = form.cleaned_data["starts_on"] if form.is_bound else initial["starts_on"]
    if request.method != "POST":
        return _preview(request, assessment, form, starts_on, row)
    try:
        services.apply_draft(
            by=request.actor,
            assessment=assessment,
            starts_on=starts_on,
            checksum=request.POST.get("checksum", ""),
        )
    except Invalid as error:
        form.refuse(error)
        return _preview(request, assessment, form, initial["starts_on"], row, status=422)
    except Conflict as conflict:
        return _preview(request, assessment, form, starts_on, row, conflict=conflict, status=409)
    return redirect(page_url(request, "roadmap", assessment))


@require_POST
@tenant_view(Permission.ROADMAP_MANAGE, assessment=selectors.assessment_get)
def roadmap_team(request: TenantRequest, assessment: Assessment) -> HttpResponse:
    form = TeamForm(request.POST)
    if form.save(services.set_team_size, by=request.actor, assessment=assessment):
        return redirect(page_url(request, "roadmap", assessment))
    return _page(request, assessment, team=form, status=422)


@require_http_methods(["GET", "HEAD", "POST"])
@tenant_view(Permission.ROADMAP_MANAGE, assessment=selectors.assessment_get)
def action_create(request: TenantRequest, assessment: Assessment) -> HttpResponse:
    framework = selectors.framework_get(assessment)
    initial = {
        "phase": framework.phases[0].key,
        "due_on": selectors.first_day(assessment, selectors.roadmap_find(assessment)),
        "effort": "medium",
        "status": "open",
    }
    form = NewActionForm(posted(request), framework=framework, initial=initial)
    if form.save(services.add_action, by=request.actor, assessment=assessment):
        return redirect(page_url(request, "roadmap", assessment))
    context = {"assessment": assessment, "form": form, "owners": owner_names(assessment.client_id)}
    status = 422 if form.errors else 200
    return render(request, "assessments/action_form.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@tenant_view(Permission.ROADMAP_MANAGE, action=selectors.action_get)
def action_edit(request: TenantRequest, action: RoadmapAction) -> HttpResponse:
    """Show an action's form in its place, or save what was typed into it."""
    framework = selectors.framework_get(action.assessment)
    if request.method != "POST":
        if "closed" in request.GET:
            return _card(request, action)
        return _card(request, action, ActionForm(framework=framework, action=action))
    form = ActionForm(request.POST, framework=framework, action=action)
    try:
        if not form.save(services.change_action, by=request.actor, action=action):
            return _card(request, action, form, status=422)
    except Conflict as conflict:
        typed = request.POST.copy()
        typed["version"] = str(conflict.current["version"])
        form = ActionForm(typed, framework=framework, action=action, conflict=conflict.message)
        return _card(request, selectors.action_get(action.pk), form, status=409)
    if request.headers.get("HX-Request"):
        response = _card(request, action, is_saved=True)
        if form.cleaned_data["phase"] != action.phase:
            response["HX-Refresh"] = "true"  # it now stands elsewhere on the page
        return response
    return redirect(f"{page_url(request, 'roadmap', action.assessment)}#action-{action.pk}")


@require_safe
@tenant_view(Permission.ROADMAP_VIEW, assessment=selectors.assessment_get)
def roadmap_table(request: TenantRequest, assessment: Assessment) -> HttpResponse:
    view = selectors.roadmap_read(assessment)
    # The mark lets spreadsheets read it as UTF-8.
    text = "\ufeff" + roadmap_csv(view.framework, view.followed.actions)
    return _file(text, "text/csv; charset=utf-8", "roadmap.csv")


@require_safe
@tenant_view(Permission.ROADMAP_VIEW, assessment=selectors.assessment_get)
def roadmap_dates(request: TenantRequest, assessment: Assessment) -> HttpResponse:
    view = selectors.roadmap_read(assessment)
    title = f"{assessment.client.name}: {assessment.title}"
    editions = {key: Edition(row.version, row.changed_at) for key, row in view.rows.items()}
    text = roadmap_calendar(title, view.followed.actions, editions)
    return _file(text, "text/calendar; charset=utf-8", "roadmap.ics")


def _file(text: str, content_type: str, filename: str) -> HttpResponse:
    response = HttpResponse(text, content_type=content_type)
    response["Content-Disposition"] = f'attachment; filename="{filename}"'
    response["X-Content-Type-Options"] = "nosniff"
    return response


def _page(
    request: TenantRequest,
    assessment: Assessment,
    form: ActionForm | None = None,
    *,
    opened: RoadmapAction | None = None,
    team: TeamForm | None = None,
    status: int = 200,
) -> HttpResponse:
    view = selectors.roadmap_read(assessment)
    with shown_in(selectors.currency_of(view.known)):
        context = _context(request, assessment, view)
        context |= {
            "form": form,
            "form_id": str(opened.pk) if opened else "",
            "team": team or TeamForm(initial={"team_size": context["page"].team_size}),
            "owners": owner_names(assessment.client_id) if context["may_manage"] else (),
        }
        return render(request, "assessments/roadmap.html", context, status=status)


def _card(
    request: TenantRequest,
    action: RoadmapAction,
    form: ActionForm | None = None,
    *,
    is_saved: bool = False,
    status: int = 200,
) -> HttpResponse:
    """Render the action alone for htmx; without JavaScript, the page that holds it."""
    if not request.headers.get("HX-Request"):
        return _page(request, action.assessment, form, opened=action, status=status)
    view = selectors.roadmap_read(action.assessment)
    with shown_in(selectors.currency_of(view.known)):
        context = _context(request, action.assessment, view)
        line = context["page"].line(str(action.pk))
        if line is None:
            raise Missing("A new draft took this action away in the meantime.")
        form_id = line.planned.id if form else ""
        context |= {"line": line, "form": form, "form_id": form_id, "oob": is_saved}
        return render(request, "assessments/_action_saved.html", context, status=status)


def _context(request: TenantRequest, assessment: Assessment, view: RoadmapView) -> dict[str, Any]:
    """The roadmap's page in the currency that is shown."""
    page = content.roadmap_page(
        view.framework,
        view.followed,
        view.not_proposed,
        view.scores,
        view.costs,
        selectors.maturity_value_compute(assessment, view.scores, view.known),
    )
    may_manage = request.actor.may(Permission.ROADMAP_MANAGE)
    return {
        "assessment": assessment,
        "roadmap": view.row,
        "known": view.known,
        "page": page,
        "may_manage": may_manage,
    }


def _preview(
    request: TenantRequest,
    assessment: Assessment,
    form: FirstDayForm,
    starts_on: date,
    row: Roadmap | None,
    *,
    conflict: Conflict | None = None,
    status: int = 200,
) -> HttpResponse:
    known = selectors.costs_find(assessment)
    difference = selectors.redraft_with(known, assessment, starts_on=starts_on)
    with shown_in(selectors.currency_of(known)):
        context = {
            "assessment": assessment,
            "form": form,
            "starts_on": starts_on,
            "checksum": difference.checksum,
            "conflict": conflict,
            "roadmap": row,
            **content.redraft_page(selectors.framework_get(assessment), difference),
        }
        return render(request, "assessments/roadmap_draft.html", context, status=status)
