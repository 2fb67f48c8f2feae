"""Finds the guards in the application's code, and rewrites a module with one of them taken out.

A guard is an expression of one of these kinds:

- lock: a call of `select_for_update`;
- active: `is_active=True` in a query, and a reading of `.is_active`;
- archived: `archived_at=None` in a query;
- version: a comparison of the version that a write was meant to replace with what stands;
- scope: a tenant in a query or in a scope, a manager bound to a scope, and the settings of
  row-level security that end with their transaction;
- header: the settings of HSTS and of the content security policy.
"""

import ast
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

REACHED = "tests.mutate.reached"
QUERIES = ("filter", "get", "exclude", "Q", "scope")
TENANT_KEYWORDS = ("organization", "organization_id", "client", "client_id")
VERSIONS = ("version", "scenario_version")
HEADERS = ("SECURE_HSTS_SECONDS", "CONTENT_SECURITY_POLICY", "SECURE_HSTS_INCLUDE_SUBDOMAINS")
LOCAL_SETTING = "set_config('{}', {}, true)"


@dataclass(frozen=True)
class Guard:
    """One guard: its kind, the module it stands in, its line, the function around it, its source.

    Outside of a function, `function` is empty, or the class.
    """

    kind: str
    path: str
    number: int
    line: int
    function: str
    source: str

    def __str__(self) -> str:
        return f"{self.path}:{self.line} {self.function} {self.kind}: {self.source}"

    @property
    def place(self) -> str:
        """The module and the function, as `tests/mutate/narrow.py` names them."""
        return f"{self.path}::{self.function}" if self.function else self.path


Definition = TypeVar("Definition", ast.ClassDef, ast.FunctionDef)
Change = Callable[[int, str, ast.expr, ast.expr | None], ast.expr | None]
"""Takes a guard's number in its module, kind, expression and replacement (None drops a keyword).

Returns what to write in its place.
"""


class Rewriter(ast.NodeTransformer):
    """Calls `change` with each guard of a module, inner ones first, and writes what it returns."""

    def __init__(self, change: Change) -> None:
        self.change = change
        self.count = 0
        self.functions = [""]

    def visit_ClassDef(self, node: ast.ClassDef) -> ast.ClassDef:
        """A class whose body may hold guards."""
        return self._inside(node)

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.FunctionDef:
        """A function whose body may hold guards."""
        return self._inside(node)

    def _inside(self, node: Definition) -> Definition:
        self.functions.append(node.name)
        self.generic_visit(node)
        self.functions.pop()
        return node

    def _change(self, kind: str, found: ast.expr, replacement: ast.expr | None) -> ast.expr | None:
        self.count += 1
        return self.change(self.count, kind, found, replacement)

    def visit_Call(self, node: ast.Call) -> ast.expr | None:
        """A lock, a bound manager, or a query whose keywords are guards."""
        self.generic_visit(node)
        name = called(node)
        node.keywords = [one for one in node.keywords if self._keeps(name, one)]
        if name == "select_for_update" and isinstance(node.func, ast.Attribute):
            return self._change("lock", node, node.func.value)
        if name == "ScopedManager":
            manager = ast.parse("models.Manager()", mode="eval").body
            return self._change("scope", node, manager)
        return node

    def _keeps(self, function: str, keyword: ast.keyword) -> bool:
        kind = keyword_kind(function, keyword)
        if kind is None:
            return True
        changed = self._change(kind, keyword.value, None)
        if changed is not None:
            keyword.value = changed
        return changed is not None

    def visit_Attribute(self, node: ast.Attribute) -> ast.expr | None:
        """A reading of `.is_active`."""
        self.generic_visit(node)
        if node.attr != "is_active" or not isinstance(node.ctx, ast.Load):
            return node
        return self._change("active", node, ast.Constant(True))

    def visit_Compare(self, node: ast.Compare) -> ast.expr | None:
        """A comparison of versions."""
        self.generic_visit(node)
        if not any(is_version(side) for side in (node.left, *node.comparators)):
            return node
        is_known = isinstance(node.ops[0], ast.Eq | ast.NotEq | ast.In)
        if not is_known or isinstance(node.comparators[0], ast.Call):
            return node
        return self._change("version", node, ast.Constant(not isinstance(node.ops[0], ast.NotEq)))

    def visit_Constant(self, node: ast.Constant) -> ast.expr | None:
        """The SQL that sets a tenant for a transaction."""
        if node.value != LOCAL_SETTING:
            return node
        return self._change("scope", node, ast.Constant(LOCAL_SETTING.replace("true", "false")))

    def visit_Assign(self, node: ast.Assign) -> ast.Assign:
        """A setting that becomes a header."""
        self.generic_visit(node)
        if isinstance(node.targets[0], ast.Name) and node.targets[0].id in HEADERS:
            nothing = ast.parse("type(0)() or {}", mode="eval").body
            node.value = self._change("header", node.value, nothing) or nothing
        return node


