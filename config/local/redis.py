"""Starts and stops a private Redis that listens on a unix socket alone."""

import os
import shutil
import signal
import socket as sockets
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from config.local.errors import SetupError
from config.local.state import State, digest, make_private

SOCKET_PATH_LIMIT_BYTES = 107
START_SECONDS = 20


@dataclass(frozen=True)
class Redis:
    """A server's folder."""

    folder: Path

    @property
    def socket(self) -> Path:
        """The socket, in the folder unless its path would be too long."""
        inside = self.folder / "redis.sock"
        if len(os.fsencode(inside)) <= SOCKET_PATH_LIMIT_BYTES:
            return inside
        short = Path("/tmp") / f"crossover-redis-{os.geteuid()}-{digest(self.folder)}"
        return short / "redis.sock"

    @property
    def pid_file(self) -> Path:
        """The number of the process, written at the start."""
        return self.folder / "pid"

    @property
    def url(self) -> str:
        """What Celery takes for a broker."""
        return f"redis+socket://{quote(str(self.socket), safe='/')}"


def find_redis(state: State, name: str) -> Redis:
    """Return the Redis of this name."""
    return Redis(state.home / f"redis-{name}")


def start(redis: Redis) -> bool:
    """Start the server unless it answers; return whether this call started it."""
    if answers(redis):
        return False
    program = shutil.which("redis-server")
    if program is None:
        raise SetupError(
            "redis-server is missing. Install it (Debian and Ubuntu: "
            "sudo apt-get install redis-server)."
        )
    make_private(redis.folder)
    make_private(redis.socket.parent)
    with (redis.folder / "log").open("w", encoding="utf-8") as log:
        process = subprocess.Popen(
            [
                program,
                "--port",
                "0",
                "--unixsocket",
                str(redis.socket),
                "--unixsocketperm",
                "700",
                "--save",
                "",
                "--appendonly",
                "no",
                "--daemonize",
                "no",
            ],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            cwd=redis.folder,
            start_new_session=True,
        )
    redis.pid_file.write_text(str(process.pid), encoding="utf-8")
    _wait(redis, process)
    return True


def stop(redis: Redis) -> bool:
    """Stop the server if it runs; return whether it ran."""
    if not answers(redis):
        return False
    with _connect(redis) as connection:
        connection.sendall(b"SHUTDOWN NOSAVE\r\n")
        connection.recv(64)
    deadline = time.monotonic() + START_SECONDS
    while answers(redis) and time.monotonic() < deadline:
        time.sleep(0.05)
    return True


def answers(redis: Redis) -> bool:
    """Tell whether the server answers a ping."""
    try:
        with _connect(redis) as connection:
            connection.sendall(b"PING\r\n")
            return connection.recv(16).startswith(b"+PONG")
    except OSError:
        return False


def _connect(redis: Redis) -> sockets.socket:
    connection = sockets.socket(sockets.AF_UNIX, sockets.SOCK_STREAM)
    connection.settimeout(5)
    try:
        connection.connect(str(redis.socket))
    except OSError:
        connection.close()
        raise
    return connection


def _wait(redis: Redis, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + START_SECONDS
    while not answers(redis):
        if process.poll() is not None or time.monotonic() > deadline:
            process.send_signal(signal.SIGTERM)
            raise SetupError(f"Redis did not start; see {redis.folder / 'log'}.")
        time.sleep(0.05)
