"""Writes of single rows that nearly every change does, whose SQL is made once in a process."""

from dataclasses import dataclass
from functools import cache
from typing import Any

from django.db import DatabaseError, connection, models
from django_scopes import get_scope
from django_scopes.exceptions import ScopeError


@dataclass(frozen=True)
class _Statements:
    fields: tuple[Any, ...]
    insert: str
    update: str


def insert_row(row: models.Model) -> None:
    """Store a new row of the tenant that is entered."""
    statements = _statements(type(row))
    _execute(statements.insert, _values(row, statements.fields, is_new=True))
    row._state.adding, row._state.db = False, connection.alias


def update_row(row: models.Model) -> None:
    """Store a row that was read from the tenant that is entered, in all its columns."""
    statements = _statements(type(row))
    values = _values(row, statements.fields, is_new=False)
    if not _execute(statements.update, [*values, get_scope().get("organization"), row.pk]):
        raise DatabaseError(f"There is no such row of {row._meta.label} in this tenant.")


@cache
def _statements(model: type[models.Model]) -> _Statements:
    fields = tuple(model._meta.concrete_fields)
    table, key = model._meta.db_table, model._meta.pk.column
    columns = [f'"{field.column}"' for field in fields]
    places = ", ".join(["%s"] * len(columns))
    changes = ", ".join(f"{column} = %s" for column in columns)
    return _Statements(
        fields,
        f'insert into "{table}" ({", ".join(columns)}) values ({places})',
        f'update "{table}" set {changes} where organization_id = %s and "{key}" = %s',
    )


def _values(row: models.Model, fields: tuple[Any, ...], *, is_new: bool) -> list[Any]:
    return [
        field.get_db_prep_save(field.pre_save(row, is_new), connection=connection)
        for field in fields
    ]


def _execute(statement: str, values: list[Any]) -> int:
    """Send a statement; as a scoped manager does, refuse it outside of a tenant."""
    tenant = get_scope()
    if tenant.get("_enabled", True) and "organization" not in tenant:
        raise ScopeError("Rows of a tenant are written inside of it alone.")
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        changed: int = cursor.rowcount
    return changed
