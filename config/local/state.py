"""Where the local machine keeps its state and its keys, and whom its database server runs as."""

import hashlib
import os
import pwd
import secrets
import stat
import tempfile
from dataclasses import dataclass
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parents[2]
SOCKET_NAME = ".s.PGSQL.5432"
SOCKET_PATH_LIMIT_BYTES = 107
ROOT_BASE = Path("/var/tmp")
KEY_BYTES = 48


class SetupError(Exception):
    """What only the person at the machine can mend: what is wrong, and what mends it."""


@dataclass(frozen=True)
class ServerUser:
    """The user a database server runs as when the person is root, whom PostgreSQL refuses."""

    uid: int
    gid: int


@dataclass(frozen=True)
class State:
    """One checkout's state: `home` for tools and files, `servers` for database servers."""

    home: Path
    servers: Path
    server_user: ServerUser | None


def find_state() -> State:
    """Return the state of this checkout, its folders made and checked."""
    home = Path(os.environ.get("CROSSOVER_STATE") or CHECKOUT / ".state").absolute()
    make_private(home)
    if os.geteuid() != 0:
        servers = home / "servers"
        make_private(servers)
        return State(home, servers, None)
    nobody = pwd.getpwnam("nobody")
    # A folder that every user may enter: root's home is often closed to `nobody`.
    base = ROOT_BASE if ROOT_BASE.is_dir() else Path(tempfile.gettempdir())
    servers = root_servers(home, base=base)
    make_private(servers, mode=0o711)
    return State(home, servers, ServerUser(nobody.pw_uid, nobody.pw_gid))


def root_servers(home: Path, *, base: Path) -> Path:
    """Return the folder for the servers of root's checkout, one for each state folder."""
    return base / f"crossover-{digest(home)}"


def digest(path: Path) -> str:
    """Return twelve hex digits that stand for a path."""
    return hashlib.sha256(os.fsencode(path)).hexdigest()[:12]


def make_private(path: Path, *, mode: int = 0o700, owner: ServerUser | None = None) -> None:
    """Make a folder of ours with this mode, or refuse one that somebody else put there."""
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        path.mkdir(mode=0o700)
    except FileExistsError:
        pass
    except OSError as error:
        raise SetupError(f"Cannot make the folder {path}: {error.strerror}.") from error
    else:
        if owner:
            os.chown(path, owner.uid, owner.gid)
    found = path.lstat()
    if not stat.S_ISDIR(found.st_mode):
        raise SetupError(f"{path} is not a folder. Remove it, or set CROSSOVER_STATE elsewhere.")
    if found.st_uid != (owner.uid if owner else os.geteuid()):
        raise SetupError(
            f"{path} belongs to another user. Remove it, or set CROSSOVER_STATE elsewhere."
        )
    if stat.S_IMODE(found.st_mode) != mode:
        path.chmod(mode)


def socket_folder(server: Path) -> Path:
    """Return where a server's socket lies: inside its folder, unless its name would not do.

    A socket's path holds at most 107 bytes, and a comma separates hosts in a connection URL.
    """
    inside = server / "socket"
    name = os.fsencode(inside / SOCKET_NAME)
    if len(name) <= SOCKET_PATH_LIMIT_BYTES and b"," not in name and b'"' not in name:
        return inside
    return Path("/tmp") / f"crossover-{os.geteuid()}-{digest(server)}"


def keys_environment(state: State) -> dict[str, str]:
    """Return the keys, made at the first call and readable by their owner alone."""
    names = ("SECRET_KEY", "FIELD_ENCRYPTION_KEY")
    return {name: os.environ.get(name) or _key(state, name) for name in names}


def _key(state: State, name: str) -> str:
    """Read a key, made whole before it takes its name: no reader meets half of one."""
    path = state.home / name.lower().replace("_", "-")
    if not path.exists():
        part = path.with_name(f"{path.name}.{os.getpid()}.part")
        descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "w", encoding="ascii") as file:
            file.write(secrets.token_urlsafe(KEY_BYTES))
        part.replace(path)
    return path.read_text(encoding="ascii")
