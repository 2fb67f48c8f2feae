"""What LiteLLM's proxy takes in its configuration, as far as the kit writes it.

The package itself takes 380 MB with what it needs. Its documents say:
https://docs.litellm.ai/docs/proxy/config_settings (sections and their keys),
https://docs.litellm.ai/docs/proxy/caching_settings (cache_params),
https://docs.litellm.ai/docs/tutorials/prompt_caching (cache_control_injection_points),
https://docs.litellm.ai/docs/proxy/custom_pricing (prices),
https://docs.litellm.ai/docs/proxy/auto_routing (the complexity router).
"""

from typing import Any


def closed(required: tuple[str, ...] = (), **properties: Any) -> dict[str, Any]:
    """A mapping with these keys and no others."""
    return {
        "type": "object",
        "properties": properties,
        "required": list(required),
        "additionalProperties": False,
    }


def listed(items: dict[str, Any]) -> dict[str, Any]:
    return {"type": "array", "items": items, "minItems": 1}


TEXT = {"type": "string", "minLength": 1}
PRICE = {"type": "number", "minimum": 0}
# Figures stand here as numbers: the tests fill placeholders in before they check.
POSITIVE = {"type": "number", "exclusiveMinimum": 0}
RATIO = {"type": "number", "minimum": 0, "maximum": 1}
COUNT = {"type": "integer", "minimum": 1}
SECRET = {"type": "string", "pattern": "^os\\.environ/[A-Z][A-Z0-9_]*$"}
TIERS = ("SIMPLE", "MEDIUM", "COMPLEX", "REASONING")
MODEL = closed(
    ("model_name", "litellm_params"),
    model_name=TEXT,
    model_info=closed(id=TEXT),
    litellm_params=closed(
        ("model",),
        model=TEXT,
        api_key=SECRET,
        api_base=SECRET,
        input_cost_per_token=PRICE,
        output_cost_per_token=PRICE,
        cache_read_input_token_cost=PRICE,
        cache_creation_input_token_cost=PRICE,
        cache_control_injection_points=listed(
            closed(
                ("location",),
                location={"enum": ["message", "tool_config"]},
                role={"enum": ["user", "system", "assistant"]},
                control=closed(("type",), type={"const": "ephemeral"}, ttl={"enum": ["5m", "1h"]}),
            )
        ),
        complexity_router_default_model=TEXT,
        complexity_router_config=closed(tiers=closed(TIERS, **dict.fromkeys(TIERS, TEXT))),
    ),
)
CACHE = closed(
    ("type", "similarity_threshold", "redis_semantic_cache_embedding_model"),
    type={"enum": ["local", "redis", "redis-semantic", "qdrant-semantic", "s3", "gcs", "disk"]},
    host=SECRET,
    port=SECRET,
    password=SECRET,
    redis_semantic_cache_embedding_model=TEXT,
    similarity_threshold=RATIO,
    ttl=POSITIVE,
    supported_call_types=listed(
        {"enum": ["acompletion", "atext_completion", "aembedding", "atranscription", "aresponses"]}
    ),
    mode={"enum": ["default_on", "default_off"]},
)
CONFIG = closed(
    ("model_list", "litellm_settings", "router_settings", "general_settings"),
    model_list=listed(MODEL),
    router_settings=closed(
        num_retries=COUNT,
        fallbacks=listed({"type": "object", "additionalProperties": listed(TEXT)}),
        model_group_alias={"type": "object", "additionalProperties": TEXT},
    ),
    litellm_settings=closed(
        callbacks=listed(TEXT),
        turn_off_message_logging={"type": "boolean"},
        cache={"type": "boolean"},
        cache_params=CACHE,
        max_budget=POSITIVE,
        budget_duration={"type": "string", "pattern": "^[0-9]+(s|m|h|d|mo)$"},
        upperbound_key_generate_params=closed(
            max_budget=POSITIVE, budget_duration=TEXT, rpm_limit=COUNT
        ),
    ),
    general_settings=closed(("master_key",), master_key=SECRET, database_url=SECRET),
)
