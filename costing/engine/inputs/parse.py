"""Turns an untrusted document into a Scenario, or into one error with every field at fault."""

from collections.abc import Collection, Mapping
from datetime import date
from typing import Any

from pydantic import ValidationError

from costing.engine.inputs.errors import Errors, InvalidScenario
from costing.engine.inputs.fields import NO_MAPPING
from costing.engine.inputs.latency import MAX_STRETCH, Point, is_measured, nearest
from costing.engine.inputs.pool import Pool
from costing.engine.inputs.ranges import check_correlations, check_ranges, read_ranges
from costing.engine.inputs.rules import check_document, check_rate
from costing.engine.inputs.scenario import Scenario
from costing.engine.inputs.sharing import check_applications
from costing.engine.levers import SELF_HOSTING


def parse_scenario(
    document: Mapping[str, Any],
    *,
    dimensions: Collection[str] | None = None,
    today: date | None = None,
) -> Scenario:
    """Section 1: the scenario with its defaults filled in.

    Catalog references must have been replaced by prices before. `dimensions` are the keys that
    `maturity` may have; without them it may have any. Raises InvalidScenario, which names every
    field at fault with its path. Null counts as absent everywhere. Where there are any scores,
    each of the dimensions has one or None. A rate must not be of a day after
    `today`, where that is given.
    """
    if not isinstance(document, Mapping):
        raise InvalidScenario({"scenario": [NO_MAPPING]})
    errors, scenario = Errors(), None
    try:
        scenario = Scenario.model_validate({**document, "ranges": None})
    except ValidationError as error:
        errors.add_all(error)
    check_document(document, dimensions, errors)
    if today is not None:
        check_rate(document, today, errors)
    if scenario is not None:
        check_applications(scenario, errors)
        check_correlations(scenario, errors)
    ranges = read_ranges(document.get("ranges"), errors)
    if scenario is not None and not errors.fields:
        check_ranges(scenario, ranges, errors)
        _check_target(scenario, errors)
    if scenario is None or errors.fields:
        raise InvalidScenario(errors.fields)
    maturity = scenario.maturity
    if maturity is not None and dimensions is not None:
        maturity = {key: maturity.get(key) for key in dimensions}
    return scenario.model_copy(update={"ranges": ranges, "maturity": maturity})


def _check_target(scenario: Scenario, errors: Errors) -> None:
    """Note calls of which the measured points say nothing, and a target that they do not meet."""
    for place, part in enumerate(scenario.parts):
        may_host = part.levers_allowed is None or SELF_HOSTING in part.levers_allowed
        own = f"applications.{place}." if part.key else ""
        if scenario.pool is not None and scenario.pool.points and may_host:
            _check_points(part.scenario, scenario.pool, scenario.pool.points, own, errors)


def _check_points(
    scenario: Scenario, pool: Pool, points: tuple[Point, ...], own: str, errors: Errors
) -> None:
    # Imported late: most reading needs no NumPy.
    from costing.engine.goodput import goodput
    from costing.engine.tokens import served_lengths

    lengths = served_lengths(pool, scenario.workload)
    if not is_measured(points, *lengths):
        near = nearest(points, *lengths)
        errors.add(
            f"{own}workload" if own else "pool.points",
            f"{'has no measured points: they ' if own else ''}say nothing of calls of"
            f" {lengths[0]:,.10g} input and {lengths[1]:,.10g} output"
            f" tokens: the nearest measured are {near.input_tokens:,.10g} and"
            f" {near.output_tokens:,.10g}, and no length may lie beyond {MAX_STRETCH:g} times"
            " or below a half of what was measured",
        )
        return
    found = goodput(points, scenario.latency, *lengths)
    if not found.is_met:
        errors.add(
            f"{own}latency",
            f"is met by no measured point: with {found.concurrency:,.4g} calls at once the first"
            f" token takes {found.ttft_ms:,.4g} ms and each further one {found.tpot_ms:,.4g} ms",
        )
