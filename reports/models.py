"""Tables of reports: snapshots, which freeze an assessment, and deliverables drawn from them."""

import json
from typing import Any, ClassVar

from django.db import models
from django.db.models import Q
from django.utils import timezone

from assessments.models import Assessment
from jobs.models import Job
from organizations import clock
from organizations.models import LABEL_LENGTH, ClientModel, User
from organizations.tenancy import tenant_key


class Snapshot(ClientModel):
    """An assessment with its economics as they stood once; never changed afterwards.

    `document` is the canonical JSON whose SHA-256 is `sha256`: text, so that not a byte moves.
    """

    assessment = models.ForeignKey(
        Assessment, on_delete=models.PROTECT, db_constraint=False, related_name="+"
    )
    number = models.PositiveIntegerField()
    document = models.TextField()
    sha256 = models.CharField(max_length=64)
    created_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    created_by_label = models.CharField(max_length=LABEL_LENGTH)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints: ClassVar = [
            tenant_key("reports_snapshot", client=True),
            models.UniqueConstraint(
                fields=["organization", "assessment", "number"],
                name="reports_snapshot_number_unique",
            ),
            models.UniqueConstraint(
                fields=["organization", "assessment", "sha256"],
                name="reports_snapshot_content_unique",
            ),
            models.CheckConstraint(
                condition=Q(number__gte=1), name="reports_snapshot_counts_from_one"
            ),
        ]

    @property
    def is_published(self) -> bool:
        """Whether the client's people may see its documents."""
        return hasattr(self, "publication")

    @property
    def payload(self) -> dict[str, Any]:
        """The frozen content."""
        payload: dict[str, Any] = json.loads(self.document)
        return payload


class Publication(ClientModel):
    """That the organization published a snapshot to the client's people, and who did."""

    snapshot = models.OneToOneField(
        Snapshot, on_delete=models.PROTECT, db_constraint=False, related_name="publication"
    )
    published_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    published_by_label = models.CharField(max_length=LABEL_LENGTH)
    published_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints: ClassVar = [
            tenant_key("reports_publication", client=True),
            models.UniqueConstraint(
                fields=["organization", "snapshot"], name="reports_publication_one_a_snapshot"
            ),
        ]


class DeliverableKind(models.TextChoices):
    """Which document a deliverable is."""

    SCORECARD = "scorecard", "Scorecard"
    EXECUTIVE_BRIEF = "executive-brief", "Executive brief"
    WORKBOOK = "workbook", "Scoring workbook"
    GUIDE = "guide", "Facilitator guide"
    STARTER_KIT = "starter-kit", "Starter kit"

    @property
    def suffix(self) -> str:
        """How the name of its file ends."""
        return OTHER_SUFFIXES.get(self, ".pdf")

    @property
    def is_printed(self) -> bool:
        """Whether it is drawn on a paper; the kit is one of files."""
        return self is not DeliverableKind.STARTER_KIT


OTHER_SUFFIXES = {
    DeliverableKind.WORKBOOK: ".xlsx",
    DeliverableKind.GUIDE: ".docx",
    DeliverableKind.STARTER_KIT: ".zip",
}


class PaperSize(models.TextChoices):
    """The paper a deliverable is drawn on."""

    A4 = "A4", "A4"
    LETTER = "letter", "Letter"


