"""The worked clients of `docs/examples`: their files, and what their README says of them.

`manage.py shell -c "from tests.reports.examples import write; write()"` writes its figures and
quotations anew.
"""

import copy
import re
from functools import cache
from typing import Any

import yaml

from assessments.framework import load_framework
from config.local.state import CHECKOUT
from presentation.numbers import compact, months, ratio_percent, usd
from presentation.wording import counted
from reports.documents.assess_command import assess
from reports.documents.assess_file import parse_assess_file
from reports.documents.content.economics import economics_content
from reports.snapshots.payload import Payload
from tests.cases.loading import frozen

FOLDER = CHECKOUT / "docs" / "examples"
README = FOLDER / "README.md"
SECTION = re.compile(r"^## .*?\(\w+\.yaml\)\)$.*?(?=^## |\Z)", re.MULTILINE | re.DOTALL)
FILE = re.compile(r"\((\w+)\.yaml\)")
# | what | figure | `path in the result` with `path in the scenario=value` |
ROW = re.compile(
    r"^\| (?P<what>[^|]+) \| (?P<figure>[^|]*) \| `(?P<path>[^`]+)`"
    r"(?: with `(?P<change>[^`]+)`)? \|$",
    re.MULTILINE,
)
QUOTED = re.compile(r"(?:^> .*\n)+", re.MULTILINE)


def sections() -> dict[str, str]:
    """What the README says of each file, by its name."""
    found = SECTION.findall(README.read_text(encoding="utf-8"))
    return {FILE.findall(text)[0]: text for text in found}


def document(name: str) -> dict[str, Any]:
    """The file of a worked client."""
    read: dict[str, Any] = yaml.safe_load((FOLDER / f"{name}.yaml").read_text(encoding="utf-8"))
    return read


@cache
def payload(name: str, change: str = "") -> Payload:
    """A worked client as its documents read it; `change` sets figures of its scenario."""
    if not change:
        return frozen(name).payload
    file, framework = copy.deepcopy(document(name)), load_framework()
    for each in change.split(", "):
        path, _, value = each.partition("=")
        *above, key = path.split(".")
        place = file["scenario"]
        for part in above:
            place = place[int(part) if part.isdigit() else part]
        place[key] = yaml.safe_load(value)
    return assess(parse_assess_file(file, framework), framework)


def figure(name: str, path: str, change: str = "") -> str:
    """A figure of the result as the README writes it; a pair of strategies is `a>b`."""
    return _written(path, _at(payload(name, change).document()["results"], path))


def _at(place: Any, path: str) -> Any:
    """What stands at a path; names of lines have dots of their own."""
    if not path:
        return place
    if isinstance(place, dict) and path in place:
        return place[path]
    part, _, rest = path.partition(".")
    if isinstance(place, list):
        start, _, end = part.partition(">")
        return _at(next(x for x in place if (x["from"], x["to"]) == (start, end)), rest)
    return _at(place[part], rest)


def _written(path: str, value: Any) -> str:
    if value is None:
        return "never"
    if isinstance(value, list):
        return ", ".join(map(str, value)) or "none"
    if path.endswith("replicas"):
        return counted(value, "replica")
    if path.endswith("month") and "break_even" in path:
        return f"after {months(value)}"
    if "ratio" in path or "rework_limits" in path:
        return ratio_percent(value)
    return f"{compact(value)} a month" if "requests" in path else f"{usd(value)} a month"


def quotation(name: str) -> str:
    """What the brief says of the economics: what is advised, and of hosting."""
    economics = economics_content(payload(name))
    advised, *_, hosting = economics.paragraphs
    return f"> **{economics.headline}.** {advised} {hosting}\n"


def filled(text: str) -> str:
    """The README with the figures and quotations of today's results."""

    def section(found: re.Match[str]) -> str:
        name = FILE.findall(found[0])[0]

        def row(cells: re.Match[str]) -> str:
            told = figure(name, cells["path"], cells["change"] or "")
            start, end = (at - cells.start() for at in cells.span("figure"))
            return f"{cells[0][:start]}{told}{cells[0][end:]}"

        return QUOTED.sub(lambda _: quotation(name), ROW.sub(row, found[0]), count=1)

    return SECTION.sub(section, text)


def write() -> None:
    """Put today's figures and quotations into the README."""
    README.write_text(filled(README.read_text(encoding="utf-8")), encoding="utf-8")
