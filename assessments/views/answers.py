"""Pages of the intake, the questionnaire, evidence and notes."""

from collections.abc import Sequence
from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from assessments import selectors, services
from assessments.files import download
from assessments.forms import AnswerForm, EvidenceForm, IntakeForm, NoteForm
from assessments.models import Assessment, Evidence
from assessments.selectors import Question
from assessments.views.assessments import page_url, submit_urls
from organizations.access import TenantRequest, tenant_view
from organizations.exceptions import Conflict, Invalid
from organizations.forms import posted
from organizations.permissions import Permission

# The id of the form that holds the answers of all cards where no script takes them one by one.
ALL = "answers"


@require_http_methods(["GET", "HEAD", "POST"])
@tenant_view(Permission.ASSESSMENT_ANSWER, assessment=selectors.assessment_get)
def intake(request: TenantRequest, assessment: Assessment) -> HttpResponse:
    """Ask which reasons bring the client here, and go on to the questions."""
    form = _intake_form(assessment, posted(request))
    leave = page_url(request, "questionnaire", assessment)
    if not form.is_bound and assessment.is_fixed:
        return redirect(leave)
    try:
        if form.save(services.give_intake, by=request.actor, assessment=assessment):
            return redirect(leave)
    except Conflict as conflict:
        if "triggers" not in conflict.current:
            raise
        # What stands, with what was ticked here: to save again is then a choice.
        fresh = selectors.assessment_get(assessment.pk)
        mine = {"triggers": form.cleaned_data["triggers"], "read": selectors.intake_mark(fresh)}
        again, standing = _intake_form(fresh, mine), selectors.trigger_list(fresh)
        return _intake_page(request, fresh, again, status=409, conflict=conflict, standing=standing)
    return _intake_page(request, assessment, form, status=422 if form.is_bound else 200)


def _intake_form(assessment: Assessment, data: Any) -> IntakeForm:
    read = {"triggers": assessment.triggers, "read": selectors.intake_mark(assessment)}
    framework = selectors.framework_get(assessment)
    return IntakeForm(data, framework=framework, initial=read)


def _intake_page(
    request: TenantRequest,
    assessment: Assessment,
    form: IntakeForm,
    *,
    status: int,
    **context: Any,
) -> HttpResponse:
    context |= {"assessment": assessment, "form": form}
    return render(request, "assessments/intake.html", context, status=status)


@require_safe
@tenant_view(Permission.ASSESSMENT_VIEW, is_kept=True, assessment=selectors.assessment_get)
def questionnaire(request: TenantRequest, assessment: Assessment) -> HttpResponse:
    return questionnaire_page(request, assessment)


@require_http_methods(["GET", "HEAD", "POST"])
@tenant_view(Permission.ASSESSMENT_ANSWER, assessment=selectors.assessment_get)
def answer_detail(
    request: TenantRequest, assessment: Assessment, kind: str, key: str
) -> HttpResponse:
    """Show one question's card, or save what was typed into it."""
    if request.method != "POST":
        question = selectors.question_get(assessment, kind=kind, key=key)
        return _card(request, assessment, _form(assessment, question))
    question = selectors.question_asked(assessment, kind=kind, key=key)
    refused = _store(request, assessment, _form(assessment, question, request.POST))
    if refused:
        refused.question = selectors.question_get(assessment, kind=kind, key=key)
        return _card(request, assessment, refused, status=409 if refused.conflict else 422)
    answers = assessment.answers_locked
    page = selectors.questionnaire_read(assessment, has_evidence=False, answers=answers)
    if not request.headers.get("HX-Request"):
        return redirect(_card_url(request, assessment, page.next_after(question) or question))
    form = _form(assessment, page.find(question))
    return _card(request, assessment, form, questionnaire=page)


def _store(request: TenantRequest, assessment: Assessment, typed: AnswerForm) -> AnswerForm | None:
    """Save what was typed; return the form to show where that could not be done."""
    if not typed.is_valid():
        return typed
    asked = typed.question
    try:
        services.save_answer(
            by=request.actor,
            assessment=assessment,
            kind=asked.kind,
            key=asked.key,
            version=typed.cleaned_data["version"],
            content=typed.content(),
        )
    except Invalid as error:
        typed.refuse(error)
        return typed
    except Conflict as conflict:
        # What stands now, with what was typed and the choice between the two.
        assessment.refresh_from_db(fields=["status", "submitted_at", "approved_at"])
        question = selectors.question_get(assessment, kind=asked.kind, key=asked.key)
        form = _form(assessment, question, owner=typed.owner)
        form.conflict, form.typed = conflict, typed
        return form
    return None


@require_POST
@tenant_view(Permission.ASSESSMENT_ANSWER, assessment=selectors.assessment_get)
def answers_save(request: TenantRequest, assessment: Assessment) -> HttpResponse:
    """Save every answer that was typed into the page; without JavaScript they come at once."""
    questions = selectors.questionnaire_read(assessment)
    forms = [_form(assessment, each, request.POST, owner=ALL) for each in questions.questions]
    typed = [form for form in forms if form.was_typed(request.POST)]
    refused = [form for each in typed if (form := _store(request, assessment, each))]
    if refused:
        status = 409 if any(form.conflict for form in refused) else 422
        return questionnaire_page(request, assessment, refused, status=status)
    last = typed[-1].question if typed else questions.questions[0]
    return redirect(_card_url(request, assessment, questions.next_after(last) or last))


