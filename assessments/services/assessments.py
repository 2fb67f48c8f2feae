"""Writes of assessments: published frameworks, title and weights, reviews and scorecards."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from assessments import mapping, selectors
from assessments.framework import Framework
from assessments.mail import Event
from assessments.models import (
    REMARK_LENGTH,
    TITLE_LENGTH,
    Answer,
    Assessment,
    AssessmentStatus,
    FrameworkVersion,
    Scorecard,
)
from assessments.scoring import InvalidAnswers, score
from assessments.services.notices import request_notice
from jobs.models import Job
from jobs.selectors import job_latest
from jobs.services import request_job
from organizations import audit
from organizations.exceptions import Conflict, Invalid
from organizations.models import Client
from organizations.permissions import Actor
from organizations.prepared import Prepared

REFUSALS = {
    AssessmentStatus.IN_PROGRESS: "This assessment is open; there is nothing to reopen or review.",
    AssessmentStatus.SUBMITTED: "This assessment was submitted, so its answers are fixed."
    " A consultant can reopen it.",
    AssessmentStatus.APPROVED: "This assessment was approved, so its answers are fixed."
    " A consultant can reopen it.",
}


def lock_assessment(assessment_id: UUID, *statuses: AssessmentStatus) -> Assessment:
    """Return an assessment's row, locked until the transaction ends.

    Raises Conflict when it has none of the statuses, where any are named.
    """
    row = _locked.get(assessment_id)
    if statuses:
        _check_status(row.status, statuses)
    return row


def lock_answers(assessment_id: UUID) -> list[Answer]:
    """Lock an assessment that is being answered until the transaction ends; return its answers.

    Raises Conflict when they are fixed.
    """
    status, answers = selectors.answers_lock(assessment_id)
    _check_status(status, [AssessmentStatus.IN_PROGRESS])
    return answers


def _check_status(status: str, allowed: Sequence[AssessmentStatus]) -> None:
    if status not in allowed:
        raise Conflict(REFUSALS[AssessmentStatus(status)], current={"status": status})


_locked = Prepared(lambda pk: Assessment.objects.select_for_update(no_key=True).filter(pk=pk))
UNSTORABLE = "There are characters in it that cannot be stored."


def is_storable(text: str) -> bool:
    """Tell whether a text has neither NUL nor half of a surrogate pair."""
    return "\0" not in text and not any("\ud800" <= letter <= "\udfff" for letter in text)


def clean_text(text: str, *, field: str, max_length: int, is_required: bool = True) -> str:
    """Return a text without outer blanks; raises Invalid when it is missing, too long or odd."""
    stripped = text.strip()
    message = ""
    if is_required and not stripped:
        message = "Please fill this in."
    elif len(stripped) > max_length:
        message = f"At most {max_length} characters, please."
    elif not is_storable(stripped):
        message = UNSTORABLE
    if message:
        raise Invalid.at(field, message)
    return stripped


def publish_framework(framework: Framework) -> tuple[FrameworkVersion, bool]:
    """Store a version of the framework; the same content again changes nothing.

    Returns the row and whether it is new. Versions are no organization's own, so there is no actor.
    Raises Invalid for other content under a version that is published already.
    """
    row, is_new = FrameworkVersion.objects.get_or_create(
        version=framework.version,
        defaults={"checksum": framework.checksum, "document": framework.document()},
    )
    if row.checksum != framework.checksum:
        raise Invalid(
            f"Framework version {framework.version} is published with other content (checksum"
            f" {row.checksum[:12]}, not {framework.checksum[:12]}). A published version never"
            " changes: give the new content a version of its own."
        )
    return row, is_new


NO_FRAMEWORK = "No framework is loaded yet. The operator must load it first."


@transaction.atomic
def create_assessment(
    *, by: Actor, client: Client, title: str, as_of: date, triggers: Iterable[str] = ()
) -> Assessment:
    """Start an assessment of a client, bound to the framework's latest version.

    Raises Invalid for an empty title or a trigger that the framework does not know.
    """
    version = selectors.framework_latest()
    if version is None:
        raise Invalid(NO_FRAMEWORK)
    assessment = Assessment(
        organization_id=by.organization_id,
        client=client,
        framework=version,
        title=clean_text(title, field="title", max_length=TITLE_LENGTH),
        as_of=as_of,
        triggers=_triggers(mapping.framework_of(version), triggers),
        created_by_id=by.user_id,
    )
    assessment.intake_at = timezone.now() if assessment.triggers else None
    assessment.save(force_insert=True)
    data = {"title": assessment.title, "framework": version.version}
    audit.record(by=by, verb="assessment.created", subject=assessment, data=data)
    return assessment


@transaction.atomic
def edit_assessment(
    *, by: Actor, assessment: Assessment, title: str, as_of: date, triggers: Iterable[str]
) -> Assessment:
    """Change an open assessment's title, date and triggers; raises as create_assessment does."""
    row = lock_assessment(assessment.pk, AssessmentStatus.IN_PROGRESS)
    row.title = clean_text(title, field="title", max_length=TITLE_LENGTH)
    row.as_of = as_of
    before, row.triggers = row.triggers, _triggers(selectors.framework_get(assessment), triggers)
    if row.triggers != before:
        row.intake_at = timezone.now()
    row.save(update_fields=["title", "as_of", "triggers", "intake_at"])
    data = {"title": row.title, "as_of": row.as_of.isoformat(), "triggers": row.triggers}
    audit.record(by=by, verb="assessment.edited", subject=row, data=data)
    return row


