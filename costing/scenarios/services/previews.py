"""What a scenario comes to while it is still being written; nothing is kept."""

from collections.abc import Mapping
from typing import Any

from assessments.models import Assessment
from assessments.selectors import framework_get
from costing.catalog.models import PriceBook
from costing.engine import DEFAULT_PAIRS, Scenario, estimate, estimate_document, parse_scenario
from costing.scenarios import selectors
from costing.scenarios.services.scenarios import check_document
from organizations.exceptions import Invalid


def preview_scenario(
    document: Mapping[str, Any],
    *,
    assessment: Assessment,
    book: PriceBook | None,
    contracts: Mapping[str, Any],
) -> tuple[dict[str, Any] | None, dict[str, list[str]]]:
    """Return what a document comes to, as section 8, and the path of every field at fault.

    Quick enough for every keystroke: futures are left to the stored scenario, and one pair alone
    is searched for its crossings. None comes of a document that cannot be priced; a range that
    its figure has just left is at fault, and no hindrance.
    """
    faults: dict[str, list[str]] = {}
    framework = framework_get(assessment)
    try:
        resolved = check_document(document, book, contracts, framework)
    except Invalid as error:
        faults = dict(error.fields)
        if not all(path.startswith("ranges.") for path in faults):
            return None, faults
        resolved = check_document({**document, "ranges": None}, book, contracts, framework)
    resolved["maturity"] = selectors.maturity_of(assessment)
    scenario = parse_scenario(resolved, dimensions=framework.dimension_keys)
    quick = scenario.model_copy(update={"ranges": {}, "pairs": _one_pair(scenario)})
    return estimate_document(estimate(quick, framework.requirements)), faults


def _one_pair(scenario: Scenario) -> tuple[tuple[str, str], ...]:
    """The first pair that the scenario asks for, or the first usual one that it can price."""
    available = set(scenario.available_levers)
    pairs = DEFAULT_PAIRS if scenario.pairs is None else scenario.pairs
    for pair in pairs:
        if available.issuperset(lever for name in pair for lever in scenario.levers_of(name)):
            return (pair,)
    return ()
