"""`crossover`: estimates without Django, within a bound of CPU; assesses; says what is wrong."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from config.local.state import CHECKOUT
from costing.scenarios.estimate_command import line_of
from tests.golden import golden, golden_path

COMMAND = Path(sys.executable).with_name("crossover")
SCENARIO = golden_path("scenario_a")


def crossover(*arguments: str, source: str = "") -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [COMMAND, *arguments], input=source, capture_output=True, text=True, check=False
    )


def manage(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "manage.py", *arguments],
        cwd=CHECKOUT,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        check=False,
    )


def lines_of(done: subprocess.CompletedProcess[str]) -> list[dict[str, object]]:
    return [json.loads(line) for line in done.stdout.splitlines()]


def test_estimate_of_one_file_prints_what_manage_prints() -> None:
    ours, managed = crossover("estimate", SCENARIO), manage("estimate", SCENARIO)

    assert (ours.returncode, ours.stderr) == (managed.returncode, managed.stderr) == (0, "")
    assert ours.stdout == managed.stdout
    assert json.loads(ours.stdout)["engine_version"]


def test_estimate_of_one_bad_file_fails_as_manage_does() -> None:
    ours, managed = crossover("estimate", "nowhere"), manage("estimate", "nowhere")

    assert (ours.returncode, ours.stderr) == (managed.returncode, managed.stderr)
    assert ours.returncode == 2
    assert json.loads(ours.stderr)["fields"] == {
        "file": ["The file cannot be read: No such file or directory."]
    }


def test_estimate_imports_no_django_redis_or_celery() -> None:
    code = (
        "import sys; from config.cli import main; main(['estimate', sys.argv[1]]);"
        "print(sorted({'django', 'redis', 'celery', 'scipy'} & set(sys.modules)), file=sys.stderr)"
    )

    done = subprocess.run(
        [sys.executable, "-c", code, SCENARIO], capture_output=True, text=True, check=True
    )

    assert done.stderr == "[]\n"


def test_estimate_of_several_files_prints_one_line_each_in_order() -> None:
    done = crossover("estimate", SCENARIO, "nowhere", "-", source=json.dumps(golden("scenario_b")))

    first, second, third = lines_of(done)
    assert (done.returncode, done.stderr) == (2, "")
    assert first == json.loads(crossover("estimate", SCENARIO).stdout)
    assert (second["code"], list(second["fields"])) == ("invalid_scenario", ["file"])  # type: ignore[call-overload]
    assert third == json.loads(crossover("estimate", golden_path("scenario_b")).stdout)


def test_estimate_of_json_lines_prints_one_line_each_in_order(tmp_path: Path) -> None:
    scenario = json.dumps(golden("scenario_b"))
    too_long = json.dumps({"padding": "x" * 2_500_000})
    file = tmp_path / "scenarios.jsonl"
    file.write_text(f"{scenario}\n\n{{}}\n{too_long}\n{{broken\n{scenario}")

    done = crossover("estimate", str(file))

    lines = lines_of(done)
    assert done.returncode == 2
    assert ["code" in line for line in lines] == [False, True, True, True, False]
    assert lines[2]["fields"] == {"file": ["The file is larger than 1 MB."]}
    assert lines[0] == lines[4]


def test_estimate_of_json_lines_without_an_error_succeeds(tmp_path: Path) -> None:
    file = tmp_path / "one.jsonl"
    file.write_text(json.dumps(golden("scenario_b")))

    done = crossover("estimate", str(file))

    assert (done.returncode, len(lines_of(done))) == (0, 1)


def test_estimate_of_json_lines_that_are_not_there_prints_one_error() -> None:
    done = crossover("estimate", "nowhere.jsonl")

    assert [line["code"] for line in lines_of(done)] == ["invalid_scenario"]
    assert done.returncode == 2


def test_estimate_ends_quietly_when_its_reader_has_enough(tmp_path: Path) -> None:
    file = tmp_path / "many.jsonl"
    file.write_text((json.dumps(golden("scenario_b")) + "\n") * 50)
    running = subprocess.Popen(
        [COMMAND, "estimate", str(file)], stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    assert running.stdout is not None
    assert running.stderr is not None

    running.stdout.readline()
    running.stdout.close()

    assert running.stderr.read() == b""
    running.stderr.close()
    assert running.wait(60) == 1


def test_unknown_command_is_refused() -> None:
    done = crossover("divine")

    assert done.returncode == 2
    assert "invalid choice: 'divine'" in done.stderr


OFFERS = (
    *("load_offers", "nowhere.csv", "--source", "A list", "--source-url", "https://a.example/"),
    *("--as-of", "unknown", "--checked-on", "2026-11-26"),
)


@pytest.mark.parametrize(
    "command",
    # Files that are not there: nothing is read before the database was asked.
    [
        ("load_prices",),
        ("load_prices", "--file", "nowhere.yaml"),
        OFFERS,
        ("set_up",),
        ("create_demo",),
    ],
    ids=" ".join,
)
def test_command_without_its_database_says_so_in_one_sentence(command: tuple[str, ...]) -> None:
    done = manage(*command, DATABASE_URL="postgresql://nobody@127.0.0.1:9/nothing")

    assert done.returncode == 1
    (sentence,) = done.stderr.splitlines()
    assert sentence.startswith("The database cannot be reached (connection failed")
    # The server's own refusal, not a pool that gave up after 30 seconds.
    assert sentence.endswith("Connection refused): see DATABASE_URL.")


@pytest.mark.parametrize("figure", [float("nan"), float("inf"), float("-inf")])
def test_line_with_a_figure_that_is_not_finite_is_refused(figure: float) -> None:
    with pytest.raises(ValueError, match="not JSON compliant"):
        line_of({"usd_per_month": figure})


def test_line_keeps_every_figure_and_name() -> None:
    result = {"usd": [0.1 + 0.2, 1e22, 5e-324, -0.0], "name": "NaN, Infinity und Störfälle"}

    line = line_of(result)

    assert line.isascii()
    assert json.loads(line) == result
