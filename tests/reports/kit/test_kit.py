"""What a kit holds: the case's own figures, and no file that the case does not call for."""

import json
import re
from collections.abc import Callable
from copy import deepcopy
from dataclasses import asdict, replace
from io import BytesIO
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest
import yaml
from django.conf import settings

from assessments.roadmap import ActionStatus
from costing.engine import LEVERS
from reports.documents.kit.archive import kit_bytes, kit_files
from reports.documents.kit.case import KitCase
from reports.documents.kit.figures import figures_of
from reports.documents.kit.readme import PURPOSES
from reports.snapshots.payload import Payload
from tests.reports.kit.cases import ALL, SHA, document, hosted, kit, payload, payload_of

TELEMETRY = ["telemetry/token-log.schema.json", "telemetry/example-span.json"]
GATEWAY = ["gateway/config.yaml", "gateway/env.example"]
EVALS = ["evals/test_evals.py", "evals/samples.jsonl", "evals/thresholds.json"]
SERVING = ["serving/serve.sh", "serving/workload.yaml"]
SCALING = ["serving/scaling.yaml"]
ALERTS = ["alerts/rules.yaml"]
COMMON = ["README.md", *TELEMETRY, *GATEWAY, *EVALS, *ALERTS]
FILES = {
    "demo": COMMON,
    "hosted": COMMON + SERVING,
    "scheduled": COMMON + SERVING + SCALING,
    "autoscaled": COMMON + SERVING + SCALING,
    "several-instances": COMMON + SERVING,
    "switched-off": COMMON,
    "no-cache": COMMON,
    "stated-prices": COMMON,
    "all-in-place": ["README.md", *GATEWAY],  # every practice is there, but no lever runs yet
    "hostile": COMMON,
    "blank": COMMON + SERVING,
}


def config(case: str) -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load(kit(case)["gateway/config.yaml"])
    return found


def models(case: str) -> dict[str, dict[str, Any]]:
    return {each["model_name"]: each["litellm_params"] for each in config(case)["model_list"]}


def rules(case: str) -> dict[str, str]:
    groups = yaml.safe_load(kit(case)["alerts/rules.yaml"])["groups"]
    return {rule["alert"]: rule["expr"] for group in groups for rule in group["rules"]}


def thresholds(case: str) -> dict[str, str]:
    return {name: expr.split()[-1] for name, expr in rules(case).items()}


@pytest.mark.parametrize("case", ALL)
def test_kit_has_the_files_that_its_case_calls_for(case: str) -> None:
    assert sorted(kit(case)) == sorted(FILES[case])


def test_kit_of_one_payload_is_the_same_file() -> None:
    one, two = (kit_bytes(payload_of(document()), SHA) for _ in range(2))

    assert one == two
    with ZipFile(BytesIO(one)) as archive:
        assert archive.testzip() is None
        assert archive.namelist()[0] == "starter-kit/README.md"
        assert {each.date_time for each in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}


def test_command_of_the_pool_may_be_run_where_it_is_unpacked() -> None:
    with ZipFile(BytesIO(kit_bytes(payload("hosted"), SHA))) as archive:
        modes = {each.filename: each.external_attr >> 16 & 0o777 for each in archive.infolist()}

    assert modes["starter-kit/serving/serve.sh"] == 0o755
    assert modes["starter-kit/README.md"] == 0o644


def test_gateway_of_the_demo_has_its_models_routing_and_budget() -> None:
    settings = config("demo")["litellm_settings"]

    assert models("demo")["premium"]["model"] == "anthropic/claude-sonnet-4-5"
    assert models("demo")["small"]["model"] == "openai/gpt-4o-mini"
    assert models("demo")["assistant"]["complexity_router_config"]["tiers"]["SIMPLE"] == "small"
    assert config("demo")["router_settings"]["fallbacks"] == [{"small": ["premium"]}]
    # 44,550 USD a month of tokens, growing by 6 % over 90 days of 30.4167: 1.06^2.9589 = 1.18817
    assert settings["upperbound_key_generate_params"]["max_budget"] == pytest.approx(52932.9, abs=1)
    assert settings["max_budget"] == pytest.approx(105865.7, abs=1)
    # 3,000,000 calls × 1.18817 × 2 (peak) / (50 active hours a week × 4.345238 weeks) / 60
    assert settings["upperbound_key_generate_params"]["rpm_limit"] == 547
    assert settings["cache_params"]["mode"] == "default_off"


