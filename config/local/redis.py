"""Starts and stops a private Redis that listens on a unix socket alone."""

import shutil
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from redis import Redis as Connection
from redis.backoff import NoBackoff
from redis.exceptions import RedisError
from redis.retry import Retry

from config.local.state import SetupError, State, make_private, socket_folder

START_SECONDS = 20
OPTIONS = ("--port", "0", "--unixsocketperm", "700", "--save", "", "--appendonly", "no")


@dataclass(frozen=True)
class Redis:
    """A server's folder."""

    folder: Path

    @property
    def socket(self) -> Path:
        """Where it listens."""
        return socket_folder(self.folder) / "redis.sock"

    @property
    def url(self) -> str:
        """What Celery takes for a broker."""
        return f"redis+socket://{quote(str(self.socket), safe='/')}"

    @property
    def connection(self) -> Connection:
        """A client of the server; it does not try twice."""
        return Connection(
            unix_socket_path=str(self.socket), socket_timeout=5, retry=Retry(NoBackoff(), 0)
        )

    @property
    def is_up(self) -> bool:
        """Whether the server answers a ping."""
        try:
            return bool(self.connection.ping())
        except RedisError:
            return False


def find_redis(state: State, name: str) -> Redis:
    """Return the Redis of this name."""
    return Redis(state.home / f"redis-{name}")


def start(redis: Redis) -> bool:
    """Start the server unless it answers; return whether this call started it."""
    if redis.is_up:
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
            [program, *OPTIONS, "--unixsocket", str(redis.socket)],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            cwd=redis.folder,
            start_new_session=True,
        )
    deadline = time.monotonic() + START_SECONDS
    while not redis.is_up:
        if process.poll() is not None or time.monotonic() > deadline:
            process.terminate()
            raise SetupError(f"Redis did not start; see {redis.folder / 'log'}.")
        time.sleep(0.05)
    return True


def stop(redis: Redis) -> bool:
    """Stop the server if it runs; return whether it ran."""
    if not redis.is_up:
        return False
    redis.connection.shutdown(nosave=True)
    deadline = time.monotonic() + START_SECONDS
    while redis.is_up and time.monotonic() < deadline:
        time.sleep(0.05)
    return True
