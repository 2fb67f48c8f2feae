"""A frozen payload with the figures of the cost model's scenario A, and extreme variants of it."""

from copy import deepcopy
from typing import Any

from assessments.framework import Anchor, Framework, Origin, load_framework, parse_framework
from presentation.money import shown_in
from reports.documents.guide import guide_bytes
from reports.documents.workbook.book import workbook_bytes
from reports.snapshots import payload as snapshots

Payload = dict[str, Any]

# As snapshots hold it: keys in the order of JSON.
PUBLISHED = parse_framework(load_framework("1").document())
CHECKS = {
    "token_logging": "yes",
    "cost_attribution": "partial",
    "anomaly_control": "no",
    "gateway": "partial",
    "triage": "no",
    "prefix_caching": "no",
    "semantic_cache": "unknown",
    "eval_suite": "partial",
    "continuous_evals": "no",
    "private_serving": "no",
    "elastic_capacity": "not_applicable",
    "committed_pricing": "unanswered",
}
TARGETS = {"hosting": 1, "routing": 3, "caching": 3, "integrity": 3, "finops": 3}
EXPLANATION = {
    "key": "overall",
    "title": "Overall",
    "input": "",
    "rule": "",
    "value": None,
    "contribution": None,
    "children": [],
}
LEVELS = {"hosting": 1, "routing": 3, "caching": 2, "integrity": 2, "finops": 3}
#            claimed, evidenced, score, low, high
SCORES = {
    "hosting": (1, 1.0, 1.0, 1.0, 1.0, []),
    "routing": (3, 2.0, 2.0, 2.0, 2.0, ["contradiction"]),
    "caching": (2, 1.0, 1.0, 1.0, 1.0, ["contradiction"]),
    "integrity": (2, 2.0, 2.0, 2.0, 2.0, []),
    "finops": (3, 2.5, 2.5, 2.5, 2.5, []),
}


def sample_payload() -> Payload:
    """A client of middling maturity with scenario A's economics."""
    return deepcopy(
        {
            "format": 1,
            "organization": "Meridian Advisory",
            "client": "Northwind Claims",
            "title": "Inference cost review 2026",
            "as_of": "2026-11-01",
            "triggers": [{"key": "rag", "title": "Structured RAG at scale"}],
            "framework": _framework(),
            "answers": _answers(),
            "scores": _scores(),
            "measured": {"cache_read_ratio": None, "top_model_spend_ratio": None},
            "targets": {key: _target(level) for key, level in TARGETS.items()},
            "scenario": {},
            "results": _results(),
            "staircase": _staircase(),
            "anti_patterns": [
                {
                    "key": "one_model_for_everything",
                    "usd_per_month": 9686.02,
                    "evidence": "No routing, while 45 % of the calls are simple.",
                },
                {
                    "key": "prompt_cache_ttl_ignored",
                    "usd_per_month": 19440.0,
                    "evidence": "2,400 of 3,200 input tokens repeat and none is read from a cache.",
                },
            ],
            "roadmap": _roadmap(),
            "price_book": {"source": "genai-prices", "as_of": "2026-11-01", "sha256": "0" * 64},
            "engine_version": "1.0",
        }
    )


def typed(payload: Payload) -> snapshots.Payload:
    """The payload as documents read it."""
    quoted = payload["framework"]
    if "triggers" in quoted:
        return snapshots.read_payload(payload)
    present = {"schema_version": snapshots.SCHEMA_VERSION, "framework": framework_with(quoted)}
    return snapshots.read_payload({"is_approved": True} | payload | present)


def framework_with(texts: Payload) -> Framework:
    """The published version with other texts, also with some that no version may have."""
    dimensions = [each | {"anchors": _anchors(each)} for each in texts["dimensions"]]
    parts = {
        "version": texts["version"],
        "dimensions": _parts(PUBLISHED.dimensions, dimensions),
        "checks": _parts(PUBLISHED.checks, texts["checks"]),
    }
    return Framework.model_construct(**dict(PUBLISHED) | parts)


def _anchors(dimension: Payload) -> tuple[Anchor, ...]:
    return tuple(
        Anchor.model_construct(level=int(level), text=text, origin=Origin.FRAMEWORK)
        for level, text in dimension["anchors"].items()
    )


def _parts(published: Any, texts: list[Payload]) -> tuple[Any, ...]:
    known = {item.key: item for item in published}
    return tuple(
        type(known[each["key"]]).model_construct(**dict(known[each["key"]]) | each)
        for each in texts
    )