def test_alerts_of_the_demo_have_its_thresholds() -> None:
    assert thresholds("demo") == {
        "SpendPerHourHigh": "487.2723",  # 52,932.86 × 2 / 217.2619 active hours a month
        "KeyLoops": "8205",  # 547 × 15
        "ErrorRatioHigh": "0.01)",
        "PromptCacheHitRatioLow": "0.375",  # half of all hits × 2,400 of 3,200 tokens
        "SemanticCacheHitRatioLow": "0.06",  # half of 0.12
        "SimpleCallRatioLow": "0.22",  # half of 0.45 / (1 + 0.45 × 0.05)
    }
    assert json.loads(kit("demo")["evals/thresholds.json"]) == {"pass_ratio": 0.95}  # 1 − 0.05


def test_a_prompt_cache_that_must_hit_more_often_to_pay_alarms_above_that() -> None:
    changed = document()
    changed["scenario"]["workload"]["prefix_hit_ratio"] = 0.3
    case = KitCase(payload_of(changed))

    # half of 0.3 would be 0.15; caching pays above 0.2174 and is on 2,400 of 3,200 tokens
    assert figures_of(case).cached_input_ratio == pytest.approx(0.2174 * 0.75, abs=1e-3)


@pytest.mark.parametrize("given", [document, hosted])
def test_applications_that_are_alike_have_the_figures_of_the_one_that_they_make(
    given: Callable[[], dict[str, Any]],
) -> None:
    alone = deepcopy(given())
    alone["scenario"]["workload"]["prefix_hit_ratio"] = 0.8  # else each meets its own prefixes
    shared = deepcopy(alone)
    halves = [{"key": "a", "share": 0.5}, {"key": "b", "share": 0.5}]
    shared["scenario"]["applications"] = halves

    one, two = (asdict(figures_of(KitCase(payload_of(each)))) for each in (alone, shared))

    assert one["calls_per_minute"]
    assert one["usd_per_hour"]
    assert two == pytest.approx(one)


def test_lever_to_be_switched_off_is_not_in_the_kit() -> None:
    case = payload("switched-off")

    assert "routing" in KitCase(case).payload.results.scenario.current_levers  # type: ignore[union-attr]
    assert "routing" not in KitCase(case).levers
    assert set(models("switched-off")) == {"premium", "embedding"}
    assert config("switched-off")["router_settings"]["model_group_alias"] == {
        "assistant": "premium"
    }
    assert "SimpleCallRatioLow" not in rules("switched-off")


def test_action_that_switches_a_lever_off_takes_nothing_from_the_kit() -> None:
    files = kit("routing_to_switch_off")

    assert list(files) == ["README.md"]
    assert "Nothing to run: this kit is made without routing." in files["README.md"]


def test_cache_that_is_not_described_is_not_in_the_kit() -> None:
    assert "cache_params" not in config("no-cache")["litellm_settings"]
    assert "embedding" not in models("no-cache")
    assert "SemanticCacheHitRatioLow" not in rules("no-cache")
    assert "REDIS" not in kit("no-cache")["gateway/env.example"]


def test_prices_that_were_stated_are_those_that_the_gateway_counts_by() -> None:
    premium = models("stated-prices")["premium"]

    assert premium["model"] == "REPLACE_ME_PREMIUM_MODEL"
    assert premium["input_cost_per_token"] == 3e-06
    assert premium["cache_creation_input_token_cost"] == 6e-06
    assert premium["cache_control_injection_points"][0]["control"]["ttl"] == "1h"


