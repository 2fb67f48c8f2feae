"""The audit's filter offers every kind of change that the product writes, and no other."""

import ast
from collections.abc import Iterator
from pathlib import Path

from config.local.state import CHECKOUT
from costing.scenarios.archive import KINDS as ARCHIVED
from organizations import audit_words

APPS = ("organizations", "jobs", "assessments", "costing", "reports")
# What a verb is put together of, by the name that stands in it.
PARTS = {
    "kind": {each.name for each in ARCHIVED},
    "act": {"accepted", "resent", "revoked"},  # of an invitation
}


def modules() -> Iterator[ast.Module]:
    for app in APPS:
        for path in Path(CHECKOUT, app).rglob("*.py"):
            if "migrations" not in path.parts:
                yield ast.parse(path.read_text(encoding="utf-8"))


def texts(node: ast.expr) -> set[str]:
    """What an expression may be, as far as it is written out."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return {node.value}
    if isinstance(node, ast.IfExp):
        return texts(node.body) | texts(node.orelse)
    if isinstance(node, ast.JoinedStr):
        found = {""}
        for part in node.values:
            ends = PARTS[part.value.id] if isinstance(part, ast.FormattedValue) else texts(part)  # type: ignore[attr-defined]
            found = {f"{start}{end}" for start in found for end in ends}
        return found
    return set()


def verbs_of(module: ast.Module) -> set[str]:
    """What a module passes as `verb`, by that name or by its place in a function of the module."""
    places = {
        each.name: names.index("verb")
        for each in ast.walk(module)
        if isinstance(each, ast.FunctionDef)
        and "verb" in (names := [argument.arg for argument in each.args.args])
    }
    found = set()
    for node in ast.walk(module):
        if isinstance(node, ast.Call):
            name = getattr(node.func, "id", getattr(node.func, "attr", ""))
            given = [each.value for each in node.keywords if each.arg == "verb"]
            if name in places and len(node.args) > places[name]:
                given.append(node.args[places[name]])
            found |= {text for each in given for text in texts(each)}
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "verb":
            found |= {text for text in texts(node.value) if "." in text}
    return found


def test_the_filter_offers_what_is_written() -> None:
    written = set[str]().union(*map(verbs_of, modules()))
    offered = {verb for _, group in audit_words.choices() for verb, _ in group}

    assert len(written) > 70
    assert written == offered


def test_each_group_names_what_was_changed_and_has_its_kinds_in_words() -> None:
    groups = dict(audit_words.choices())

    assert groups["Client"] == [
        ("client.archived", "Archived the client"),
        ("client.created", "Created the client"),
        ("client.renamed", "Renamed the client"),
        ("client.restored", "Restored the client"),
    ]
    assert "API key" in groups
    assert [*groups] == sorted(groups, key=str.lower)
