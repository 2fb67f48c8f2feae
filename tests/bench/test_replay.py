"""How long a log takes to be replayed, and how much memory; bound: 10⁶ calls in 60 s and 300 MB.

The floor is reading the same file as plain JSON. Time and memory of a process of its own, so that
one size does not see what another left behind.
"""

import json
import subprocess
import sys
from pathlib import Path
from random import Random
from typing import Any

import pytest

from tests.costing.replay.logs import poisson_times
from tests.golden import golden_path

pytestmark = pytest.mark.benchmark(group="replay")
SIZES = (10_000, 100_000, 1_000_000)
SECONDS = 14 * 86_400
# Not getrusage: its peak includes what the parent had when it forked.
MEMORY = "print(int(open('/proc/self/status').read().split('VmHWM:')[1].split()[0]) // 1024)"
FLOOR = f"import json, sys\nfor line in open(sys.argv[1]): json.loads(line)\n{MEMORY}"
REPLAY = (
    "import io, sys\nfrom config.cli import main\nout, sys.stdout = sys.stdout, io.StringIO()\n"
    f"main(['replay', *sys.argv[1:]])\nsys.stdout = out\n{MEMORY}"
)


@pytest.fixture(scope="module", params=SIZES)
def log(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two weeks of conversations and shared prefixes, one call a line."""
    random, count = Random(1), request.param
    path = tmp_path_factory.mktemp("logs") / f"{count}.jsonl"
    with path.open("w") as file:
        for at in poisson_times(random, count / SECONDS, count):
            call = {
                "timestamp": round(1.79e9 + at, 3),
                "model": "large",
                "session_id": random.randrange(count // 8),
                "prefix_hash": random.randrange(40),
                "prefix_tokens": 2400,
                "input_tokens": 3200 + random.randrange(500),
                "output_tokens": 350,
                "request_hash": random.randrange(count),
            }
            file.write(json.dumps(call) + "\n")
    return path


def megabytes(program: str, *arguments: str | Path) -> int:
    command = [sys.executable, "-c", program, *map(str, arguments)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    return int(done.stdout)


def test_reading_the_same_file_as_json(benchmark: Any, log: Path) -> None:
    used = benchmark.pedantic(megabytes, args=(FLOOR, log), rounds=1)

    benchmark.extra_info |= {"calls": int(log.stem), "MB": used}


def test_replay_with_a_scenario(benchmark: Any, log: Path) -> None:
    arguments = (REPLAY, log, "--scenario", golden_path("scenario_a"))
    used = benchmark.pedantic(megabytes, args=arguments, rounds=1)

    benchmark.extra_info |= {"calls": int(log.stem), "MB": used}
    assert used <= 300