def test_pool_that_is_always_on_has_the_replicas_of_its_peak() -> None:
    workload, service = yaml.safe_load_all(kit("hosted")["serving/workload.yaml"])

    assert workload["spec"]["replicas"] == figures_of(KitCase(payload("hosted"))).peak_replicas >= 3
    assert service["spec"]["selector"] == workload["spec"]["selector"]["matchLabels"]
    assert config("hosted")["router_settings"]["model_group_alias"] == {"assistant": "pool"}
    assert "PoolIdles" in rules("hosted")


def test_pool_of_office_hours_starts_before_them_by_its_cold_start() -> None:
    spec = yaml.safe_load(kit("scheduled")["serving/scaling.yaml"])["spec"]

    (trigger,) = (each["metadata"] for each in spec["triggers"])
    assert (trigger["start"], trigger["end"]) == ("50 8 * * 1,2,3,4,5", "0 19 * * 1,2,3,4,5")
    assert int(trigger["desiredReplicas"]) == spec["maxReplicaCount"]
    workload = next(yaml.safe_load_all(kit("scheduled")["serving/workload.yaml"]))
    assert "replicas" not in workload["spec"]


def test_pool_that_follows_the_traffic_has_as_many_replicas_as_its_calls_fill() -> None:
    spec = yaml.safe_load(kit("autoscaled")["serving/scaling.yaml"])["spec"]

    metadata = spec["triggers"][0]["metadata"]
    # 3,200 / 30,000 + 350 / 2,500 = 0.246667 s a call, filled to 0.7: 2.837838 calls a second
    assert float(metadata["threshold"]) == pytest.approx(2.837838, abs=1e-6)
    assert metadata["query"].endswith("+ 2.837837838")  # the spare one
    assert spec["minReplicaCount"] == 0


def test_replica_of_two_instances_is_a_leader_with_a_worker() -> None:
    workload = next(yaml.safe_load_all(kit("several-instances")["serving/workload.yaml"]))

    assert workload["kind"] == "LeaderWorkerSet"
    assert workload["spec"]["leaderWorkerTemplate"]["size"] == 2
    for text in (kit("several-instances")["serving/serve.sh"], json.dumps(workload)):
        assert "--pipeline-parallel-size 2" in text
        assert "--enable-prefix-caching" in text


def test_round_the_clock_profile_has_no_schedule_and_a_broken_one_has_each_stretch() -> None:
    always = hosted(scaling="scheduled")
    always["scenario"]["workload"] |= {"active_hours_per_day": 24, "active_days_per_week": 7}
    night = hosted(scaling="scheduled")
    # Sunday 22:00 to Monday 02:00, over the end of the week
    night["scenario"]["workload"]["hourly_profile"] = [1, 1] + [0] * 164 + [1, 1]
    for key in ("active_hours_per_day", "active_days_per_week"):
        night["scenario"]["workload"].pop(key)

    assert "serving/scaling.yaml" not in kit_files(payload_of(always), SHA)
    files = kit_files(payload_of(night), SHA)
    (trigger,) = yaml.safe_load(files["serving/scaling.yaml"])["spec"]["triggers"]
    assert (trigger["metadata"]["start"], trigger["metadata"]["end"]) == ("0 22 * * 0", "0 2 * * 1")


def with_status(frozen: Payload, status: ActionStatus) -> Payload:
    """The payload with every action of its roadmap in that status."""
    roadmap = deepcopy(frozen.roadmap)
    assert roadmap is not None
    phases = tuple(
        replace(phase, actions=tuple(replace(each, status=status) for each in phase.actions))
        for phase in roadmap.phases
    )
    return frozen.model_copy(update={"roadmap": replace(roadmap, phases=phases)})


@pytest.mark.parametrize("status", [ActionStatus.DONE, ActionStatus.DROPPED])
def test_kit_of_a_roadmap_that_is_over_has_nothing_to_run(status: ActionStatus) -> None:
    files = kit_files(with_status(payload("demo"), status), SHA)

    assert list(files) == ["README.md"]
    assert "there is nothing to run" in files["README.md"]


