"""The three nets that keep tenants apart: scoped managers, row-level security, composite keys.

`enter` opens the first two for one tenant; the migrations make the last two
(`organizations/migrations/_tenancy.py`). docs/adr/0002-three-nets-of-tenancy.md says why there
are three.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from uuid import UUID

from django.db import connection, models, transaction
from django_scopes import scope
from structlog.contextvars import bind_contextvars

ORGANIZATION_SETTING = "app.current_org"
CLIENT_SETTING = "app.current_client"
USER_SETTING = "app.current_user"
INVITATION_SETTING = "app.current_invitation"
API_KEY_SETTING = "app.current_api_key"
SHARE_LINK_SETTING = "app.current_share_link"


SETTINGS = (
    ORGANIZATION_SETTING,
    CLIENT_SETTING,
    USER_SETTING,
    INVITATION_SETTING,
    API_KEY_SETTING,
    SHARE_LINK_SETTING,
)


def _read_settings() -> list[str]:
    with connection.cursor() as cursor:
        readings = ", ".join(["current_setting(%s, true)"] * len(SETTINGS))
        cursor.execute(f"select {readings}", SETTINGS)
        row = cursor.fetchone()
    return [value or "" for value in row]


def _write_settings(values: list[str]) -> None:
    with connection.cursor() as cursor:
        writings = ", ".join(["set_config(%s, %s, true)"] * len(SETTINGS))
        pairs = zip(SETTINGS, values, strict=True)
        cursor.execute(f"select {writings}", [part for pair in pairs for part in pair])


def _all_settings(values: dict[str, str]) -> list[str]:
    """Return a value for every setting; what is not named is empty."""
    return [values.get(name, "") for name in SETTINGS]


@contextmanager
def enter(
    *, organization_id: UUID, client_id: UUID | None = None, user_id: UUID | None = None
) -> Iterator[None]:
    """Open a transaction in which only this tenant's rows exist.

    With `client_id`, only that client's rows of the organization. The settings are local to the
    transaction, so a pooled connection cannot carry them on; when a tenant is entered inside
    another transaction, what was set before is set again afterwards. Lines of the log name the
    tenant that their request or task entered last.
    """
    values = {
        ORGANIZATION_SETTING: str(organization_id),
        CLIENT_SETTING: str(client_id or ""),
        USER_SETTING: str(user_id or ""),
    }
    with transaction.atomic():
        # A savepoint that rolls back undoes its settings by itself; only a success must restore.
        before = _read_settings()
        _write_settings(_all_settings(values))
        bind_contextvars(organization_id=str(organization_id))
        with scope(organization=organization_id, client=client_id):
            yield
        _write_settings(before)


@contextmanager
def identify(user_id: UUID) -> Iterator[None]:
    """Open a transaction in which only this person's own memberships and organizations exist."""
    with _outside_of_tenants({USER_SETTING: str(user_id)}):
        yield


@contextmanager
def expose_invitation(token_hash: str) -> Iterator[None]:
    """Open a transaction in which the one invitation of this token can be read, nothing else.

    Who opens an invitation's link belongs to no organization yet: the token alone gives access
    to its row, and only to that.
    """
    with _outside_of_tenants({INVITATION_SETTING: token_hash}):
        yield


@contextmanager
def expose_api_key(key_hash: str) -> Iterator[None]:
    """Open a transaction in which the one API key of this hash can be read, nothing else."""
    with _outside_of_tenants({API_KEY_SETTING: key_hash}):
        yield


@contextmanager
def expose_share_link(token_hash: str) -> Iterator[None]:
    """Open a transaction in which the one share link of this token can be read, nothing else."""
    with _outside_of_tenants({SHARE_LINK_SETTING: token_hash}):
        yield


@contextmanager
def _outside_of_tenants(values: dict[str, str]) -> Iterator[None]:
    with transaction.atomic():
        before = _read_settings()
        _write_settings(_all_settings(values))
        yield
        _write_settings(before)


def tenant_key(table: str, *, client: bool) -> models.UniqueConstraint:
    """Return the constraint that lets composite keys point at a model's rows."""
    fields = ["organization", *(["client"] if client else []), "id"]
    return models.UniqueConstraint(fields=fields, name=f"{table}_tenant_key")
