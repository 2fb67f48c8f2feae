"""The engine's results as components of the API's description (OpenAPI 3.0)."""

from typing import Any

from costing.engine import estimate_schema

COMPONENTS = "#/components/schemas/"
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
    components |= {NAMES.get(name, name): _openapi(each) for name, each in results.items()}
    result["components"]["schemas"] = dict(sorted(components.items()))
    return result


def _openapi(schema: Any) -> Any:
    """Return a JSON Schema of pydantic as OpenAPI 3.0 writes it: null is `nullable`."""
    if isinstance(schema, list):
        return [_openapi(each) for each in schema]
    if not isinstance(schema, dict):
        return schema
    described = {key: _openapi(value) for key, value in schema.items() if key != "title"}
    if "$ref" in described:
        return reference(described["$ref"].rpartition("/")[2])
    if "prefixItems" in described:
        described["items"] = _any_of(described.pop("prefixItems"))
    if "anyOf" in described:
        described |= _any_of(described.pop("anyOf"))
    return described


def _any_of(choices: list[Any]) -> dict[str, Any]:
    kinds = [each for each in choices if each != {"type": "null"}]
    distinct = [each for number, each in enumerate(kinds) if each not in kinds[:number]]
    is_nullable = len(kinds) < len(choices) or any(each.get("nullable") for each in kinds)
    if len(distinct) == 1 and "$ref" not in distinct[0]:
        described = dict(distinct[0])
    else:
        described = {"allOf" if len(distinct) == 1 else "anyOf": distinct}
    return described | ({"nullable": True} if is_nullable else {})
