"""Writes of target levels that a consultant chooses."""

from django.db import transaction
from django.utils import timezone

from assessments import selectors
from assessments.models import (
    HIGHEST_LEVEL,
    LOWEST_LEVEL,
    TARGET_REASON_LENGTH,
    Assessment,
    ChosenTarget,
)
from assessments.services.texts import required_text
from organizations import audit
from organizations.exceptions import Invalid, Missing
from organizations.permissions import Actor


@transaction.atomic
def choose_target(
    *, by: Actor, assessment: Assessment, dimension: str, level: int, reason: str
) -> ChosenTarget:
    """Aim at another level in a dimension than the rules say, for a reason; of two, the last.

    Raises Missing for a dimension that the framework does not know, Invalid for another level or
    no reason.
    """
    _check_dimension(assessment, dimension)
    if not LOWEST_LEVEL <= level <= HIGHEST_LEVEL:
        message = f"Choose a level from {LOWEST_LEVEL} to {HIGHEST_LEVEL}."
        raise Invalid(message, fields={"level": [message]})
    text = required_text(" ".join(reason.split()), field="reason", longest=TARGET_REASON_LENGTH)
    row = Assessment.objects.select_for_update(no_key=True).get(pk=assessment.pk)
    target = ChosenTarget.objects.filter(assessment=row, dimension=dimension).first()
    target = target or ChosenTarget(
        organization_id=by.organization_id,
        client_id=row.client_id,
        assessment=row,
        dimension=dimension,
    )
    target.level, target.reason = level, text
    target.chosen_by_id, target.chosen_by_label = by.user_id, by.label
    target.chosen_at = timezone.now()
    target.save()
    data = {"dimension": dimension, "level": level, "reason": text}
    audit.record(by=by, verb="target.chosen", subject=target, data=data)
    return target


@transaction.atomic
def clear_target(*, by: Actor, assessment: Assessment, dimension: str) -> None:
    """Aim at what the rules say again; nothing happens where nobody chose otherwise."""
    _check_dimension(assessment, dimension)
    row = Assessment.objects.select_for_update(no_key=True).get(pk=assessment.pk)
    target = ChosenTarget.objects.filter(assessment=row, dimension=dimension).first()
    if target is None:
        return
    data = {"dimension": dimension, "level": target.level}
    audit.record(by=by, verb="target.cleared", subject=target, data=data)
    target.delete()


def _check_dimension(assessment: Assessment, dimension: str) -> None:
    known = {each.key for each in selectors.framework_get(assessment).dimensions}
    if dimension not in known:
        raise Missing("The framework does not know this dimension.")