@transaction.atomic
def give_intake(
    *, by: Actor, assessment: Assessment, triggers: Iterable[str], read: str
) -> Assessment:
    """Store why an open assessment is run, over the intake that was `read`; may be empty.

    Raises Conflict with what stands now where somebody else said something in the meantime,
    Invalid for a trigger that the framework does not know.
    """
    row = lock_assessment(assessment.pk, AssessmentStatus.IN_PROGRESS)
    chosen = _triggers(selectors.framework_get(assessment), triggers)
    if read != selectors.intake_mark(row) and chosen != row.triggers:
        message = "Somebody else said in the meantime why this assessment is run."
        raise Conflict(message, current={"triggers": row.triggers})
    row.triggers, row.intake_at = chosen, timezone.now()
    row.save(update_fields=["triggers", "intake_at"])
    audit.record(by=by, verb="assessment.intake", subject=row, data={"triggers": chosen})
    return row


def _triggers(framework: Framework, keys: Iterable[str]) -> list[str]:
    chosen = set(keys)
    known = [trigger.key for trigger in framework.triggers]
    if not chosen <= set(known):
        raise Invalid.at("triggers", "The framework knows no such reason.")
    return [key for key in known if key in chosen]


@transaction.atomic
def set_weights(
    *, by: Actor, assessment: Assessment, weights: Mapping[str, Decimal] | None
) -> Assessment:
    """Keep the client's own weights beside the version's; none takes them away.

    Raises Invalid with the weights at fault.
    """
    row = lock_assessment(assessment.pk, AssessmentStatus.IN_PROGRESS)
    try:
        score(selectors.framework_get(assessment), {}, weights=weights)
    except InvalidAnswers as error:
        raise Invalid("These weights cannot be used.", fields=error.fields) from None
    row.weights = {key: str(value) for key, value in (weights or {}).items()}
    row.save(update_fields=["weights"])
    audit.record(by=by, verb="assessment.weighed", subject=row, data={"weights": row.weights})
    return row


STEP = [
    "status",
    "submitted_at",
    "remark",
    "returned_at",
    "approved_at",
    "reviewed_by",
    "reviewed_by_label",
]


@transaction.atomic
def submit_assessment(*, by: Actor, assessment: Assessment, next_url: str = "") -> Job:
    """Fix an assessment's answers and ask for the scorecard that they come to.

    Raises Conflict when it is submitted already, Invalid while nothing is answered.
    """
    row = lock_assessment(assessment.pk, AssessmentStatus.IN_PROGRESS)
    progress = selectors.answer_progress(assessment)
    if progress.answered == 0:
        raise Invalid("Answer at least one question before you submit.")
    row.status, submitted_at = AssessmentStatus.SUBMITTED, timezone.now()
    row.submitted_at = submitted_at
    row.save(update_fields=["status", "submitted_at"])
    data = {"answered": progress.answered, "questions": progress.total}
    audit.record(by=by, verb="assessment.submitted", subject=row, data=data)
    _tell(by, row, "submitted", submitted_at)
    return request_job(
        by=by,
        kind=SCORECARD_JOB,
        key=f"{SCORECARD_JOB}:{row.pk}:{submitted_at.isoformat()}",
        subject_id=row.pk,
        client_id=row.client_id,
        payload={"submitted_at": submitted_at.isoformat()},
        next_url=next_url,
    )


