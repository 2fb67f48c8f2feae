"""The script that makes the environment, where nothing of ours is installed yet."""

import shutil
import subprocess
from pathlib import Path

import pytest

from config.local.state import CHECKOUT

TOOLS = ("sh", "cat", "cksum", "cut", "dirname", "id", "mkdir", "rm")

# A Python of the right version, which says that it is called python3.
PYTHON = 'case "$*" in *executable*) echo python3;; esac'


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A checkout of the script and the lock alone, and a PATH with little more than a shell."""
    folder = tmp_path / "my clone"
    (folder / "config" / "local").mkdir(parents=True)
    for path in ("config/local/environment.sh", "pyproject.toml", "uv.lock"):
        shutil.copy(CHECKOUT / path, folder / path)
    (tmp_path / "bin").mkdir()
    for tool in TOOLS:
        found = shutil.which(tool)
        assert found is not None
        (tmp_path / "bin" / tool).symlink_to(found)
    return folder


def script(path: Path, body: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/bin/sh\n{body}\n")
    path.chmod(0o755)


def run(checkout: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["sh", "config/local/environment.sh", *arguments],
        cwd=checkout,
        env={"PATH": str(checkout.parent / "bin"), "HOME": str(checkout.parent)},
        capture_output=True,
        text=True,
        timeout=60,
    )


def test_old_python_is_a_message_that_names_the_package(checkout: Path) -> None:
    script(checkout.parent / "bin" / "python3", "exit 1")

    done = run(checkout)

    assert done.returncode == 1
    assert done.stderr == (
        "Crossover needs Python 3.11 to 3.14, and none was found on PATH.\n"
        "Install one (Debian and Ubuntu: sudo apt-get install python3 python3-venv).\n"
    )


def test_python_without_venv_is_a_message_that_names_the_package(checkout: Path) -> None:
    # This Python has the right version and no ensurepip; there is no uv and no apt-get.
    answers = f'case "$*" in *ensurepip*) exit 1;; *%d.%d*) echo 3.12;; esac\n{PYTHON}'
    script(checkout.parent / "bin" / "python3", answers)
    (checkout.parent / "bin" / "chmod").symlink_to(shutil.which("chmod") or "")

    done = run(checkout)

    assert done.returncode == 1
    assert done.stderr == (
        "Python's venv module is missing. Install it\n"
        "(Debian and Ubuntu: sudo apt-get install python3.12-venv) and try again.\n"
    )


def test_python_of_the_distribution_goes_before_one_compiled_by_hand(checkout: Path) -> None:
    script(
        checkout.parent / "bin" / "python3", f'case "$*" in *base_prefix*) exit 1;; esac\n{PYTHON}'
    )
    packaged = 'case "$*" in *executable*) echo packaged;; esac'
    script(checkout.parent / "bin" / "python3.11", packaged)
    script(
        checkout.parent / "bin" / "uv", '[ "$1" = sync ] || exit 0; mkdir .venv; echo "$*" > asked'
    )

    done = run(checkout)

    assert done.returncode == 0
    assert (checkout / "asked").read_text() == "sync --locked --quiet --python packaged\n"


def test_environment_is_made_once_and_again_when_the_lock_changes(checkout: Path) -> None:
    # A uv that notes what it is asked for, and makes an environment whose Python answers.
    script(checkout.parent / "bin" / "python3", PYTHON)
    make = 'mkdir -p .venv/bin; echo "#!/bin/sh" > .venv/bin/python; chmod +x .venv/bin/python'
    script(checkout.parent / "bin" / "uv", f'[ "$1" = sync ] || exit 0; echo "$*" >> asked; {make}')
    (checkout.parent / "bin" / "chmod").symlink_to(shutil.which("chmod") or "")

    codes = [run(checkout).returncode, run(checkout).returncode]
    once = (checkout / "asked").read_text()
    with (checkout / "uv.lock").open("a") as lock:
        lock.write("# changed\n")
    codes.append(run(checkout).returncode)

    assert codes == [0, 0, 0]
    assert once == "sync --locked --quiet --python python3\n"
    assert (checkout / "asked").read_text() == once * 2


def test_half_an_environment_is_made_anew(checkout: Path) -> None:
    script(checkout.parent / "bin" / "python3", PYTHON)
    script(checkout.parent / "bin" / "uv", '[ "$1" = sync ] || exit 0; mkdir .venv')
    (checkout / ".venv" / "lib").mkdir(parents=True)

    done = run(checkout)

    assert done.returncode == 0
    assert not (checkout / ".venv" / "lib").exists()


def test_uv_that_fails_is_a_message(checkout: Path) -> None:
    script(checkout.parent / "bin" / "python3", PYTHON)
    script(checkout.parent / "bin" / "uv", '[ "$1" = sync ] || exit 0; echo broken >&2; exit 2')

    done = run(checkout)

    assert done.returncode == 1
    assert done.stderr.endswith(
        "broken\n.venv could not be made from uv.lock: see uv's message above.\n"
    )