def quoting(payload: Payload) -> Payload:
    """The payload as version 2 stores it: the framework's texts, which nothing checks again."""
    framework = payload["framework"]
    dimensions = [
        {name: item[name] for name in ("key", "title", "question")}
        | {"anchors": {str(each["level"]): each["text"] for each in item["anchors"]}}
        for item in framework["dimensions"]
    ]
    checks = [
        {name: item[name] for name in ("key", "title", "dimension", "stage", "operational")}
        for item in framework["checks"]
    ]
    levers = [
        {name: item[name] for name in ("key", "title", "requires")} for item in framework["levers"]
    ]
    return payload | {
        "schema_version": 2,
        "framework": {"version": framework["version"], "title": framework["title"]}
        | {"dimensions": dimensions, "checks": checks, "levers": levers},
    }


def sha256_of(payload: Payload) -> str:
    """The checksum of a payload."""
    return snapshots.checksum(snapshots.canonical_json(payload))


def render_workbook(payload: Payload) -> bytes:
    """The workbook of a payload."""
    whole = typed(payload)
    with shown_in(whole.currency):
        return workbook_bytes(whole, sha256_of(payload))


def render_guide(payload: Payload | None, paper: str = "A4") -> bytes:
    """The guide of a payload; the blank one of none."""
    if payload is None:
        return guide_bytes(None, paper=paper)
    whole = typed(payload)
    with shown_in(whole.currency):
        return guide_bytes(whole, sha256_of(payload), paper)


def _target(level: int) -> Payload:
    reason = "The level to aim at by default."
    return {"level": level, "low": level, "high": level} | {
        "source": "default",
        "reason": reason,
        "gap": None,
    }


def _framework() -> Payload:
    dimensions = [
        {"key": each.key, "title": each.title}
        | {"anchors": {str(anchor.level): anchor.text for anchor in each.anchors}}
        for each in PUBLISHED.dimensions
    ]
    checks = [{"key": each.key, "title": each.title} for each in PUBLISHED.checks]
    return {"version": PUBLISHED.version, "dimensions": dimensions, "checks": checks}


def _answers() -> list[Payload]:
    levels = [
        {
            "kind": "dimension",
            "key": each.key,
            "question": each.title,
            "state": "answered",
            "value": LEVELS[each.key],
            "confidence": "stated",
        }
        for each in PUBLISHED.dimensions
    ]
    checks = [
        {
            "kind": "check",
            "key": key,
            "question": key,
            "state": value if value in ("unknown", "not_applicable", "unanswered") else "answered",
            "value": value if value in ("yes", "partial", "no") else None,
            "confidence": "stated",
        }
        for key, value in CHECKS.items()
    ]
    return levels + checks


def _scores() -> Payload:
    names = ("claimed", "evidenced", "score", "low", "high", "flags")
    return {
        "dimensions": {
            key: {"completeness": 1.0}
            | dict(zip(names, values, strict=True))
            | _contradictions(values)
            for key, values in SCORES.items()
        },
        "weights": dict.fromkeys(SCORES, 1),
        "own": None,
        "framework": {"version": "1", "sha256": "0" * 64},
        "explanation": EXPLANATION,
        "overall": 1.7,
        "low": 1.7,
        "high": 2.1,
        "shown": "1.7",
        "band": "Emerging",
        "completeness": 0.94,
    }


def _contradictions(values: tuple[Any, ...]) -> Payload:
    claimed, evidenced, *_, flags = values
    text = f"Level {claimed} is claimed, above the {evidenced} that the checks show."
    found = [{"kind": "claimed_above_evidenced", "text": text}] if flags else []
    return {"contradictions": found}


def _strategy(
    levers: list[str],
    usd: float,
    per_mtok: float,
    replicas: int | None = None,
    used: float | None = None,
) -> Payload:
    saving = 44550.0 - usd
    return {
        "levers": levers,
        "usd_per_month": usd,
        "usd_per_mtok": per_mtok,
        "usd_per_request": usd / 3e6,
        "saving_usd_per_month": saving,
        "saving_ratio": saving / 44550.0,
        "within_target": 0.4 <= saving / 44550.0 <= 0.7,
        "peak_replicas": replicas,
        "utilization_ratio": used,
        "instance_hours_per_month": None,
        "prefix_hit_ratio": 0.0,
        "lines": {},
    }


ALL_LEVERS = ["prompt_caching", "routing", "semantic_caching", "self_hosting"]


