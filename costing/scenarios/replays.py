"""Logs that are replayed at a scenario's prices: sent, replayed by a job, taken over, removed."""

import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from functools import partial
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet
from django.urls import reverse

from assessments.selectors import framework_get
from assessments.uploads import clean_filename
from costing.catalog.origins import Origin
from costing.engine import InvalidScenario, parse_scenario
from costing.engine import Scenario as Priceable
from costing.engine.inputs import Basis
from costing.scenarios import selectors, services
from costing.scenarios.computing import TookTooLong
from costing.scenarios.content.replays import ReplayPage
from costing.scenarios.economics import InvalidScenarioDocument
from costing.scenarios.models import LogReplay, Scenario
from costing.usage import files
from costing.usage.records import LIMITS, refusal
from costing.usage.replay import (
    Call,
    Log,
    Replay,
    Settings,
    check_scenario,
    read_log,
    replay,
    replay_document,
)
from jobs.models import Job, JobState
from jobs.run import Run
from jobs.selectors import job_latest
from jobs.services import request_job
from organizations import audit
from organizations.encryption import salt_of
from organizations.exceptions import Conflict, Invalid
from organizations.permissions import Actor

REPLAY_JOB = "replay-log"
SUFFIXES = (".csv", ".json", ".jsonl", ".ndjson", ".txt", ".gz")
ENDINGS = "Send a log whose name ends in .jsonl or .csv, or one of these with .gz."
MAX_CALLS, MAX_DAYS = 1_000_000, 400
MAX_TARGET_SECONDS, MAX_TOKENS = 3600.0, 1_000_000_000
DEADLINE_SECONDS, STEP_SECONDS, CALLS_A_LOOK = 600.0, 1.0, 2_000
TOO_LONG = "This log takes longer to replay than there is time for. Send a part of it."
TOO_MANY_DAYS = f"This log covers more than {MAX_DAYS} days. Send a part of it."
BEING_REPLAYED = "This log is being replayed. Stop that first."
NO_HITS = "This replay says nothing about prompt caches."
MAX_FAILURES = 5


@dataclass(frozen=True)
class SentLog:
    """A log in pieces, and how it is to be replayed."""

    filename: str
    chunks: Iterable[bytes]
    target_seconds: float = Settings().target_first_token_seconds
    simple_input_tokens: int | None = None
    simple_output_tokens: int | None = None

    def __post_init__(self) -> None:
        """Raise Invalid for a target that is no time, such as not a number."""
        if not 0.0 < self.target_seconds <= MAX_TARGET_SECONDS:
            raise Invalid.at(
                "target_seconds", f"must be above 0, and at most {MAX_TARGET_SECONDS:g}"
            )


def log_replay_get(replay_id: UUID) -> LogReplay:
    """Return the replay with its scenario; raises LogReplay.DoesNotExist."""
    rows = LogReplay.objects.select_related(
        "client",
        "scenario__client",
        "scenario__price_book",
        "scenario__assessment__client",
        "scenario__assessment__framework",
    )
    return rows.defer("scenario__assessment__framework__document").get(pk=replay_id)


def log_replay_list(scenario: Scenario) -> QuerySet[LogReplay]:
    """Return a scenario's replays without what they came to, the last one first."""
    rows = LogReplay.objects.filter(scenario=scenario).defer("result")
    return rows.order_by("-sent_at", "-pk")


def replay_failures(scenario: Scenario) -> list[Job]:
    """Return the last jobs that could not replay a log for a scenario, the newest first."""
    failed = Job.objects.filter(
        kind=REPLAY_JOB,
        state__in=(JobState.FAILED, JobState.REFUSED),
        payload__scenario=str(scenario.pk),
    )
    return list(failed.order_by("-requested_at", "-pk")[:MAX_FAILURES])


def priceable(scenario: Scenario) -> Priceable:
    """The scenario with its prices, as its economics take it; raises Invalid by field."""
    try:
        found = parse_scenario(
            selectors.economics_document(scenario),
            dimensions=framework_get(scenario.assessment).dimension_keys,
        )
        check_scenario(found)
        return found
    except InvalidScenario as error:
        raise InvalidScenarioDocument(error) from error


def request_log_replay(
    *, by: Actor, scenario: Scenario, log: SentLog, next_url: Callable[[UUID], str]
) -> Job:
    """Take a log in and ask for it to be replayed.

    Raises Invalid with the fields at fault, and leaves nothing behind.
    """
    name = clean_filename(log.filename)
    if not name.lower().endswith(SUFFIXES):
        raise Invalid.at("file", ENDINGS)
    priceable(scenario)
    path, size, checksum = files.store_upload(log.chunks, organization_id=by.organization_id)
    row = LogReplay(
        organization_id=by.organization_id,
        client_id=scenario.client_id,
        scenario=scenario,
        filename=name,
        size_bytes=size,
        checksum=checksum,
        path=path,
        target_seconds=log.target_seconds,
        simple_input_tokens=log.simple_input_tokens,
        simple_output_tokens=log.simple_output_tokens,
        sent_by_id=by.user_id,
        sent_by_label=by.label,
    )
    try:
        return _request(by, row, next_url(row.pk))
    except BaseException:
        files.remove_upload(path)
        raise


@transaction.atomic
def _request(by: Actor, row: LogReplay, next_url: str) -> Job:
    row.save(force_insert=True)
    data = {"name": row.filename, "sha256": row.checksum}
    audit.record(by=by, verb="log_replay.sent", subject=row, data=data)
    return request_job(
        by=by,
        kind=REPLAY_JOB,
        key=f"{REPLAY_JOB}:{row.pk}",
        subject_id=row.pk,
        client_id=row.client_id,
        payload={"scenario": str(row.scenario_id), "filename": row.filename},
        next_url=next_url,
    )


