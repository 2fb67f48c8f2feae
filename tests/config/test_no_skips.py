"""The plugin that fails what did not run."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from config.local.state import CHECKOUT

PYTEST = [sys.executable, "-m", "pytest", "-q", "-p", "no:django", "-p", "no:cacheprovider"]
PYTEST += ["-p", "tests.no_skips"]
SUITE = """
import pytest

def test_that_runs():
    assert True

{body}
"""


def closing_line(folder: Path, body: str) -> str:
    """Run a suite of one honest test and this one; return pytest's counts."""
    (folder / "test_it.py").write_text(SUITE.format(body=body))
    (folder / "pytest.ini").touch()
    done = subprocess.run(
        [*PYTEST, "--rootdir", str(folder), str(folder)],
        cwd=CHECKOUT,
        # Other plugins have no part in this, and to import them takes most of the time. What
        # whoever runs the suite adds to its options would change the line that is read.
        env={**os.environ, "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1", "PYTEST_ADDOPTS": ""},
        capture_output=True,
        text=True,
        timeout=120,
    )
    last = done.stdout.strip().splitlines()[-1]
    return re.sub(r" in [\d.]+s.*", "", last)


@pytest.mark.parametrize(
    ("body", "counts"),
    [
        ("", "1 passed"),
        ("@pytest.mark.skip\ndef test_it(): pass", "1 passed, 1 error"),
        ("def test_it(): pytest.skip('inside')", "1 failed, 1 passed"),
        ("@pytest.mark.xfail\ndef test_it(): assert 0", "1 failed, 1 passed"),
        ("@pytest.mark.xfail(strict=False)\ndef test_it(): pass", "1 failed, 1 passed"),
        ("pytest.importorskip('no_such_module_anywhere')", "1 error"),
    ],
)
def test_what_did_not_run_fails(tmp_path: Path, body: str, counts: str) -> None:
    assert closing_line(tmp_path, body) == counts
