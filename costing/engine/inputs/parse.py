"""Turns an untrusted document into a Scenario, or into one error with every field at fault."""

from collections.abc import Collection, Mapping
from typing import Any

from pydantic import ValidationError

from costing.engine.inputs.errors import Errors, InvalidScenario
from costing.engine.inputs.fields import NO_MAPPING, STORED
from costing.engine.inputs.ranges import check_ranges, read_ranges
from costing.engine.inputs.rules import check_document
from costing.engine.inputs.scenario import Scenario


def parse_scenario(
    document: Mapping[str, Any], *, dimensions: Collection[str] | None = None
) -> Scenario:
    """Section 1: the scenario with its defaults filled in.

    Catalog references must have been replaced by prices before. `dimensions` are the keys that
    `maturity` may have; without them it may have any. Raises InvalidScenario, which names every
    field at fault with its path. Null counts as absent everywhere. Where there are any scores,
    each of the dimensions has one or None.
    """
    if not isinstance(document, Mapping):
        raise InvalidScenario({"scenario": [NO_MAPPING]})
    errors, scenario = Errors(), None
    try:
        scenario = Scenario.model_validate({**document, "ranges": None})
    except ValidationError as error:
        errors.add_all(error)
    check_document(document, dimensions, errors)
    ranges = read_ranges(document.get("ranges"), errors)
    if scenario is not None and not errors.fields:
        check_ranges(scenario, ranges, errors)
    if scenario is None or errors.fields:
        raise InvalidScenario(errors.fields)
    maturity = scenario.maturity
    if maturity is not None and dimensions is not None:
        maturity = {key: maturity.get(key) for key in dimensions}
    return scenario.model_copy(update={"ranges": ranges, "maturity": maturity})


def read_scenario(document: Mapping[str, Any]) -> Scenario:
    """A scenario that was valid when it was stored; bounds and keys of today do not matter."""
    return Scenario.model_validate(document, context=STORED)
