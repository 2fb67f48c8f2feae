"""Makes, starts and stops a private PostgreSQL server that listens on a unix socket alone."""

import locale
import os
import shlex
import shutil
import subprocess
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import psycopg

from config.local.binaries import Binaries, copy_embedded, find_binaries
from config.local.packages import POSTGRESQL, require
from config.local.state import SetupError, State, make_private, socket_folder

SUPERUSER = "crossover_admin"
START_SECONDS = 60
LOG_LINES_SHOWN = 15


@dataclass(frozen=True)
class Cluster:
    """A server's folder and how to run it."""

    state: State
    name: str
    is_durable: bool
    binaries: Binaries

    @property
    def folder(self) -> Path:
        """Everything of this server."""
        return self.state.servers / self.name

    @property
    def data(self) -> Path:
        """The data directory; one for each major version, which cannot read another's."""
        return self.folder / f"data-{self.binaries.major}"

    @property
    def socket(self) -> Path:
        """The folder of the socket: the `host` of a connection."""
        return socket_folder(self.folder)

    @property
    def log(self) -> Path:
        """What the server writes."""
        return self.folder / "log"


def all_clusters(state: State, name: str, *, is_durable: bool = True) -> list[Cluster]:
    """Return the cluster of this name for each version of PostgreSQL that is here."""
    return [Cluster(state, name, is_durable, found) for found in find_binaries()]


def find_cluster(state: State, name: str, *, is_durable: bool) -> Cluster:
    """Return the cluster of this name: of the version that has data already, else the first."""
    clusters = all_clusters(state, name, is_durable=is_durable)
    if not clusters:
        require([POSTGRESQL])
        clusters = all_clusters(state, name, is_durable=is_durable)
    if not clusters:
        raise SetupError(
            "No PostgreSQL 15 or newer was found. Install it (Debian and Ubuntu: "
            "sudo apt-get install postgresql), or set DATABASE_URL to a server of yours."
        )
    return next((cluster for cluster in clusters if is_complete(cluster.data)), clusters[0])


def is_complete(data: Path) -> bool:
    """Tell whether a data directory has what no start can do without."""
    return (data / "PG_VERSION").is_file() and (data / "global" / "pg_control").is_file()


def start(cluster: Cluster) -> bool:
    """Start the server unless it answers already; return whether this call started it."""
    if answers(cluster):
        return False
    make_private(cluster.folder, owner=cluster.state.server_user)
    make_private(cluster.socket, owner=cluster.state.server_user)
    cluster = with_reachable_programs(cluster)
    if not is_complete(cluster.data):
        _make_data(cluster)
    _drop_stale_pid(cluster)
    arguments = ["start", "-w", "-t", str(START_SECONDS), "-l", str(cluster.log)]
    options = ["-o", server_options(cluster), "-D", str(cluster.data)]
    done = _run(cluster, "pg_ctl", [*arguments, *options])
    if done.returncode != 0 and not answers(cluster):
        log = cluster.log.read_text(errors="replace") if cluster.log.exists() else "(no log)"
        end = "\n".join(log.splitlines()[-LOG_LINES_SHOWN:])
        raise SetupError(f"PostgreSQL did not start. The end of its log, {cluster.log}:\n{end}")
    return True


def stop(cluster: Cluster) -> bool:
    """Stop the server if it runs; return whether it ran."""
    if not is_complete(cluster.data) or not (cluster.data / "postmaster.pid").exists():
        return False
    cluster = with_reachable_programs(cluster)
    done = _run(cluster, "pg_ctl", ["stop", "-w", "-m", "fast", "-D", str(cluster.data)])
    return done.returncode == 0


def answers(cluster: Cluster) -> bool:
    """Tell whether the server of this very data directory takes connections."""
    try:
        with connect(cluster, "postgres") as connection:
            row = connection.execute("show data_directory").fetchone()
    except psycopg.OperationalError:
        return False
    return row is not None and Path(row[0]) == cluster.data


