"""The three nets that keep tenants apart: scoped managers, row-level security, composite keys.

`enter` opens the first two for one tenant; `enable_rls` and `composite_key` are used in
migrations. docs/adr/0002-three-nets-of-tenancy.md says why there are three.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from uuid import UUID

from django.db import connection, migrations, models, transaction
from django_scopes import scope
from structlog.contextvars import bind_contextvars

ORGANIZATION_SETTING = "app.current_org"
CLIENT_SETTING = "app.current_client"
USER_SETTING = "app.current_user"
INVITATION_SETTING = "app.current_invitation"
API_KEY_SETTING = "app.current_api_key"
SHARE_LINK_SETTING = "app.current_share_link"


def _setting(name: str) -> str:
    """Return SQL for a setting as a uuid; null where it is not set or empty."""
    return f"(select nullif(current_setting('{name}', true), '')::uuid)"


CURRENT_ORGANIZATION = _setting(ORGANIZATION_SETTING)
CURRENT_CLIENT = _setting(CLIENT_SETTING)
CURRENT_USER = _setting(USER_SETTING)
# The hash of the token that somebody presents; it is no uuid.
CURRENT_INVITATION = f"(select nullif(current_setting('{INVITATION_SETTING}', true), ''))"
CURRENT_API_KEY = f"(select nullif(current_setting('{API_KEY_SETTING}', true), ''))"
CURRENT_SHARE_LINK = f"(select nullif(current_setting('{SHARE_LINK_SETTING}', true), ''))"

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

    With `client_id`, only that client's rows of the firm. The settings are local to the
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
    """Open a transaction in which only this person's own memberships and firms exist."""
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


def enable_rls(
    table: str,
    *,
    client: bool,
    organization_column: str = "organization_id",
    client_column: str = "client_id",
    or_visible: str | None = None,
) -> migrations.RunSQL:
    """Return the migration operation that puts row-level security on a tenant table.

    `client` adds the check of the client bound; a row without a client is the firm's own and
    hidden from a client's people. `or_visible` is SQL that shows a row outside of its tenant, to
    reading alone.
    """
    check = f"{organization_column} = {CURRENT_ORGANIZATION}"
    if client:
        check += f" and ({CURRENT_CLIENT} is null or {client_column} = {CURRENT_CLIENT})"
    statements = [
        f"alter table {table} enable row level security",
        f"alter table {table} force row level security",
        f"create policy {table}_tenant on {table} using ({check}) with check ({check})",
    ]
    if or_visible:
        statements.append(
            f"create policy {table}_visible on {table} for select using ({or_visible})"
        )
    undo = [
        f"drop policy if exists {table}_visible on {table}",
        f"drop policy {table}_tenant on {table}",
        f"alter table {table} no force row level security",
        f"alter table {table} disable row level security",
    ]
    return migrations.RunSQL(tuple(statements), tuple(undo))


def composite_key(
    table: str, column: str, to_table: str, *, client: bool, to_column: str = "id"
) -> migrations.RunSQL:
    """Return the migration operation that makes a reference carry its tenant.

    `column` of `table` may then point only at a row of `to_table` in the same firm (and, with
    `client`, of the same client): a foreign key's own check bypasses row-level security.
    """
    ours = ["organization_id", *(["client_id"] if client else []), column]
    theirs = ["organization_id", *(["client_id"] if client else []), to_column]
    name = f"{table}_{column}_same_tenant"
    return migrations.RunSQL(
        f"alter table {table} add constraint {name} foreign key ({', '.join(ours)}) "
        f"references {to_table} ({', '.join(theirs)}) deferrable initially deferred",
        f"alter table {table} drop constraint {name}",
    )


def tenant_key(table: str, *, client: bool) -> models.UniqueConstraint:
    """Return the constraint that lets composite keys point at a model's rows."""
    fields = ["organization", *(["client"] if client else []), "id"]
    return models.UniqueConstraint(fields=fields, name=f"{table}_tenant_key")
