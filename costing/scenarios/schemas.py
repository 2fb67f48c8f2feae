"""The engine's results as components of the API's description (OpenAPI 3.0)."""

from typing import Any

from costing.engine import estimate_schema
from organizations.api.schema import COMPONENTS, openapi

# The engine's `Scenario` is that of a result: prices resolved, defaults filled in.
NAMES = {"Scenario": "EstimateInputs"}


def reference(name: str) -> dict[str, str]:
    """Return a reference to a component."""
    return {"$ref": f"{COMPONENTS}{NAMES.get(name, name)}"}


def add_engine_results(
    result: dict[str, Any], generator: Any, request: Any, public: bool
) -> dict[str, Any]:
    """Add the engine's results to the components of the description."""
    schema = estimate_schema()
    results = {**schema.pop("$defs"), "Estimate": schema}
    components = result["components"]["schemas"]
    components |= {NAMES.get(name, name): openapi(each, NAMES) for name, each in results.items()}
    result["components"]["schemas"] = dict(sorted(components.items()))
    return result
