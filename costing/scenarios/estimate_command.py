"""The estimate command: prints the economics of scenario files as JSON, without Django."""

import json
from argparse import ArgumentParser
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, date, datetime
from functools import partial
from pathlib import Path
from typing import Any, Protocol

from pydantic_core import to_json

from costing.catalog.documents import (
    MAX_BYTES,
    UnreadableDocument,
    load_document,
    read_document,
)
from costing.engine import InvalidScenario, estimate, estimate_document
from costing.scenarios.scenario_files import framework_for, scenario_of, work_of

HELP = "Prints a scenario's economics as JSON: strategies, levers, crossovers, break-even."
JSON_LINES = ".jsonl"
BAD_INPUT = 2


class Output(Protocol):
    """A text stream, Python's or Django's."""

    def write(self, text: str, /) -> Any:
        """Write a text."""


def add_arguments(parser: ArgumentParser) -> None:
    """Declare the files and the date of the catalog's prices."""
    parser.add_argument(
        "files",
        nargs="+",
        metavar="FILE",
        help=(
            "scenario in JSON or YAML; - for standard input; a name in .jsonl holds one a line."
            " With several scenarios each prints one line, a result or an error, in order"
        ),
    )
    parser.add_argument(
        "--as-of",
        metavar="YYYY-MM-DD",
        help="date of the catalog's prices (the scenario's own as_of, else today)",
    )


def run(files: Sequence[str], as_of: str | None, *, out: Output, err: Output) -> int:
    """Print each file's result or error; the exit code is 0, or 2 where any input is bad."""
    if len(files) == 1 and not files[0].endswith(JSON_LINES):
        document, code = _outcome(partial(read_document, files[0]), as_of)
        if code:
            err.write(json.dumps(document) + "\n")
        else:
            out.write(json.dumps(document, allow_nan=False, indent=2) + "\n")
        return code
    codes = [0]
    for read in _readers(files):
        document, code = _outcome(read, as_of)
        out.write((json.dumps(document) if code else line_of(document)) + "\n")
        codes.append(code)
    return max(codes)


def line_of(result: dict[str, Any]) -> str:
    """A result as one line of JSON; ValueError where a figure is not finite.

    pydantic writes JSON faster than `json`, and figures that are not finite without an error.
    """
    text = to_json(result, inf_nan_mode="constants", ensure_ascii=True).decode()
    is_finite = "NaN" not in text and "Infinity" not in text  # or a name has such a word in it
    return text if is_finite else json.dumps(result, allow_nan=False)


def _readers(files: Sequence[str]) -> Iterator[Callable[[], Any]]:
    """What reads each document of the files, in order."""
    for file in files:
        if not file.endswith(JSON_LINES):
            yield partial(read_document, file)
            continue
        try:
            for line in _lines(file):
                yield partial(load_document, line)
        except (OSError, ValueError):
            yield partial(read_document, file)  # says why


def _lines(file: str) -> Iterator[bytes]:
    """The lines of a file that are not blank; of one that is too long, enough to refuse it."""
    with Path(file).open("rb") as lines:
        while line := lines.readline(MAX_BYTES + 1):
            rest = line
            while rest and not rest.endswith(b"\n"):
                rest = lines.readline(MAX_BYTES)
            if line.strip():
                yield line


def _outcome(read: Callable[[], Any], as_of: str | None) -> tuple[dict[str, Any], int]:
    """What one scenario comes to as JSON values, its result or its errors; and the exit code."""
    try:
        document, today = read(), datetime.now(UTC).date()
        framework = framework_for(document)
        scenario = scenario_of(document, framework, as_of=parse_date(as_of), today=today)
        requirements = framework.requirements if framework else None
        days = work_of(scenario, framework)
        return estimate_document(estimate(scenario, requirements, effort_days=days)), 0
    except UnreadableDocument as error:
        fields = {"file": [str(error)]}
    except InvalidScenario as error:
        fields = error.fields
    return {"code": "invalid_scenario", "fields": fields}, BAD_INPUT


def parse_date(text: str | None) -> date | None:
    """The date of an argument; raises InvalidScenario for what is none."""
    if text is None:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise InvalidScenario({"as_of": ["must be a date like 2026-11-01"]}) from None
