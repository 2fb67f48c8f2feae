"""Runs the tests of a guard with the guard taken out, for one guard after the other.

    make mutate                      every guard, on the tests that are made to miss it
    make mutate ARGS="--kind lock"   those of one kind
    make mutate ARGS="--path jobs"   those below a path
    make mutate ARGS="--list"        only list them
    make mutate ARGS="--all"         what survives again, on every test that reaches it (hours)

`tests/mutate/narrow.py` lists the tests of each function's guards. With `--all`, a run of all tests
notes which of them reach which guard. The copies are made below the folder of temporary files; the
checkout stays as it is. Exit 1 where a guard survives: where all its tests pass without it. A guard
that works while modules are imported is reached by all tests of `tests/guarantees`, `tests/config`
and `tests/organizations`.
"""

import argparse
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
import tomllib
from collections import defaultdict
from collections.abc import Mapping, Sequence
from pathlib import Path

from config.local.servers import clean_environment, remove_servers, start_tests
from config.local.state import CHECKOUT, find_state
from tests.mutate.guards import Guard, guards, modules, with_reports, without
from tests.mutate.narrow import NARROW
from tests.mutate.reached import FILE

SERVERS = "mutate"
AT_IMPORT = ("tests/guarantees", "tests/config", "tests/organizations")
SECONDS = 900
NOTHING_RAN = (4, 5)  # pytest's exit codes for wrong arguments and for no test
NOTICED = re.compile(r"^(?:FAILED|ERROR) (\S+)", re.MULTILINE)

Tests = Mapping[tuple[str, int], set[str]]


def main() -> int:
    """Take the chosen guards out one by one; print what happens, then what survives."""
    parser = argparse.ArgumentParser(prog="make mutate", description=__doc__)
    parser.add_argument(
        "--kind", default="", help="lock, active, archived, version, scope or header"
    )
    parser.add_argument("--path", default="", help="only modules whose path starts so")
    parser.add_argument("--list", action="store_true", help="list the guards and stop")
    parser.add_argument("--all", action="store_true", help="try survivors on all that reach them")
    parser.add_argument("--reached", type=Path, help="a file of an earlier --all, to read or write")
    chosen = parser.parse_args()
    found = [
        guard
        for path in modules(CHECKOUT, packages())
        if path.startswith(chosen.path)
        for guard in guards(CHECKOUT, path)
        if guard.kind.startswith(chosen.kind)
    ]
    if chosen.list:
        print("\n".join(map(str, found)))
        return 0
    state = find_state()
    try:
        environment = clean_environment() | start_tests(state, SERVERS).environment
        return report(found, environment, is_wide=chosen.all, notes=chosen.reached)
    finally:
        remove_servers(state, SERVERS)


def packages() -> list[str]:
    """The application's packages, as the import contracts list them."""
    settings = tomllib.loads((CHECKOUT / "pyproject.toml").read_text())
    return list(settings["tool"]["importlinter"]["root_packages"])


def report(
    found: list[Guard], environment: Mapping[str, str], *, is_wide: bool, notes: Path | None
) -> int:
    """Run the tests of each guard without it; return 1 where one survives."""
    with tempfile.TemporaryDirectory() as folder:
        copy = checkout_copy(Path(folder) / "copy")
        narrow = {guard: NARROW.get(guard.place, ()) for guard in found}
        survivors = take_out(narrow, copy, environment)
        if is_wide and survivors:
            notes = notes or Path(folder) / "reached"
            if not notes.exists():
                note_reached(Path(folder) / "noting", environment, notes)
            tests = read_notes(notes)
            reaching = {
                guard: reaching_tests(tests[guard.path, guard.number]) for guard in survivors
            }
            survivors = take_out(reaching, copy, environment)
    listed = [f"{outcome}: {guard}" for guard, outcome in survivors.items()]
    print(f"\n{len(found) - len(survivors)} of {len(found)} killed.", *listed, sep="\n")
    return 1 if survivors else 0