class Deliverable(ClientModel):
    """One document of one snapshot; its job's state is its own until the file is there."""

    snapshot = models.ForeignKey(
        Snapshot, on_delete=models.PROTECT, db_constraint=False, related_name="+"
    )
    kind = models.CharField(max_length=20, choices=DeliverableKind.choices)
    paper = models.CharField(max_length=8, choices=PaperSize.choices, default=PaperSize.A4)
    job = models.ForeignKey(
        Job, on_delete=models.PROTECT, db_constraint=False, db_index=False, related_name="+"
    )
    # Below the private folder of deliverables; empty until the file is there.
    path = models.CharField(max_length=200, blank=True)
    size_bytes = models.PositiveIntegerField(null=True)
    sha256 = models.CharField(max_length=64, blank=True)
    requested_at = models.DateTimeField(default=timezone.now)
    rendered_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            tenant_key("reports_deliverable", client=True),
            models.UniqueConstraint(
                fields=["organization", "snapshot", "kind", "paper"],
                name="reports_deliverable_one_a_kind",
            ),
            models.UniqueConstraint(
                fields=["organization", "job"], name="reports_deliverable_one_a_job"
            ),
            models.CheckConstraint(
                condition=Q(rendered_at=None, path="", size_bytes=None, sha256="")
                | (Q(rendered_at__isnull=False, size_bytes__gt=0) & ~Q(path="") & ~Q(sha256="")),
                name="reports_deliverable_rendered_has_its_file",
            ),
        ]

    @property
    def is_published(self) -> bool:
        """Whether the client's people may see it: with its snapshot."""
        return self.snapshot.is_published

    @property
    def is_ready(self) -> bool:
        """Tell whether the file is there."""
        return self.rendered_at is not None

    @property
    def is_printed(self) -> bool:
        return DeliverableKind(self.kind).is_printed

    @property
    def filename(self) -> str:
        """The name that a download suggests; plain ASCII."""
        return f"{self.kind}-{str(self.snapshot_id)[:8]}{self.ending}"

    @property
    def ending(self) -> str:
        """How the names of its file end; the paper tells prints of one kind apart."""
        kind = DeliverableKind(self.kind)
        return f"-{self.paper.lower()}{kind.suffix}" if kind.is_printed else kind.suffix


# For how many days a share link may lead to its documents, and to which it does by default.
SHARE_DAYS = (7, 30, 90)
SHARED_KINDS = (DeliverableKind.SCORECARD, DeliverableKind.EXECUTIVE_BRIEF)
RECIPIENT_LENGTH = 120


class ShareLink(ClientModel):
    """A way to a snapshot's documents for whoever has its link; only the token's hash is stored."""

    snapshot = models.ForeignKey(
        Snapshot, on_delete=models.PROTECT, db_constraint=False, related_name="+"
    )
    kinds = models.JSONField()  # of the documents that it leads to
    recipient = models.CharField(max_length=RECIPIENT_LENGTH, blank=True)
    token_hash = models.CharField(max_length=64)
    created_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    created_by_label = models.CharField(max_length=LABEL_LENGTH)
    created_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)
    opened_count = models.PositiveIntegerField(default=0)
    last_opened_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            tenant_key("reports_sharelink", client=True),
            models.UniqueConstraint(fields=["token_hash"], name="reports_sharelink_token_unique"),
            models.CheckConstraint(
                condition=Q(expires_at__gt=models.F("created_at")),
                name="reports_sharelink_expires_after_creation",
            ),
            models.CheckConstraint(
                condition=Q(opened_count=0, last_opened_at=None)
                | Q(opened_count__gt=0, last_opened_at__isnull=False),
                name="reports_sharelink_opened_has_its_time",
            ),
        ]

    @property
    def is_open(self) -> bool:
        """Whether it still leads to the documents."""
        return self.revoked_at is None and not clock.has_passed(self.expires_at)

    @property
    def kind_titles(self) -> list[str]:
        """The documents that it leads to, by name."""
        return [str(DeliverableKind(kind).label) for kind in self.kinds]


class ShareLinkOpening(ClientModel):
    """That whoever has a share link opened its page, or took a document or the archive."""

    PAGE, ARCHIVE = "page", "archive"
    TITLES: ClassVar = {PAGE: "The page", ARCHIVE: "All as ZIP"} | dict(DeliverableKind.choices)

    share_link = models.ForeignKey(
        ShareLink, on_delete=models.PROTECT, db_constraint=False, related_name="openings"
    )
    what = models.CharField(max_length=20, choices=[*TITLES.items()])
    opened_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints: ClassVar = [tenant_key("reports_sharelinkopening", client=True)]
