"""`crossover replay` prints a replay's JSON, or one error and exits with 2."""

import json
from pathlib import Path

import pytest

from config.cli import main
from tests.costing.replay.logs import lines
from tests.golden import golden_path

RECORDS = [
    {"t": each * 60, "session": "s", "input_tokens": 2000 + each, "output_tokens": 100}
    for each in range(50)
]


@pytest.fixture
def log(tmp_path: Path) -> str:
    path = tmp_path / "calls of a day.jsonl"
    path.write_bytes(lines(*RECORDS).getvalue())
    return str(path)


def test_command_prints_what_the_log_says(log: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["replay", log, "--scenario", golden_path("scenario_a")]) == 0

    result = json.loads(capsys.readouterr().out)
    assert result["traffic"]["identity"] == "session"
    assert result["prompt_cache"][0]["hit_ratio"] == pytest.approx(49 / 50)
    assert set(result["strategies"]) >= {"baseline", "hybrid"}


@pytest.mark.parametrize(
    ("arguments", "field"),
    [
        (["/no/such/file"], "log"),
        ([str(Path(__file__).parent)], "log"),
        ([__file__], "file"),
        (["LOG", "--scenario", "/no/such/file"], "scenario"),
        (["LOG", "--scenario", __file__], "scenario"),
        (["LOG", "--as-of", "soon"], "as_of"),
        (["LOG", "--likeness", "2"], "likeness"),
        (["LOG", "--max-concurrency", "0"], "max_concurrency"),
        (["LOG", "--target-seconds", "nan"], "target_seconds"),
        (["LOG", "--target-seconds", "-1"], "target_seconds"),
    ],
)
def test_bad_input_is_refused_by_the_name_of_its_field(
    arguments: list[str], field: str, log: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["replay", *(log if each == "LOG" else each for each in arguments)]) == 2

    printed = capsys.readouterr()
    assert printed.out == ""
    assert list(json.loads(printed.err)["fields"]) == [field]
