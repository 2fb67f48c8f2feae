"""Where the local machine keeps its state, and whom it trusts with it."""

import os
import stat
from pathlib import Path

import pytest

from config.local.state import SetupError, make_private, root_servers, socket_folder


def test_socket_folder_with_spaces_lies_in_the_cluster() -> None:
    assert socket_folder(Path("/srv/my clone/test")) == Path("/srv/my clone/test/socket")


def test_socket_folder_of_a_long_path_is_short() -> None:
    # "/" + name + "/socket/.s.PGSQL.5432": 1 + n + 21 bytes; the limit of 107 is n = 85.
    longest = Path("/" + "n" * 85)
    too_long = Path("/" + "n" * 86)

    assert socket_folder(longest) == longest / "socket"
    assert socket_folder(too_long).parent == Path("/tmp")


def test_socket_folder_counts_bytes_not_letters() -> None:
    assert socket_folder(Path("/" + "é" * 50)).parent == Path("/tmp")


def test_socket_folder_with_a_comma_is_elsewhere() -> None:
    # A comma separates two hosts in a connection URL.
    assert socket_folder(Path("/srv/a,b/test")).parent == Path("/tmp")


def test_socket_folders_of_two_clones_differ() -> None:
    left, right = Path("/" + "a" * 120), Path("/" + "a" * 121)

    assert socket_folder(left) != socket_folder(right)
    assert root_servers(left, base=Path("/b")) != root_servers(right, base=Path("/b"))


def test_make_private_shuts_the_folder_to_others(tmp_path: Path) -> None:
    folder = tmp_path / "a b" / "state"

    make_private(folder)

    assert stat.S_IMODE(folder.stat().st_mode) == 0o700


def test_make_private_mends_a_loose_mode(tmp_path: Path) -> None:
    folder = tmp_path / "state"
    folder.mkdir(mode=0o777)

    make_private(folder)

    assert stat.S_IMODE(folder.stat().st_mode) == 0o700


def test_make_private_refuses_a_link(tmp_path: Path) -> None:
    target = tmp_path / "elsewhere"
    target.mkdir()
    (tmp_path / "state").symlink_to(target)

    with pytest.raises(SetupError, match="is not a folder"):
        make_private(tmp_path / "state")


def test_make_private_refuses_a_folder_of_somebody_else() -> None:
    # The folder of all users: root's, or for root itself one that is not the server user's.
    if os.geteuid() == 0:
        from config.local.state import ServerUser

        with pytest.raises(SetupError, match="belongs to another user"):
            make_private(Path("/usr"), owner=ServerUser(65534, 65534))
    else:
        with pytest.raises(SetupError, match="belongs to another user"):
            make_private(Path("/usr"))
