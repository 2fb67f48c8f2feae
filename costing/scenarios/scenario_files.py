"""Turns a scenario document with catalog references into a Scenario; must not import Django."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import TYPE_CHECKING, Any

from costing.engine import InvalidScenario, Scenario, parse_scenario
from costing.engine.inputs import referring_models

if TYPE_CHECKING:
    from assessments.framework import Framework


def framework_for(document: object) -> Framework | None:
    """The latest framework, where the document has maturity scores to hold against it."""
    if not isinstance(document, Mapping) or document.get("maturity") is None:
        return None
    from assessments.framework import load_framework  # imported late: most scenarios need none

    return load_framework()


def work_of(scenario: Scenario, framework: Framework | None) -> Mapping[str, float]:
    """The days of work of each change by its key, where a day has a price; else none.

    Those of the framework in full, the latest where there is none: nobody answered what is in
    place already.
    """
    if not scenario.usd_per_day:
        return {}
    from assessments.framework import load_framework  # imported late, as above
    from assessments.roadmap import effort_days

    return effort_days(framework or load_framework())


def scenario_of(
    document: Any, framework: Framework | None, *, as_of: date | None, today: date
) -> Scenario:
    """The scenario, its models priced as of a date: the one given, else the document's, else today.

    Raises InvalidScenario with every field at fault, those of the catalog included.
    """
    if not isinstance(document, Mapping):
        return parse_scenario(document)
    given = dict(document)
    errors: dict[str, list[str]] = {}
    if as_of is not None:
        given["as_of"] = as_of
    if _refers_to_catalog(given):
        from costing.catalog.resolve import resolve_catalog  # imported late, as the framework is

        if given.get("as_of") is None:
            given["as_of"] = today
        try:
            given = resolve_catalog(given, _date_of(given["as_of"]) or today)
        except InvalidScenario as error:
            errors = error.fields
    try:
        dimensions = None if framework is None else framework.dimension_keys
        scenario = parse_scenario(given, dimensions=dimensions, today=today)
    except InvalidScenario as error:
        raise InvalidScenario(_without_unresolved(error.fields, errors) | errors) from error
    if errors:
        raise InvalidScenario(errors)
    return scenario


def _without_unresolved(
    fields: dict[str, list[str]], errors: Mapping[str, list[str]]
) -> dict[str, list[str]]:
    """The engine's errors but for references that the catalog has already complained about."""
    unresolved = {f"{path.rpartition('.')[0]}.catalog" for path in errors}
    return {path: reasons for path, reasons in fields.items() if path not in unresolved}


def _refers_to_catalog(document: Mapping[str, Any]) -> bool:
    return any(True for _ in referring_models(document))


def _date_of(value: object) -> date | None:
    """The document's own date where it is one; what else stands there is for parse_scenario."""
    if type(value) is date:
        return value
    if not isinstance(value, str):
        return None
    try:
        return date.fromisoformat(value)
    except ValueError:
        return None
