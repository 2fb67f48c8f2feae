"""The wheel holds all that the product needs: code, framework, prices, templates, static files."""

import json
import subprocess
import sys
import sysconfig
import venv
import zipfile
from pathlib import Path

import pytest

from config.local.state import CHECKOUT
from tests.golden import golden_path

SHIPPED = (
    "config", "reports", "costing", "assessments", "jobs", "organizations", "presentation",
    "templates",
)  # fmt: skip


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "--target", "wheel", "--directory", folder],
        cwd=CHECKOUT,
        check=True,
        capture_output=True,
    )
    (built,) = folder.glob("*.whl")
    return built


def test_wheel_holds_every_file_of_the_packages(wheel: Path) -> None:
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "--", *SHIPPED],
        cwd=CHECKOUT,
        check=True,
        capture_output=True,
        text=True,
    )
    wanted = {path for path in listed.stdout.splitlines() if (CHECKOUT / path).exists()}

    with zipfile.ZipFile(wheel) as archive:
        held = {name for name in archive.namelist() if ".dist-info/" not in name}

    assert held == wanted


def test_installed_wheel_estimates_and_assesses(wheel: Path, tmp_path: Path) -> None:
    home = tmp_path / "installed"
    venv.create(home, with_pip=False)
    (packages,) = home.glob("lib/python*/site-packages")
    with zipfile.ZipFile(wheel) as archive:  # what an installer does with a pure wheel
        archive.extractall(packages)
    (entry_points,) = packages.glob("crossover-*.dist-info/entry_points.txt")
    assert "crossover = config.cli:main" in entry_points.read_text()
    # The libraries of this environment, but not the checkout that its own .pth file names.
    (packages / "libraries.pth").write_text(sysconfig.get_path("purelib"))
    python = home / "bin" / "python"

    def crossover(*arguments: str | Path) -> str:
        code = "import sys; from config.cli import main; sys.exit(main())"
        done = subprocess.run(
            [python, "-c", code, *arguments],
            cwd=tmp_path,
            capture_output=True,
            text=True,
            check=False,
        )
        assert (done.returncode, done.stderr) == (0, "")
        return done.stdout

    assert json.loads(crossover("estimate", golden_path("scenario_a")))["strategies"]
    written = crossover("assess", CHECKOUT / "reports/demo/demo.yaml", "--out", tmp_path / "out")
    assert written.splitlines()[0] == "Score: 1.7 Emerging"
    assert (tmp_path / "out" / "scorecard.pdf").is_file()
