"""How long `crossover estimate` takes from its start to its end, beside what its libraries take."""

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.golden import golden_path

ESTIMATE = [str(Path(sys.executable).with_name("crossover")), "estimate", golden_path("scenario_a")]
LIBRARIES = [sys.executable, "-c", "import numpy, pydantic"]


@pytest.mark.parametrize("command", [LIBRARIES, ESTIMATE], ids=["libraries", "estimate"])
def test_one_command(benchmark: Any, command: list[str]) -> None:
    """Bound: 2.5 times the start of Python with its libraries alone."""
    done = benchmark(subprocess.run, command, check=True, capture_output=True)

    assert done.returncode == 0
