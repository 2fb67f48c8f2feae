"""What the template of the scenario form draws, part by part."""

from collections.abc import Iterator
from typing import Any

from django import forms
from django.forms import BoundField

from costing.engine.inputs.label import Figure
from costing.engine.inputs.labels import (
    HORIZON,
    MODELS,
    OPTIONAL_SECTIONS,
    POOL,
    SAMPLES,
    SEED,
    WORKLOAD,
    model_figures,
)

WEEK_FIELDS = ("workload__shape", "workload__hourly_profile")


class DrawnForm(forms.Form):
    """The form as its template reads it; its fields are made by ScenarioForm."""

    template_sections = (WORKLOAD, *OPTIONAL_SECTIONS)

    def sections(self) -> Iterator[dict[str, Any]]:
        """What the template draws, part by part."""
        for section in self.template_sections:
            switch = self[section.switch_name] if section.switch else None
            extra = ("pool__scaling",) if section is POOL else ()
            yield {
                "key": section.key,
                "title": section.title,
                "intro": section.intro,
                "switch": switch,
                "fields": self._bound(section.figures),
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
            figures = model_figures(section)
            yield {
                "key": section,
                "title": label,
                "catalog": self[f"{section}__catalog"],
                "prices": self._bound(figures),
                "tiers": self[f"{section}__tiers"],
                "is_own": any(
                    self[name].value()
                    for name in (*(figure.name for figure in figures), f"{section}__tiers")
                ),
            }

    def horizon(self) -> tuple[BoundField, str]:
        """The break-even's horizon and its unit."""
        return self[HORIZON.name], HORIZON.unit

    def drawing(self) -> list[tuple[BoundField, str]]:
        """How many futures are drawn, and which."""
        return self._bound((SAMPLES, SEED))

    def _bound(self, figures: tuple[Figure, ...]) -> list[tuple[BoundField, str]]:
        return [(self[figure.name], figure.unit) for figure in figures]