def _card(
    request: TenantRequest,
    assessment: Assessment,
    form: AnswerForm,
    *,
    status: int = 200,
    **context: Any,
) -> HttpResponse:
    """Render the card alone for htmx; without JavaScript, the page that holds it."""
    if not request.headers.get("HX-Request"):
        if request.method != "POST":
            return redirect(_card_url(request, assessment, form.question))
        return questionnaire_page(request, assessment, [form], status=status)
    form.action = request.path
    may_submit = request.actor.may(Permission.ASSESSMENT_SUBMIT)
    context |= {
        "assessment": assessment,
        "form": form,
        "urls": submit_urls(request, assessment),
        "can_answer": form.can_answer,
        "may_submit": may_submit,
    }
    return render(request, "assessments/_answer.html", context, status=status)


def questionnaire_page(
    request: TenantRequest,
    assessment: Assessment,
    shown: Sequence[AnswerForm] = (),
    *,
    refused: tuple[Question, EvidenceForm] | None = None,
    status: int = 200,
) -> HttpResponse:
    """Show all questions; `shown` are cards, `refused` is a piece of evidence, not saved."""
    page = selectors.questionnaire_read(assessment)
    may_answer = request.actor.may(Permission.ASSESSMENT_ANSWER)
    cards = {form.question.card_id: form for form in shown}

    def card(question: Question) -> AnswerForm:
        kept = cards.get(question.card_id)
        form = kept or _form(assessment, question, may_answer=may_answer, owner=ALL)
        names = {"org": request.organization.slug, "assessment": assessment.pk}
        names |= {"kind": question.kind, "key": question.key}
        form.action = reverse("assessments:answer-detail", kwargs=names)
        return form

    context = {
        "assessment": assessment,
        "questionnaire": page,
        "triggers": selectors.trigger_list(assessment),
        "sections": [(each, [card(asked) for asked in each.questions]) for each in page.sections],
        "shown": shown,
        "refused_id": refused[0].card_id if refused else "",
        "refused_form": refused[1] if refused else None,
        "can_answer": may_answer and not assessment.is_fixed,
        "urls": submit_urls(request, assessment),
        "may_submit": request.actor.may(Permission.ASSESSMENT_SUBMIT),
    }
    return render(request, "assessments/questionnaire.html", context, status=status)


def _form(
    assessment: Assessment,
    question: Question,
    data: Any = None,
    *,
    may_answer: bool = True,
    owner: str = "",
) -> AnswerForm:
    framework = selectors.framework_get(assessment)
    can_answer = may_answer and not assessment.is_fixed
    return AnswerForm(question, framework, data, can_answer=can_answer, owner=owner)


def _card_url(request: TenantRequest, assessment: Assessment, question: Question) -> str:
    return f"{page_url(request, 'questionnaire', assessment)}#{question.card_id}"


@require_POST
@tenant_view(Permission.ASSESSMENT_ANSWER, assessment=selectors.assessment_get)
def evidence_create(
    request: TenantRequest, assessment: Assessment, kind: str, key: str
) -> HttpResponse:
    question = selectors.question_get(assessment, kind=kind, key=key)
    form = EvidenceForm(request.POST, request.FILES)
    if not form.save(_add_evidence, by=request.actor, assessment=assessment, kind=kind, key=key):
        return _evidence(request, assessment, question, form)
    return _evidence(request, assessment, selectors.question_get(assessment, kind=kind, key=key))


def _add_evidence(*, url: str, file: Any, **known: Any) -> None:
    if url:
        services.add_link(url=url, **known)
    if file:
        services.add_file(filename=file.name, content=file.read(), **known)


@require_safe
@tenant_view(Permission.ASSESSMENT_VIEW, evidence=selectors.evidence_get)
def evidence_download(request: TenantRequest, evidence: Evidence) -> HttpResponse:
    return download(evidence)


@require_POST
@tenant_view(Permission.ASSESSMENT_ANSWER, evidence=selectors.evidence_get)
def evidence_delete(request: TenantRequest, evidence: Evidence) -> HttpResponse:
    assessment, kind, key = evidence.assessment, evidence.kind, evidence.key
    services.delete_evidence(by=request.actor, evidence=evidence)
    return _evidence(request, assessment, selectors.question_get(assessment, kind=kind, key=key))


def _evidence(
    request: TenantRequest,
    assessment: Assessment,
    question: Question,
    refused: EvidenceForm | None = None,
) -> HttpResponse:
    """Render a question's evidence for htmx; without JavaScript, the page that holds it."""
    status = 422 if refused else 200
    if not request.headers.get("HX-Request"):
        if refused is None:
            return redirect(_card_url(request, assessment, question))
        return questionnaire_page(request, assessment, refused=(question, refused), status=status)
    context = {
        "assessment": assessment,
        "question": question,
        "card_id": question.card_id,
        "refused": refused,
        "can_add": not assessment.is_fixed,
    }
    return render(request, "assessments/_evidence.html", context, status=status)


@require_safe
@tenant_view(Permission.NOTE_VIEW, is_kept=True, assessment=selectors.assessment_get)
def note_list(request: TenantRequest, assessment: Assessment) -> HttpResponse:
    return _page(request, assessment, NoteForm(questions=selectors.question_list(assessment)))


@require_POST
@tenant_view(Permission.NOTE_WRITE, assessment=selectors.assessment_get)
def note_create(request: TenantRequest, assessment: Assessment) -> HttpResponse:
    form = NoteForm(request.POST, questions=selectors.question_list(assessment))
    if form.save(services.add_note, by=request.actor, assessment=assessment):
        return redirect(page_url(request, "note-list", assessment))
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
