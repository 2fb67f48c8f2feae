"""How a figure is called where it has a low and a high; must not import Django."""

from dataclasses import dataclass

from costing.engine.inputs.labels import FIGURES, MODELS, POOL, ROUTING, SEMANTIC_CACHE

_SECTION_TITLES = {
    **MODELS,
    ROUTING.key: ROUTING.title,
    SEMANTIC_CACHE.key: SEMANTIC_CACHE.title,
    POOL.key: "Pool",
}


@dataclass(frozen=True)
class RangeLabel:
    """How an input is called away from its form, with its unit; a percentage has none."""

    title: str
    unit: str
    is_percent: bool


def range_label(path: str) -> RangeLabel:
    """The label of any numeric input by its path, that of a tier included."""
    section, _, key = path.partition(".")
    figure = next((known for known in FIGURES if known.path == path), None)
    if figure is None:
        words = " ".join(key.replace("tiers.", "tier ").replace(".", " ").split("_"))
        title = f"{MODELS.get(section, section)}: {words}"
        return RangeLabel(title, "", is_percent=False)
    unit = "" if figure.is_percent else figure.unit
    if path == "pool.usd_per_instance_hour":  # its label only makes sense beside the offers
        return RangeLabel("Pool: price of an instance", unit, figure.is_percent)
    of = _SECTION_TITLES.get(section)
    title = f"{of}: {figure.label[:1].lower()}{figure.label[1:]}" if of else figure.label
    return RangeLabel(title, unit, figure.is_percent)
