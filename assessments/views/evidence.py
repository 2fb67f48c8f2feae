"""Evidence on a question's card: add a link or a file, hand a file out, take one away."""

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from assessments import selectors, services
from assessments.files import download
from assessments.forms import EvidenceForm
from assessments.models import Assessment, Evidence
from assessments.selectors import Question
from assessments.views.answers import page_url, questionnaire_page
from organizations.access import TenantRequest, tenant_view
from organizations.exceptions import Invalid, Missing
from organizations.permissions import Permission


@require_POST
@tenant_view(Permission.ASSESSMENT_ANSWER, assessment=selectors.assessment_get)
def evidence_create(
    request: TenantRequest, assessment: Assessment, kind: str, key: str
) -> HttpResponse:
    """Add a link or a file to a question's answer."""
    question = _question(assessment, kind, key)
    form = EvidenceForm(request.POST, request.FILES)
    if form.is_valid():
        try:
            _add(request, assessment, question, form)
        except Invalid as error:
            form.refuse(error)
        else:
            return _shown(request, assessment, _question(assessment, kind, key))
    if not request.headers.get("HX-Request"):
        return questionnaire_page(request, assessment, refused=(question, form), status=422)
    return _block(request, assessment, question, form=form, status=422)


@require_safe
@tenant_view(Permission.ASSESSMENT_VIEW, evidence=selectors.evidence_get)
def evidence_download(request: TenantRequest, evidence: Evidence) -> HttpResponse:
    """Hand out a file, to be saved and not shown."""
    filename, content_type = evidence.filename, evidence.content_type
    return download(evidence.path, filename=filename, content_type=content_type)


@require_POST
@tenant_view(Permission.ASSESSMENT_ANSWER, evidence=selectors.evidence_get)
def evidence_delete(request: TenantRequest, evidence: Evidence) -> HttpResponse:
    """Take a link or a file away."""
    assessment, kind, key = evidence.assessment, evidence.kind, evidence.key
    services.delete_evidence(by=request.actor, evidence=evidence)
    return _shown(request, assessment, _question(assessment, kind, key))


def _add(
    request: TenantRequest, assessment: Assessment, question: Question, form: EvidenceForm
) -> None:
    given, place = form.cleaned_data, {"kind": question.kind.value, "key": question.key}
    if given["url"]:
        services.add_link(by=request.actor, assessment=assessment, url=given["url"], **place)
    if given["file"]:
        services.add_file(
            by=request.actor,
            assessment=assessment,
            filename=given["file"].name,
            content=given["file"].read(),
            **place,
        )


def _question(assessment: Assessment, kind: str, key: str) -> Question:
    question = selectors.question_find(assessment, kind=kind, key=key)
    if question is None:
        raise Missing("The framework does not ask this.")
    return question


def _shown(request: TenantRequest, assessment: Assessment, question: Question) -> HttpResponse:
    if not request.headers.get("HX-Request"):
        return redirect(page_url(request, assessment, question))
    return _block(request, assessment, question)


def _block(
    request: TenantRequest,
    assessment: Assessment,
    question: Question,
    *,
    form: EvidenceForm | None = None,
    status: int = 200,
) -> HttpResponse:
    context = {
        "assessment": assessment,
        "question": question,
        "card_id": question.card_id,
        "refused": form,
        "can_add": not assessment.is_fixed,
    }
    return render(request, "assessments/_evidence.html", context, status=status)
