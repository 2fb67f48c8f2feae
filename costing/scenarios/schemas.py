"""A scenario's document and the engine's results as components of the API's description."""

from typing import Any

from costing.engine import estimate_schema
from costing.engine.inputs import json_schema
from organizations.api.schema import COMPONENTS, openapi

# The engine's `Scenario` is that of a result: prices resolved, defaults filled in.
RESULTS = {"Scenario": "EstimateInputs"}


def reference(name: str) -> dict[str, str]:
    """Return a reference to a component."""
    return {"$ref": f"{COMPONENTS}{name}"}


def add_engine_documents(
    result: dict[str, Any], generator: Any, request: Any, public: bool
) -> dict[str, Any]:
    """Add a scenario as a person writes it, and the engine's results, to the components."""
    inputs = json_schema()
    given = {name: f"{name}Input" for name in inputs["$defs"]}
    components = result["components"]["schemas"]
    components |= _components("ScenarioDocument", inputs, given)
    components |= _components("Estimate", estimate_schema(), RESULTS)
    result["components"]["schemas"] = dict(sorted(components.items()))
    return result


def _components(name: str, schema: dict[str, Any], names: dict[str, str]) -> dict[str, Any]:
    parts = {**schema.pop("$defs"), name: schema}
    return {names.get(key, key): openapi(part, names) for key, part in parts.items()}
