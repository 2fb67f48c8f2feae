"""Starts an assessment anew, with the scenarios of the last one where that is asked for."""

from datetime import date

from django.db import transaction

from assessments.models import Assessment
from assessments.services import start_reassessment
from costing.scenarios.services.economics import request_economics
from costing.scenarios.services.scenarios import copy_scenarios
from organizations.permissions import Actor


@transaction.atomic
def reassess(
    *, by: Actor, assessment: Assessment, title: str, as_of: date, takes_scenarios: bool
) -> Assessment:
    """Start a reassessment and, with its scenarios, ask for their economics under its scores.

    Repeated, it returns the same one and copies nothing. Raises as start_reassessment does.
    """
    started, is_new = start_reassessment(by=by, assessment=assessment, title=title, as_of=as_of)
    if is_new and takes_scenarios:
        for scenario in copy_scenarios(by=by, source=assessment, target=started):
            request_economics(by=by, scenario=scenario)
    return started
