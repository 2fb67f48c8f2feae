"""Inputs that move together: how far, by their paths (section 17)."""

from collections.abc import Iterator, Sequence
from typing import Annotated, TypeAlias

from pydantic import BeforeValidator

from costing.engine.inputs.fields import Input, Number, Section, invalid

MAX_CORRELATIONS = 100


def _read_path(value: object) -> str:
    if not isinstance(value, str):
        raise invalid("must be the path of a numeric input")
    return value


Path: TypeAlias = Annotated[str, BeforeValidator(_read_path)]


class Correlation(Section):
    """Two inputs that move together, or against each other below 0; it counts where both vary."""

    a: Path = Input("One input", help="Its path, as in ranges.")
    b: Path = Input("The other input", help="Its path, as in ranges.")
    value: Annotated[float, Number(-1, 1)] = Input(
        "Correlation", "-1 to 1", "Of the normal scores of both: a Gaussian copula."
    )


def paths_of(correlations: Sequence[Correlation]) -> Iterator[str]:
    """Every path that is named, in order, as often as it is."""
    for each in correlations:
        yield from (each.a, each.b)
