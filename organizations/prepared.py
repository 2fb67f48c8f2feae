"""Reads that every page does, whose SQL is made once in a process and not for every request."""

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any, Generic, TypeVar
from uuid import UUID, uuid4

from django.db import connections, models
from django.db.models import QuerySet
from django_scopes import get_scope, scope

Row = TypeVar("Row", bound=models.Model)
# What tells the rows of one read from those of another.
Value = UUID | str | date
_LATER = date(5000, 1, 1).toordinal()


@dataclass(frozen=True)
class _Statement:
    """A query set as it was compiled, and which of its parameters stand for which id."""

    rows: QuerySet[Any]
    compiler: Any
    sql: str
    parameters: tuple[Any, ...]
    places: tuple[tuple[int, int], ...]

    @classmethod
    def of(cls, rows: QuerySet[Any], ids: list[Value]) -> "_Statement":
        """Compile a query set that was made with ids of nothing."""
        compiler = rows.query.get_compiler(using=rows.db)
        sql, parameters = compiler.as_sql()
        places = tuple((at, ids.index(each)) for at, each in enumerate(parameters) if each in ids)
        if {place for _, place in places} != set(range(len(ids))):
            raise ValueError(f"Every id must be a parameter of its own: {sql}")
        return cls(rows, compiler, sql, tuple(parameters), places)

    def bound(self, ids: list[Value]) -> QuerySet[Any]:
        """Return the query set with other ids; it must not be narrowed any further."""
        parameters = list(self.parameters)
        for at, place in self.places:
            parameters[at] = ids[place]
        rows, query, compiler = map(_copied, (self.rows, self.rows.query, self.compiler))
        compiler.connection = connections[rows.db]
        compiler.as_sql = lambda *_args, **_options: (self.sql, tuple(parameters))
        query.get_compiler = lambda *_args, **_options: compiler
        rows._query = query
        return rows  # type: ignore[no-any-return]


def _copied(value: Any) -> Any:
    # As `copy.copy` would, were it not for what a query set does to be pickled.
    other = value.__class__.__new__(value.__class__)
    other.__dict__.update(value.__dict__)
    return other


class Prepared(Generic[Row]):
    """The rows that a function's query set finds for given ids, in the tenant that is entered.

    The function must make the same query set whatever the ids are. It is asked once for an
    organization and once for one client's people, whom a tenant's queries narrow further; once in
    all for rows that belong to no tenant.
    """

    def __init__(self, make: Callable[..., QuerySet[Row]], *, is_of_tenant: bool = True) -> None:
        self._make, self._is_of_tenant = make, is_of_tenant
        self._statements: dict[int, _Statement] = {}

    def rows(self, *ids: Value) -> list[Row]:
        """Return all rows."""
        tenant = get_scope() if self._is_of_tenant else {}
        if self._is_of_tenant and (not tenant.get("_enabled", True) or "client" not in tenant):
            return list(self._make(*ids))
        own = [each for each in map(tenant.get, ("organization", "client")) if each is not None]
        statement = self._statements.get(len(own))
        if statement is None:
            statement = self._statements[len(own)] = self._compiled(len(own), ids)
        return list(statement.bound([*own, *ids]))

    def first(self, *ids: Value) -> Row | None:
        """Return the first row, if there is one."""
        return next(iter(self.rows(*ids)), None)

    def get(self, *ids: Value) -> Row:
        """Return the only row; raises the model's DoesNotExist."""
        rows = self.rows(*ids)
        if not rows:
            raise self._make(*ids).model.DoesNotExist  # type: ignore[attr-defined]
        (row,) = rows
        return row

    def _compiled(self, own: int, given: tuple[Value, ...]) -> _Statement:
        marks = [*(uuid4() for _ in range(own)), *map(_mark, given)]
        if not own:
            return _Statement.of(self._make(*marks), marks)
        with scope(organization=marks[0], client=marks[1] if own > 1 else None):
            return _Statement.of(self._make(*marks[own:]), marks)


def _mark(given: Value) -> Value:
    """Return a value of the same kind that nothing else has."""
    if isinstance(given, UUID):
        return uuid4()
    if isinstance(given, str):
        return secrets.token_hex(16)
    return date.fromordinal(_LATER + secrets.randbelow(_LATER // 2))
