"""`manage.py estimate` prints the result's JSON, or one error and exits with 2."""

import io
import json
import sys
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command

from tests.golden import golden, golden_path


def run(*arguments: str) -> dict[str, Any]:
    out = io.StringIO()
    call_command("estimate", *arguments, stdout=out)
    document: dict[str, Any] = json.loads(out.getvalue())
    return document


def refused(*arguments: str) -> dict[str, Any]:
    err = io.StringIO()
    with pytest.raises(SystemExit) as caught:
        call_command("estimate", *arguments, stderr=err)
    assert caught.value.code == 2
    error: dict[str, Any] = json.loads(err.getvalue())
    assert error["code"] == "invalid_scenario"
    return dict(error["fields"])


def test_command_prints_scenario_a_in_the_documented_shape() -> None:
    result = run(golden_path("scenario_a"))

    assert list(result) == [
        "engine_version",
        "inputs",
        "strategies",
        "left_out",
        "subsets",
        "waterfall",
        "shapley",
        "caching_pays_above_hit_ratio",
        "recommended",
        "recommended_today",
        "crossovers",
        "break_even",
        "sensitivity",
        "uncertainty",
        "recommendation",
    ]
    assert set(result["strategies"]["hybrid"]) == {
        "levers",
        "usd_per_month",
        "lines",
        "usd_per_mtok",
        "usd_per_request",
        "saving_usd_per_month",
        "saving_ratio",
        "within_target",
        "peak_replicas",
        "utilization_ratio",
        "instance_hours_per_month",
        "prefix_hit_ratio",
    }
    expected = golden("scenario_a.expected")
    costs = {name: round(item["usd_per_month"], 2) for name, item in result["strategies"].items()}
    assert costs == expected["usd_per_month"] | {"current": expected["usd_per_month"]["baseline"]}
    assert result["sensitivity"] is None
    assert result["uncertainty"] is None


@pytest.mark.parametrize(("name", "month"), [("gpt_5", 17.8), ("opus_4", 2.3), ("sonnet_4", 11.4)])
def test_command_prints_the_published_break_even_of_pan_and_wang(name: str, month: float) -> None:
    (break_even,) = run(golden_path(f"pan_wang_{name}"))["break_even"]

    assert round(break_even["month"], 1) == month


def test_command_prints_what_deepseeks_day_was_said_to_cost() -> None:
    hosted = run(golden_path("deepseek_day"))["strategies"]["self_hosted"]

    # 226.75 nodes · 8 GPUs · 2 USD · 24 h; a month has 730/24 days.
    assert hosted["usd_per_month"] * 24 / 730 == pytest.approx(87_072, rel=1e-12)


def test_command_prints_every_crossing_of_the_bare_staircase() -> None:
    (crossover,) = run(golden_path("scenario_b"))["crossovers"]

    intervals = [
        [None if end is None else round(end, 2) for end in interval]
        for interval in crossover["cheaper_intervals"]
    ]
    assert intervals == golden("scenario_b.expected")["cheaper_intervals"]
    assert round(crossover["dominance_requests_per_month"], 2) == 15961.54


@pytest.mark.parametrize(("name", "month"), [("gpt_5", 17.8), ("opus_4", 2.3), ("sonnet_4", 11.4)])
def test_command_gives_the_break_even_of_pan_and_wang(name: str, month: float) -> None:
    result = run(golden_path(f"pan_wang_{name}"))

    assert round(result["break_even"][0]["month"], 1) == month


def test_command_gives_deepseeks_day() -> None:
    result = run(golden_path("deepseek_day"))

    # 87,072 USD a day, 730/24 days a month.
    assert round(result["strategies"]["self_hosted"]["usd_per_month"], 2) == 2648440.00


def test_command_gives_the_staircase_of_scenario_b() -> None:
    result = run(golden_path("scenario_b"))

    intervals = result["crossovers"][0]["cheaper_intervals"]
    rounded = [[end if end is None else round(end, 2) for end in pair] for pair in intervals]
    assert rounded == golden("scenario_b.expected")["cheaper_intervals"]


def test_command_reads_standard_input(monkeypatch: pytest.MonkeyPatch) -> None:
    source = json.dumps(golden("scenario_b")).encode()
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(source)))

    result = run("-")

    assert round(result["strategies"]["self_hosted"]["usd_per_month"], 2) == 9300.00


def test_command_prices_catalog_models_as_of_the_date_given(tmp_path: Path) -> None:
    document = golden("scenario_b")
    document["premium_model"] = {"catalog": "openai:gpt-4o"}
    file = tmp_path / "scenario.json"
    file.write_text(json.dumps(document))

    result = run(str(file), "--as-of", "2026-11-01")

    assert result["inputs"]["premium_model"]["input_usd_per_mtok"] == 2.5
    assert result["inputs"]["as_of"] == "2026-11-01"


def test_command_refuses_a_scenario_with_every_field_at_fault(tmp_path: Path) -> None:
    file = tmp_path / "scenario.yaml"
    file.write_text(
        "workload: {requests_per_month: -1, input_tokens_per_call: .nan}\n"
        "premium_model: {catalog: 'nobody:nothing'}\nas_of: tomorrow\nsurprise: 1\n"
    )

    fields = refused(str(file))

    assert set(fields) == {
        "workload.requests_per_month",
        "workload.input_tokens_per_call",
        "workload.output_tokens_per_call",
        "premium_model.catalog",
        "as_of",
        "surprise",
    }


def test_command_refuses_a_file_that_is_not_there() -> None:
    fields = refused("/nowhere/scenario.yaml")

    assert fields == {"file": ["The file cannot be read: No such file or directory."]}


def test_command_refuses_a_date_that_is_none() -> None:
    fields = refused(golden_path("scenario_a"), "--as-of", "soon")

    assert fields == {"as_of": ["must be a date like 2026-11-01"]}


def test_command_refuses_a_document_that_is_no_mapping(tmp_path: Path) -> None:
    file = tmp_path / "scenario.yaml"
    file.write_text("just text")

    fields = refused(str(file))

    assert fields == {"scenario": ["must be a mapping of keys to values"]}
