"""No function of the product is longer than forty lines."""

import ast
from pathlib import Path

CHECKOUT = Path(__file__).parents[2]
PACKAGES = ("assessments", "config", "costing", "jobs", "organizations", "presentation", "reports")
MAX_LINES = 40


def long_functions(source: str) -> list[str]:
    """Name the functions of a module that are longer, each with its lines."""
    functions = (each for each in ast.walk(ast.parse(source)) if isinstance(each, ast.FunctionDef))
    lengths = ((each.name, (each.end_lineno or 0) - each.lineno + 1) for each in functions)
    return [f"{name}: {lines} lines" for name, lines in lengths if lines > MAX_LINES]


def test_no_function_is_longer_than_forty_lines() -> None:
    modules = [path for package in PACKAGES for path in (CHECKOUT / package).rglob("*.py")]

    assert len(modules) > 300
    assert {
        str(path.relative_to(CHECKOUT)): found
        for path in modules
        if "migrations" not in path.parts and (found := long_functions(path.read_text("utf-8")))
    } == {}


def test_longer_function_is_named() -> None:
    body = "    pass\n" * MAX_LINES

    assert long_functions(f"def short():\n{body[9:]}") == []
    assert long_functions(f"def long():\n{body}") == ["long: 41 lines"]
