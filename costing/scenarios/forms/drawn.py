"""What the template of the scenario form draws, part by part."""

from collections.abc import Iterator
from typing import Any

from django import forms
from django.forms import BoundField

from costing.engine.inputs import InputField, figures, sections

WORKLOAD, POOL = sections()["workload"], sections()["pool"]
OPTIONAL_SECTIONS = tuple(section for section in sections().values() if section.group.switch)
MODELS = {key: section.title for key, section in sections().items() if key.endswith("_model")}
SETTINGS = {figure.key: figure for figure in figures() if not figure.section}
WEEK_FIELDS = ("workload__shape", "workload__hourly_profile")


class DrawnForm(forms.Form):
    """The form as its template reads it; its fields are made by ScenarioForm."""

    template_sections = (WORKLOAD, *OPTIONAL_SECTIONS)

    def sections(self) -> Iterator[dict[str, Any]]:
        """What the template draws, part by part."""
        for section in self.template_sections:
            switch = self[section.switch_name] if section.group.switch else None
            extra = ("pool__scaling",) if section is POOL else ()
            yield {
                "key": section.key,
                "title": section.title,
                "intro": section.group.intro,
                "switch": switch,
                "fields": self._bound(section.plain),
                "advanced": [*self._bound(section.advanced), *((self[name], "") for name in extra)],
                "has_advanced_errors": any(self.errors.get(f.name) for f in section.advanced),
                "has_week": section is WORKLOAD
                and any(self[name].value() or self.errors.get(name) for name in WEEK_FIELDS),
            }

    def references(self) -> dict[str, str]:
        """What stands in the two catalog fields, typed or stored."""
        return {key: str(self[f"{key}__catalog"].value() or "")[:200] for key in MODELS}

    def models(self) -> Iterator[dict[str, Any]]:
        """The two models, each from the catalog or with prices of its own."""
        for section, label in MODELS.items():
            prices = sections()[section].figures
            yield {
                "key": section,
                "title": label,
                "catalog": self[f"{section}__catalog"],
                "prices": self._bound(prices),
                "tiers": self[f"{section}__tiers"],
                "is_own": any(
                    self[name].value()
                    for name in (*(figure.name for figure in prices), f"{section}__tiers")
                ),
            }

    def horizon(self) -> tuple[BoundField, str]:
        """The break-even's horizon and its unit."""
        horizon = SETTINGS["horizon_months"]
        return self[horizon.name], horizon.unit

    def drawing(self) -> list[tuple[BoundField, str]]:
        """How many futures are drawn, and which."""
        return self._bound((SETTINGS["samples"], SETTINGS["seed"]))

    def _bound(self, inputs: tuple[InputField, ...]) -> list[tuple[BoundField, str]]:
        return [(self[each.name], each.unit) for each in inputs]