def test_kit_without_economics_has_placeholders_and_no_pool() -> None:
    bare = payload("hosted").model_copy(
        update={"results": None, "scenario": None, "price_book": None}
    )

    files = kit_files(bare, SHA)

    assert not any(name.startswith("serving/") for name in files)
    assert "max_budget: REPLACE_ME_BUDGET_USD" in files["gateway/config.yaml"]


def test_blank_kit_shows_every_lever_and_no_figure() -> None:
    blank = KitCase(payload("blank"))

    assert blank.levers == LEVERS
    assert "REPLACE_ME_BUDGET_USD" in kit("blank")["gateway/config.yaml"]
    assert "## Figures" not in kit("blank")["README.md"]


def test_readme_sets_each_part_up_once_in_the_order_of_the_roadmap() -> None:
    readme = kit("demo")["README.md"]

    steps = [line[4:] for line in readme.splitlines() if line.startswith("### ")]
    roadmap = payload("demo").roadmap
    assert roadmap is not None
    planned = [action.title for phase in roadmap.phases for action in phase.actions]
    assert steps == [f"{step}. {title}" for step, title in enumerate(planned, start=1)]
    assert readme.count("litellm --config gateway/config.yaml") == 1
    gateway = readme.index("litellm --config")
    assert readme.index("Deploy one gateway\n") < gateway < readme.index("Send simple queries")


def test_readme_names_what_its_commands_need_and_no_more() -> None:
    needed = {
        name: kit(name)["README.md"]
        .partition("## What it needs\n")[2]
        .partition("##")[0]
        .split("\n- ")
        for name in ("demo", "hosted", "all-in-place")
    }

    assert any("litellm[proxy]" in each for each in needed["demo"])
    assert [any("kubectl" in each for each in tools) for tools in needed.values()] == [
        False,
        True,
        False,
    ]
    assert len(needed["all-in-place"]) == 2  # an empty line, and the gateway's


def test_evals_that_come_before_the_gateway_are_told_to_ask_another_address() -> None:
    steps = kit("demo")["README.md"].split("\n### ")
    evals, gateway = (
        next(step for step in steps if command in step)
        for command in ("pytest evals\n", "litellm --config")
    )

    assert steps.index(evals) < steps.index(gateway)
    assert f"Before the gateway of step {gateway.partition('.')[0]} runs, name any" in evals
    assert "Before the gateway of" not in kit("blank")["README.md"]


def test_kit_of_a_draft_says_so() -> None:
    draft = payload("demo").model_copy(update={"is_approved": False})

    assert "Draft: the assessment is not approved" in kit_files(draft, SHA)["README.md"]
    assert "Draft" not in kit("demo")["README.md"]


def test_docs_name_every_file_of_the_kit() -> None:
    docs = Path(settings.BASE_DIR, "docs", "starter-kit.md").read_text(encoding="utf-8")

    assert [name for name in PURPOSES if name.rpartition("/")[2] not in docs] == []
    assert {name for case in ALL for name in kit(case)} == {"README.md", *PURPOSES}


@pytest.mark.parametrize(
    ("name", "said"),
    [
        (
            "billion_requests",
            "What is recommended today pays from 25.6 k requests a month on; today it is 1 bn.",
        ),
        ("routing_to_switch_off", "What is recommended today pays at every volume."),
        ("three_parts", "All that is recommended pays from 74 k requests a month on."),
    ],
)
def test_readme_says_at_which_volumes_what_is_recommended_pays(name: str, said: str) -> None:
    head = kit(name)["README.md"].partition("## What to run")[0]

    assert said in head.replace("\N{NO-BREAK SPACE}", " ")


def test_readme_writes_money_as_other_documents_do() -> None:
    readme = kit("three_parts")["README.md"]

    assert "· $19,474 a month" in readme
    assert not re.search(r"\d USD", readme)
