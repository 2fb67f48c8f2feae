"""Writes of pulls: set up, asked to run, given another key, stopped."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from assessments.models import Assessment
from costing.usage.models import PullSchedule, PullTurn, UsagePull
from costing.usage.pulls import selectors
from costing.usage.pulls.fetching import checked_address
from costing.usage.pulls.origins import ORIGINS
from costing.usage.pulls.selectors import PULL_JOB
from jobs.models import Job
from jobs.services import request_job
from organizations import audit, tenancy
from organizations.encryption import encrypt
from organizations.exceptions import Conflict, Invalid
from organizations.permissions import Actor

SECRET = re.compile(r"[!-~]{8,500}")
MAX_DAYS_BACK = 366
MAX_PULLS = 20
DUE_AT_ONCE = 100
DAYS_BETWEEN = {PullSchedule.DAILY: 1, PullSchedule.WEEKLY: 7}
# Of a day; each pull has a minute of its own in the two hours that follow.
FIRST_HOUR, SPREAD_MINUTES = 2, 120

UNKNOWN_ORIGIN = f"Choose one of {', '.join(ORIGINS)}."
UNKNOWN_SCHEDULE = f"Choose one of {', '.join(PullSchedule.values)}."
NO_SECRET = "Give the key as it was shown: 8 to 500 visible characters without spaces."
NO_PAIR = "Give the public and the secret key with a colon between them."
NO_ADDRESS = "Say where it is."
FIXED_ADDRESS = "This source has one address: leave this empty."
SINCE = f"Choose a day of the last {MAX_DAYS_BACK} days, before today."
TOO_MANY = f"An assessment has at most {MAX_PULLS} pulls: stop one first."
STOPPED = "This pull was stopped for good. Set up another one."


@dataclass(frozen=True)
class PullInput:
    """What a person says of a pull; `secret` is the key."""

    origin: str
    secret: str = field(repr=False)
    since: date
    schedule: str = PullSchedule.DAILY
    base_url: str = ""
    input_includes_cache: bool = True


@dataclass(frozen=True)
class RequestedPull:
    """A pull that was set up, and the job of its first run."""

    pull: UsagePull
    job: Job


@transaction.atomic
def create_pull(
    *, by: Actor, assessment: Assessment, pull: PullInput, next_url: Callable[[UUID], str]
) -> RequestedPull:
    """Set a pull up and ask for its first run. Raises Invalid with the fields at fault."""
    address = _checked(pull)
    if UsagePull.objects.filter(assessment=assessment, revoked_at=None).count() >= MAX_PULLS:
        raise Invalid(TOO_MANY)
    row = UsagePull.objects.create(
        organization_id=by.organization_id,
        client_id=assessment.client_id,
        assessment=assessment,
        origin=pull.origin,
        base_url=address,
        input_includes_cache=pull.input_includes_cache,
        secret=encrypt(pull.secret),
        schedule=pull.schedule,
        since=pull.since,
        created_by_id=by.user_id,
        created_by_label=by.label,
    )
    data = {
        "name": row.title,
        "base_url": address,
        "schedule": pull.schedule,
        "since": str(pull.since),
    }
    audit.record(by=by, verb="pull.created", subject=row, data=data)
    return RequestedPull(row, _request_job(by, row, next_url(row.pk)))


def _checked(pull: PullInput) -> str:
    """The address that is asked; raises Invalid with all fields at fault."""
    errors: dict[str, list[str]] = {}
    origin = ORIGINS.get(pull.origin)
    if origin is None:
        errors["origin"] = [UNKNOWN_ORIGIN]
    if pull.schedule not in PullSchedule.values:
        errors["schedule"] = [UNKNOWN_SCHEDULE]
    today = timezone.now().date()
    if not today - timedelta(days=MAX_DAYS_BACK) <= pull.since < today:
        errors["since"] = [SINCE]
    errors |= _secret_errors(pull.origin, pull.secret)
    address = ""
    try:
        address = _address(pull)
    except Invalid as error:
        errors |= error.fields
    if errors:
        raise Invalid("This pull cannot be set up.", fields=errors)
    return address


def _address(pull: PullInput) -> str:
    origin = ORIGINS.get(pull.origin)
    if origin is None:
        return ""
    if pull.base_url and not origin.takes_address:
        raise Invalid.at("base_url", FIXED_ADDRESS)
    if not pull.base_url and not origin.address:
        raise Invalid.at("base_url", NO_ADDRESS)
    return checked_address(pull.base_url) if pull.base_url else origin.address


def _secret_errors(origin: str, secret: str) -> dict[str, list[str]]:
    if not SECRET.fullmatch(secret):
        return {"secret": [NO_SECRET]}
    if origin.startswith("langfuse") and ":" not in secret:
        return {"secret": [NO_PAIR]}
    return {}


def _request_job(by: Actor, pull: UsagePull, next_url: str) -> Job:
    """Ask for a run now; the schedule goes on from its own next time."""
    _plan(pull)
    return request_job(
        by=by,
        kind=PULL_JOB,
        key=f"{PULL_JOB}:{pull.pk}",
        subject_id=pull.pk,
        client_id=pull.client_id,
        payload={"assessment": str(pull.assessment_id), "origin": pull.origin},
        next_url=next_url,
    )


def _plan(pull: UsagePull, *, at: datetime | None = None) -> None:
    """Note when the pull is due next: at a moment, else as its schedule says, or never."""
    days = DAYS_BETWEEN.get(PullSchedule(pull.schedule))
    if at is None and days is not None:
        midnight = datetime.combine(timezone.now().date(), time(FIRST_HOUR), tzinfo=UTC)
        at = midnight + timedelta(days=days, minutes=pull.pk.int % SPREAD_MINUTES)
    if at is None:
        PullTurn.objects.filter(pull_id=pull.pk).delete()
    else:
        PullTurn.objects.update_or_create(
            pull_id=pull.pk, defaults={"organization_id": pull.organization_id, "due_at": at}
        )


@transaction.atomic
def request_pull(*, by: Actor, pull: UsagePull, next_url: str) -> Job:
    """Ask for a run now; one that is under way is returned. Raises Conflict for a stopped pull."""
    return _request_job(by, _standing(pull), next_url)


def lock_pull(pull: UsagePull) -> UsagePull:
    """The pull as it stands, locked until the transaction ends."""
    return UsagePull.objects.select_for_update(of=("self",)).get(pk=pull.pk)


def _standing(pull: UsagePull) -> UsagePull:
    """The pull, locked; raises Conflict where it was stopped."""
    row = lock_pull(pull)
    if row.is_revoked:
        raise Conflict(STOPPED, current={"revoked_at": str(row.revoked_at)})
    return row


@transaction.atomic
def change_pull_schedule(*, by: Actor, pull: UsagePull, schedule: str) -> UsagePull:
    """Say how often a pull runs; raises Invalid (`schedule`), Conflict for a stopped one."""
    if schedule not in PullSchedule.values:
        raise Invalid.at("schedule", UNKNOWN_SCHEDULE)
    row = _standing(pull)
    before, row.schedule = row.schedule, schedule
    if before != schedule:
        row.save(update_fields=["schedule"])
        _plan(row)
        data = {"name": row.title, "before": before, "after": schedule}
        audit.record(by=by, verb="pull.schedule_changed", subject=row, data=data)
    return row


@transaction.atomic
def replace_pull_key(*, by: Actor, pull: UsagePull, secret: str) -> UsagePull:
    """Give a pull another key; the old one is gone. Raises Invalid (`secret`)."""
    row = _standing(pull)
    errors = _secret_errors(row.origin, secret)
    if errors:
        raise Invalid(errors["secret"][0], fields=errors)
    row.secret, row.secret_set_at, row.last_error = encrypt(secret), timezone.now(), ""
    row.save(update_fields=["secret", "secret_set_at", "last_error"])
    audit.record(by=by, verb="pull.key_replaced", subject=row, data={"name": row.title})
    return row


@transaction.atomic
def revoke_pull(*, by: Actor, pull: UsagePull) -> UsagePull:
    """Stop a pull for good and forget its key; what it brought stays. Again changes nothing."""
    row = lock_pull(pull)
    if not row.is_revoked:
        row.secret, row.schedule, row.revoked_at = "", PullSchedule.OFF, timezone.now()
        row.save(update_fields=["secret", "schedule", "revoked_at"])
        _plan(row)
        audit.record(by=by, verb="pull.stopped", subject=row, data={"name": row.title})
    return row


def end_pull_run(*, pull: UsagePull, error: str = "", goes_on: bool = False) -> None:
    """Note how a run ended; one that `goes_on` is due again at once."""
    pull.last_run_at, pull.last_error = timezone.now(), error
    pull.save(update_fields=["last_run_at", "last_error"])
    if goes_on:
        _plan(pull, at=timezone.now())


def request_due_pulls() -> int:
    """Ask for the runs that are due, of each organization the first before the second of any.

    Returns how many were asked for.
    """
    requested = 0
    for turn in selectors.turns_due(limit=DUE_AT_ONCE):
        with tenancy.enter(organization_id=turn.organization_id):
            requested += _request_due(turn)
    return requested


def _request_due(turn: PullTurn) -> bool:
    """Ask for the run of a turn that still stands; what is archived waits for its next turn."""
    pulls = UsagePull.objects.select_related("organization", "client", "assessment__client")
    pull = pulls.filter(pk=turn.pull_id, revoked_at=None).first()
    if pull is None:
        PullTurn.objects.filter(pull_id=turn.pull_id).delete()
        return False
    if not PullTurn.objects.filter(pk=turn.pk, due_at=turn.due_at).exists():
        return False  # somebody asked in the meantime
    if pull.is_archived:
        _plan(pull)
        return False
    by = Actor(organization_id=turn.organization_id, label="Schedule")
    _request_job(by, pull, "")
    return True
