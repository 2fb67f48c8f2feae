"""What `make mutate` takes out of the code."""

import ast

import pytest

from config.local.state import CHECKOUT
from tests.mutate.__main__ import packages
from tests.mutate.guards import Rewriter, guards, modules, with_reports, without
from tests.mutate.narrow import NARROW

SOURCE = '''"""A module."""

manager = ScopedManager(organization="organization_id")
rows = Row.objects.filter(name="a", is_active=True, client=client)
left = rows_of(owner, owner__archived_at=None) | Q(archived_at=None)
row = Row.objects.select_for_update(no_key=True).get(pk=key)
if row.version != version or not member.is_active:
    raise Conflict
SECURE_HSTS_SECONDS = 31_536_000
statement = "set_config('{}', {}, true)"
'''


@pytest.mark.parametrize(
    ("kind", "left"),
    [
        ("archived", "left = rows_of(owner) | Q(archived_at=None)"),
        ("lock", "row = Row.objects.get(pk=key)"),
        ("version", "if False or not member.is_active:"),
        ("header", "SECURE_HSTS_SECONDS = type(0)() or {}"),
    ],
)
def test_a_guard_alone_is_taken_out(kind: str, left: str) -> None:
    [found] = [one for one in _found() if one[0] == kind]

    changed = without(SOURCE, found[1]).splitlines()

    whole = ast.unparse(ast.parse(SOURCE)).splitlines()
    assert [line for line in changed if line not in whole] == [left]


def test_every_kind_is_found_where_it_stands() -> None:
    kinds = [(kind, line) for kind, _number, line in _found()]

    assert kinds == [
        ("scope", 3),
        ("active", 4),
        ("scope", 4),
        ("archived", 5),
        ("lock", 6),
        ("version", 7),
        ("active", 7),
        ("header", 9),
        ("scope", 10),
    ]


def test_a_reported_module_still_does_its_work() -> None:
    reported = with_reports(SOURCE, "a.py")

    assert reported.startswith('"""A module."""\nfrom tests.mutate.reached import')
    assert reported.count("_reached('a.py'") == len(_found())


def test_every_lock_of_the_application_is_tried() -> None:
    written = found = 0
    for path in modules(CHECKOUT, packages()):
        written += (CHECKOUT / path).read_text().count(".select_for_update(")
        found += sum(guard.kind == "lock" for guard in guards(CHECKOUT, path))

    assert found == written > 20


def test_every_guard_has_tests_of_its_own_and_there_are_such_tests() -> None:
    found = (guards(CHECKOUT, path) for path in modules(CHECKOUT, packages()))
    guarded = {guard.place for each in found for guard in each}
    named = {test for tests in NARROW.values() for test in tests}

    missing = [
        test
        for test in named
        for path, _, name in [test.partition("::")]
        if f"def {name}" not in (CHECKOUT / path).read_text()
    ]

    assert set(NARROW) == guarded
    assert missing == []


def _found() -> list[tuple[str, int, int]]:
    found: list[tuple[str, int, int]] = []

    def note(number: int, kind: str, node: ast.expr, _replacement: ast.expr | None) -> ast.expr:
        found.append((kind, number, node.lineno))
        return node

    Rewriter(note).visit(ast.parse(SOURCE))
    return found
