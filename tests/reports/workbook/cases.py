"""Cases that between them use everything a scenario can say, and answers of every kind."""

from copy import deepcopy
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import yaml

from assessments.framework import load_framework
from assessments.roadmap import effort_days
from assessments.roadmap.projection import Answers
from assessments.scoring import AnswerState, AnswerValue, CheckValue, score
from costing.catalog.documents import read_document
from costing.engine import curve_picture, estimate, estimate_document, parse_scenario, read_estimate
from reports.documents.assess_file import parse_assess_file
from reports.snapshots import freezing
from reports.snapshots.freezing import Case, Economics, freeze

GOLDEN = Path(__file__).parents[2] / "golden"
FRAMEWORK = load_framework("1")
Document = dict[str, Any]

A: Document = yaml.safe_load((GOLDEN / "scenario_a.yaml").read_text(encoding="utf-8"))
TIERS = [
    {"above_input_tokens": 1000, "input_usd_per_mtok": 4, "output_usd_per_mtok": 18},
    {"above_input_tokens": 3000, "input_usd_per_mtok": 6, "cache_read_usd_per_mtok": 0.6},
    {"above_input_tokens": 200_000, "input_usd_per_mtok": 9},
]
PROFILE = [0.0 if hour % 24 < 6 else 1 + (hour * 7) % 11 + hour // 24 for hour in range(168)]


def changed(**sections: Any) -> Document:
    """Scenario A with figures of sections replaced; None takes a figure or a section out."""
    document = deepcopy(A)
    for name, values in sections.items():
        if isinstance(values, dict):
            document[name] = {**document.get(name, {}), **values}
        elif values is None:
            document.pop(name)
        else:
            document[name] = values
    return document


OPEN = {"input_usd_per_mtok": 0.6, "output_usd_per_mtok": 0.9, "cache_read_usd_per_mtok": 0.2}
RUNS = [
    {"concurrency": n, "input_tokens": i, "output_tokens": o, "ttft_ms": first, "tpot_ms": more}
    for i, o, n, first, more in (
        *((1000, 200, 1, 60, 8), (1000, 200, 8, 150, 10), (1000, 200, 64, 700, 22)),
        *((4000, 400, 1, 160, 9), (4000, 400, 12, 620, 12), (4000, 400, 64, 480, 21)),
        (4000, 400, 128, 6000, 50),
    )
]
UNITS = {
    "usd_per_unit_hour": 0.35,
    "tokens_per_minute_per_unit": 13_000,
    "output_token_weight": 2,
    "min_units": 5,
    "unit_step": 5,
    "months": 12,
}
SCENARIOS: dict[str, Document] = {
    "golden": A,
    "tiers and batch": changed(
        workload={
            "batch_ratio": 0.4,
            "distinct_prefixes": 900,
            "turns_per_conversation": 4,
            "turn_gap_seconds": 900,
        },
        premium_model={
            "tiers": TIERS,
            "batch_discount_ratio": 0.5,
            "cache_write_1h_usd_per_mtok": 6,
        },
        small_model={
            "batch_discount_ratio": 0.25,
            "cache_mode": "automatic",
            "cache_capture_ratio": 0.9,
        },
        open_model={
            **OPEN,
            "cache_mode": "stored",
            "cache_storage_usd_per_mtok_hour": 0.5,
        },
        current_levers=["prompt_caching"],
    ),
    "agents, measured hits": changed(
        workload={
            "requests_per_month": 41_000,
            "agent_branching": 2.5,
            "agent_depth": 3,
            "prefix_hit_ratio": 0.62,
        },
        current_levers=["prompt_caching", "routing"],
    ),
    "a cache that runs and loses": changed(
        workload={"prefix_hit_ratio": 0.05}, current_levers=["prompt_caching", "routing"]
    ),
    "owned, scheduled": changed(
        workload={"requests_per_month": 9_400_000, "active_hours_per_day": 7.5},
        pool={
            "usd_per_instance_hour": None,
            "hardware_usd_per_instance": 31_000,
            "amortization_months": 48,
            "power_kw_per_instance": 5.6,
            "pue_ratio": 1.4,
            "electricity_usd_per_kwh": 0.17,
            "scaling": "scheduled",
            "spare_replicas": 1,
            "cold_start_minutes": 12,
        },
    ),
    "autoscaled by a profile": changed(
        workload={"requests_per_month": 12_000_000, "hourly_profile": PROFILE},
        pool={
            "scaling": "autoscaled",
            "min_replicas": 0,
            "instances_per_replica": 2,
            "cold_start_minutes": 7,
            "interruption_overhead_ratio": 0.08,
            "prefix_hit_ratio": 0.5,
            "reserved_usd_per_instance_hour": 7,
            "spot_usd_per_instance_hour": 5,
            "spot_ratio": 0.4,
            "regions": 2,
            "egress_usd_per_month": 120,
            "evaluation_usd_per_month": 80,
        },
        current_levers=["self_hosting"],
    ),
    "prices that move": changed(
        outlook={
            "api_price_change_per_year_ratio": -0.3,
            "gpu_price_change_per_year_ratio": -0.1,
            "gpu_contract_months": 12,
            "refresh_months": 18,
            "refresh_usd": 9000,
            "discount_ratio_per_year": 0.08,
        },
        usd_per_day=800,
    ),
    "owned, prices that move": changed(
        workload={"requests_per_month": 9_400_000},
        pool={
            "usd_per_instance_hour": None,
            "hardware_usd_per_instance": 31_000,
            "power_kw_per_instance": 5.6,
            "electricity_usd_per_kwh": 0.17,
        },
        premium_model={"provisioned": UNITS},
        small_model={"provisioned": {**UNITS, "units": 5}},
        commitment={"committed_usd_per_month": 8000, "commitment_discount_ratio": 0.1},
        outlook={
            "gpu_price_change_per_year_ratio": -0.2,
            "api_price_change_per_year_ratio": -0.3,
            "api_contract_months": 6,
        },
        current_levers=["prompt_caching"],
    ),
    "calls that wait, in bursts": changed(
        workload={
            "requests_per_month": 9_400_000,
            "hourly_profile": PROFILE,
            "batch_ratio": 0.7,
            "calls_per_burst": 6,
        },
        pool={"deferral_hours": 20, "max_utilization_ratio": 0.15},
        premium_model={"cache_write_1h_usd_per_mtok": 6},
        current_levers=["prompt_caching"],
    ),
    "calls that wait for office hours": changed(
        workload={"requests_per_month": 9_400_000, "batch_ratio": 0.9, "calls_per_burst": 1.5},
        pool={
            "deferral_hours": 8760,
            "scaling": "scheduled",
            "cold_start_minutes": 12,
            "max_utilization_ratio": 0.15,
        },
        small_model={"cache_mode": "stored", "cache_storage_usd_per_mtok_hour": 0.5},
    ),
    "calls that wait within the hour": changed(
        workload={"hourly_profile": PROFILE, "batch_ratio": 0.4},
        pool={
            "deferral_hours": 4,
            "scaling": "autoscaled",
            "reserved_usd_per_instance_hour": 7,
            "max_utilization_ratio": 0.15,
        },
    ),
    "no pool": changed(pool=None, pairs=None, current_levers=["semantic_caching"]),
    "no routing": changed(routing=None, small_model=None, pairs=None),
    "no cache on either model": changed(
        premium_model={"cache_read_usd_per_mtok": None},
        small_model={"min_cacheable_tokens": 4096},
        semantic_cache=None,
        pairs=None,
    ),
    "a cache that does not pay": changed(
        workload={
            "requests_per_month": 900,
            "distinct_prefixes": 300,
            "active_days_per_week": 6.5,
            "active_hours_per_day": 18,
        },
        pool={"spare_replicas": 2, "min_replicas": 2},
    ),
    "nothing asked": changed(workload={"requests_per_month": 0}),
    "only what is required": {
        "workload": {
            "requests_per_month": 3_000_000,
            "input_tokens_per_call": 2600,
            "output_tokens_per_call": 300,
        },
        "premium_model": {
            "input_usd_per_mtok": 3,
            "output_usd_per_mtok": 15,
            "cache_read_usd_per_mtok": 0.3,
        },
        "small_model": {"input_usd_per_mtok": 0.15, "output_usd_per_mtok": 0.6},
        "routing": {"simple_ratio": 0.5},
        "semantic_cache": {"hit_ratio": 0.1},
        "pool": {
            "usd_per_instance_hour": 12,
            "prefill_tokens_per_second": 30_000,
            "decode_tokens_per_second": 2500,
        },
    },
    "a token is not a token": changed(
        workload={"image_tokens_per_call": 300, "audio_tokens_per_call": 200},
        premium_model={
            "tiers": TIERS,
            "input_token_ratio": 1.1,
            "reasoning_tokens_per_call": 400,
            "image_input_usd_per_mtok": 5,
            "rework_ratio": 0.01,
            "usd_per_rework": 0.02,
        },
        small_model={
            "output_token_ratio": 1.3,
            "audio_input_usd_per_mtok": 0.9,
            "rework_ratio": 0.04,
            "usd_per_rework": 0.02,
        },
        semantic_cache={"false_hit_ratio": 0.02, "usd_per_false_hit": 0.05},
        pool={
            "input_token_ratio": 1.2,
            "output_token_ratio": 0.9,
            "reasoning_tokens_per_call": 150,
            "prefix_hit_ratio": 0.4,
            "rework_ratio": 0.03,
            "usd_per_rework": 0.02,
            "prefill_tokens_per_second": None,
            "decode_tokens_per_second": None,
            "points": RUNS,
            "goodput_ratio": 0.9,
        },
        open_model=OPEN,
        latency={"ttft_ms": 900, "tpot_ms": 15},
        current_levers=["prompt_caching", "semantic_caching"],
    ),
    "a prefix and no other option": changed(
        workload=dict.fromkeys(
            ("distinct_prefixes", "active_hours_per_day", "active_days_per_week")
        ),
        premium_model=dict.fromkeys(("cache_ttl_seconds", "min_cacheable_tokens")),
        small_model=dict.fromkeys(("cache_ttl_seconds", "min_cacheable_tokens")),
        pool=dict.fromkeys(("max_utilization_ratio", "min_replicas", "pue_ratio", "scaling")),
    ),
}

EVERYTHING = changed(
    workload={"calls_per_burst": 2},
    premium_model={"provisioned": UNITS, "cache_write_1h_usd_per_mtok": 6},
    small_model={"provisioned": UNITS},
    open_model={**OPEN, "cache_mode": "stored"},
)
"""What the sheets over volume and time follow only where it was delivered."""


def levels(*values: int | None) -> dict[str, AnswerValue]:
    """Claimed levels in the framework's order; None leaves a question open."""
    keys = [dimension.key for dimension in FRAMEWORK.dimensions]
    return {
        key: AnswerValue(state=AnswerState.ANSWERED, level=value)
        for key, value in zip(keys, values, strict=True)
        if value is not None
    }


def checks(letters: str) -> dict[str, AnswerValue]:
    """Answers in the framework's order: y, p, n, u(nknown), a (not applicable), - (open)."""
    found = {}
    values = {"y": CheckValue.YES, "p": CheckValue.PARTIAL, "n": CheckValue.NO}
    for check, letter in zip(FRAMEWORK.checks, letters, strict=True):
        if letter in values:
            found[check.key] = AnswerValue(state=AnswerState.ANSWERED, value=values[letter])
        elif letter == "u":
            found[check.key] = AnswerValue(state=AnswerState.UNKNOWN)
        elif letter == "a":
            found[check.key] = AnswerValue(
                state=AnswerState.NOT_APPLICABLE, reason="other", comment="Elsewhere."
            )
    return found


ANSWERS: dict[str, dict[str, AnswerValue]] = {
    "golden": levels(1, 3, 2, 2, 3) | checks("ypnynpuypnaa"),
    "tiers and batch": levels(5, 5, 5, 5, 5) | checks("yyyyyyyyyyyy"),
    "agents, measured hits": levels(None, 3, None, 4, None) | checks("-p--y---uy--"),
    "a cache that runs and loses": levels(3, 3, 3, 3, 3) | checks("yyyyyyyyyyyy"),
    "owned, scheduled": checks("uuuuuuuuuuuu"),
    "autoscaled by a profile": levels(2, 3, 4, 3, 2) | checks("aaaaaaaaaaaa"),
    "prices that move": {},
    "owned, prices that move": {},
    "calls that wait, in bursts": {},
    "calls that wait for office hours": {},
    "calls that wait within the hour": {},
    "no pool": levels(1, 1, 1, 1, 1) | checks("nnnnnnnnnnnn"),
    "no routing": levels(4, 2, 5, 1, 3) | checks("yppnyauy-pyn"),
    "no cache on either model": levels(3, 3, 3, 3, 3),
    "a cache that does not pay": checks("pppppppppppp"),
    "nothing asked": {},
    "only what is required": {},
    "a token is not a token": {},
    "a prefix and no other option": {},
}


def scored(name: str) -> Any:
    """The scores of a case's answers."""
    return score(FRAMEWORK, ANSWERS[name])


def result_of(name: str) -> Document:
    """What the engine says of a case, at its maturity.

    Where work has a price, with the days of the demo's workbook, over which the case is typed.
    """
    answers = parse_assess_file(read_document("reports/demo/demo.yaml"), FRAMEWORK).answers
    return _result(SCENARIOS[name], name, answers)


def _result(document: Document, name: str, answers: Answers | None = None) -> Document:
    scores = {
        key: None if item.score is None else float(item.score)
        for key, item in scored(name).dimensions.items()
    }
    scenario, framework = parse_scenario({**document, "maturity": scores}), load_framework()
    days = effort_days(framework, ANSWERS[name] if answers is None else answers)
    return estimate_document(estimate(scenario, framework.requirements, effort_days=days))


def payload_of(name: str) -> Document:
    """The frozen payload of a case."""
    return _payload(SCENARIOS[name], name)


def everything_payload() -> Document:
    """The frozen payload of a scenario with all that is sold."""
    return _payload(EVERYTHING, "golden")


def shares_payload() -> Document:
    """The frozen payload of applications by share and by own figures, one pool, one commitment."""
    own = {"requests_per_month": 600_000, "input_tokens_per_call": 900}
    document = changed(
        workload={"batch_ratio": 0.3},
        pool={"scaling": "autoscaled", "cold_start_minutes": 9, "deferral_hours": 12},
        open_model=OPEN,
        commitment={"committed_usd_per_month": 9000, "commitment_discount_ratio": 0.2},
    )
    document["applications"] = [
        {"key": "a", "share": 0.3, "routing": {"simple_ratio": 0.2, "escalation_ratio": 0.1}},
        {"key": "b", "title": "B", "share": 0.5, "premium_model": {**OPEN, "tiers": TIERS}},
        {
            "key": "c",
            "workload": {**own, "output_tokens_per_call": 100, "hourly_profile": PROFILE},
            "levers_allowed": ["routing", "self_hosting"],
        },
    ]
    return _payload(document, "golden")


def several_units_payload() -> Document:
    """The frozen payload of applications that share units of three models, or have their own.

    One has a model with units of its own, one makes no calls, one may not be hosted; prices move.
    """
    document = changed(
        premium_model={"provisioned": {**UNITS, "usd_per_unit_hour": 0.5}},
        small_model={"provisioned": {**UNITS, "units": 10, "usd_per_unit_hour": 0.05}},
        open_model={**OPEN, "provisioned": {**UNITS, "usd_per_unit_hour": 0.04, "min_units": 0}},
        commitment={"committed_usd_per_month": 9000, "commitment_discount_ratio": 0.2},
        pool={"usd_per_instance_hour": 3.5},
        outlook={"api_price_change_per_year_ratio": -0.3, "gpu_price_change_per_year_ratio": -0.2},
        current_levers=["prompt_caching", "routing"],
    )
    own = {"input_tokens_per_call": 900, "output_tokens_per_call": 100}
    bought = {**UNITS, "usd_per_unit_hour": 0.06, "unit_step": 1, "months": 20}
    document["applications"] = [
        {"key": "a", "share": 0.3, "routing": {"simple_ratio": 0.2, "escalation_ratio": 0.1}},
        {"key": "b", "title": "B", "share": 0.4},
        {
            "key": "c",
            "workload": {**own, "requests_per_month": 900_000, "hourly_profile": PROFILE},
            "levers_allowed": ["prompt_caching", "routing", "semantic_caching"],
        },
        {"key": "none", "workload": {**own, "requests_per_month": 0}},
        {
            "key": "apart",
            "share": 0.1,
            "premium_model": {**OPEN, "output_usd_per_mtok": 4, "provisioned": bought},
        },
    ]
    document["workload"]["requests_per_month"] = 4_500_000
    return _payload(document, "golden")


def _payload(document: Document, name: str) -> Document:
    """The frozen payload of a scenario with the answers of a case."""
    result = _result(document, name)
    scenario = parse_scenario(document)
    is_drawn = not result["left_out"]
    pictures = (curve_picture(scenario, "prompt_caching", "self_hosted"),) if is_drawn else ()
    economics = Economics(
        scenario=document,
        results=read_estimate(result),
        anti_patterns=(),
        pictures=pictures,
        price_book=None,
    )
    return freeze(_case(name), economics).document()


def blank_payload() -> Document:
    """Nobody's case: nothing answered and nothing costed."""
    return freezing.blank_payload(FRAMEWORK, date(2026, 11, 1)).document()


def _case(name: str) -> Case:
    return Case(
        organization="Fictional Advisory",
        client="Fictional Client",
        title="Review",
        as_of=date(2026, 11, 1),
        framework=FRAMEWORK,
        answers=ANSWERS[name],
    )


OWN_WEIGHTS = {
    "hosting": Decimal("0.1"),
    "routing": Decimal("0.2"),
    "caching": Decimal("0.4"),
    "integrity": Decimal(0),
    "finops": Decimal("0.3"),
}
