"""The alerts' part of the kit: rules of Prometheus on what LiteLLM and vLLM count.

Metrics as in https://docs.litellm.ai/docs/proxy/prometheus and
https://docs.vllm.ai/en/stable/usage/metrics; the thresholds are the scenario's.
"""

from costing.engine import SEMANTIC_CACHING
from costing.engine.levers import PROMPT_CACHING
from costing.engine.units import MINUTES_PER_HOUR
from reports.documents.kit.case import KitCase
from reports.documents.kit.figures import ALARM_RATIO, Figures
from reports.documents.kit.writing import as_yaml, literal

ABOUT = """promtool check rules alerts/rules.yaml
Prometheus must read /metrics of the gateway, and of the pool where there is one."""
QUARTER_HOUR = 15
# Errors are measured against the week before; fewer than one call in a hundred is no anomaly.
LEAST_ERROR_RATIO = 0.01
CALLS = "litellm_proxy_total_requests_metric_total"
ERRORS = "litellm_proxy_failed_requests_metric_total"
BY_MODEL = "litellm_deployment_total_requests_total"


def alert_files(case: KitCase, figures: Figures) -> dict[str, str]:
    groups: list[object] = [{"name": "gateway", "rules": _gateway_rules(case, figures)}]
    if case.is_hosted:
        groups.append({"name": "pool", "rules": _pool_rules(figures)})
    return {"alerts/rules.yaml": as_yaml({"groups": groups}, about=ABOUT)}


def _rule(name: str, expr: str, minutes: int, text: str, severity: str = "ticket") -> object:
    return {
        "alert": name,
        "expr": expr,
        "for": f"{minutes}m",
        "labels": {"severity": severity},
        "annotations": {"summary": text},
    }


def _gateway_rules(case: KitCase, figures: Figures) -> list[object]:
    rules = [_spend(figures), _loop(figures), _errors()]
    if PROMPT_CACHING in case.levers and (case.scenario is None or figures.cached_input_ratio):
        rules.append(_prompt_cache(figures))
    if SEMANTIC_CACHING in case.levers:
        rules.append(_semantic_cache(figures))
    if case.is_routed:
        rules.append(_routing(case, figures))
    return rules


def _spend(figures: Figures) -> object:
    limit = literal(figures.usd_per_hour, "REPLACE_ME_USD_PER_HOUR")
    text = "An hour costs more than the busiest hour of the scenario at its peak"
    expr = f"sum(increase(litellm_spend_metric_total[1h])) > {limit}"
    return _rule("SpendPerHourHigh", expr, 5, text, "page")


def _loop(figures: Figures) -> object:
    minute = figures.calls_per_minute
    limit = literal(minute and minute * QUARTER_HOUR, "REPLACE_ME_CALLS_PER_QUARTER_HOUR")
    expr = f"sum by (api_key_alias) (increase({CALLS}[{QUARTER_HOUR}m])) > {limit}"
    text = "{{ $labels.api_key_alias }} alone makes more calls than all users at the peak: a loop?"
    return _rule("KeyLoops", expr, 1, text, "page")


def _errors() -> object:
    now, before = (
        f"sum(rate({ERRORS}[{time}])) / sum(rate({CALLS}[{time}]))" for time in ("1h", "7d")
    )
    expr = f"{now} > clamp_min(2 * ({before}), {LEAST_ERROR_RATIO})"
    return _rule(
        "ErrorRatioHigh", expr, 10, "Twice as many calls fail as in the last 7 days", "page"
    )


def _prompt_cache(figures: Figures) -> object:
    read, all_input = (
        f'sum(rate(litellm_input_{kind}_metric_total{{model_id="premium"}}[1h]))'
        for kind in ("cached_tokens", "tokens")
    )
    limit = literal(figures.cached_input_ratio, "REPLACE_ME_CACHED_INPUT_RATIO")
    text = "The prompt cache serves less input than it needs to pay, or half of what is expected"
    return _rule("PromptCacheHitRatioLow", f"{read} / {all_input} < {limit}", 60, text)


def _semantic_cache(figures: Figures) -> object:
    hits, misses = (
        f"sum(rate(litellm_cache_{kind}_metric_total[6h]))" for kind in ("hits", "misses")
    )
    limit = literal(figures.least_semantic_hit_ratio, "REPLACE_ME_SEMANTIC_HIT_RATIO")
    text = "The semantic cache answers less than it needs to pay, or half of what is expected"
    return _rule("SemanticCacheHitRatioLow", f"{hits} / ({hits} + {misses}) < {limit}", 60, text)


def _routing(case: KitCase, figures: Figures) -> object:
    cheaper = f'sum(rate({BY_MODEL}{{model_id="{case.simple_group}"}}[6h]))'
    everywhere = f'sum(rate({BY_MODEL}{{model_id=~"{"|".join(case.groups)}"}}[6h]))'
    limit = literal(_alarm(figures.simple_ratio), "REPLACE_ME_SIMPLE_RATIO")
    text = "Less than half as many calls go to the cheaper model as the scenario expects"
    return _rule("SimpleCallRatioLow", f"{cheaper} / {everywhere} < {limit}", 60, text)


def _alarm(expected: float | None) -> float | None:
    return expected and round(expected * ALARM_RATIO, 4)


def _pool_rules(figures: Figures) -> list[object]:
    waiting = "sum(vllm:num_requests_waiting) > 0"
    rules = [_rule("PoolQueues", waiting, 10, "Calls wait for the pool: it is too small", "page")]
    if figures.seconds_per_call and figures.idle_ratio:
        busy = f'sum(rate({BY_MODEL}{{model_id="pool"}}[6h])) * {figures.seconds_per_call:.10g}'
        expr = f"{busy} / count(vllm:num_requests_running) < {figures.idle_ratio:.10g}"
        rules.append(
            _rule("PoolIdles", expr, int(MINUTES_PER_HOUR), "The pool is paid for and idle")
        )
    return rules
