"""Tables of usage imports: files of what really ran, and their cells by model and hour."""

from datetime import date, datetime, timedelta
from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.functional import cached_property

from assessments.models import Assessment
from costing.usage.columns import Columns, Rate
from costing.usage.coverage import UTC_NAME
from costing.usage.figures import Figures
from costing.usage.groups import MAX_GROUP_LENGTH
from costing.usage.pulls.origins import ORIGINS
from costing.usage.sources import SOURCES
from costing.usage.uses import Use
from organizations.models import LABEL_LENGTH, Archivable, ClientModel, User
from organizations.tenancy import Months, tenant_key
from presentation.wording import day

BILLED_DIGITS, BILLED_PLACES = 30, 12
HOURS_REMOVED = (
    "The hours of this import were removed on {day}. What it came to stays, and can still go into a"
    " scenario as a whole. To split, merge or compare its hours, or to say what it covers, archive"
    " it and send the usage again."
)
NOT_READ = "The file has not been read yet."
ONE_IMPORT_A_FILE = "usage_usageimport_one_a_file"


class UsageImportState(models.TextChoices):
    """Where an import is on its way; a file that cannot be used leaves none."""

    READING = "reading"
    READY = "ready"


def _title(source: str) -> str:
    return SOURCES[source].title if source in SOURCES else source


class UsageImport(Archivable, ClientModel):
    """One file of usage: how it was read, what was left out, what it came to.

    The file itself lies at `path` until it has been read, and no longer.
    """

    assessment = models.ForeignKey(
        Assessment, on_delete=models.PROTECT, db_constraint=False, related_name="+"
    )
    state = models.CharField(
        max_length=10, choices=UsageImportState.choices, default=UsageImportState.READING
    )
    filename = models.CharField(max_length=120)
    size_bytes = models.PositiveBigIntegerField()
    checksum = models.CharField(max_length=64)
    path = models.CharField(max_length=80, blank=True)
    # The imports that it was merged from, whose files were read before, and what several have.
    merged_from = models.JSONField(default=list)
    overlap = models.CharField(max_length=8, blank=True, default="")
    # Of several files sent together each one's name, format, columns, and rows once it was read.
    files = models.JSONField(default=list)
    # How it is read: its format, and the columns of a plain CSV file.
    source = models.CharField(max_length=40)
    columns = models.JSONField(default=dict)
    rows = models.PositiveBigIntegerField(default=0)
    good_rows = models.PositiveBigIntegerField(default=0)
    bad_rows = models.PositiveBigIntegerField(default=0)
    listed_rows = models.JSONField(default=list)
    left_out = models.JSONField(default=dict)
    figures = models.JSONField(default=dict)
    # The zone whose days count, and the days that a person says the file covers, both included.
    time_zone = models.CharField(max_length=40, default=UTC_NAME)
    covers_from = models.DateField(null=True)
    covers_to = models.DateField(null=True)
    first_at = models.DateTimeField(null=True)
    end_at = models.DateTimeField(null=True)
    imported_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    imported_by_label = models.CharField(max_length=LABEL_LENGTH)
    imported_at = models.DateTimeField(default=timezone.now)
    # When its cells were deleted, because they are kept for some time only; its figures stay.
    hours_removed_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            tenant_key("usage_usageimport", client=True),
            models.UniqueConstraint(
                fields=["organization", "assessment", "checksum"],
                condition=Q(archived_at=None),
                name=ONE_IMPORT_A_FILE,
            ),
            models.CheckConstraint(
                condition=Q(state=UsageImportState.READING)
                | Q(path="", first_at__isnull=False, end_at__isnull=False, good_rows__gte=1),
                name="usage_usageimport_ready_keeps_no_file",
            ),
            models.CheckConstraint(
                condition=Q(first_at__isnull=True) | Q(end_at__gt=models.F("first_at")),
                name="usage_usageimport_ends_after_it_begins",
            ),
            models.CheckConstraint(
                condition=Q(covers_from=None, covers_to=None)
                | Q(
                    covers_from__isnull=False,
                    covers_to__isnull=False,
                    covers_to__gte=models.F("covers_from"),
                ),
                name="usage_usageimport_covers_days",
            ),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["organization", "assessment", "-imported_at"],
                name="usage_usageimport_recent",
            ),
        ]

    def __str__(self) -> str:
        return self.filename

    @property
    def source_title(self) -> str:
        """What kind of file it is, in words; its key where no reader is for it any more."""
        if self.merged_from:
            return f"Merged from {len(self.merged_from)} files"
        if self.files:
            titles = dict.fromkeys(_title(each["source"]) for each in self.files)
            return f"{len(self.files)} files: {', '.join(filter(None, titles))}"
        return _title(self.source)

    @property
    def rate(self) -> Rate | None:
        """What another currency counts as, where somebody entered it."""
        return Columns.stored(self.columns).rate

    @property
    def split_by(self) -> str:
        """How usage is split; empty where it is not."""
        return Columns.stored(self.columns).split_by

    @property
    def last_at(self) -> datetime | None:
        """A moment of the last hour or day that it covers."""
        return self.end_at and self.end_at - timedelta(seconds=1)

    @cached_property
    def measured(self) -> Figures:
        """What it came to, once it has been read."""
        return Figures.model_validate(self.figures)

    @property
    def use(self) -> Use:
        """All that it counts; nothing before it has been read."""
        return Use.model_validate(self.figures)

    @property
    def hours_removed(self) -> str:
        """What cannot be done any more since its cells were deleted; empty while they stand."""
        at = self.hours_removed_at
        return HOURS_REMOVED.format(day=day(at.date())) if at else ""

    @property
    def is_ready(self) -> bool:
        """Tell whether the file has been read."""
        return self.state == UsageImportState.READY