def connect(cluster: Cluster, database: str) -> psycopg.Connection[tuple[str, ...]]:
    """Connect as the superuser of this private server."""
    return psycopg.connect(
        host=str(cluster.socket),
        port=5432,
        user=SUPERUSER,
        dbname=database,
        password="",
        connect_timeout=5,
        autocommit=True,
    )


def with_reachable_programs(cluster: Cluster) -> Cluster:
    """Copy the wheel's programs to where the server's user may read them, when that is another."""
    if not cluster.state.server_user or not cluster.binaries.embedded:
        return cluster
    target = cluster.state.servers / f"postgresql-{cluster.binaries.major}"
    return replace(cluster, binaries=copy_embedded(cluster.binaries, target))


def _make_data(cluster: Cluster) -> None:
    """Make the data directory beside its place and move it there when it is whole."""
    part = cluster.data.with_suffix(".part")
    shutil.rmtree(part, ignore_errors=True)
    if cluster.data.exists():
        cluster.data.rename(cluster.data.with_suffix(f".broken-{int(time.time())}"))
    arguments = ["-D", str(part), "-U", SUPERUSER, "-A", "trust", "-E", "UTF8", "-N"]
    done = _run(cluster, "initdb", [*arguments, f"--locale={server_locale()}"])
    if done.returncode != 0:
        raise SetupError(f"PostgreSQL could not make its data directory:\n{done.stdout.strip()}")
    part.rename(cluster.data)


def server_locale() -> str:
    """Return C.UTF-8, or C where the system has no such locale."""
    before = locale.setlocale(locale.LC_CTYPE)
    try:
        locale.setlocale(locale.LC_CTYPE, "C.UTF-8")
    except locale.Error:
        return "C"
    locale.setlocale(locale.LC_CTYPE, before)
    return "C.UTF-8"


def server_options(cluster: Cluster) -> str:
    """Return what differs from PostgreSQL's defaults, for the shell that pg_ctl passes it to.

    Given at every start rather than written down once: the checkout may have moved.
    """
    settings = {
        "listen_addresses": "",
        "port": "5432",
        "unix_socket_directories": f'"{cluster.socket}"',
        "unix_socket_permissions": "0700",
        "max_connections": "100",
        "timezone": "UTC",
        "log_timezone": "UTC",
    }
    if not cluster.is_durable:
        settings |= {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}
    return " ".join(f"-c {shlex.quote(f'{name}={value}')}" for name, value in settings.items())


def _drop_stale_pid(cluster: Cluster) -> None:
    """Remove the lock of a server that died when its process number has gone to another."""
    lock = cluster.data / "postmaster.pid"
    try:
        pid = int(lock.read_text(encoding="utf-8").split("\n", 1)[0])
    except (OSError, ValueError):
        return
    if not _is_server(pid, cluster.data):
        lock.unlink(missing_ok=True)
        (cluster.socket / ".s.PGSQL.5432.lock").unlink(missing_ok=True)


def _is_server(pid: int, data: Path) -> bool:
    """Tell whether a process is the server of this data directory, where its work folder is."""
    if not Path("/proc/self").exists():
        return True  # PostgreSQL's own check decides
    try:
        return os.path.samefile(f"/proc/{pid}/cwd", data)
    except OSError:
        return False


def _run(
    cluster: Cluster, program: str, arguments: Sequence[str]
) -> subprocess.CompletedProcess[str]:
    """Run one of PostgreSQL's programs as the server's user, with nothing of our environment."""
    user = cluster.state.server_user
    with tempfile.TemporaryFile("w+", encoding="utf-8", errors="replace") as output:
        done = subprocess.run(
            [str(cluster.binaries.folder / program), *arguments],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            cwd=cluster.folder,
            env={"PATH": os.defpath, "LC_ALL": "C"},
            start_new_session=True,
            user=user.uid if user else None,
            group=user.gid if user else None,
            extra_groups=[] if user else None,
        )  # a file, not a pipe: the server would keep a pipe open
        output.seek(0)
        return subprocess.CompletedProcess(done.args, done.returncode, output.read())
