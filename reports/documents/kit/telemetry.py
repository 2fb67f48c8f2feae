"""The token log's part of the kit: what every call must leave behind, and one such record.

Names of OpenTelemetry's conventions for generative AI,
https://opentelemetry.io/docs/specs/semconv/gen-ai; what they do not name begins with `app.`.
"""

from costing.engine import SEMANTIC_CACHING
from costing.engine.levers import PROMPT_CACHING
from reports.documents.kit.case import KitCase
from reports.documents.kit.figures import Figures
from reports.documents.kit.writing import as_json

TEXT: object = {"type": "string", "minLength": 1}
TOKENS: object = {"type": "integer", "minimum": 0}
# By name: what it must be, what it is, and whether every call has it.
ATTRIBUTES: dict[str, tuple[object, str, bool]] = {
    "gen_ai.operation.name": (TEXT, "What was asked for, as chat.", True),
    "gen_ai.provider.name": (TEXT, "Who answered.", True),
    "gen_ai.request.model": (TEXT, "The model that was asked.", True),
    "gen_ai.response.model": (TEXT, "The model that answered.", True),
    "gen_ai.usage.input_tokens": (TOKENS, "Tokens in, as the provider counts them.", True),
    "gen_ai.usage.output_tokens": (TOKENS, "Tokens out, as the provider counts them.", True),
    "gen_ai.conversation.id": (TEXT, "Which session: joins the calls of one request.", False),
    "error.type": (TEXT, "Why a call failed; absent where it did not.", False),
    "app.feature": (TEXT, "Which feature caused the call: spend is attributed by it.", True),
    "app.department": (TEXT, "Who pays for it.", True),
}
CACHED = {
    "gen_ai.usage.cache_read.input_tokens": (TOKENS, "Tokens read from the prompt cache.", True),
    "gen_ai.usage.cache_creation.input_tokens": (TOKENS, "Tokens written to it.", True),
}
SEMANTIC = {
    "app.semantic_cache.hit": ({"type": "boolean"}, "Whether a stored answer was given.", True)
}
SPAN_FIELDS: dict[str, object] = {
    "trace_id": {"type": "string", "pattern": "^[0-9a-f]{32}$"},
    "span_id": {"type": "string", "pattern": "^[0-9a-f]{16}$"},
    "start_time": {"type": "string", "format": "date-time"},
    "end_time": {"type": "string", "format": "date-time"},
}


def telemetry_files(case: KitCase, figures: Figures) -> dict[str, str]:
    return {
        "telemetry/token-log.schema.json": as_json(_schema(case)),
        "telemetry/example-span.json": as_json(_example(case)),
    }


def _attributes(case: KitCase) -> dict[str, tuple[object, str, bool]]:
    """What is asked of a call under the levers that are to run."""
    route: object = {"enum": list(case.groups)}
    return {
        **ATTRIBUTES,
        **(CACHED if PROMPT_CACHING in case.levers else {}),
        **(SEMANTIC if SEMANTIC_CACHING in case.levers else {}),
        "app.route": (route, "Which model of the gateway took the call.", True),
    }


def _schema(case: KitCase) -> object:
    attributes = _attributes(case)
    described: dict[str, object] = {
        name: {"description": text, **(kind if isinstance(kind, dict) else {})}
        for name, (kind, text, _) in attributes.items()
    }
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "One model call in the token log",
        "type": "object",
        "properties": {
            **SPAN_FIELDS,
            "attributes": {
                "type": "object",
                "properties": described,
                "required": [
                    name for name, (_, _, is_required) in attributes.items() if is_required
                ],
            },
        },
        "required": [*SPAN_FIELDS, "attributes"],
    }


def _example(case: KitCase) -> object:
    """A call of the scenario's mean length to the premium model, its prefix read from the cache."""
    workload = case.scenario.workload if case.scenario else None
    provider, _, model = case.model("premium").name.rpartition("/")
    prefix = min(workload.prefix_tokens_per_call, workload.input_tokens_per_call) if workload else 0
    values: dict[str, object] = {
        "gen_ai.operation.name": "chat",
        "gen_ai.provider.name": provider or model,
        "gen_ai.request.model": model,
        "gen_ai.response.model": model,
        "gen_ai.usage.input_tokens": round(workload.input_tokens_per_call) if workload else 0,
        "gen_ai.usage.output_tokens": round(workload.output_tokens_per_call) if workload else 0,
        "gen_ai.conversation.id": "session-1",
        "app.feature": "feature-1",
        "app.department": "department-1",
        "gen_ai.usage.cache_read.input_tokens": round(prefix),
        "gen_ai.usage.cache_creation.input_tokens": 0,
        "app.semantic_cache.hit": False,
        "app.route": "premium",
    }
    day = case.payload.as_of.isoformat()
    return {
        "trace_id": "1" * 32,
        "span_id": "2" * 16,
        "start_time": f"{day}T09:00:00Z",
        "end_time": f"{day}T09:00:02Z",
        "attributes": {name: values[name] for name in _attributes(case) if name in values},
    }
