"""System packages: what is missing, and the command that the message names."""

from pathlib import Path

import pytest

from config.local.packages import TEST_PACKAGES, Package, missing, missing_message, require
from config.local.state import SetupError

ABSENT = Package("no-such-program", "no-such", programs=("no-such-program-anywhere",))
ABSENT_LIBRARY = Package("libnone0", "none", libraries=("libnone.so.0",))
PRESENT = Package("sh", "sh", programs=("sh",))


def test_missing_names_what_is_not_here() -> None:
    assert missing([ABSENT, PRESENT, ABSENT_LIBRARY]) == [ABSENT, ABSENT_LIBRARY]


def test_missing_is_empty_for_a_file_that_matches(tmp_path: Path) -> None:
    (tmp_path / "15").mkdir()
    (tmp_path / "15" / "postgres").touch()

    assert missing([Package("postgresql", "postgresql", files=(f"{tmp_path}/*/postgres",))]) == []


def test_missing_message_names_package_and_command(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.platform", "linux")

    message = missing_message([ABSENT, ABSENT_LIBRARY])

    assert message == (
        "Missing from this system: no-such-program, libnone0. Install with:\n\n"
        "    sudo apt-get install no-such-program libnone0\n"
    )


def test_missing_message_on_a_mac_names_each_formula_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.platform", "darwin")

    message = missing_message(TEST_PACKAGES[:3])

    assert message.endswith("    brew install pango harfbuzz\n")


def test_require_where_apt_is_not_is_a_message(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))

    with pytest.raises(SetupError, match="no-such-program"):
        require([ABSENT])
