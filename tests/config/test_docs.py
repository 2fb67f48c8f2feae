"""The documents name the packages, layers and files that there are."""

import re
import tomllib
from pathlib import Path

import pytest

from config.local.state import CHECKOUT

PACKAGE_ROW = re.compile(r"^\| `([a-z.]+)` \|", re.MULTILINE)
# Paths of this repository; `<app>` and the like are patterns, not paths.
PATH = re.compile(r"`((?:[\w.-]+/)+[\w.-]*|\w+\.(?:toml|md|yaml|py))`")
TOP = {path.name for path in CHECKOUT.iterdir()} - {".state"}
FOUND = [*CHECKOUT.glob("*.md"), *CHECKOUT.glob("docs/**/*.md")]
DOCUMENTS = sorted(str(path.relative_to(CHECKOUT)) for path in FOUND)


def read(path: str) -> str:
    return (CHECKOUT / path).read_text(encoding="utf-8")


def packages_of_tree() -> set[str]:
    """Every package of the product, `costing` by its subjects."""
    tops = {path.parent.name for path in CHECKOUT.glob("*/__init__.py")} - {"tests"}
    subjects = {f"costing.{path.parent.name}" for path in CHECKOUT.glob("costing/*/__init__.py")}
    return tops - {"costing"} | subjects


def contract(key: str) -> dict[str, list[str]]:
    contracts = tomllib.loads(read("pyproject.toml"))["tool"]["importlinter"]["contracts"]
    (found,) = (each for each in contracts if each["id"] == key)
    return found  # type: ignore[no-any-return]


def test_architecture_names_every_package_in_the_order_of_the_layers() -> None:
    named = PACKAGE_ROW.findall(read("docs/architecture.md").split("## Inside an app")[0])

    assert named == contract("packages")["layers"]
    assert set(named) == packages_of_tree()


def test_architecture_names_the_layers_inside_an_app_in_their_order() -> None:
    (line,) = re.findall(r"^`urls` → .*$", read("docs/architecture.md"), re.MULTILINE)
    named = [name for name in re.findall(r"`(\w+)`", line) if name != "api"]
    rows = [re.findall(r"\w+", row) for row in contract("layers")["layers"]]

    places = [next(place for place, row in enumerate(rows) if name in row) for name in named]
    assert places == sorted(places)


def test_wheel_holds_every_package() -> None:
    build = tomllib.loads(read("pyproject.toml"))["tool"]["hatch"]["build"]

    tops = {name.partition(".")[0] for name in packages_of_tree()}
    assert set(build["only-include"]) == tops | {"templates"}


@pytest.mark.parametrize("document", DOCUMENTS)
def test_every_path_that_a_document_names_exists(document: str) -> None:
    named = [path for path in PATH.findall(read(document)) if path.partition("/")[0] in TOP]

    assert [path for path in named if not (CHECKOUT / path).exists()] == []


@pytest.mark.parametrize("document", DOCUMENTS)
def test_every_link_of_a_document_leads_to_a_file(document: str) -> None:
    folder = (CHECKOUT / document).parent
    links = re.findall(r"\]\((?!https?:|#)([^)#]+)", read(document))

    assert [link for link in links if not Path(folder, link).exists()] == []
