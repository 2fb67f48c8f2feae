"""What a person stated of a scenario, before prices and defaults are filled in."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from costing.engine.inputs.models import MODEL_SECTIONS


@dataclass(frozen=True)
class Stated:
    """A scenario's document as it is stored, with its references to the catalog.

    What has not the shape of an input counts as not stated.
    """

    document: Mapping[str, Any] = field(default_factory=dict)

    def at(self, path: str) -> Any:
        """The value at a path such as `applications.0.workload.batch_ratio`; None for none."""
        value: Any = self.document
        for part in path.split("."):
            if isinstance(value, list):
                value = dict(enumerate(value)).get(int(part) if part.isdecimal() else -1)
            else:
                value = value.get(part) if isinstance(value, Mapping) else None
        return value

    def section(self, path: str) -> Mapping[str, Any]:
        """The inputs of a section, such as `pool` or `applications.0.premium_model`."""
        found = self.at(path)
        return found if isinstance(found, Mapping) else {}

    def models(self) -> Iterator[str]:
        """The paths of all models, those of applications among them."""
        listed = self.at("applications")
        count = len(listed) if isinstance(listed, list) else 0
        for place in ("", *(f"applications.{number}." for number in range(count))):
            paths = (f"{place}{key}" for key in MODEL_SECTIONS)
            yield from (path for path in paths if self.at(path) is not None)