def _results() -> Payload:
    return {
        "engine_version": "1.0",
        "inputs": {
            "workload": {
                "requests_per_month": 3000000,
                "calls_per_request": 1,
                "input_tokens_per_call": 3200,
                "output_tokens_per_call": 350,
                "prefix_tokens_per_call": 2400,
            },
            "premium_model": {"input_usd_per_mtok": 3, "output_usd_per_mtok": 15},
        },
        "strategies": {
            "baseline": _strategy([], 44550.0, 4.183),
            "prompt_caching": _strategy(ALL_LEVERS[:1], 25110.0, 2.358),
            "routed_api": _strategy(ALL_LEVERS[:2], 15423.98, 1.448),
            "optimized_api": _strategy(ALL_LEVERS[:3], 13889.11, 1.304),
            "self_hosted": _strategy(ALL_LEVERS[3:], 30480.0, 2.862, 3, 0.09386),
            "hybrid": _strategy(ALL_LEVERS, 35003.22, 3.287, 1, 0.11),
            "current": _strategy([], 44550.0, 4.183),
        },
        "left_out": {},
        "subsets": [],
        "waterfall": {
            "prompt_caching": 19440.0,
            "routing": 9686.02,
            "semantic_caching": 1534.87,
            "self_hosting": -21114.12,
        },
        "shapley": {
            "prompt_caching": 11443.19,
            "routing": 3097.89,
            "semantic_caching": 2412.51,
            "self_hosting": -7406.82,
        },
        "caching_pays_above_hit_ratio": 0.217,
        "recommended": {
            "levers": ALL_LEVERS[:3],
            "usd_per_month": 13889.11,
            "saving_ratio": 30660.89 / 44550,
        },
        "recommended_today": {
            "levers": ALL_LEVERS[:1],
            "usd_per_month": 25110.0,
            "saving_ratio": 19440 / 44550,
            "held_back": {
                "routing": "needs integrity at 3, it is at 2.0",
                "semantic_caching": "needs integrity at 3, it is at 2.0",
                "self_hosting": "needs integrity at 3 and hosting at 2, they are at 2.0 and 1.0",
            },
        },
        "crossovers": [
            {
                "from": "prompt_caching",
                "to": "self_hosted",
                "first_requests_per_month": 8874552.0,
                "dominance_requests_per_month": 26666667.0,
                "cheaper_intervals": [
                    [8874552.0, 8878378.0],
                    *([9.9e6 + n * 1e6, 10.3e6 + n * 1e6] for n in range(16)),
                    [26666667.0, None],
                ],
                "tokens_per_request": 3550,
            }
        ],
        "break_even": [
            {
                "from": "prompt_caching",
                "to": "self_hosted",
                "month": None,
                "horizon_months": 36,
                "saving_over_horizon_usd": -100000.0,
            }
        ],
        "sensitivity": None,
        "uncertainty": None,
    }


def _staircase() -> Payload:
    steps: list[list[float]] = []
    for replica in range(1, 12):
        usd = 12 * 730 * replica + 4200.0
        steps += [[(replica - 1) * 1.2e6 * 2.5, usd], [replica * 1.2e6 * 2.5, usd]]
    return {
        "from": "prompt_caching",
        "to": "self_hosted",
        "from_points": [[0.0, 0.0], [3.3e7, 25110.0 * 11]],
        "to_points": steps,
        "window": [0.0, 33000000.0],
    }


def sample_action(title: str, usd: float | None, effort: str, *needs: str) -> Payload:
    """A drafted action as it is frozen."""
    return {
        "key": title,
        "title": title,
        "text": title,
        "lever": None,
        "usd_per_month": usd,
        "effort": effort,
        "effort_days": [],
        "preconditions": list(needs),
        "raised_by": [],
        "moves": {},
        "at_risk": False,
        "risk": "",
        "origin": "framework",
    }


