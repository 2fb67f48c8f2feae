"""The gateway's part of the kit: the configuration of LiteLLM's proxy, and what its shell needs.

Keys as in https://docs.litellm.ai/docs/proxy/config_settings, caches as in …/proxy/caching,
the router of simple calls as in …/proxy/auto_routing.
"""

from costing.engine import SEMANTIC_CACHING
from costing.engine.inputs import ModelPrices
from costing.engine.levers import PROMPT_CACHING
from costing.engine.prompt_cache import LONG_TTL_SECONDS
from costing.engine.units import TOKENS_PER_MTOK
from reports.documents.kit.case import KitCase
from reports.documents.kit.figures import Figures
from reports.documents.kit.writing import as_yaml, number

ABOUT = """LiteLLM proxy: litellm --config gateway/config.yaml
Keys are read from the environment: gateway/env.example lists them."""
# The one name that applications call, whatever stands behind it.
ENTRY = "assistant"
BUDGET_DAYS = "30d"
RETRIES = 2
# Variables that are no secret and known already.
KNOWN = {"OTEL_EXPORTER": "otlp_http", "POOL_API_BASE": "http://model-pool:8000/v1"}
PRICES = {
    "input_cost_per_token": "input_usd_per_mtok",
    "output_cost_per_token": "output_usd_per_mtok",
    "cache_read_input_token_cost": "cache_read_usd_per_mtok",
    "cache_creation_input_token_cost": "cache_write_usd_per_mtok",
}


def gateway_files(case: KitCase, figures: Figures) -> dict[str, str]:
    return {
        "gateway/config.yaml": as_yaml(gateway_config(case, figures), about=ABOUT),
        "gateway/env.example": "".join(
            f"{name}={KNOWN.get(name, '')}\n" for name in _variables(case)
        ),
    }


def gateway_config(case: KitCase, figures: Figures) -> object:
    """Models, routing, fallbacks, caching and budgets."""
    models = [_deployment(case, group) for group in case.groups]
    if case.is_routed:
        models.append(_router(case))
    if SEMANTIC_CACHING in case.levers:
        embedding = {"model": "REPLACE_ME_EMBEDDING_MODEL", "api_key": _env("EMBEDDING_API_KEY")}
        models.append({"model_name": "embedding", "litellm_params": embedding})
    return {
        "model_list": models,
        "router_settings": _router_settings(case),
        "litellm_settings": _settings(case, figures),
        "general_settings": {
            "master_key": _env("LITELLM_MASTER_KEY"),
            "database_url": _env("DATABASE_URL"),
        },
    }


def _env(name: str) -> str:
    return f"os.environ/{name}"


def _deployment(case: KitCase, group: str) -> dict[str, object]:
    info: dict[str, object] = {"id": group}
    if group == "pool":
        served = {"model": "hosted_vllm/pool", "api_base": _env("POOL_API_BASE")}
        params: dict[str, object] = {**served, "api_key": _env("VLLM_API_KEY")}
        return {"model_name": group, "litellm_params": params, "model_info": info}
    model = case.model(group)
    params = {"model": model.name}
    if model.key:
        params["api_key"] = _env(model.key)
    if PROMPT_CACHING in case.levers and model.is_marked:
        is_long = model.cache_ttl_seconds >= LONG_TTL_SECONDS
        control: dict[str, object] = {"type": "ephemeral", **({"ttl": "1h"} if is_long else {})}
        point: object = {"location": "message", "role": "system", "control": control}
        params["cache_control_injection_points"] = [point]
    if model.stated and not model.stated.tiers:
        params |= _prices(model.stated)
    return {"model_name": group, "litellm_params": params, "model_info": info}


def _prices(model: ModelPrices) -> dict[str, object]:
    """USD per token, so that the gateway counts by the prices of the assessment."""
    stated = {name: getattr(model, field) for name, field in PRICES.items()}
    return {
        name: float(f"{usd / TOKENS_PER_MTOK:.12g}")
        for name, usd in stated.items()
        if usd is not None
    }


def _router(case: KitCase) -> dict[str, object]:
    """The entry that sends simple calls to the cheaper place; nobody is asked again by it."""
    tiers: object = {"SIMPLE": case.simple_group} | dict.fromkeys(
        ("MEDIUM", "COMPLEX", "REASONING"), "premium"
    )
    params: object = {
        "model": "auto_router/complexity_router",
        "complexity_router_default_model": "premium",
        "complexity_router_config": {"tiers": tiers},
    }
    return {"model_name": ENTRY, "litellm_params": params}


def _router_settings(case: KitCase) -> dict[str, object]:
    settings: dict[str, object] = {"num_retries": RETRIES}
    cheaper = [group for group in case.groups if group != "premium"]
    if cheaper:
        settings["fallbacks"] = [{group: ["premium"]} for group in cheaper]
    if not case.is_routed:
        settings["model_group_alias"] = {ENTRY: case.open_group or "premium"}
    return settings


def _settings(case: KitCase, figures: Figures) -> dict[str, object]:
    settings: dict[str, object] = {
        "callbacks": ["prometheus", "otel"],
        "turn_off_message_logging": True,  # tokens are logged, words are not
        "max_budget": number(figures.hard_stop_usd, "REPLACE_ME_BUDGET_USD"),
        "budget_duration": BUDGET_DAYS,
        "upperbound_key_generate_params": {
            "max_budget": number(figures.usd_per_month, "REPLACE_ME_KEY_BUDGET_USD"),
            "budget_duration": BUDGET_DAYS,
            "rpm_limit": number(figures.calls_per_minute, "REPLACE_ME_CALLS_PER_MINUTE"),
        },
    }
    if SEMANTIC_CACHING in case.levers:
        settings["cache"] = True
        settings["cache_params"] = {
            "type": "redis-semantic",
            "host": _env("REDIS_HOST"),
            "port": _env("REDIS_PORT"),
            "password": _env("REDIS_PASSWORD"),
            "redis_semantic_cache_embedding_model": "embedding",
            "similarity_threshold": "REPLACE_ME_SIMILARITY_RATIO",
            "ttl": "REPLACE_ME_CACHE_TTL_SECONDS",
            "supported_call_types": ["acompletion"],
            "mode": "default_off",  # until its step of the roadmap
        }
    return settings


def _variables(case: KitCase) -> list[str]:
    """The names that the environment must give; no secret stands in the kit."""
    keys = [case.model(group).key for group in case.groups if group != "pool"]
    names = ["LITELLM_MASTER_KEY", "DATABASE_URL", "OTEL_EXPORTER", "OTEL_ENDPOINT", *keys]
    if case.is_hosted:
        names += ["POOL_API_BASE", "VLLM_API_KEY"]
    if SEMANTIC_CACHING in case.levers:
        names += ["EMBEDDING_API_KEY", "REDIS_HOST", "REDIS_PORT", "REDIS_PASSWORD"]
    return list(dict.fromkeys(filter(None, names)))