def called(node: ast.Call) -> str:
    """The last name of what is called."""
    function = node.func
    return getattr(function, "attr", None) or getattr(function, "id", "")


def keyword_kind(function: str, keyword: ast.keyword) -> str | None:
    """The kind of guard that a keyword of a call is, if it is one."""
    name = keyword.arg or ""
    value = keyword.value.value if isinstance(keyword.value, ast.Constant) else keyword.value
    # The conditions of constraints, in Q, are the migrations'.
    if name.endswith("archived_at") and value is None and function != "Q":
        return "archived"
    if function not in QUERIES:
        return None
    if name.endswith("is_active") and value is True:
        return "active"
    is_tenant = name in TENANT_KEYWORDS and value is keyword.value
    return "scope" if is_tenant else None


def is_version(side: ast.expr) -> bool:
    """Tell whether an expression is a row's version, or one that a caller stated."""
    return (getattr(side, "attr", None) or getattr(side, "id", None)) in VERSIONS


def guards(root: Path, path: str) -> list[Guard]:
    """The guards of one module, numbered from 1."""
    found: list[Guard] = []

    def note(number: int, kind: str, node: ast.expr, _replacement: ast.expr | None) -> ast.expr:
        source, function = ast.unparse(node)[:100], rewriter.functions[-1]
        found.append(Guard(kind, path, number, node.lineno, function, source))
        return node

    rewriter = Rewriter(note)
    rewriter.visit(ast.parse((root / path).read_text()))
    return found


def without(source: str, number: int) -> str:
    """The module with the guard of that number taken out."""

    def take_out(
        count: int, _kind: str, node: ast.expr, replacement: ast.expr | None
    ) -> ast.expr | None:
        return replacement if count == number else node

    return rewritten(source, take_out)


def with_reports(source: str, path: str) -> str:
    """The module in which each guard says when it is evaluated, and in which test."""

    def report(count: int, _kind: str, node: ast.expr, _replacement: ast.expr | None) -> ast.expr:
        call = ast.parse(f"_reached({path!r}, {count})(0)", mode="eval").body
        assert isinstance(call, ast.Call)
        call.args = [node]
        return call

    return rewritten(source, report, f"from {REACHED} import reached as _reached")


def rewritten(source: str, change: Change, first_line: str = "") -> str:
    """The module with its guards changed, and a statement after its docstring."""
    tree = Rewriter(change).visit(ast.parse(source))
    if first_line:
        tree.body.insert(1, *ast.parse(first_line).body)
    return ast.unparse(ast.fix_missing_locations(tree))


def modules(root: Path, packages: Iterable[str]) -> list[str]:
    """The application's modules, without migrations."""
    return sorted(
        str(path.relative_to(root))
        for package in packages
        for path in (root / package).rglob("*.py")
        if "migrations" not in path.parts
    )
