"""Tables of tenants and people, and the base of every tenant table."""

import uuid
from collections.abc import Sequence
from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils import timezone
from django_scopes import ScopedManager

from organizations import clock
from organizations.permissions import CLIENT_ROLES, ORGANIZATION_ROLES, Role
from organizations.tenancy import Months, tenant_key

# How long a name, an address, a key's name, and what stands for who did something may be.
NAME_LENGTH, EMAIL_LENGTH, KEY_NAME_LENGTH = 120, 254, 80
LABEL_LENGTH = EMAIL_LENGTH
# What an API key may do; `audit` reads the audit and the keys, of the whole organization alone.
SCOPES = (["read"], ["read", "write"], ["read", "audit"], ["read", "write", "audit"])
CLIENT_MATCHES_ROLE = Q(role__in=sorted(ORGANIZATION_ROLES), client__isnull=True) | Q(
    role__in=sorted(CLIENT_ROLES), client__isnull=False
)


class UserManager(BaseUserManager["User"]):
    """Makes users from an email address."""

    def create_user(self, email: str, password: str | None = None, **extra: Any) -> "User":
        """Store a person; without a password the account cannot sign in by one."""
        user = self.model(email=self.normalize_email(email).lower(), **extra)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def get_by_natural_key(self, username: str | None) -> "User":
        """Find a person whatever the case of the address."""
        return self.get(email__iexact=username)


class User(AbstractBaseUser, PermissionsMixin):
    """A person, known by an email address; belongs to organizations through memberships."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    email = models.EmailField(unique=True)
    name = models.CharField(max_length=NAME_LENGTH, blank=True)
    is_active = models.BooleanField(default=True)
    joined_at = models.DateTimeField(default=timezone.now)

    objects = UserManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(email=Lower("email")), name="organizations_user_email_lower_case"
            ),
        ]

    def __str__(self) -> str:
        return self.name or self.email


class Organization(models.Model):
    """An organization: the tenant."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    name = models.CharField(max_length=NAME_LENGTH)
    slug = models.SlugField(max_length=60, unique=True)
    created_at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return self.name


class Archivable(models.Model):
    """What people put aside and bring back: lists, sums and pages leave it out until then."""

    archived_at = models.DateTimeField(null=True, blank=True)
    archived_by_label = models.CharField(max_length=LABEL_LENGTH, blank=True)

    class Meta:
        abstract = True


class TenantModel(models.Model):
    """A row of one organization. Queries raise outside of a tenant."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="+")

    objects = ScopedManager(organization="organization_id")
    months: ClassVar[Months | None] = None

    class Meta:
        abstract = True

    @property
    def is_published(self) -> bool:
        """Whether the client's people may see results of it: as those of its assessment."""
        assessment = getattr(self, "assessment", None)
        return assessment is None or assessment.is_published

    @property
    def is_archived(self) -> bool:
        """Whether it is put aside."""
        return getattr(self, "archived_at", None) is not None


class Client(Archivable, TenantModel):
    """A company that the organization assesses."""

    name = models.CharField(max_length=NAME_LENGTH)
    created_at = models.DateTimeField(default=timezone.now)

    # For a client's people the one client that exists is their own.
    objects = ScopedManager(organization="organization_id", client="id")

    class Meta:
        constraints: ClassVar = [
            tenant_key("organizations_client", client=False),
            models.UniqueConstraint(
                "organization", Lower("name"), name="organizations_client_name_unique"
            ),
        ]

    def __str__(self) -> str:
        return self.name


# How long each text of a branding may be.
BRANDING_LENGTHS = {
    "accent": 7,
    "contact": 120,
    "confidentiality": 120,
    "action_label": 60,
    "action_url": 200,
}


