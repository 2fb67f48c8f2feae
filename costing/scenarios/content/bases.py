"""Where each input of a scenario comes from: measured, the catalog, a contract, a person, nobody.

Pure: must not import Django.
"""

from collections import Counter
from collections.abc import Collection, Mapping

from costing.catalog.origins import Origin, Origins
from costing.catalog.prices import CONTRACT
from costing.engine import Scenario
from costing.engine.inputs import Basis, Stated, applicable_inputs, input_at
from costing.scenarios.content.sources import Given
from presentation.wording import series

GUESS = Origin(basis=Basis.GUESSED)
"""The origin of a figure that a person called a guess."""

TITLES: Mapping[Basis, str] = {
    Basis.MEASURED: "measured",
    Basis.CATALOG: "from the catalog",
    Basis.CONTRACT: "by contract",
    Basis.STATED: "stated",
    Basis.GUESSED: "guessed",
    Basis.DEFAULT: "default",
}
# How what was stored says it that names no basis.
MEASURED_LABEL, ASSUMED_LABEL = "Measured, imported on ", "Assumed for "


def bases_of(scenario: Scenario, given: Given) -> dict[str, Basis]:
    """Where each numeric input that has an effect comes from, by path."""
    return {path: _basis(path, given) for path in applicable_inputs(scenario)}


def _basis(path: str, given: Given) -> Basis:
    origin = given.origins.get(path)
    if origin:
        return _of_origin(origin)
    names = path.split(".")
    depth = 3 if names[0] == "applications" else 1
    section, key = ".".join(names[:depth]), ".".join(names[depth : depth + 1])
    stated = given.stated.section(section)
    if stated.get(key) is not None:
        return Basis.STATED
    if "catalog" not in stated:
        return Basis.DEFAULT
    price = given.prices.get(section)
    return Basis.CONTRACT if price is not None and price.kind == CONTRACT else Basis.CATALOG


def _of_origin(origin: Origin) -> Basis:
    if origin.basis is not None:
        return origin.basis
    if origin.label.startswith(MEASURED_LABEL):
        return Basis.MEASURED
    if origin.label.startswith(ASSUMED_LABEL):
        return Basis.DEFAULT
    return Basis.CATALOG if origin.key else Basis.STATED


def guessed_paths(origins: Origins) -> list[str]:
    """The paths of the figures that a person called guesses."""
    return sorted(path for path, origin in origins.items() if origin.basis is Basis.GUESSED)


def with_guesses(origins: Origins, guessed: Collection[str]) -> dict[str, Origin]:
    """The origins of a scenario in which these figures, and no others, are called guesses."""
    kept = {path: each for path, each in origins.items() if path not in guessed_paths(origins)}
    return {**kept, **dict.fromkeys(guessed, GUESS)}


def guess_errors(stated: Stated, guessed: Collection[str]) -> dict[str, list[str]]:
    """Why figures cannot be called guesses, by their place in the list."""
    errors = {}
    for place, path in enumerate(guessed):
        field = input_at(path)
        section, _, key = path.partition(".")
        if field is None or not field.may_range:
            errors[f"guessed.{place}"] = ["is not the path of a numeric input"]
        elif stated.section(section).get(key) is None:
            errors[f"guessed.{place}"] = ["needs a value of the input itself"]
    return errors


def basis_counts(bases: Mapping[str, Basis]) -> dict[str, int]:
    """How many inputs come from where, the surest first; what does not occur is left out."""
    counts = Counter(bases.values())
    return {basis.value: counts[basis] for basis in Basis if counts[basis]}


def counts_text(bases: Mapping[str, Basis]) -> str:
    """The counts in words: `12 measured, 9 stated, 2 guessed and 15 defaults`; empty for none."""
    counts = basis_counts(bases)
    return series([_counted(Basis(key), number) for key, number in counts.items()])


def _counted(basis: Basis, number: int) -> str:
    many = "s" if basis is Basis.DEFAULT and number != 1 else ""
    return f"{number} {TITLES[basis]}{many}"
