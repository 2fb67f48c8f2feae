"""The questionnaire: its page, and one answer as the card on it."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from assessments import selectors, services
from assessments.forms import AnswerForm, EvidenceForm
from assessments.models import Assessment
from assessments.selectors import Question
from organizations.access import TenantRequest, tenant_view
from organizations.exceptions import Conflict, Invalid, Missing
from organizations.permissions import Permission


@require_safe
@tenant_view(Permission.ASSESSMENT_VIEW, assessment=selectors.assessment_get)
def questionnaire(request: TenantRequest, assessment: Assessment) -> HttpResponse:
    """Show all questions; those who may answer here."""
    return questionnaire_page(request, assessment)


@require_http_methods(["GET", "HEAD", "POST"])
@tenant_view(Permission.ASSESSMENT_ANSWER, assessment=selectors.assessment_get)
def answer_detail(
    request: TenantRequest, assessment: Assessment, kind: str, key: str
) -> HttpResponse:
    """Show one question's card, or save what was typed into it."""
    question = selectors.question_find(assessment, kind=kind, key=key)
    if question is None:
        raise Missing("The framework does not ask this.")
    if request.method != "POST":
        return _card(request, assessment, _form(assessment, question))
    return _save(request, assessment, question)


def _save(request: TenantRequest, assessment: Assessment, question: Question) -> HttpResponse:
    typed = _form(assessment, question, request.POST)
    if not typed.is_valid():
        return _card(request, assessment, typed, status=422)
    try:
        services.save_answer(
            by=request.actor,
            assessment=assessment,
            kind=question.kind,
            key=question.key,
            version=typed.cleaned_data["version"],
            content=typed.content(),
        )
    except Invalid as error:
        typed.refuse(error)
        return _card(request, assessment, typed, status=422)
    except Conflict as conflict:
        return _conflict(request, assessment, typed, conflict)
    return _saved(request, assessment, question)


def _saved(request: TenantRequest, assessment: Assessment, question: Question) -> HttpResponse:
    page = selectors.questionnaire_read(assessment)
    if not request.headers.get("HX-Request"):
        return redirect(page_url(request, assessment, page.next_after(question) or question))
    form = _form(assessment, page.find(question))
    return _card(request, assessment, form, questionnaire=page)


def _conflict(
    request: TenantRequest, assessment: Assessment, typed: AnswerForm, conflict: Conflict
) -> HttpResponse:
    """Show what stands now, with what was typed and the choice between the two."""
    fresh = selectors.assessment_get(assessment.pk)
    asked = typed.question
    question = selectors.question_find(fresh, kind=asked.kind, key=asked.key)
    assert question is not None
    form = _form(fresh, question)
    return _card(request, fresh, form, status=409, conflict=conflict, typed=typed)


def _card(
    request: TenantRequest,
    assessment: Assessment,
    form: AnswerForm,
    *,
    status: int = 200,
    **context: Any,
) -> HttpResponse:
    """Answer htmx with the card alone; without JavaScript, with the page that holds it."""
    form.conflict, form.typed = context.pop("conflict", None), context.pop("typed", None)
    if not request.headers.get("HX-Request"):
        if request.method != "POST":
            return redirect(page_url(request, assessment, form.question))
        return questionnaire_page(request, assessment, form, status=status)
    context |= {
        "assessment": assessment,
        "form": form,
        "can_answer": form.can_answer,
        "may_submit": request.actor.may(Permission.ASSESSMENT_SUBMIT),
    }
    return render(request, "assessments/_answer.html", context, status=status)


def questionnaire_page(
    request: TenantRequest,
    assessment: Assessment,
    shown: AnswerForm | None = None,
    *,
    refused: tuple[Question, EvidenceForm] | None = None,
    status: int = 200,
) -> HttpResponse:
    """Show all questions; `shown` is a card, `refused` a piece of evidence, not saved."""
    page = selectors.questionnaire_read(assessment)
    may_answer = request.actor.may(Permission.ASSESSMENT_ANSWER)
    sections = [
        (
            section,
            [_shown_or_new(assessment, each, shown, may_answer) for each in section.questions],
        )
        for section in page.sections
    ]
    context = {
        "assessment": assessment,
        "questionnaire": page,
        "triggers": selectors.trigger_list(assessment),
        "sections": sections,
        "shown": shown,
        "refused_id": refused[0].card_id if refused else "",
        "refused_form": refused[1] if refused else None,
        "can_answer": may_answer and not assessment.is_fixed,
        "may_submit": request.actor.may(Permission.ASSESSMENT_SUBMIT),
    }
    return render(request, "assessments/questionnaire.html", context, status=status)


def _shown_or_new(
    assessment: Assessment, question: Question, shown: AnswerForm | None, may_answer: bool
) -> AnswerForm:
    if shown is not None and shown.question.card_id == question.card_id:
        return shown
    return _form(assessment, question, may_answer=may_answer)


def _form(
    assessment: Assessment, question: Question, data: Any = None, *, may_answer: bool = True
) -> AnswerForm:
    return AnswerForm(
        question,
        selectors.framework_get(assessment),
        data,
        can_answer=may_answer and not assessment.is_fixed,
    )


def page_url(request: TenantRequest, assessment: Assessment, question: Question) -> str:
    names = {"org": request.organization.slug, "assessment": assessment.pk}
    return f"{reverse('assessments:questionnaire', kwargs=names)}#{question.card_id}"