class Branding(TenantModel):
    """How an organization looks to its clients: on their pages, share pages and documents."""

    logo = models.BinaryField(default=bytes)  # PNG, as organizations.logos made it
    logo_sha256 = models.CharField(max_length=64, blank=True)
    accent = models.CharField(max_length=BRANDING_LENGTHS["accent"], blank=True)
    contact = models.CharField(max_length=BRANDING_LENGTHS["contact"], blank=True)
    confidentiality = models.CharField(max_length=BRANDING_LENGTHS["confidentiality"], blank=True)
    action_label = models.CharField(max_length=BRANDING_LENGTHS["action_label"], blank=True)
    action_url = models.CharField(max_length=BRANDING_LENGTHS["action_url"], blank=True)

    # Filled in by whoever shows it: where the logo is for the one who looks.
    logo_url: str = ""

    class Meta:
        constraints: ClassVar = [
            tenant_key("organizations_branding", client=False),
            models.UniqueConstraint(fields=["organization"], name="organizations_branding_one"),
            models.CheckConstraint(
                condition=Q(accent="") | Q(accent__regex="^#[0-9a-f]{6}$"),
                name="organizations_branding_accent_is_hex",
            ),
            models.CheckConstraint(
                condition=Q(action_label="", action_url="")
                | (Q(action_url__startswith="https://") & ~Q(action_label="")),
                name="organizations_branding_action_leads_on",
            ),
        ]


class ClientModel(TenantModel):
    """A row of one client of one organization."""

    client = models.ForeignKey(
        Client, on_delete=models.PROTECT, db_constraint=False, related_name="+"
    )

    objects = ScopedManager(organization="organization_id", client="client_id")

    class Meta:
        abstract = True

    @property
    def is_archived(self) -> bool:
        """Whether it, or what it belongs to, is put aside."""
        owners = (
            name for name in ("scenario", "snapshot", "assessment") if hasattr(type(self), name)
        )
        owner: TenantModel = getattr(self, next(owners, "client"))
        return super().is_archived or owner.is_archived


class OptionalClientModel(TenantModel):
    """A row of the organization, or of one of its clients."""

    client = models.ForeignKey(
        Client,
        on_delete=models.PROTECT,
        db_constraint=False,
        null=True,
        blank=True,
        related_name="+",
    )

    objects = ScopedManager(organization="organization_id", client="client_id")

    class Meta:
        abstract = True


class Membership(OptionalClientModel):
    """A person's role in an organization; respondents and viewers are bound to one client."""

    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="memberships")
    role = models.CharField(max_length=20, choices=[(role.value, role.value) for role in Role])
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField(default=timezone.now)

    # Filled in by the selectors that find who asks.
    other_organizations: Sequence[Organization] = ()
    # All that was read of who asks, as it was read.
    row: Sequence[Any] = ()

    class Meta:
        constraints: ClassVar = [
            tenant_key("organizations_membership", client=False),
            models.UniqueConstraint(
                fields=["organization", "user"], name="organizations_membership_unique"
            ),
            models.CheckConstraint(
                condition=CLIENT_MATCHES_ROLE,
                name="organizations_membership_client_matches_role",
            ),
        ]


class Invitation(OptionalClientModel):
    """An offer of a role to an email address; only the hash of its token is stored."""

    email = models.EmailField()
    role = models.CharField(max_length=20, choices=[(role.value, role.value) for role in Role])
    invited_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    token_hash = models.CharField(max_length=64)
    created_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True, blank=True)
    accepted_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints: ClassVar = [
            tenant_key("organizations_invitation", client=False),
            models.UniqueConstraint(
                fields=["token_hash"], name="organizations_invitation_token_unique"
            ),
            models.UniqueConstraint(
                fields=["organization", "email"],
                condition=Q(accepted_at__isnull=True, revoked_at__isnull=True),
                name="organizations_invitation_one_open",
            ),
            models.CheckConstraint(
                condition=CLIENT_MATCHES_ROLE,
                name="organizations_invitation_client_matches_role",
            ),
            models.CheckConstraint(
                condition=Q(email=Lower("email")), name="organizations_invitation_email_lower_case"
            ),
            models.CheckConstraint(
                condition=Q(accepted_at__isnull=True) | Q(revoked_at__isnull=True),
                name="organizations_invitation_ends_once",
            ),
        ]

    @property
    def is_expired(self) -> bool:
        """Whether its seven days are over."""
        return clock.has_passed(self.expires_at)

    @property
    def is_open(self) -> bool:
        """Whether it can be accepted."""
        return self.accepted_at is None and self.revoked_at is None and not self.is_expired


