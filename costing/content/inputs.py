"""All inputs of a result as a table of plain words; must not import Django."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from costing.content.figures import FIGURES, MODELS, OPTIONAL_SECTIONS, WORKLOAD, Figure

GROUPS = {
    WORKLOAD.key: WORKLOAD.title,
    **MODELS,
    **{section.key: section.title for section in OPTIONAL_SECTIONS},
}


def input_groups(inputs: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Each section of the inputs that is there, with the figures that have a value."""
    groups = []
    for key, title in GROUPS.items():
        section = inputs.get(key)
        if isinstance(section, Mapping):
            rows = [_row(figure, section) for figure in FIGURES if figure.section == key]
            groups.append({"title": title, "rows": [row for row in rows if row is not None]})
    return groups


def _row(figure: Figure, section: Mapping[str, Any]) -> dict[str, Any] | None:
    value = section.get(figure.key)
    if value is None:
        return None
    return {
        "label": figure.label,
        "value": value,
        "is_percent": figure.is_percent,
        "unit": "" if figure.is_percent else figure.unit,
    }