class UsageCell(ClientModel):
    """What ran with one model in one hour, or on one day where the source tells no hours."""

    usage_import = models.ForeignKey(
        UsageImport, on_delete=models.CASCADE, db_constraint=False, related_name="+"
    )
    model = models.CharField(max_length=210, blank=True)
    starts_at = models.DateTimeField()
    hours = models.PositiveSmallIntegerField()
    calls = models.BigIntegerField(null=True)
    uncached_input = models.BigIntegerField()
    cache_read = models.BigIntegerField()
    cache_write_5m = models.BigIntegerField()
    cache_write_1h = models.BigIntegerField()
    output = models.BigIntegerField()
    is_batch = models.BooleanField(default=False)
    # The input of each call is longer than that; 0 where it is short or not known.
    above_input_tokens = models.PositiveIntegerField(default=0)
    # A charge of a bill that is no plain usage, by its kind.
    charge = models.CharField(max_length=12, blank=True, default="")
    # How it was served, and tokens of another modality than text.
    service_tier = models.CharField(max_length=12, blank=True, default="")
    region = models.CharField(max_length=40, blank=True, default="")
    modality = models.CharField(max_length=12, blank=True, default="")
    # Whose calls they are, where usage is split: an application, a key's name or id, or a tag.
    group = models.CharField(max_length=MAX_GROUP_LENGTH, blank=True, default="")
    billed_usd = models.DecimalField(
        null=True, max_digits=BILLED_DIGITS, decimal_places=BILLED_PLACES
    )

    # Usage of the last two years is what is sent.
    months = Months("starts_at", back=24)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=[
                    "organization",
                    "usage_import",
                    "model",
                    "starts_at",
                    "hours",
                    "is_batch",
                    "above_input_tokens",
                    "charge",
                    "service_tier",
                    "region",
                    "modality",
                    "group",
                ],
                name="usage_usagecell_one_a_model_and_hour",
            ),
            models.CheckConstraint(
                condition=Q(hours__in=(1, 24)), name="usage_usagecell_an_hour_or_a_day"
            ),
            models.CheckConstraint(
                condition=Q(
                    uncached_input__gte=0,
                    cache_read__gte=0,
                    cache_write_5m__gte=0,
                    cache_write_1h__gte=0,
                    output__gte=0,
                )
                & (Q(calls=None) | Q(calls__gte=0)),
                name="usage_usagecell_not_negative",
            ),
        ]


class PullSchedule(models.TextChoices):
    """How often usage is pulled."""

    OFF = "off"
    DAILY = "daily"
    WEEKLY = "weekly"


class UsagePull(ClientModel):
    """Usage that is fetched again and again into one import, which grows.

    `secret` is the encrypted key, gone once the pull is revoked; nothing shows it. The days from
    `since` to before `fetched_until` are in the import; `progress` is the window under way with the
    cursor of its next page and what its pages came to so far.
    """

    assessment = models.ForeignKey(
        Assessment, on_delete=models.PROTECT, db_constraint=False, related_name="+"
    )
    origin = models.CharField(max_length=20, choices=[(key, key) for key in ORIGINS])
    base_url = models.CharField(max_length=200)
    input_includes_cache = models.BooleanField(default=True)
    secret = models.TextField()
    secret_set_at = models.DateTimeField(default=timezone.now)
    schedule = models.CharField(max_length=10, choices=PullSchedule.choices)
    since = models.DateField()
    fetched_until = models.DateField(null=True)
    progress = models.JSONField(default=dict)
    usage_import = models.ForeignKey(
        UsageImport, on_delete=models.PROTECT, db_constraint=False, null=True, related_name="+"
    )
    last_run_at = models.DateTimeField(null=True)
    last_error = models.TextField(blank=True)
    created_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    created_by_label = models.CharField(max_length=LABEL_LENGTH)
    created_at = models.DateTimeField(default=timezone.now)
    revoked_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            tenant_key("usage_usagepull", client=True),
            models.CheckConstraint(
                condition=Q(revoked_at=None) | Q(secret="", schedule=PullSchedule.OFF),
                name="usage_usagepull_revoked_has_no_secret",
            ),
            models.CheckConstraint(
                condition=Q(fetched_until=None) | Q(fetched_until__gte=models.F("since")),
                name="usage_usagepull_fetches_forward",
            ),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["organization", "assessment", "-created_at"], name="usage_usagepull_recent"
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def title(self) -> str:
        """Where the usage comes from, in words."""
        return ORIGINS[self.origin].title if self.origin in ORIGINS else self.origin

    @property
    def fetched_to(self) -> date | None:
        """The last day that was fetched."""
        return self.fetched_until and self.fetched_until - timedelta(days=1)

    @property
    def is_revoked(self) -> bool:
        """Whether it was stopped for good."""
        return self.revoked_at is not None


class PullTurn(models.Model):
    """When a pull is due next.

    Beat reads it for all organizations at once, so it is no tenant table and holds nothing but
    identifiers and a time. A pull that waits for nothing has none.
    """

    pull_id = models.UUIDField(primary_key=True)
    organization_id = models.UUIDField()
    due_at = models.DateTimeField()

    class Meta:
        indexes: ClassVar = [models.Index(fields=["due_at"], name="usage_pullturn_due")]
