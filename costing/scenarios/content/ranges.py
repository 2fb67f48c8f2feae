"""How a figure is called where it has a low and a high; must not import Django."""

from dataclasses import dataclass

from costing.engine.inputs import input_at


@dataclass(frozen=True)
class RangeLabel:
    """How an input is called away from its form, with its unit; a percentage has none."""

    title: str
    unit: str
    is_percent: bool


def range_label(path: str) -> RangeLabel:
    """The label of any numeric input by its path, that of a tier included."""
    figure = input_at(path)
    if figure is None:
        return RangeLabel(path, "", is_percent=False)
    unit = "" if figure.is_percent else figure.unit
    section, _, rest = path.partition(".")
    if figure.group is None or section == "workload":
        return RangeLabel(figure.label, unit, figure.is_percent)
    _, _, place = rest.removesuffix(figure.key).rstrip(".").partition(".")
    label = f"{figure.label[:1].lower()}{figure.label[1:]}"
    tier = f"tier {place}, " if place else ""
    return RangeLabel(f"{figure.group.title}: {tier}{label}", unit, figure.is_percent)