@transaction.atomic
def return_assessment(*, by: Actor, assessment: Assessment, remark: str) -> Assessment:
    """Return a submitted assessment to be answered again, with a remark.

    Raises Invalid without a remark, Conflict unless it waits for a review.
    """
    text = clean_text(remark.replace("\r\n", "\n"), field="remark", max_length=REMARK_LENGTH)
    row = lock_assessment(assessment.pk, AssessmentStatus.SUBMITTED)
    row.status, row.submitted_at = AssessmentStatus.IN_PROGRESS, None
    row.remark, row.returned_at = text, timezone.now()
    _store_review(row, by=by, verb="assessment.returned", data={"remark": text})
    _tell(by, row, "returned", row.returned_at, text)
    return row


@transaction.atomic
def approve_assessment(*, by: Actor, assessment: Assessment) -> Assessment:
    """Accept a submitted assessment as it stands; raises Conflict unless it waits for a review."""
    row = lock_assessment(assessment.pk, AssessmentStatus.SUBMITTED)
    row.status, row.approved_at = AssessmentStatus.APPROVED, timezone.now()
    row.remark, row.returned_at = "", None
    _store_review(row, by=by, verb="assessment.approved", data={})
    _tell(by, row, "approved", row.approved_at)
    return row


def _tell(by: Actor, row: Assessment, kind: str, at: datetime, text: str = "") -> None:
    """Tell by mail what happened; a review's outcome also to whoever submitted."""
    submission = job_latest(kind=SCORECARD_JOB, subject_id=row.pk)
    submitter = submission.requested_by_id if submission else None
    people = (submitter,) if submitter and kind != "submitted" else ()
    event = Event(kind=kind, actor=by.label, actor_id=by.user_id, people=people, text=text)
    request_notice(by=by, assessment=row, event=event, key=at.isoformat())


def _store_review(row: Assessment, *, by: Actor, verb: str, data: dict[str, str]) -> None:
    row.reviewed_by_id, row.reviewed_by_label = by.user_id, by.label
    row.save(update_fields=STEP)
    audit.record(by=by, verb=verb, subject=row, data=data)


@transaction.atomic
def reopen_assessment(*, by: Actor, assessment: Assessment) -> Assessment:
    """Let a submitted or approved assessment be answered again; stored scorecards stay.

    Raises Conflict when it is open.
    """
    row = lock_assessment(assessment.pk, AssessmentStatus.SUBMITTED, AssessmentStatus.APPROVED)
    row.status, row.submitted_at = AssessmentStatus.IN_PROGRESS, None
    row.remark, row.returned_at, row.approved_at = "", None, None
    row.reviewed_by_id, row.reviewed_by_label = None, ""
    row.save(update_fields=STEP)
    audit.record(by=by, verb="assessment.reopened", subject=row)
    return row


SCORECARD_JOB = "compute-scorecard"


def note_publication(*, assessment: Assessment, is_published: bool) -> None:
    """Let the client's people see results, or no longer; the caller records who decided it."""
    published_at = timezone.now() if is_published else None
    rows = Assessment.objects.filter(pk=assessment.pk, published_at__isnull=is_published)
    rows.update(published_at=published_at)


@transaction.atomic
def store_scorecard(
    *, by: Actor, job_id: UUID, assessment_id: UUID, submitted_at: str
) -> Scorecard | None:
    """Store the scores of one submission, once; none if it was reopened in the meantime."""
    row = lock_assessment(assessment_id)
    if row.submitted_at is None or row.submitted_at.isoformat() != submitted_at:
        return None
    document = selectors.scores_compute(row).document()
    scorecard = Scorecard.objects.create(**row.place, job_id=job_id, document=document)
    audit.record(by=by, verb="scorecard.stored", subject=scorecard, data={"job": str(job_id)})
    return scorecard