class Looking:
    """Looks up now and then: tells the job how far it is, and ends what takes too long."""

    def __init__(self, run: Run) -> None:
        self._run, self._ends_at = run, time.monotonic() + DEADLINE_SECONDS
        self._next, self.step, self.done = 0.0, "Sending the calls", 0.0

    def __call__(self) -> None:
        now = time.monotonic()
        if now > self._ends_at:
            error = TookTooLong(TOO_LONG)
            error.retry_after_s = None
            raise error
        if now >= self._next:
            self._next = now + STEP_SECONDS
            self._run.step(self.step, self.done)

    def calls(self, calls: Iterable[Call], done: Callable[[], float]) -> Iterator[Call]:
        """The same calls, watched; raises Invalid where they are too far apart in time."""
        first: float | None = None
        for place, call in enumerate(calls):
            first = call.at if first is None else first
            if call.at - first > MAX_DAYS * 86_400:
                raise refusal(TOO_MANY_DAYS)
            if place % CALLS_A_LOOK == 0:
                self.done = 0.8 * done()
                self()
            yield call
        self.step, self.done = "Serving the calls by a pool", 0.85


def replay_upload(row: LogReplay, scenario: Priceable, looking: Looking) -> Replay:
    """Replay a row's log; raises Invalid for a file that is none."""
    log, size = Log(), max(row.size_bytes, 1)
    limits = replace(LIMITS, rows=MAX_CALLS)
    with files.open_upload(row.path) as file:
        calls = read_log(file, log, salt_of(row.organization_id, "costing.replays"), limits)
        watched = looking.calls(calls, lambda: min(file.tell() / size, 1.0))
        return replay(watched, log, scenario, _settings(row, scenario), looking)


def _settings(row: LogReplay, scenario: Priceable) -> Settings:
    usual = Settings()
    return replace(
        usual,
        ttls=tuple(sorted({*usual.ttls, scenario.premium_model.cache_ttl_seconds})),
        simple_input_tokens=row.simple_input_tokens,
        simple_output_tokens=row.simple_output_tokens,
        target_first_token_seconds=row.target_seconds,
    )


@transaction.atomic
def store_replay(
    *, by: Actor, row: LogReplay, scenario: Priceable, result: Replay
) -> LogReplay | None:
    """Store what a log came to, and remove the file; None where the replay was removed."""
    standing = _locked(row.pk)
    if standing is None or standing.is_replayed:
        return standing
    transaction.on_commit(partial(files.remove_upload, standing.path))
    standing.path, standing.result = "", replay_document(result)
    standing.scenario_version = row.scenario.version
    standing.ttl_seconds = scenario.premium_model.cache_ttl_seconds
    standing.save()
    data = {"name": row.filename, "calls": result.traffic.calls}
    audit.record(by=by, verb="log_replay.replayed", subject=standing, data=data)
    return standing


@transaction.atomic
def discard_replay(*, by: Actor, replay_id: UUID, reason: str) -> None:
    """Leave nothing of a log that could not be replayed, or whose replay was stopped."""
    row = _locked(replay_id)
    if row is None or row.is_replayed:
        return
    _remove(by, row, "log_replay.discarded", reason=reason)


@transaction.atomic
def delete_replay(*, by: Actor, row: LogReplay) -> None:
    """Remove a replay; raises Conflict while its log is being replayed."""
    standing = _locked(row.pk)
    job = job_latest(kind=REPLAY_JOB, subject_id=row.pk)
    if job is not None and not job.is_finished:
        raise Conflict(BEING_REPLAYED, current={"state": job.state})
    if standing is not None:
        _remove(by, standing, "log_replay.deleted")


def _locked(replay_id: UUID) -> LogReplay | None:
    return LogReplay.objects.select_for_update(of=("self",)).filter(pk=replay_id).first()


def _remove(by: Actor, row: LogReplay, verb: str, **data: str) -> None:
    audit.record(by=by, verb=verb, subject=row, data={"name": row.filename, **data})
    transaction.on_commit(partial(files.remove_upload, row.path))
    row.delete()


@transaction.atomic
def take_hit_ratio(*, by: Actor, row: LogReplay, version: int, source_url: str) -> Scenario:
    """Put the replayed hits into the scenario, which still is at `version`.

    The share of calls that hit, and as prefix what a hit reads, so that as many tokens are read as
    in the log. Raises as save_scenario does; Invalid where the replay knows no prompt cache.
    """
    cache = replay_page(row).own_cache
    if cache is None:
        raise Invalid(NO_HITS)
    scenario = row.scenario
    origin = Origin(
        basis=Basis.MEASURED,
        label=f"Replayed log {row.filename}",
        source_url=source_url,
        checked_on=row.sent_at.date(),
    )
    workload = scenario.document["workload"]
    taken = {"prefix_hit_ratio": round(cache.hit_ratio, 6)}
    if cache.hit_ratio > 0.0:
        read = cache.read_ratio_of_hits * float(workload["input_tokens_per_call"])
        taken["prefix_tokens_per_call"] = round(read, 1)
    content = services.ScenarioInput.of(
        scenario,
        document={**scenario.document, "workload": {**workload, **taken}},
        origins={**scenario.figure_origins, **{f"workload.{name}": origin for name in taken}},
    )
    return services.save_scenario(by=by, scenario=scenario, version=version, content=content)


def replay_url(org: str, replay_id: UUID) -> str:
    """Return the address of a replay's page."""
    return reverse("scenarios:log-replay-detail", args=[org, replay_id])


def replay_page(row: LogReplay) -> ReplayPage:
    """Return what a replay's page shows of its result."""
    return ReplayPage(row.replay, row.ttl_seconds)
