"""The JSON Schema of a scenario, as its models declare it."""

from typing import Any

from pydantic.json_schema import GenerateJsonSchema, JsonSchemaMode, JsonSchemaValue
from pydantic_core import core_schema

from costing.engine.inputs.scenario import Scenario


class _Generate(GenerateJsonSchema):
    """Null counts as absent, so that what has a default may be null."""

    def default_schema(self, schema: core_schema.WithDefaultSchema) -> JsonSchemaValue:
        described = super().default_schema(schema)
        if described.get("default", 0) is None:
            del described["default"]
        if isinstance(described.get("type"), str) and self.mode == "validation":
            described["type"] = [described["type"], "null"]
            if "enum" in described:
                described["enum"] = [*described["enum"], None]
        return described


def json_schema(*, mode: JsonSchemaMode = "validation") -> dict[str, Any]:
    """The JSON Schema (draft 2020-12) of a scenario as a person writes it.

    For `serialization`, of the `inputs` of a result: prices resolved, defaults filled in.
    """
    schema = Scenario.model_json_schema(mode=mode, schema_generator=_Generate)
    return {"$schema": _Generate.schema_dialect, "title": "Scenario", **schema}
