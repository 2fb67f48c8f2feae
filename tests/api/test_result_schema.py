"""The API's description of an estimate is that of the engine, and its results follow it."""

import json
from typing import Any

import jsonschema
import pytest

from assessments.framework import load_framework
from costing.engine import estimate, estimate_document, parse_scenario
from tests.api.description import document
from tests.costing.cast import api_only, scenario_a

RANGES = {"workload.requests_per_month": {"low": 2_000_000, "high": 6_000_000}}


def json_schema(described: Any) -> Any:
    """OpenAPI 3.0's `nullable` in the words of JSON Schema."""
    if isinstance(described, list):
        return [json_schema(each) for each in described]
    if not isinstance(described, dict):
        return described
    schema = {key: json_schema(each) for key, each in described.items() if key != "nullable"}
    is_nullable = described.get("nullable") is True
    return {"anyOf": [schema, {"type": "null"}]} if is_nullable else schema


@pytest.mark.parametrize(
    "scenario",
    [
        api_only(),
        scenario_a() | {"maturity": {"integrity": 1.0}},
        scenario_a() | {"ranges": RANGES, "samples": 64},
    ],
)
def test_estimates_follow_their_description(scenario: dict[str, Any]) -> None:
    result = estimate(parse_scenario(scenario), load_framework().requirements)
    described = {
        "$ref": "#/components/schemas/Estimate",
        "components": json_schema(document()["components"]),
    }

    jsonschema.validate(json.loads(json.dumps(estimate_document(result))), described)


def test_scenarios_follow_their_description() -> None:
    described = {
        "$ref": "#/components/schemas/ScenarioDocument",
        "components": json_schema(document()["components"]),
    }
    given = scenario_a() | {"ranges": RANGES, "premium_model": {"catalog": "maker:large"}}

    jsonschema.validate(given, described)
    given["workload"]["requests_per_month"] = -1
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(given, described)
