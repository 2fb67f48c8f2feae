"""Estimates of which nothing is kept: light ones at once, heavy ones by a job."""

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID, uuid4

from django.db import transaction

from assessments.framework import Framework
from costing.catalog.mapping import checksum
from costing.engine import Estimate, InvalidScenario, Scenario, estimate, estimate_document
from costing.engine.limits import Watch
from costing.scenarios import computing
from costing.scenarios.economics import InvalidScenarioDocument
from costing.scenarios.estimate_command import line_of
from costing.scenarios.scenario_files import framework_for, scenario_of, work_of
from jobs.models import UNFINISHED, Job
from jobs.services import request_job
from organizations.concurrency import place
from organizations.exceptions import Busy, DomainError, Invalid
from organizations.permissions import Actor
from presentation import kept

ESTIMATE_JOB = "estimate"
# Of one organization, waiting or running.
MAX_JOBS = 10
MAX_IN_BULK = 200
# How much of estimates as JSON a process keeps: one takes 5,000 to 50,000 bytes.
KEPT_BYTES = 8_000_000
estimates_kept = kept.Kept[bytes](KEPT_BYTES)
TOO_HEAVY = "This is too much to compute among others: ask for its estimate alone."


def estimate_scenario(*, by: Actor, document: Any, today: date) -> bytes | Job:
    """Price a scenario document as section 8, as JSON; what is heavy or takes too long, by a job.

    Catalog references are priced as of the document's own date, else of today; it follows from
    nothing else, so an organization that asks for the same again gets what was computed. Raises
    Invalid with the path of every field at fault, or of those that cause too much computing; Busy.
    """
    key = kept.checksum((by.organization_id, document, today))
    text = estimates_kept.find(key)
    if text is None:
        found = _estimate(by, document, today)
        if isinstance(found, Job):
            return found
        text = line_of(estimate_document(found)).encode()
        estimates_kept.keep(key, text)
    return text


def _estimate(by: Actor, document: Any, today: date) -> Estimate | Job:
    framework, scenario = _read(document, today)
    if computing.bounded_seconds(scenario) > computing.IN_REQUEST_SECONDS:
        return request_estimate(by=by, document=document, today=today)
    watch = computing.deadline(computing.REQUEST_DEADLINE_SECONDS)
    with place(by.organization_id):
        try:
            return _priced(framework, scenario, watch)
        except computing.TookTooLong:
            return request_estimate(by=by, document=document, today=today)


def estimate_scenarios(
    *, by: Actor, documents: Sequence[Any], today: date
) -> list[Estimate | DomainError]:
    """Price each scenario document as `estimate_scenario` would, or say what is wrong with it.

    One that is heavy, or whose turn does not come in time, is refused: it may ask by itself.
    Raises Busy.
    """
    watch = computing.deadline(computing.REQUEST_DEADLINE_SECONDS)
    with place(by.organization_id):
        return [_outcome(document, today, watch) for document in documents]


def _outcome(document: Any, today: date, watch: Watch) -> Estimate | DomainError:
    try:
        watch()
        framework, scenario = _read(document, today)
        if computing.bounded_seconds(scenario) > computing.IN_BULK_SECONDS:
            return Invalid.at("ranges", TOO_HEAVY)
        return _priced(framework, scenario, watch)
    except DomainError as error:
        return error


@transaction.atomic
def request_estimate(*, by: Actor, document: Any, today: date) -> Job:
    """Ask for a heavy estimate; while the same one is under way, that job."""
    if Job.objects.filter(kind=ESTIMATE_JOB, state__in=UNFINISHED).count() >= MAX_JOBS:
        raise Busy("Too many estimates are waiting already. Ask again when one of them is done.")
    payload = {"document": document, "today": today.isoformat()}
    return request_job(
        by=by,
        kind=ESTIMATE_JOB,
        key=f"{ESTIMATE_JOB}:{by.client_id}:{checksum(payload)}",
        subject_id=uuid4(),
        client_id=by.client_id,
        payload=payload,
    )


def estimate_in_job(document: Any, *, today: date) -> Estimate:
    """Price a scenario document that was too heavy for a request."""
    return _priced(
        *_read(document, today), computing.deadline(computing.JOB_DEADLINE_SECONDS, is_last=True)
    )


def estimate_job_get(estimate_id: UUID) -> Job:
    """Return the job that computes a heavy estimate, or did; raises Job.DoesNotExist."""
    return Job.objects.get(kind=ESTIMATE_JOB, subject_id=estimate_id)


def _read(document: Any, today: date) -> tuple[Framework | None, Scenario]:
    framework = framework_for(document)
    try:
        return framework, scenario_of(document, framework, as_of=None, today=today)
    except InvalidScenario as error:
        raise InvalidScenarioDocument(error) from error


def _priced(framework: Framework | None, scenario: Scenario, watch: Watch) -> Estimate:
    requirements = framework.requirements if framework else None
    days = work_of(scenario, framework)
    return estimate(scenario, requirements, watch, effort_days=days)
