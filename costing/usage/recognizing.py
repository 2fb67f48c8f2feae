"""Tells by a file's content what it is: text or not, its shape and its format.

Must not import Django.
"""

import codecs
import csv
import json
import re
from collections.abc import Set
from dataclasses import dataclass
from typing import IO

from costing.usage.records import NO_TEXT
from costing.usage.sources import PLAIN, SOURCES, Source
from costing.usage.unpacking import LIMITS, Limits, refusal, unpacked

HEAD_BYTES = 256 * 1024
DELIMITERS = ",;\t"
# A key of a JSON object; what a text quotes is escaped and does not look like one.
KEY = re.compile(r'(?<!\\)"([A-Za-z_][A-Za-z0-9_.]{0,60})"\s*:')
ATTRIBUTE = re.compile(r'(?<!\\)"(gen_ai\.usage\.[a-z_.]{1,40})"')
EMPTY = "This file is empty."
UNKNOWN = "This is none of the formats that are known. Choose which one it is."
NO_CSV = "This format is JSON, and the file is not."


@dataclass(frozen=True)
class Recognized:
    """What a file is: its shape (`csv`, `lines`, `document`), its format, a CSV file's columns."""

    shape: str
    source: Source
    header: tuple[str, ...] = ()
    delimiter: str = ","


def recognize(file: IO[bytes], *, chosen: str = "", limits: Limits = LIMITS) -> Recognized:
    """Return what the file is; a format that a person has chosen stands.

    Raises Invalid (field `file`) for what is empty, no text, of no known format, or has a header
    beyond the limits.
    """
    text = _head(file, limits)
    if text.lstrip()[:1] in ("{", "["):
        return _json(text, chosen)
    return _csv(text, chosen, limits)


def _head(file: IO[bytes], limits: Limits) -> str:
    head = unpacked(file, limits).read(HEAD_BYTES)
    if not head.strip():
        raise refusal(EMPTY)
    try:
        # The last character may be cut; a decoder that is not final waits for its rest.
        decoder = codecs.getincrementaldecoder("utf-8-sig")()
        text = decoder.decode(head, final=len(head) < HEAD_BYTES)
    except UnicodeDecodeError:
        raise refusal(NO_TEXT) from None
    if "\0" in text:
        raise refusal(NO_TEXT)
    return text


def _json(text: str, chosen: str) -> Recognized:
    names = {*KEY.findall(text), *ATTRIBUTE.findall(text)}
    source = SOURCES.get(chosen) or _known_by(names)
    if source is None or source.key == PLAIN:
        raise refusal(UNKNOWN)
    return Recognized("lines" if _has_value_a_line(text) else "document", source)


def _has_value_a_line(text: str) -> bool:
    lines = text.lstrip().split("\n", 2)
    if len(lines) < 2 or not lines[1].lstrip().startswith(("{", "[")):
        return False
    try:
        json.loads(lines[0])
    except (ValueError, RecursionError):
        return False
    return True


def _csv(text: str, chosen: str, limits: Limits) -> Recognized:
    line, is_ended, _ = text.lstrip().partition("\n")
    if len(line.encode()) > limits.header_bytes or (not is_ended and len(text) > limits.columns):
        raise refusal("The header, the first line, is too long for a table of usage.")
    delimiter = max(DELIMITERS, key=line.count)
    header = tuple(name.strip() for name in next(csv.reader([line], delimiter=delimiter), []))
    if len(header) > limits.columns:
        raise refusal(f"The header names more than {limits.columns} columns.")
    if len(header) < 2:
        raise refusal(UNKNOWN)
    if len({*header}) < len(header):
        raise refusal("The header names a column twice.")
    source = SOURCES.get(chosen) or _known_by({*header}) or SOURCES[PLAIN]
    if source.within == ("resourceSpans", "scopeSpans", "spans"):
        raise refusal(NO_CSV)
    return Recognized("csv", source, header, delimiter)


def _known_by(names: Set[str]) -> Source | None:
    for source in SOURCES.values():
        if any(wanted <= names for wanted in source.known_by):
            return source
    return None