def _roadmap() -> Payload:
    return {
        "phases": [
            {
                "key": "instrumentation",
                "title": "Instrumentation & quick wins",
                "from_day": 1,
                "to_day": 30,
                "actions": [
                    sample_action(
                        "Log exact input and output tokens for every request", None, "small"
                    ),
                    sample_action(
                        "Restructure prompts static-first and turn on provider prompt caching",
                        19440.0,
                        "small",
                        "token logging",
                    ),
                ],
            },
            {
                "key": "routing",
                "title": "Triage & proxy routing",
                "from_day": 31,
                "to_day": 60,
                "actions": [
                    sample_action(
                        "Run a small validation set in CI before a model, prompt or route changes",
                        None,
                        "medium",
                    ),
                    sample_action(
                        "Deploy a gateway for credentials, retries and fallbacks",
                        None,
                        "medium",
                        "token logging",
                    ),
                    sample_action(
                        "Send simple queries to the small model, starting at 30 % of traffic",
                        9686.02,
                        "medium",
                        "evals in CI",
                        "gateway",
                    ),
                    sample_action(
                        "Answer repeats from a semantic cache", 1534.87, "medium", "evals in CI"
                    ),
                ],
            },
            {
                "key": "compute",
                "title": "Dedicated compute & telemetry",
                "from_day": 61,
                "to_day": 90,
                "actions": [
                    sample_action(
                        "FinOps dashboard joining token logs and bills for the board",
                        None,
                        "medium",
                        "token logging",
                    )
                ],
            },
        ],
        "projections": [
            _projection(30, 2.1, 25110.0),
            _projection(60, 2.7, 13889.11),
            _projection(90, 2.8, 13889.11),
        ],
        "not_proposed": [
            {
                "key": "vllm_spot",
                "kind": "does_not_pay",
                "title": "vLLM on spot instances in a private network",
                "reason": (
                    "self-hosting costs 21,114 USD a month more at this volume; it first pays at"
                    " 8.87 million requests."
                ),
            }
        ],
    }


def _projection(day: int, overall: float, usd: float) -> Payload:
    scores = dict.fromkeys(("overall", "low", "high", "shown"), overall)
    return {"day": day, "band": "Emerging", "dimensions": {}, "usd_per_month": usd, **scores} | {
        "counted_levers": []
    }


def unanswered_payload() -> Payload:
    """Nothing answered, nothing costed, no plan."""
    payload = sample_payload()
    for answer in payload["answers"]:
        answer.update(state="unanswered", value=None, confidence=None)
    empty = {
        "claimed": None,
        "evidenced": None,
        "score": None,
        "low": None,
        "high": None,
        "flags": [],
        "contradictions": [],
        "completeness": 0.0,
    }
    payload["scores"] |= {
        "dimensions": {key: dict(empty) for key in LEVELS},
        "overall": None,
        "low": None,
        "high": None,
        "shown": None,
        "band": None,
        "completeness": 0.0,
    }
    return payload | {
        "results": None,
        "staircase": None,
        "anti_patterns": [],
        "roadmap": None,
        "price_book": None,
        "targets": {},
        "triggers": [],
    }


def crowded_payload(word: str) -> Payload:
    """Every text very long and made of `word`, every list filled far beyond its place."""
    payload = sample_payload()
    long = word * (600 // len(word))
    payload |= {"organization": long, "client": long, "title": long}
    payload["triggers"] = [{"key": str(n), "title": long} for n in range(9)]
    payload["framework"]["version"] = long
    payload["engine_version"] = long
    payload["price_book"]["source"] = long
    for dimension in payload["framework"]["dimensions"]:
        dimension["title"] = long
        dimension["anchors"] = {str(level): long for level in range(1, 6)}
    for check in payload["framework"]["checks"]:
        check["title"] = long
    for score in payload["scores"]["dimensions"].values():
        score["flags"] = ["contradiction", "unevidenced", "unrated", long]
        score["contradictions"] = [{"kind": "x", "text": long}] * 3
    payload["anti_patterns"] = [
        {"key": long, "title": long, "usd_per_month": -1e300, "evidence": long}
    ] * 9
    _crowd_results(payload["results"], long)
    _crowd_roadmap(payload["roadmap"], long)
    return payload


def _crowd_results(results: Payload, long: str) -> None:
    for strategy in results["strategies"].values():
        strategy.update(
            usd_per_month=-1.234e14, usd_per_mtok=9.87e14, saving_usd_per_month=1.234e14
        )
    results["recommended_today"]["held_back"] = dict.fromkeys(ALL_LEVERS, long)
    results["left_out"] = {"self_hosted": long, "hybrid": long}


def _crowd_roadmap(roadmap: Payload, long: str) -> None:
    for phase in roadmap["phases"]:
        phase["title"] = long
        phase["actions"] = [sample_action(long, 1.234e14, long, long, long, long)] * 12
    left_out = {"key": "x", "kind": "does_not_pay", "title": long, "reason": long}
    roadmap["not_proposed"] = [left_out] * 12
