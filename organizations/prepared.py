"""Reads that every page does, whose SQL is made once in a process and not for every request."""

import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Generic, NamedTuple, TypeVar
from uuid import UUID, uuid4

from django.db import connections, models
from django.db.models import QuerySet
from django_scopes import get_scope, scope

Row = TypeVar("Row", bound=models.Model)
OtherRow = TypeVar("OtherRow", bound=models.Model)
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
    converters: Mapping[int, Any]

    @classmethod
    def of(cls, rows: QuerySet[Any], ids: list[Value]) -> "_Statement":
        """Compile a query set that was made with ids of nothing."""
        compiler = rows.query.get_compiler(using=rows.db)
        sql, parameters = compiler.as_sql()
        places = tuple((at, ids.index(each)) for at, each in enumerate(parameters) if each in ids)
        if {place for _, place in places} != set(range(len(ids))):
            raise ValueError(f"Every id must be a parameter of its own: {sql}")
        columns = [column for column, *_ in compiler.select]
        converters = compiler.get_converters(columns)
        return cls(rows, compiler, sql, tuple(parameters), places, converters)

    def bound(self, ids: list[Value]) -> list[Any]:
        """Return the parameters with other ids."""
        parameters = list(self.parameters)
        for at, place in self.places:
            parameters[at] = ids[place]
        return parameters

    def read(self, found: list[tuple[Any, ...]]) -> list[Any]:
        """Return what the query set makes of the rows that the statement returned."""
        rows, query, compiler = map(_copied, (self.rows, self.rows.query, self.compiler))
        compiler.connection = connections[rows.db]
        converted = compiler.apply_converters(found, self.converters) if self.converters else found
        # It asks for the results, then for the rows that they are; or for those alone.
        compiler.execute_sql = lambda *_args, **_options: found
        compiler.results_iter = lambda *_args, **_options: converted
        query.get_compiler = lambda *_args, **_options: compiler
        rows._query = query
        return list(rows)


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
        asked = self._asked(ids)
        if asked is None:
            return list(self._make(*ids))
        (found,) = _fetched(asked)
        return asked.statement.read(found)

    def rows_before(
        self, other: "Prepared[OtherRow]", *ids: Value
    ) -> tuple[list[Row], list[OtherRow]]:
        """Return all rows of this read, and then of another, which is sent along with it.

        The other sees what was committed while this one waited for a lock.
        """
        asked, further = self._asked(ids), other._asked(ids)
        if asked is None or further is None:
            return self.rows(*ids), other.rows(*ids)
        found, others = _fetched(asked, further)
        return asked.statement.read(found), further.statement.read(others)

    def _asked(self, ids: tuple[Value, ...]) -> "_Asked | None":
        """Return the statement of the tenant with its ids; None where none is entered."""
        tenant = get_scope() if self._is_of_tenant else {}
        if self._is_of_tenant and (not tenant.get("_enabled", True) or "client" not in tenant):
            return None
        own = [each for each in map(tenant.get, ("organization", "client")) if each is not None]
        statement = self._statements.get(len(own))
        if statement is None:
            statement = self._statements[len(own)] = self._compiled(len(own), ids)
        return _Asked(statement, statement.bound([*own, *ids]))

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


class _Asked(NamedTuple):
    """A statement with its parameters."""

    statement: _Statement
    parameters: list[Any]


def _fetched(*asked: _Asked) -> list[list[tuple[Any, ...]]]:
    """Send statements all at once, and return the rows of each."""
    sql = ";\n".join(each.statement.sql for each in asked)
    parameters = [value for each in asked for value in each.parameters]
    with connections[asked[0].statement.rows.db].cursor() as cursor:
        cursor.execute(sql, parameters)
        found = [cursor.fetchall()]
        while cursor.nextset():
            found.append(cursor.fetchall())
    return found


def _mark(given: Value) -> Value:
    """Return a value of the same kind that nothing else has."""
    if isinstance(given, UUID):
        return uuid4()
    if isinstance(given, str):
        return secrets.token_hex(16)
    return date.fromordinal(_LATER + secrets.randbelow(_LATER // 2))
