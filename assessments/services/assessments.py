"""Writes of assessments: start, edit, say why, weigh."""

from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal

from django.db import transaction
from django.utils import timezone

from assessments import mapping, selectors
from assessments.framework import Framework
from assessments.models import TITLE_LENGTH, Assessment, AssessmentStatus
from assessments.scoring import InvalidAnswers, score
from assessments.services.locking import lock_assessment
from assessments.services.texts import required_text
from organizations import audit
from organizations.exceptions import Conflict, Invalid
from organizations.models import Client
from organizations.permissions import Actor

NO_FRAMEWORK = "No framework is loaded yet. Whoever runs the product must load it first."


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
        title=required_text(title, field="title", longest=TITLE_LENGTH),
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
    row = lock_assessment(assessment, AssessmentStatus.IN_PROGRESS)
    row.title = required_text(title, field="title", longest=TITLE_LENGTH)
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
    """Say why an open assessment is run, over what was `read`; for none of the reasons is fine.

    Raises Conflict with what stands now where somebody else said something in the meantime,
    Invalid for a trigger that the framework does not know.
    """
    row = lock_assessment(assessment, AssessmentStatus.IN_PROGRESS)
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
        message = "The framework knows no such reason."
        raise Invalid(message, fields={"triggers": [message]})
    return [key for key in known if key in chosen]


@transaction.atomic
def set_weights(
    *, by: Actor, assessment: Assessment, weights: Mapping[str, Decimal] | None
) -> Assessment:
    """Keep the client's own weights beside the version's; none takes them away.

    Raises Invalid with the weights at fault.
    """
    row = lock_assessment(assessment, AssessmentStatus.IN_PROGRESS)
    try:
        score(selectors.framework_get(assessment), {}, weights=weights)
    except InvalidAnswers as error:
        raise Invalid("These weights cannot be used.", fields=error.fields) from None
    row.weights = {key: str(value) for key, value in (weights or {}).items()}
    row.save(update_fields=["weights"])
    audit.record(by=by, verb="assessment.weighed", subject=row, data={"weights": row.weights})
    return row
