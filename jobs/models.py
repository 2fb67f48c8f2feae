"""The job, which is the state of record, and its ticket in the outbox."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils import timezone

from organizations.models import LABEL_LENGTH, ApiKey, OptionalClientModel, User
from organizations.tenancy import tenant_key


class JobState(models.TextChoices):
    """Where a job is on its way."""

    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"
    REFUSED = "refused"


UNFINISHED = (JobState.QUEUED, JobState.RUNNING)
GIVEN_UP = (JobState.FAILED, JobState.CANCELLED, JobState.REFUSED)
ONE_UNFINISHED = "jobs_job_one_unfinished_a_key"


class Job(OptionalClientModel):
    """One piece of work: what was asked, how far it is, how it ended."""

    kind = models.CharField(max_length=60)
    key = models.CharField(max_length=200)
    subject_id = models.UUIDField()
    payload = models.JSONField(default=dict)
    next_url = models.CharField(max_length=300, blank=True)
    state = models.CharField(max_length=10, choices=JobState.choices, default=JobState.QUEUED)
    attempts = models.PositiveSmallIntegerField(default=0)
    step = models.CharField(max_length=120, blank=True)
    progress_ratio = models.FloatField(default=0.0)
    error = models.TextField(blank=True)
    result = models.JSONField(default=dict)
    lease_token = models.UUIDField(null=True)
    is_cancel_requested = models.BooleanField(default=False)
    requested_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    requested_by_key = models.ForeignKey(
        ApiKey, on_delete=models.PROTECT, db_constraint=False, null=True, related_name="+"
    )
    requested_by_label = models.CharField(max_length=LABEL_LENGTH)
    requested_at = models.DateTimeField(default=timezone.now)
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            tenant_key("jobs_job", client=False),
            models.UniqueConstraint(
                fields=["organization", "key"],
                condition=Q(state__in=UNFINISHED),
                name=ONE_UNFINISHED,
            ),
            models.CheckConstraint(
                condition=Q(progress_ratio__gte=0, progress_ratio__lte=1),
                name="jobs_job_progress_is_a_ratio",
            ),
            models.CheckConstraint(
                condition=Q(state=JobState.RUNNING, lease_token__isnull=False)
                | (~Q(state=JobState.RUNNING) & Q(lease_token__isnull=True)),
                name="jobs_job_lease_while_running",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["organization", "subject_id"], name="jobs_job_subject"),
            models.Index(fields=["organization", "-requested_at"], name="jobs_job_newest"),
        ]

    @property
    def is_finished(self) -> bool:
        """Tell whether nothing more will happen to this job."""
        return self.state not in UNFINISHED

    @property
    def progress_percent(self) -> int:
        """How far the job is, in whole percent, for display."""
        return round(self.progress_ratio * 100)


class Ticket(models.Model):
    """An unfinished job's place in the outbox.

    The relay and the reaper read it for all organizations at once, so it is no tenant table and
    holds nothing but identifiers, times and turns. It is written with the job and goes when the job
    ends. Jobs run by their `turn`, which counts what their organization has asked for before them;
    one that crashed waits until `ready_at`. `due_at` is when its next message leaves.
    """

    job_id = models.UUIDField(primary_key=True)
    organization_id = models.UUIDField()
    turn = models.BigIntegerField(default=0)
    ready_at = models.DateTimeField(default=timezone.now)
    due_at = models.DateTimeField(default=timezone.now)
    lease_expires_at = models.DateTimeField(null=True)

    class Meta:
        indexes: ClassVar = [
            models.Index(
                fields=["due_at"],
                condition=Q(lease_expires_at__isnull=True),
                name="jobs_ticket_due",
            ),
            models.Index(
                fields=["turn", "ready_at"],
                condition=Q(lease_expires_at__isnull=True),
                name="jobs_ticket_turn",
            ),
            models.Index(fields=["lease_expires_at"], name="jobs_ticket_lease"),
        ]