def take_out(
    chosen: Mapping[Guard, Sequence[str]], copy: Path, environment: Mapping[str, str]
) -> dict[Guard, str]:
    """Run the tests chosen for each guard without it; print what happens, return what survives."""
    survivors = {}
    for count, (guard, tests) in enumerate(chosen.items(), 1):
        started = time.monotonic()
        outcome, noticed = outcome_without(guard, tests, copy, environment)
        took = f"{time.monotonic() - started:.0f} s"
        print(f"{count}/{len(chosen)} {outcome:8} {guard} ({took}) {noticed}", flush=True)
        if outcome != "killed":
            survivors[guard] = outcome
    return survivors


def checkout_copy(folder: Path) -> Path:
    """Copy what git knows of, and what is new, to a folder; return it."""
    command = ["git", "ls-files", "-co", "--exclude-standard", "-z"]
    listed = subprocess.check_output(command, cwd=CHECKOUT, text=True).split("\0")
    for path in filter(None, listed):
        if (CHECKOUT / path).is_file():
            (folder / path).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(CHECKOUT / path, folder / path)
    return folder


def note_reached(folder: Path, environment: Mapping[str, str], notes: Path) -> None:
    """Run all tests on a copy whose guards note the tests that reach them."""
    copy = checkout_copy(folder)
    notes.touch()
    for path in modules(copy, packages()):
        if guards(copy, path):
            (copy / path).write_text(with_reports((copy / path).read_text(), path))
    arguments = ["-n", str(os.cpu_count() or 1), "--dist", "worksteal", "-q"]
    pytest(arguments, copy, dict(environment) | {FILE: str(notes.resolve())}, seconds=None)


def read_notes(notes: Path) -> Tests:
    """The tests that reach each guard; an empty name stands for importing a module."""
    tests = defaultdict(set)
    for line in notes.read_text().splitlines():
        path, number, test = line.split("\t", 2)
        tests[path, int(number)].add(test)
    return tests


def reaching_tests(reaching: set[str]) -> Sequence[str]:
    """The tests that reach a guard, those of the guarantees first: they are made to miss one."""
    if "" in reaching:
        return AT_IMPORT
    return sorted(reaching, key=lambda test: (not test.startswith(AT_IMPORT[0]), test))


def outcome_without(
    guard: Guard, tests: Sequence[str], copy: Path, environment: Mapping[str, str]
) -> tuple[str, str]:
    """Tell what tests say of a guard once it is out, and which one noticed.

    The outcome is killed, survives, unreached (there are no tests) or not run.
    """
    if not tests:
        return "unreached", ""
    module = copy / guard.path
    source = module.read_text()
    module.write_text(without(source, guard.number))
    try:
        code, said = pytest(["-q", "-x", "--tb=no", *tests], copy, environment, seconds=SECONDS)
    finally:
        module.write_text(source)
    if code in NOTHING_RAN:
        return "not run", ""
    failed = NOTICED.search(said)
    return ("killed" if code else "survives"), failed[1] if failed else ""


def pytest(
    arguments: list[str], copy: Path, environment: Mapping[str, str], *, seconds: int | None
) -> tuple[int, str]:
    """Run pytest in a copy; return its exit code and what it said. Too long counts as failed."""
    command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", *arguments]
    given = dict(environment) | {"PYTHONPATH": str(copy), "PYTHONDONTWRITEBYTECODE": "1"}
    child = subprocess.Popen(
        command, cwd=copy, env=given, stdout=subprocess.PIPE, text=True, start_new_session=True
    )
    try:
        said, _ = child.communicate(timeout=seconds)
    except subprocess.TimeoutExpired:
        os.killpg(child.pid, 9)
        child.communicate()
        return 1, ""
    return child.returncode, said


if __name__ == "__main__":
    sys.exit(main())
