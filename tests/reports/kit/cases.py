"""Assessments whose kits the tests open: the demo's file, changed where a case needs it."""

from copy import deepcopy
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from django.conf import settings

from assessments.framework import load_framework
from reports.documents.assess_command import assess
from reports.documents.assess_file import parse_assess_file
from reports.documents.kit.archive import kit_files
from reports.snapshots.freezing import blank_payload
from reports.snapshots.payload import Payload
from tests import run_folder
from tests.cases.loading import frozen

SHA = "ab" * 32
HOSTILE = "x\"; $(touch /tmp/owned) `id` {{ 7|add:7 }} '#: &a *b\n---\n}) or vector(1) <script>é😀"
# A pool that pays: cheap, and asked for by enough calls.
POOL = {"usd_per_instance_hour": 2.0, "engineering_hours_per_month": 0, "platform_usd_per_month": 0}
ALL_YES = {
    "token_logging": "yes", "cost_attribution": "yes", "gateway": "yes", "eval_suite": "yes",
    "continuous_evals": "yes", "anomaly_control": "yes", "prefix_caching": "yes", "triage": "yes",
    "semantic_cache": "yes",
}  # fmt: skip


def document() -> dict[str, Any]:
    text = Path(settings.BASE_DIR, "reports", "demo", "demo.yaml").read_text(encoding="utf-8")
    found: dict[str, Any] = yaml.safe_load(text)
    return found


def payload_of(given: dict[str, Any]) -> Payload:
    framework = load_framework()
    return assess(parse_assess_file(given, framework), framework)


def without(*sections: str) -> dict[str, Any]:
    changed = deepcopy(document())
    for section in sections:
        changed["scenario"].pop(section)
    ranges = changed["scenario"]["ranges"]
    changed["scenario"]["ranges"] = {
        path: each for path, each in ranges.items() if path.partition(".")[0] not in sections
    }
    return changed


def hosted(**pool: Any) -> dict[str, Any]:
    """The demo without routing and with a pool that pays; its actions are asked for."""
    changed = without("small_model", "routing")
    changed["scenario"]["pool"] |= POOL | pool
    changed["scenario"]["ranges"].pop("pool.usd_per_instance_hour")
    for key in ("private_serving", "elastic_capacity", "committed_pricing"):
        changed["checks"][key] = "no"
    return changed


def switched_off() -> dict[str, Any]:
    """Routing runs and costs more than it brings."""
    changed = deepcopy(document())
    changed["scenario"]["current_levers"] = ["prompt_caching", "routing"]
    changed["scenario"]["routing"]["platform_usd_per_month"] = 50_000
    return changed


def hostile() -> dict[str, Any]:
    return document() | {"client": HOSTILE, "organization": HOSTILE, "title": HOSTILE}


def stated_prices() -> dict[str, Any]:
    changed = without("small_model", "routing", "pool")
    changed["scenario"]["premium_model"] = {
        "input_usd_per_mtok": 3.0, "output_usd_per_mtok": 15.0, "cache_read_usd_per_mtok": 0.3,
        "cache_write_usd_per_mtok": 6.0, "cache_ttl_seconds": 3600,
    }  # fmt: skip
    return changed


def all_in_place() -> dict[str, Any]:
    changed = document()
    changed["checks"] |= ALL_YES
    return changed


CASES = {
    "demo": document,
    "hosted": hosted,
    "scheduled": lambda: hosted(scaling="scheduled", cold_start_minutes=10),
    "autoscaled": lambda: hosted(scaling="autoscaled", min_replicas=0, spare_replicas=1),
    "several-instances": lambda: hosted(instances_per_replica=2, prefix_hit_ratio=0.5),
    "switched-off": switched_off,
    "no-cache": lambda: without("semantic_cache"),
    "stated-prices": stated_prices,
    "all-in-place": all_in_place,
    "hostile": hostile,
}
ALL = (*CASES, "blank")
# Of the corpus those whose kits differ most.
CORPUS = (
    "all_levers_to_switch_off", "billion_requests", "hosting_cheapest_not_ready",
    "hosting_cheapest_rented", "names_right_to_left", "no_economics", "no_request",
    "nothing_answered", "one_request", "owned_idle", "routing_to_switch_off", "second_framework",
    "sixty_actions", "three_parts",
)  # fmt: skip
EVERY = (*ALL, *CORPUS)


@cache
def payload(name: str) -> Payload:
    if name == "blank":
        return blank_payload(load_framework(), date(2026, 11, 1))
    if name in CORPUS:
        return frozen(name).payload
    return run_folder.once(f"kit-{name}", lambda: payload_of(CASES[name]()))


@cache
def kit(name: str) -> dict[str, str]:
    """The files of a case's kit by path."""
    return kit_files(payload(name), SHA)
