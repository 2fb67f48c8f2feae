"""The three nets that keep tenants apart: scoped managers, row-level security, composite keys.

`enter` opens the first two for one tenant; the migrations make the last two
(`organizations/migrations/_tenancy.py`). docs/adr/0002-three-nets-of-tenancy.md says why there
are three.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from functools import cache
from typing import Any
from uuid import UUID

from django.db import connection, models, transaction
from django_scopes import scope
from structlog.contextvars import bind_contextvars


class Setting(StrEnum):
    """What row-level security reads, for one transaction: the tenant, or the one row shown."""

    ORGANIZATION = "app.current_org"
    CLIENT = "app.current_client"
    USER = "app.current_user"
    INVITATION = "app.current_invitation"
    API_KEY = "app.current_api_key"
    SHARE_LINK = "app.current_share_link"


# What is done to the organization's own notes: nothing that anybody else could see follows.
PRIVATE_VERBS = "note."


@dataclass(frozen=True)
class Change:
    """A change of a tenant's rows, as its audit row says it."""

    subject: Any
    verb: str
    at: datetime
    client_id: UUID | None

    @property
    def is_private(self) -> bool:
        return self.verb.startswith(PRIVATE_VERBS)


_changes: ContextVar[list[Change] | None] = ContextVar("changes", default=None)
# What follows from changes and is kept, such as summaries: upper layers add their function.
followers: list[Callable[[Sequence[Change]], None]] = []


def note_change(change: Change) -> None:
    """Have what follows from a change brought up to date before its tenant is left."""
    changes = _changes.get()
    if changes is not None:
        changes.append(change)


# SQL that sets what row-level security reads to the value of an expression, and returns it. Every
# setting ends with its transaction, so that a pooled connection cannot carry it on.
SETTING = "set_config('{}', {}, true)"
_READINGS = ", ".join(f"current_setting('{each}', true)" for each in Setting)
_WRITINGS = ", ".join(SETTING.format(each, "%s") for each in Setting)


@contextmanager
def enter(
    *, organization_id: UUID, client_id: UUID | None = None, user_id: UUID | None = None
) -> Iterator[None]:
    """Open a transaction in which only this tenant's rows exist.

    With `client_id`, only that client's rows of the organization. The settings are local to the
    transaction, so a pooled connection cannot carry them on; when a tenant is entered inside
    another transaction, what was set before is set again afterwards. What follows from changes
    made inside is brought up to date in the same transaction. Lines of the log name the tenant
    that their request or task entered last.
    """
    values = {
        Setting.ORGANIZATION: str(organization_id),
        Setting.CLIENT: str(client_id or ""),
        Setting.USER: str(user_id or ""),
    }
    with _settings(values):
        bind_contextvars(organization_id=str(organization_id))
        with scope(organization=organization_id, client=client_id), _followed():
            yield


@contextmanager
def _followed() -> Iterator[None]:
    """Bring up to date what follows from the changes inside: at the end, so that many cost one.

    The locks of the changes are taken by then, so that those of summaries come last everywhere.
    """
    changes: list[Change] = []
    token = _changes.set(changes)
    try:
        yield
    finally:
        _changes.reset(token)
    for follow in followers if changes else ():
        follow(changes)


@contextmanager
def expose(setting: Setting, value: UUID | str) -> Iterator[None]:
    """Open a transaction in which only what this one setting shows can be read.

    That is a person's own memberships and organizations (USER), or the one row whose token's or
    key's hash this is: who opens an invitation's link belongs to no organization yet, so the token
    alone gives access to its row, and only to that.
    """
    with _settings({setting: str(value)}):
        yield


@contextmanager
def enter_found(
    query: str, parameters: Sequence[Any], *, shown: tuple[Setting, UUID | str]
) -> Iterator[Sequence[Any] | None]:
    """Open a transaction in the tenant of the one row that a query finds; yield the row, or none.

    One statement sets what shows the row, as `expose` does, finds it, and sets its tenant as
    `enter` does: the organization and the client that are the query's first two columns. The query
    refers to `known.value`, what was set, and so runs after that. Without a row there is no tenant,
    and neither is there by a row without an organization.
    """
    setting, value = shown
    is_nested = connection.in_atomic_block
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute(_finding(query, setting), [str(value), *parameters])
            row = cursor.fetchone()
        organization_id, client_id, *found = row[len(Setting) : -2]
        if organization_id is None:
            yield found if any(each is not None for each in found) else None
        else:
            bind_contextvars(organization_id=str(organization_id))
            with scope(organization=organization_id, client=client_id), _followed():
                yield found
        if is_nested:
            _restore(row[: len(Setting)])


@cache
def _finding(query: str, shown: Setting) -> str:
    """The statement of `enter_found`; each part needs what the one before it set."""
    nothing = ", ".join(SETTING.format(each, "''") for each in Setting if each is not shown)
    tenant = {Setting.ORGANIZATION: "found.tenant", Setting.CLIENT: "found.client"}
    entering = ", ".join(
        SETTING.format(each, f"coalesce({column}::text, '')") for each, column in tenant.items()
    )
    return f"""
        with before as materialized (select {_READINGS}),
        known as materialized (
            select {SETTING.format(shown, "%s")} as value, {nothing} from before
        )
        select before.*, found.*, {entering}
        from before cross join known left join lateral ({query} limit 1) found (tenant, client)
            on true
    """


@contextmanager
def _settings(values: Mapping[Setting, str | None]) -> Iterator[None]:
    """Open a transaction with these settings and no others; restore those that stood before.

    The end of a transaction restores by itself. So does a savepoint that rolls back; only its
    success must be followed by what stood before.
    """
    is_nested = connection.in_atomic_block
    with transaction.atomic():
        before = _exchange(values)
        yield
        if is_nested:
            _restore(before)


def _exchange(values: Mapping[Setting, str | None]) -> Sequence[str | None]:
    """Set every setting, by one statement, and return what stood before."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"with before as materialized (select {_READINGS}) select *, {_WRITINGS} from before",
            [values.get(each) or "" for each in Setting],
        )
        before: Sequence[str | None] = cursor.fetchone()[: len(Setting)]
    return before


def _restore(before: Sequence[str | None]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"select {_WRITINGS}", [value or "" for value in before])


NEAR = timedelta(days=62)


@dataclass(frozen=True)
class Months:
    """That a table is partitioned by the month of a column, in UTC.

    Its key in the database is (organization, column, id). `back` is for how many months before
    this one partitions are made ahead of the rows.
    """

    column: str
    back: int = 0

    def near(self, start: datetime, *, is_later: bool = False) -> models.Q:
        """Return what is true of rows from a moment two months back, or on.

        The planner leaves out all other partitions, however many there are.
        """
        way = "lte" if is_later else "gte"
        end = start + NEAR if is_later else start - NEAR
        return models.Q(**{f"{self.column}__{way}": end})


def check(name: str, condition: models.Q) -> models.CheckConstraint:
    """Return the constraint of that name: every row of the table meets the condition."""
    return models.CheckConstraint(condition=condition, name=name)


def tenant_key(table: str, *, client: bool) -> models.UniqueConstraint:
    """Return the constraint that lets composite keys point at a model's rows."""
    fields = ["organization", *(["client"] if client else []), "id"]
    return models.UniqueConstraint(fields=fields, name=f"{table}_tenant_key")
