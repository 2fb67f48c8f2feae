"""Reads untrusted JSON and YAML files safely into plain values.

Pure: no Django, no database; reads only the file that it is given.
"""

import json
import math
import re
import sys
from collections.abc import Callable, Hashable
from decimal import Decimal, InvalidOperation
from itertools import accumulate
from pathlib import Path
from typing import Any

import yaml

MAX_BYTES = 1_000_000
MAX_DEPTH = 60
MAX_YAML_NODES = 20_000
# Files of an operator may hold thousands of prices.
MAX_EXACT_BYTES = 20_000_000
MAX_EXACT_YAML_NODES = 200_000
TOO_DEEP = "The file is nested too deeply."


class UnreadableDocument(ValueError):
    """A file that cannot be read as one document; the message is fit for a person."""


class _NotJson(UnreadableDocument):
    """A file that may be YAML."""


def read_document(path: str) -> Any:
    """The document in a JSON or YAML file, or on standard input for `-`.

    Raises UnreadableDocument when there is no such file, or it is no sound document.
    """
    return load_document(read_bytes(path, MAX_BYTES))


def read_bytes(path: str, limit: int) -> bytes:
    """At most one byte more than `limit` of a file, or of standard input for `-`."""
    try:
        if path == "-":
            return sys.stdin.buffer.read(limit + 1)
        with Path(path).open("rb") as file:
            return file.read(limit + 1)
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) and error.strerror else "bad name"
        raise UnreadableDocument(f"The file cannot be read: {reason}.") from error


def load_document(source: bytes) -> Any:
    """The document in these bytes: JSON where it starts like JSON and is sound, else YAML.

    Refuses what is larger than 1 MB, not UTF-8, nested deeper than 60 levels, repeats a key, uses
    YAML aliases or has over 20,000 YAML values. Raises UnreadableDocument.
    """
    text = _text(source, MAX_BYTES)
    if text.lstrip()[:1] not in ("{", "["):
        return _load_yaml(text, _StrictLoader)
    try:
        return _load_json(text)
    except _NotJson as error:
        try:
            return _load_yaml(text, _StrictLoader)
        except UnreadableDocument:
            raise error from None


def load_exact_json(source: bytes) -> Any:
    """The JSON document in these bytes, its fractions as Decimals with every digit.

    NaN and infinities come as floats, which nothing else does. Raises UnreadableDocument.
    """
    return _load_json(_text(source, MAX_EXACT_BYTES), parse_float=_exact)


def load_exact_yaml(source: bytes) -> Any:
    """The YAML (or JSON) document in these bytes, its fractions as Decimals with every digit."""
    return _load_yaml(_text(source, MAX_EXACT_BYTES), _ExactLoader)


def _exact(text: str) -> Decimal | float:
    try:
        return Decimal(text)
    except InvalidOperation:  # an exponent that no Decimal can hold
        return math.inf


def _text(source: bytes, limit: int) -> str:
    if len(source) > limit:
        raise UnreadableDocument(f"The file is larger than {limit // 1_000_000} MB.")
    try:
        text = source.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise UnreadableDocument("The file is not UTF-8 text.") from error
    # A nest deeper than any document needs is not worth parsing.
    steps = (1 if bracket in "[{" else -1 for bracket in re.findall(r"[\[\]{}]", text))
    if max(accumulate(steps), default=0) > MAX_DEPTH:
        raise UnreadableDocument(TOO_DEEP)
    return text


def _load_json(text: str, parse_float: Callable[[str], Any] | None = None) -> Any:
    try:
        return json.loads(text, object_pairs_hook=_unique_pairs, parse_float=parse_float)
    except json.JSONDecodeError as error:
        where = f"line {error.lineno}, column {error.colno}"
        raise _NotJson(f"The file is not JSON: {error.msg}, {where}.") from error
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


def _load_yaml(text: str, loader: "type[_StrictLoader]") -> Any:
    try:
        return yaml.load(text, Loader=loader)
    except RecursionError as error:
        raise UnreadableDocument(TOO_DEEP) from error
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        where = f", line {mark.line + 1}, column {mark.column + 1}" if mark else ""
        raise UnreadableDocument(f"The file is not YAML: {error.problem}{where}.") from error
    except yaml.YAMLError as error:
        raise UnreadableDocument("The file is not YAML: it has control characters.") from error
    except UnreadableDocument:
        raise
    except (ValueError, OverflowError, AttributeError) as error:
        raise UnreadableDocument("The file has a number or date that cannot be read.") from error


class _StrictLoader(yaml.SafeLoader):
    """The safe loader without aliases, repeated keys, bottomless nesting or endless values."""

    max_nodes = MAX_YAML_NODES
    depth = 0
    nodes = 0

    def compose_node(self, parent: yaml.Node | None, index: Any) -> yaml.Node | None:
        if self.check_event(yaml.AliasEvent):
            raise UnreadableDocument("The file uses YAML aliases, which are not allowed.")
        self.nodes += 1
        if self.nodes > self.max_nodes:
            raise UnreadableDocument(f"The file has over {self.max_nodes:,} values.")
        self.depth += 1
        if self.depth > MAX_DEPTH:
            raise UnreadableDocument(TOO_DEEP)
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


class _ExactLoader(_StrictLoader):
    """A strict loader whose fractions become Decimals."""

    max_nodes = MAX_EXACT_YAML_NODES

    def construct_decimal(self, node: yaml.ScalarNode) -> Decimal | float:
        """The number as it is written; `.nan` and `.inf` stay the floats that they are."""
        text = str(node.value)
        return self.construct_yaml_float(node) if text[-1:].isalpha() else _exact(text)


_ExactLoader.add_constructor("tag:yaml.org,2002:float", _ExactLoader.construct_decimal)
