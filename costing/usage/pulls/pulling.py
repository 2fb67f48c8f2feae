"""One run of a pull: window after window and page after page, until today or until it is enough.

After each page its counts and the next cursor are stored, after each window its cells: a run that
is killed, or has had enough, is gone on with where it was. Pages themselves are never kept.
"""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import date, timedelta

from cryptography.fernet import InvalidToken
from django.utils import timezone
from pydantic import ValidationError

from costing.usage import services as usage_services
from costing.usage.columns import NO_COLUMNS
from costing.usage.entries import Entry
from costing.usage.models import UsagePull
from costing.usage.pulls import selectors
from costing.usage.pulls.fetching import Answer, fetch
from costing.usage.pulls.origins import ORIGINS, Origin, Window, records_of
from costing.usage.pulls.progress import Progress
from costing.usage.pulls.services import STOPPED, end_pull_run, lock_pull
from costing.usage.pulls.storing import entries_of, store_window
from costing.usage.reading import Plan, count_records
from costing.usage.records import MEGABYTE, Limits
from costing.usage.sources import SOURCES
from jobs.run import Run
from organizations import audit
from organizations.encryption import decrypt
from organizations.exceptions import Archived, Busy, Invalid
from presentation.wording import counted, short_day

RUN_SECONDS, RUN_PAGES, RUN_BYTES = 600.0, 2_000, 1024 * MEGABYTE
WINDOW_PAGES = 50_000
WINDOW_LIMITS = Limits(cells=20_000)
# A window is a day at first, and twice as long as the last one where that was small: each costs
# measuring all that the import counts.
MAX_DAYS, SMALL_PAGES, SMALL_CELLS = 31, 50, 2_000
TRIES, PATIENCE_SECONDS = 4, 30

OTHER_KEY = "The key was stored under another FIELD_ENCRYPTION_KEY: give it again."
GONE = "This source is no longer known."
AGAIN = "The source answers with the same page again and again."
ENDLESS = f"The source has more than {WINDOW_PAGES:,} pages for these days."
CACHED = (
    "Some calls have more cached tokens than input tokens: their input excludes cached tokens."
    " Set the pull up again and choose so under “Cached tokens”."
)


@dataclass
class Budget:
    """What one run may take; what is left over is the next run's."""

    ends_at: float = field(default_factory=lambda: time.monotonic() + RUN_SECONDS)
    pages: int = field(default_factory=lambda: RUN_PAGES)
    size_bytes: int = RUN_BYTES

    @property
    def is_spent(self) -> bool:
        """Whether it is enough for now."""
        return self.pages <= 0 or self.size_bytes <= 0 or time.monotonic() >= self.ends_at


