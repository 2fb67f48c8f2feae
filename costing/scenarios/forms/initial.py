"""What the scenario form shows of a stored document."""

from collections.abc import Mapping
from typing import Any

from costing.catalog.forms import is_own_choice
from costing.engine.inputs import figures
from costing.scenarios.content.profiles import shape_of, written_profile
from costing.scenarios.forms.drawn import MODELS, OPTIONAL_SECTIONS
from costing.scenarios.forms.rows import PairRows, RangeRows
from costing.scenarios.forms.texts import shown_tiers
from presentation.number_field import shown


def initial_of(document: Mapping[str, Any], origins: Mapping[str, Any]) -> dict[str, Any]:
    """What the form shows of a document; a figure taken from an offer stays the offer's."""
    start: dict[str, Any] = {"current_levers": document.get("current_levers", [])}
    for figure in figures():
        holder = document.get(figure.section) if figure.section else document
        value = holder.get(figure.key) if isinstance(holder, Mapping) else None
        if not is_own_choice(figure.path, origins.get(figure.path, {})):
            start[figure.name] = shown(value, is_percent=figure.is_percent)
    for section in MODELS:
        model = document.get(section) or {}
        start[f"{section}__catalog"] = model.get("catalog", "")
        start[f"{section}__tiers"] = shown_tiers(model.get("tiers"))
    for part in OPTIONAL_SECTIONS:
        start[part.switch_name] = document.get(part.key) is not None
    profile = (document.get("workload") or {}).get("hourly_profile")
    shape = shape_of(profile)
    start["workload__shape"] = shape.key if shape else ""
    start["workload__hourly_profile"] = "" if shape else written_profile(profile)
    start |= RangeRows.initial(document) | PairRows.initial(document)
    start["pool__scaling"] = (document.get("pool") or {}).get("scaling", "always_on")
    start["pool__offer"] = origins.get("pool.usd_per_instance_hour", {}).get("key", "")
    start["pool__throughput"] = origins.get("pool.decode_tokens_per_second", {}).get("key", "")
    return start
