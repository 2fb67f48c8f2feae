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


def store_rows(*rows: models.Model) -> None:
    """Store rows of the tenant that is entered, all at once: new ones, and in all columns others.

    Raises DatabaseError for one that was read and is not there.
    """
    tenant = get_scope()
    if tenant.get("_enabled", True) and "organization" not in tenant:
        raise ScopeError("Rows of a tenant are written inside of it alone.")
    statements, values = list[str](), list[Any]()
    for row in rows:
        known, is_new = _statements(type(row)), row._state.adding
        statements.append(known.insert if is_new else known.update)
        values += _values(row, known.fields, is_new=is_new)
        if not is_new:
            values += (tenant.get("organization"), row.pk)
    with connection.cursor() as cursor:
        cursor.execute(";\n".join(statements), values)
        for row in rows:
            if not cursor.rowcount:
                raise DatabaseError(f"There is no such row of {row._meta.label} in this tenant.")
            row._state.adding, row._state.db = False, connection.alias
            cursor.nextset()


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
