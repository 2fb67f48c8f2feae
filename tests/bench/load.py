"""A server under load: gunicorn with production's settings, and connections that keep asking."""

import http.client
import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import NamedTuple

from django.conf import settings
from django.db import connections

CONNECTIONS = 4
SECONDS = 5.0
WARM_UP_SECONDS = 1.5


@dataclass(frozen=True)
class Ask:
    """One request as it goes over the wire."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes = b""
    status: int = 200


class Served(NamedTuple):
    """Where a server listens, and the process whose children work."""

    port: int
    process_id: int


# The next request of a connection, by its number and by how many it sent before.
Asking = Callable[[int, int], Ask]


@dataclass(frozen=True)
class Measured:
    """What came of one kind of request."""

    requests_per_second: float
    p95_ms: float


def measure(
    port: int, asking: Asking, seconds: float = SECONDS, warm_up_seconds: float = WARM_UP_SECONDS
) -> Measured:
    """Let connections ask for some seconds, one request after the other on each."""
    with ThreadPoolExecutor(CONNECTIONS) as threads:
        span = (warm_up_seconds, seconds)
        runs = [threads.submit(_keep_asking, port, asking, n, *span) for n in range(CONNECTIONS)]
        times = sorted(each for run in runs for each in run.result())
    return Measured(
        requests_per_second=len(times) / seconds,
        p95_ms=times[int(len(times) * 0.95)] * 1000,
    )


def _keep_asking(
    port: int, asking: Asking, number: int, warm_up_seconds: float, seconds: float
) -> list[float]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    times = []
    sent = 0
    begin = time.perf_counter() + warm_up_seconds
    end = begin + seconds
    # One that takes longer than all the time counts once.
    while (start := time.perf_counter()) < end or not times:
        ask = asking(number, sent)
        connection.request(ask.method, ask.path, ask.body, ask.headers)
        answer = connection.getresponse()
        body = answer.read()
        assert answer.status == ask.status, (ask.path, answer.status, body[:300])
        sent += 1
        if start >= begin:
            times.append(time.perf_counter() - start)
    connection.close()
    return times


REPEATS, ROUNDS, WARM_UP = 20, 5, 24


def cpu_ms(served: Served, asking: Asking) -> float:
    """CPU time that the server's own processes take for a request; other work disturbs it little.

    Of some rounds of many requests, one after the other, the least; as Linux counts it.
    """
    connection = http.client.HTTPConnection("127.0.0.1", served.port, timeout=60)
    numbers = count()

    def ask(times: int) -> None:
        for _ in range(times):
            one = asking(0, next(numbers))
            connection.request(one.method, one.path, one.body, one.headers)
            answer = connection.getresponse()
            body = answer.read()
            assert answer.status == one.status, (one.path, answer.status, body[:300])

    def seconds_of_round() -> float:
        before = _cpu_seconds(served.process_id)
        ask(REPEATS)
        return _cpu_seconds(served.process_id) - before

    ask(WARM_UP)
    least = min(seconds_of_round() for _ in range(ROUNDS))
    connection.close()
    return least / REPEATS * 1000


def _cpu_seconds(parent: int) -> float:
    """The CPU time of a process's children with all their threads."""
    workers = [
        folder
        for folder in Path("/proc").glob("[0-9]*")
        if f" {parent} " in _read(folder / "stat").rpartition(")")[2][:16]
    ]
    clocks = (_read(task / "schedstat") for each in workers for task in (each / "task").iterdir())
    return sum(int(clock.split()[0]) for clock in clocks if clock) / 1e9


def _read(path: Path) -> str:
    try:
        return path.read_text()
    except OSError:  # it ended just now
        return ""


@contextmanager
def serving(folder: Path) -> Iterator[Served]:
    """Serve this test's database as production does, but for HTTPS."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    environment = _environment(folder)
    command = [sys.executable, "-m", "gunicorn", "--config", "config/gunicorn.py"]
    options = ["--bind", f"127.0.0.1:{port}", "--access-logfile", str(folder / "access.log")]
    with (folder / "server.log").open("wb") as log:
        server = subprocess.Popen(
            [*command, *options, "tests.bench.site:application"],
            env=environment,
            cwd=settings.BASE_DIR,
            stdout=log,
            stderr=log,
        )
        try:
            _wait(port, folder)
            yield Served(port, server.pid)
        finally:
            server.terminate()
            server.wait(timeout=60)


def _environment(folder: Path) -> dict[str, str]:
    given = connections["default"].settings_dict
    return {
        **os.environ,
        "CROSSOVER_MODE": "production",
        "SECRET_KEY": settings.SECRET_KEY,
        "FIELD_ENCRYPTION_KEY": settings.FIELD_ENCRYPTION_KEY,
        "ALLOWED_HOSTS": "127.0.0.1",
        "SECURE_SSL_REDIRECT": "false",
        "API_REQUESTS_PER_MINUTE": "1000000",
        "DATABASE_URL": f"postgresql://{given['USER']}@/{given['NAME']}?host={given['HOST']}",
        "REDIS_URL": settings.CELERY_BROKER_URL,
        "DELIVERABLES_ROOT": str(folder / "deliverables"),
        "LOG_LEVEL": "WARNING",
    }


def _wait(port: int, folder: Path) -> None:
    deadline = time.monotonic() + 90
    while time.monotonic() < deadline:
        try:
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
            connection.request("GET", "/healthz/")
            if connection.getresponse().status == 200:
                return
        except OSError:
            pass
        time.sleep(0.2)
    raise AssertionError((folder / "server.log").read_text())
