"""A template loads tags of its own package or of layers below it, as an import would."""

import re
import tomllib
from functools import cache
from pathlib import Path

from django.template.backends.django import get_installed_libraries

from config.local.state import CHECKOUT

LOAD = re.compile(r"\{% load (?:[\w ]+ from )?([\w ]+) %\}")


@cache
def layers() -> list[str]:
    """Our packages by their import contract, the topmost first, as folders of templates."""
    settings = tomllib.loads((CHECKOUT / "pyproject.toml").read_text(encoding="utf-8"))
    contracts = settings["tool"]["importlinter"]["contracts"]
    (packages,) = (each for each in contracts if each["id"] == "packages")
    return [name.rpartition(".")[2] for name in packages["layers"]]


def loaded(template: Path) -> set[str]:
    """The packages of ours whose tags a template loads."""
    libraries = get_installed_libraries()
    names = " ".join(LOAD.findall(template.read_text(encoding="utf-8"))).split()
    modules = [libraries[name].removeprefix("costing.") for name in names]
    return {module.partition(".")[0] for module in modules} & set(layers())


def is_allowed(package: str, tags: str) -> bool:
    """Whether a template in this folder may load these tags; shared folders stand lowest."""
    place = layers().index(package) if package in layers() else len(layers()) - 1
    return layers().index(tags) >= place


def test_templates_load_tags_of_their_own_layer_or_below() -> None:
    templates = sorted((CHECKOUT / "templates").rglob("*.*"))

    wrong = [
        f"{template.relative_to(CHECKOUT)} loads tags of {tags}"
        for template in templates
        for tags in loaded(template)
        if not is_allowed(template.relative_to(CHECKOUT / "templates").parts[0], tags)
    ]

    assert wrong == []
    assert any(loaded(template) for template in templates)


def test_tags_of_a_layer_above_are_refused() -> None:
    assert is_allowed("catalog", "presentation")
    assert is_allowed("scenarios", "catalog")
    assert not is_allowed("assessments", "catalog")
    assert not is_allowed("components", "catalog")
