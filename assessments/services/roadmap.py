"""Drafts the roadmap from gaps: only what was previewed, and never over people's edits."""

from collections.abc import Mapping
from datetime import date

from django.db import transaction
from django.utils import timezone

from assessments import mapping, selectors
from assessments.models import Assessment, Roadmap, RoadmapAction
from assessments.roadmap import PlannedAction, Redraft, redraft_checksum
from organizations import audit
from organizations.exceptions import Conflict, Invalid
from organizations.permissions import Actor

MOVED = "Something changed since you looked. This is what drafting would do now."


@transaction.atomic
def apply_draft(*, by: Actor, assessment: Assessment, starts_on: date, checksum: str) -> Redraft:
    """Bring the roadmap up to what the answers and the economics say, as it was previewed.

    `checksum` is the preview's: raises Conflict with the new one where another difference would
    be applied than was shown, Invalid for a first day that is none.
    """
    check_day(starts_on, "starts_on")
    rows = lock_roadmap(assessment)
    difference = selectors.redraft_preview(assessment, starts_on=starts_on)
    standing = redraft_checksum(difference)
    if checksum != standing:
        raise Conflict(MOVED, current={"checksum": standing})
    roadmap = roadmap_of(by, assessment, starts_on)
    roadmap.starts_on, roadmap.drafted_at = starts_on, timezone.now()
    roadmap.drafted_by_id, roadmap.drafted_by_label = by.user_id, by.label
    roadmap.save()
    _store_difference(by, assessment, difference, rows)
    data = {
        "starts_on": starts_on.isoformat(),
        "new": [each.key for each in difference.new],
        "changed": [each.before.key for each in difference.changed],
        "gone": [each.action.key for each in difference.gone],
    }
    audit.record(by=by, verb="roadmap.drafted", subject=roadmap, data=data)
    return difference


def _store_difference(
    by: Actor, assessment: Assessment, difference: Redraft, rows: Mapping[str, RoadmapAction]
) -> None:
    for change in difference.changed:
        row = rows[change.before.id]
        mapping.write_action(row, change.after)
        row.version += 1
        sign_action(row, by).save()
    gone = [each.action.id for each in difference.gone]
    RoadmapAction.objects.filter(assessment=assessment, pk__in=gone).delete()
    for planned in difference.new:
        new_action(by, assessment, planned).save(force_insert=True)


def check_day(day: date, field: str) -> None:
    """Raise Invalid for a day that nobody plans for."""
    if not selectors.FIRST_PLANNED <= day <= selectors.LAST_PLANNED:
        message = (
            f"Choose a day from {selectors.FIRST_PLANNED.year} to {selectors.LAST_PLANNED.year}."
        )
        raise Invalid(message, fields={field: [message]})


def roadmap_of(by: Actor, assessment: Assessment, starts_on: date) -> Roadmap:
    """Return the assessment's roadmap, or a new one, unsaved."""
    return selectors.roadmap_find(assessment) or Roadmap(
        organization_id=by.organization_id,
        client_id=assessment.client_id,
        assessment=assessment,
        starts_on=starts_on,
    )


def new_action(by: Actor, assessment: Assessment, planned: PlannedAction) -> RoadmapAction:
    """Return the unsaved row of an action."""
    row = RoadmapAction(
        organization_id=by.organization_id, client_id=assessment.client_id, assessment=assessment
    )
    mapping.write_action(row, planned)
    return sign_action(row, by)


def sign_action(row: RoadmapAction, by: Actor) -> RoadmapAction:
    """Say on an action who changed it last, and when."""
    row.changed_by_id, row.changed_by_label = by.user_id, by.label
    row.changed_at = timezone.now()
    return row


def lock_roadmap(assessment: Assessment) -> dict[str, RoadmapAction]:
    """Return an assessment's actions by id, locked with the assessment until the change is done."""
    Assessment.objects.select_for_update(no_key=True).get(pk=assessment.pk)
    return {str(row.pk): row for row in selectors.action_list(assessment).select_for_update()}
