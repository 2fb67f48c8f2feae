"""Reads untrusted JSON and YAML files safely into plain values.

Pure: no Django, no database; reads only the file that it is given.
"""

import json
import re
import sys
from collections.abc import Hashable
from pathlib import Path
from typing import Any

import yaml

SIZE_LIMIT_BYTES = 1_000_000
DEPTH_LIMIT = 60
YAML_NODES_LIMIT = 20_000
STANDARD_INPUT = "-"


class UnreadableDocument(ValueError):
    """A file that cannot be read as one document; the message is fit for a person."""


def read_document(path: str) -> Any:
    """The document in a JSON or YAML file, or on standard input for `-`.

    Raises UnreadableDocument when there is no such file, or it is no sound document.
    """
    try:
        if path == STANDARD_INPUT:
            source = sys.stdin.buffer.read(SIZE_LIMIT_BYTES + 1)
        else:
            with Path(path).open("rb") as file:
                source = file.read(SIZE_LIMIT_BYTES + 1)
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) and error.strerror else "bad name"
        raise UnreadableDocument(f"The file cannot be read: {reason}.") from error
    return load_document(source)


def load_document(source: bytes) -> Any:
    """The document in these bytes: JSON where it starts like JSON and is sound, else YAML.

    Refuses what is larger than 1 MB, not UTF-8, nested deeper than 60 levels, repeats a key, uses
    YAML aliases or has over 20,000 YAML values. Raises UnreadableDocument.
    """
    if len(source) > SIZE_LIMIT_BYTES:
        raise UnreadableDocument("The file is larger than 1 MB.")
    try:
        text = source.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise UnreadableDocument("The file is not UTF-8 text.") from error
    _refuse_deep_nesting(text)
    try:
        if text.lstrip()[:1] in ("{", "["):
            return _load_json_or_flow_yaml(text)
        return _load_yaml(text)
    except RecursionError as error:
        raise UnreadableDocument("The file is nested too deeply.") from error


def _refuse_deep_nesting(text: str) -> None:
    """Bound the brackets in a row: a nest deeper than any document needs is not worth parsing."""
    depth = deepest = 0
    for bracket in re.findall(r"[\[\]{}]", text):
        depth += 1 if bracket in "[{" else -1
        deepest = max(deepest, depth)
    if deepest > DEPTH_LIMIT:
        raise UnreadableDocument("The file is nested too deeply.")


def _load_json_or_flow_yaml(text: str) -> Any:
    try:
        return json.loads(text, object_pairs_hook=_unique_pairs)
    except json.JSONDecodeError as error:
        try:
            return _load_yaml(text)
        except UnreadableDocument:
            where = f"line {error.lineno}, column {error.colno}"
            raise UnreadableDocument(f"The file is not JSON: {error.msg}, {where}.") from error
    except UnreadableDocument:
        raise
    except ValueError as error:
        raise UnreadableDocument("The file has a number with too many digits.") from error


def _unique_pairs(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    mapping = dict(pairs)
    if len(mapping) != len(pairs):
        seen: set[str] = set()
        for key, _ in pairs:
            if key in seen:
                raise UnreadableDocument(f"The key {key[:60]!r} is there twice.")
            seen.add(key)
    return mapping


def _load_yaml(text: str) -> Any:
    try:
        return yaml.load(text, Loader=_StrictLoader)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        where = f", line {mark.line + 1}, column {mark.column + 1}" if mark else ""
        raise UnreadableDocument(f"The file is not YAML: {error.problem}{where}.") from error
    except yaml.YAMLError as error:
        raise UnreadableDocument("The file is not YAML: it has characters of no text.") from error
    except UnreadableDocument:
        raise
    except (ValueError, OverflowError, AttributeError) as error:
        raise UnreadableDocument("The file has a number or date that is none.") from error


class _StrictLoader(yaml.SafeLoader):
    """The safe loader without aliases, repeated keys, bottomless nesting or endless values."""

    depth = 0
    nodes = 0

    def compose_node(self, parent: yaml.Node | None, index: Any) -> yaml.Node | None:
        if self.check_event(yaml.AliasEvent):
            raise UnreadableDocument("The file uses YAML aliases, which are not allowed.")
        self.nodes += 1
        if self.nodes > YAML_NODES_LIMIT:
            raise UnreadableDocument(f"The file has over {YAML_NODES_LIMIT:,} values.")
        self.depth += 1
        if self.depth > DEPTH_LIMIT:
            raise UnreadableDocument("The file is nested too deeply.")
        node = super().compose_node(parent, index)
        self.depth -= 1
        return node

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Hashable, Any]:
        seen: set[Hashable] = set()
        for key_node, _ in node.value:
            key = self.construct_object(key_node, deep=True)
            if isinstance(key, Hashable) and key in seen:
                problem = f"the key {str(key)[:60]!r} is there twice"
                raise yaml.MarkedYAMLError(problem=problem, problem_mark=key_node.start_mark)
            if isinstance(key, Hashable):
                seen.add(key)
        return super().construct_mapping(node, deep=deep)


# YAML 1.1 reads 3e6 as text; people mean a number.
_StrictLoader.add_implicit_resolver(
    "tag:yaml.org,2002:float",
    re.compile(r"^[-+]?[0-9]+(\.[0-9]*)?[eE][-+]?[0-9]+$"),
    list("-+0123456789"),
)
