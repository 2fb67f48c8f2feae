"""The consultants' own notes on an assessment."""

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from assessments import selectors, services
from assessments.forms import NoteForm
from assessments.models import Assessment
from organizations.access import TenantRequest, tenant_view
from organizations.exceptions import Invalid
from organizations.permissions import Permission


@require_safe
@tenant_view(Permission.NOTE_VIEW, assessment=selectors.assessment_get)
def note_list(request: TenantRequest, assessment: Assessment) -> HttpResponse:
    """Show the notes, the newest first."""
    return _page(request, assessment, NoteForm(questions=selectors.question_list(assessment)))


@require_POST
@tenant_view(Permission.NOTE_WRITE, assessment=selectors.assessment_get)
def note_create(request: TenantRequest, assessment: Assessment) -> HttpResponse:
    """Add a note."""
    form = NoteForm(request.POST, questions=selectors.question_list(assessment))
    if form.is_valid():
        try:
            services.add_note(by=request.actor, assessment=assessment, **form.cleaned_data)
        except Invalid as error:
            form.refuse(error)
        else:
            return redirect("assessments:note-list", request.organization.slug, assessment.pk)
    return _page(request, assessment, form, status=422)


def _page(
    request: TenantRequest, assessment: Assessment, form: NoteForm, *, status: int = 200
) -> HttpResponse:
    context = {
        "assessment": assessment,
        "form": form,
        "notes": selectors.note_list(assessment),
        "may_write": request.actor.may(Permission.NOTE_WRITE),
    }
    return render(request, "assessments/note_list.html", context, status=status)
