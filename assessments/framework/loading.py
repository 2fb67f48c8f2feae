"""Reads versions of the framework; must not import Django."""

import json
from functools import cache
from pathlib import Path

import yaml
from pydantic import ValidationError

from assessments.framework.version import Framework

FOLDER = Path(__file__).parent
LATEST = "1"


class InvalidFields(ValueError):
    """Values with errors; `fields` names each path with its reasons."""

    def __init__(self, fields: dict[str, list[str]]) -> None:
        lines = [f"{path or 'document'}: {' '.join(reasons)}" for path, reasons in fields.items()]
        super().__init__("\n".join(lines))
        self.fields = fields


class InvalidFramework(InvalidFields):
    """A framework document with errors."""


@cache
def load_framework(version: str = LATEST) -> Framework:
    """The framework of a published version.

    Raises LookupError for an unknown version, InvalidFramework for a document with errors.
    """
    if version not in versions():
        raise LookupError(f"There is no framework version {version!r}.")
    return read_framework(FOLDER / f"v{version}.yaml")


@cache
def versions() -> tuple[str, ...]:
    """The versions that this release carries, oldest first."""
    carried = (path.stem.removeprefix("v") for path in FOLDER.glob("v*.yaml"))
    return tuple(sorted(carried, key=int))


def read_framework(path: Path) -> Framework:
    """The framework of a YAML file; raises InvalidFramework."""
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    return parse_framework(yaml.load(path.read_text(encoding="utf-8"), Loader=loader))


def parse_framework(document: object) -> Framework:
    """A framework from its document, from a file or a database row.

    Raises InvalidFramework with every error.
    """
    try:
        return Framework.model_validate_json(json.dumps(document, allow_nan=False))
    except ValidationError as error:
        raise InvalidFramework(_fields(error)) from None
    except (TypeError, ValueError) as error:
        raise InvalidFramework({"": [str(error)]}) from None


def _fields(error: ValidationError) -> dict[str, list[str]]:
    fields: dict[str, list[str]] = {}
    for item in error.errors(include_url=False, include_context=False, include_input=False):
        path = ".".join(str(part) for part in item["loc"])
        fields.setdefault(path, []).append(item["msg"].removeprefix("Value error, "))
    return fields
