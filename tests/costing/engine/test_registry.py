"""Every input is declared once, completely, and all that is made from it agrees."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from jsonschema import Draft202012Validator

from assessments.framework import load_framework
from costing.engine import (
    estimate,
    estimate_document,
    estimate_schema,
    parse_scenario,
    read_estimate,
)
from costing.engine.inputs import (
    all_inputs,
    figure_at,
    input_at,
    json_schema,
    scenario_document,
    sections,
)
from costing.engine.inputs.fields import STORED
from costing.engine.inputs.scenario import Scenario
from tests.costing.engine.scenarios import scenarios
from tests.golden import golden

ROOT = Path(__file__).parents[3]
SCHEMA = ROOT / "docs" / "scenario.schema.json"
GOLDEN = ("scenario_a", "scenario_b", "deepseek_day", "idle_gpu", "pan_wang_gpt_5")
NUMBERS = [item for item in all_inputs() if item.number]
RANGES = {
    "routing.simple_ratio": {"low": 0.2, "high": 0.7},
    "pool.min_replicas": {"low": 1, "high": 2},
}


def test_every_number_has_label_unit_and_bounds() -> None:
    incomplete = [item.path for item in NUMBERS if not (item.label and item.unit)]

    assert incomplete == []
    assert all(item.number and item.number.low < item.number.high for item in NUMBERS)


def test_every_input_has_a_label_and_a_place() -> None:
    places = {item.section for item in all_inputs() if "*" not in item.path}

    assert all(item.label for item in all_inputs())
    assert places == {"", *sections()}


def test_defaults_are_values_that_are_accepted() -> None:
    refused = [
        item.path for item in NUMBERS if item.default is not None and item.reason(item.default)
    ]

    assert refused == []


def test_inputs_name_only_inputs_beside_them() -> None:
    beside = [
        f"{item.section}.{key}"
        for item in all_inputs()
        for key in (item.only_with, item.only_without)
        if key
    ]

    assert [path for path in beside if input_at(path) is None] == []


def test_input_of_any_tier_is_found_by_its_path() -> None:
    field = input_at("small_model.tiers.3.input_usd_per_mtok")

    assert field is not None
    assert field.path == "small_model.tiers.*.input_usd_per_mtok"
    assert input_at("pool.nothing") is None


def test_schema_in_the_docs_is_that_of_the_inputs() -> None:
    written = json.loads(SCHEMA.read_text())

    assert written == json_schema(), "run `make schema`"


@pytest.mark.parametrize("name", GOLDEN)
def test_schema_accepts_golden_scenarios(name: str) -> None:
    document = json.loads(json.dumps(golden(name), default=str))

    errors = list(Draft202012Validator(json_schema()).iter_errors(document))

    assert errors == []


@settings(deadline=None, max_examples=50)
@given(scenarios())
def test_schema_accepts_valid_scenarios_and_what_they_are_written_as(
    document: dict[str, Any],
) -> None:
    written = scenario_document(parse_scenario(document))

    validator = Draft202012Validator(json_schema())

    assert list(validator.iter_errors(document)) == []
    assert list(validator.iter_errors(written)) == []


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("workload.requests_per_month", -1),
        ("workload.requests_per_month", 1e-9),
        ("pool.min_replicas", 1.5),
        ("pool.scaling", "sometimes"),
        ("pool.surprise", 1),
        ("routing.simple_ratio", 1.1),
        ("current_levers", ["luck"]),
        ("pairs", [{"from": "hybrid"}]),
    ],
)
def test_schema_refuses_what_the_engine_refuses(path: str, value: Any) -> None:
    document = golden("scenario_a")
    section, _, key = path.partition(".")
    if key:
        document[section][key] = value
    else:
        document[section] = value

    assert not Draft202012Validator(json_schema()).is_valid(document)


def test_schema_accepts_null_and_references_to_the_catalog() -> None:
    document = golden("scenario_a")
    document["premium_model"] = {"catalog": "anthropic:claude"}
    document["pool"] |= {"spare_replicas": None, "scaling": None, "hardware_usd_per_instance": None}
    document["ranges"] = None

    assert Draft202012Validator(json_schema()).is_valid(document)


@pytest.mark.parametrize("name", GOLDEN)
def test_result_reads_back_from_its_json(name: str) -> None:
    scores = dict.fromkeys(load_framework().dimension_keys, 2.5)
    document = golden(name) | {"maturity": scores, "samples": 64}
    if name == "scenario_a":
        document["ranges"] = RANGES
    result = estimate(parse_scenario(document), load_framework().requirements)
    written = json.loads(json.dumps(estimate_document(result)))

    again = read_estimate(written)

    assert again == result
    assert estimate_document(again) == written
    assert Draft202012Validator(estimate_schema()).is_valid(written)


def test_stored_scenario_is_read_although_bounds_and_keys_have_changed() -> None:
    written = scenario_document(parse_scenario(golden("scenario_a")))
    written["workload"] |= {"batch_ratio": 7.0, "given_up": 1}

    scenario = Scenario.model_validate(written, context=STORED)

    assert figure_at(scenario, "workload.batch_ratio") == 7.0


def test_engine_imports_neither_django_nor_what_draws_futures() -> None:
    script = "import sys, costing.engine; print(*sys.modules)"

    loaded = subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout.split()

    roots = {name.partition(".")[0] for name in loaded}
    assert not roots & {
        "django",
        "rest_framework",
        "celery",
        "redis",
        "scipy",
        "yaml",
        "jsonschema",
    }
