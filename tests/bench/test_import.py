"""How long a usage file takes to be read, and how much memory: time grows with rows, memory not.

The floor is reading the same file as plain JSON or CSV. Time and memory of a process of its own.
"""

import csv
import json
from pathlib import Path
from random import Random
from typing import Any

import pytest

from tests.bench.test_replay import FLOOR, MEMORY, SIZES, megabytes

pytestmark = pytest.mark.benchmark(group="import")
START = 1_793_577_600  # 2 November 2026, a Monday
CSV_FLOOR = f"import csv, sys\nfor row in csv.DictReader(open(sys.argv[1])): pass\n{MEMORY}"
# With what is imported of the product, which the floor has nothing of.
READ = (
    "import sys\nfrom costing.usage import Columns, measure, plan_reading, read_usage\n"
    "file = open(sys.argv[1], 'rb')\n"
    "plan = plan_reading(file, columns=Columns(split_by=sys.argv[2]))\n"
    f"measure(read_usage(file, plan).usage_cells())\n{MEMORY}"
)


@pytest.fixture(scope="module", params=SIZES)
def files(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two weeks of calls of three models and ten teams: a gateway's log, and the same as CSV."""
    random, count = Random(1), request.param
    folder = tmp_path_factory.mktemp(str(count))
    with (folder / "log.jsonl").open("w") as lines, (folder / "log.csv").open("w") as table:
        rows = csv.writer(table)
        rows.writerow(("time", "model", "team", "input_tokens", "cached_tokens", "output_tokens"))
        for number in range(count):
            at, tokens = START + number * 14 * 86_400 // count, random.randrange(2000, 4000)
            model, team = f"model-{number % 3}", f"team {random.randrange(10)}"
            rows.writerow((at, model, team, tokens, 1500, 300))
            usage = {"prompt_tokens_details": {"cached_tokens": 1500}}
            call = {
                "request_id": f"r-{number}",
                "call_type": "acompletion",
                "spend": 0.0125,
                "prompt_tokens": tokens,
                "completion_tokens": 300,
                "startTime": at,
                "model": model,
                "custom_llm_provider": "openai",
                "team_id": team,
                "metadata": {"usage_object": usage},
            }
            lines.write(json.dumps(call) + "\n")
    return folder


@pytest.mark.parametrize("split_by", ["", "application"])
@pytest.mark.parametrize("name", ["log.csv", "log.jsonl"])
def test_read(benchmark: Any, files: Path, name: str, split_by: str) -> None:
    used = benchmark.pedantic(megabytes, args=(READ, files / name, split_by), rounds=1)

    benchmark.extra_info |= {"MB": used}
    assert used <= 200


@pytest.mark.parametrize(("name", "floor"), [("log.csv", CSV_FLOOR), ("log.jsonl", FLOOR)])
def test_floor(benchmark: Any, files: Path, name: str, floor: str) -> None:
    used = benchmark.pedantic(megabytes, args=(floor, files / name), rounds=1)

    benchmark.extra_info |= {"MB": used}