class AuditEvent(OptionalClientModel):
    """What somebody changed; the app may add rows and read them, nothing else."""

    actor = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    actor_label = models.CharField(max_length=LABEL_LENGTH)
    verb = models.CharField(max_length=60)
    subject_type = models.CharField(max_length=60)
    subject_id = models.UUIDField()
    data = models.JSONField(default=dict)
    created_at = models.DateTimeField(default=timezone.now)

    months = Months("created_at")

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["organization", "subject_id"], name="organizations_audit_subject"),
            models.Index(
                fields=["organization", "client", "-created_at"],
                name="organizations_audit_of_client",
            ),
            models.Index(
                fields=["organization", "verb", "-created_at"], name="organizations_audit_of_kind"
            ),
        ]


class ApiKey(OptionalClientModel):
    """A program's access to an organization or one client; only its secret's hash is stored."""

    name = models.CharField(max_length=KEY_NAME_LENGTH)
    prefix = models.CharField(max_length=16)
    key_hash = models.CharField(max_length=64)
    scopes = models.JSONField()
    created_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField()
    last_used_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints: ClassVar = [
            tenant_key("organizations_apikey", client=False),
            models.UniqueConstraint(fields=["key_hash"], name="organizations_apikey_hash_unique"),
            models.CheckConstraint(
                condition=Q(scopes__in=SCOPES),
                name="organizations_apikey_scopes_known",
            ),
        ]

    @property
    def is_usable(self) -> bool:
        """Whether it can be used: neither revoked nor expired."""
        return self.revoked_at is None and not clock.has_passed(self.expires_at)


class OutgoingMail(models.Model):
    """A mail that waits for the mail server. What it says is encrypted, and goes with the row.

    No tenant table: mail goes to people who belong to no organization yet. A mail with the hash of
    an invitation's token is that invitation's. The hash of the address tells whom it goes to, where
    somebody is to be erased.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    content = models.TextField()
    organization_id = models.UUIDField(null=True)
    token_hash = models.CharField(max_length=64, blank=True)
    address_hash = models.CharField(max_length=64, blank=True, default="")
    created_at = models.DateTimeField(default=timezone.now)
    due_at = models.DateTimeField(default=timezone.now)
    attempts = models.PositiveIntegerField(default=0)
    sending_since = models.DateTimeField(null=True)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["due_at"], name="organizations_mail_due")]


class IdempotentRequest(OptionalClientModel):
    """A POST that was carried out once under a key of the caller's choice, and its response."""

    principal = models.CharField(max_length=60)
    key = models.CharField(max_length=100)
    request_hash = models.CharField(max_length=64)
    status = models.PositiveSmallIntegerField(null=True)
    answer = models.JSONField(null=True)
    location = models.CharField(max_length=300, blank=True)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints: ClassVar = [
            tenant_key("organizations_idempotentrequest", client=False),
            models.UniqueConstraint(
                fields=["organization", "principal", "key"],
                name="organizations_idempotentrequest_key_unique",
            ),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["organization", "created_at"], name="organizations_idempotent_age"
            ),
        ]


class Erasure(models.Model):
    """That an organization is to be erased, or was: what remains of it, and without a name.

    No tenant table: it outlives its organization, and beat reads it for all of them. It may be
    withdrawn until it begins.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    organization_id = models.UUIDField()
    requested_by_id = models.UUIDField(null=True)
    requested_at = models.DateTimeField(default=timezone.now)
    due_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True)
    started_at = models.DateTimeField(null=True)
    erased_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["organization_id"],
                condition=Q(withdrawn_at=None),
                name="organizations_erasure_one_standing",
            ),
            models.CheckConstraint(
                condition=Q(withdrawn_at=None) | Q(started_at=None),
                name="organizations_erasure_withdrawn_never_starts",
            ),
            models.CheckConstraint(
                condition=Q(started_at=None, erased_at=None)
                | Q(started_at__gte=models.F("due_at"), due_at__gte=models.F("requested_at")),
                name="organizations_erasure_starts_when_due",
            ),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["due_at"],
                condition=Q(withdrawn_at=None, erased_at=None),
                name="organizations_erasure_due",
            ),
        ]