@dataclass
class Pulling:
    """A run: the pull as it was last read, and what its import counts by now."""

    run: Run
    pull: UsagePull
    origin: Origin
    key: str = field(repr=False)
    entries: list[Entry]
    until: date
    budget: Budget = field(default_factory=Budget)
    rows: int = 0
    days: int = 1

    def go(self) -> bool:
        """Pull what is left; return whether some of it is for another run."""
        while (progress := self._progress()) is not None:
            if not self._pull_window(progress):
                return True
        return False

    def _progress(self) -> Progress | None:
        """The window under way, else the next one; none where all days have been fetched."""
        start = self.pull.fetched_until or self.pull.since
        if start >= self.until:
            return None
        try:
            stored = Progress.model_validate(self.pull.progress)
        except ValidationError:
            stored = None
        if stored is not None and stored.window.start == start:
            return stored
        end = min(start + timedelta(days=self.days), self.until)
        return Progress(window=Window(start, end))

    def _pull_window(self, progress: Progress) -> bool:
        """Fetch a window's pages from where it was; false where the run has had enough before."""
        plan = self._plan()
        reading = progress.reading(plan.source.key)
        while True:
            if self.budget.is_spent:
                return False
            answer = self._fetch(progress)
            cursor = self.origin.follow(answer.page, progress.cursor)
            records = ((reading.rows + 1, each) for each in records_of(answer.page))
            count_records(reading, records, plan, limits=WINDOW_LIMITS)
            if reading.has_cached_beyond_input and plan.source.may_leave_cached_out:
                raise Invalid(CACHED)
            self._require_end(progress, cursor)
            progress = progress.after(reading, answer.content, cursor)
            if not cursor:
                break
            with self._storing(progress):
                self.pull.progress = progress.model_dump(mode="json")
                self.pull.save(update_fields=["progress"])
        with self._storing(progress):
            self.entries = store_window(
                pull=self.pull, progress=progress, reading=reading, before=self.entries
            )
        self.rows += reading.good_rows
        is_small = progress.pages <= SMALL_PAGES and len(progress.entries) <= SMALL_CELLS
        self.days = min(2 * self.days, MAX_DAYS) if is_small else 1
        return True

    def _plan(self) -> Plan:
        columns = replace(NO_COLUMNS, input_includes_cache=self.pull.input_includes_cache)
        return Plan("document", SOURCES[self.origin.format], columns=columns)

    def _fetch(self, progress: Progress) -> Answer:
        """A page; while the source is busy for moments only, it is asked again."""
        request = self.origin.ask(progress.window, progress.cursor)
        for attempt in range(1, TRIES + 1):
            try:
                answer = fetch(self.pull.base_url, request, self.origin.sign(self.key))
            except Busy as error:
                wait = error.retry_after_s or 0
                if attempt == TRIES or wait > PATIENCE_SECONDS or self.budget.is_spent:
                    raise
                self.run.step("The source asks to wait", self._done(progress))
                time.sleep(wait)
            else:
                self.budget.pages -= 1
                self.budget.size_bytes -= len(answer.content)
                return answer
        raise AssertionError("the last attempt returns or raises")

    def _require_end(self, progress: Progress, cursor: str) -> None:
        """Raise Invalid for pages that never end."""
        if cursor and cursor == progress.cursor:
            raise Invalid(AGAIN)
        if progress.pages + 1 >= WINDOW_PAGES:
            raise Invalid(ENDLESS)

    def _done(self, progress: Progress) -> float:
        days = (self.until - self.pull.since).days or 1
        return 0.05 + 0.9 * (progress.window.start - self.pull.since).days / days

    @contextmanager
    def _storing(self, progress: Progress) -> Iterator[None]:
        """A transaction that holds the job and the pull, if that still stands."""
        step = f"From {short_day(progress.window.start)} on: {counted(progress.pages, 'page')}"
        with self.run.storing(step, self._done(progress)):
            self.pull = lock_pull(self.pull)
            if self.pull.is_revoked:
                raise Invalid(STOPPED)
            yield


def begin_pull(run: Run) -> Pulling:
    """Open a run of a pull, whose import begins anew where it was archived.

    Raises Invalid where it cannot run, Archived where its assessment is put aside.
    """
    with run.tenant():
        pull = selectors.pull_get(run.subject_id)
        if pull.is_revoked:
            raise Invalid(STOPPED)
        if pull.is_archived:
            raise Archived
        if pull.origin not in ORIGINS:
            raise Invalid(GONE)
        if pull.usage_import is not None and pull.usage_import.archived_at is not None:
            pull.usage_import, pull.fetched_until, pull.progress = None, None, {}
            pull.save(update_fields=["usage_import", "fetched_until", "progress"])
        try:
            key = decrypt(pull.secret)
        except InvalidToken:
            raise Invalid.at("secret", OTHER_KEY) from None
        origin = ORIGINS[pull.origin]
        until = timezone.now().date() - timedelta(days=origin.settles_days)
        return Pulling(run, pull, origin, key, entries_of(pull.usage_import), until)


def end_run(run: Run, *, error: str = "", goes_on: bool = False) -> None:
    """Note how a run ended, and hold the assessment's claims against what is there now.

    Call inside the tenant.
    """
    pull = selectors.pull_get(run.subject_id)
    end_pull_run(pull=pull, error=error, goes_on=goes_on)
    data = {
        "name": pull.title,
        "fetched_until": str(pull.fetched_until or ""),
        **({"error": error} if error else {}),
    }
    audit.record(by=run.actor, verb="pull.pulled", subject=pull, data=data)
    if pull.usage_import is not None:
        usage_services.record_measures(by=run.actor, assessment=pull.assessment)
