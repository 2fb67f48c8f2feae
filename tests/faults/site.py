"""The product as production runs it: two web processes, a worker and beat, on its own servers."""

import http.client
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlencode

from config.local import cluster as clusters
from config.local.databases import database_environment, make_database
from config.local.servers import clean_environment
from config.local.state import CHECKOUT, State
from tests.faults.servers import Mailbox, Redis, free_port

SERVERS = "faults"
JSON = "application/json"
FORM = "application/x-www-form-urlencoded"


@dataclass(frozen=True)
class Response:
    """What came of a request; status 0 where the connection broke."""

    name: str
    status: int
    seconds: float
    retry_after: str | None
    body: bytes

    @property
    def is_failure(self) -> bool:
        """Whether a person or program got what they must never get."""
        is_told = self.retry_after is not None or self.name == "health"
        return self.status == 0 or (self.status >= 500 and not (self.status == 503 and is_told))


class Site:
    """Everything that runs, and one way to ask it."""

    def __init__(self, state: State, folder: Path) -> None:
        self.folder, self.port = folder, free_port()
        self.cluster = clusters.find_cluster(state, SERVERS, is_durable=True)
        self.redis, self.mailbox = Redis(folder), Mailbox()
        self.processes: dict[str, subprocess.Popen[bytes]] = {}
        self.cast: dict[str, str] = {}

    def start(self) -> None:
        """Start the servers, fill the database, start the processes."""
        clusters.start(self.cluster)
        make_database(self.cluster, for_tests=False)
        self.redis.start()
        self.mailbox.start()
        names = database_environment(self.cluster)
        owner = self.environment | names
        manage = [sys.executable, "manage.py", "migrate", "--database=owner", "--verbosity=0"]
        subprocess.run(manage, cwd=CHECKOUT, env=owner, check=True)
        done = subprocess.run(
            [sys.executable, "-m", "tests.faults.cast"],
            cwd=CHECKOUT,
            env=self.environment,
            check=True,
            stdout=subprocess.PIPE,
        )
        self.cast = json.loads(done.stdout.splitlines()[-1])
        web = ["gunicorn", "--config=config/gunicorn.py", f"--bind=127.0.0.1:{self.port}"]
        self._run("web", [*web, "tests.faults.wsgi:application"])
        self._run("worker", ["celery", "--app=config.celery", "worker", "--concurrency=2"])
        schedule = self.folder / "schedule"
        beat = ["celery", "--app=config.celery", "beat", "--pidfile=", f"--schedule={schedule}"]
        self._run("beat", beat)
        self.wait_until_well(90)

    @property
    def environment(self) -> dict[str, str]:
        """Production's settings."""
        return clean_environment() | {
            "CROSSOVER_MODE": "production",
            "DJANGO_SETTINGS_MODULE": "config.settings",
            "SECRET_KEY": "faults-only-0123456789-abcdefghijklmnopqrstuvwxyz-ABCDEF",
            "FIELD_ENCRYPTION_KEY": "faults-only-9876543210-abcdefghijklmnopqrstuvwxyz",
            "ALLOWED_HOSTS": "127.0.0.1",
            "SECURE_SSL_REDIRECT": "false",
            "API_REQUESTS_PER_MINUTE": "1000000",
            "DATABASE_URL": database_environment(self.cluster)["DATABASE_URL"],
            "REDIS_URL": self.redis.url,
            "EMAIL_HOST": "127.0.0.1",
            "EMAIL_PORT": str(self.mailbox.port),
            "EMAIL_USE_TLS": "false",
            "JOB_LEASE_SECONDS": "5",
            "JOB_RESEND_SECONDS": "3",
            "DELIVERABLES_ROOT": str(self.folder / "deliverables"),
            "LOG_LEVEL": "WARNING",
        }

    def _run(self, name: str, command: list[str]) -> None:
        with (self.folder / f"{name}.log").open("wb") as log:
            self.processes[name] = subprocess.Popen(
                [sys.executable, "-m", *command],
                cwd=CHECKOUT,
                env=self.environment,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )

    def stop(self) -> None:
        """End everything that was started here."""
        for process in self.processes.values():
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGTERM)
        for process in self.processes.values():
            try:
                process.wait(timeout=15)
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)
        self.redis.stop()
        self.mailbox.stop()
        clusters.stop(self.cluster)

    def ended(self) -> list[str]:
        """The processes that ended by themselves."""
        return [name for name, process in self.processes.items() if process.poll() is not None]

    def wait_until_well(self, seconds: float) -> float:
        """Wait until health and an ordinary page answer; return how long that took."""
        began = time.monotonic()
        while time.monotonic() < began + seconds:
            if self.ask("health", "GET", "/healthz/").status == 200 and self.page().status == 200:
                return time.monotonic() - began
            time.sleep(0.2)
        raise AssertionError(f"not well after {seconds:.0f} s; see {self.folder}")

    def page(self) -> Response:
        """Ask for an ordinary page as a person who is signed in."""
        path = f"/o/{self.cast['organization']}/assessments/"
        return self.ask("page", "GET", path, headers=self.person())

    def call(self, name: str, method: str, path: str, data: object = None) -> Response:
        """Ask the API as a program, below the organization."""
        headers = {"Authorization": f"Bearer {self.cast['key']}", "Content-Type": JSON}
        body = b"" if data is None else json.dumps(data).encode()
        address = f"/api/v1/organizations/{self.cast['organization']}/{path}"
        return self.ask(name, method, address, headers=headers, body=body)

    def post(self, name: str, path: str, form: Mapping[str, str], *, signed_in: bool) -> Response:
        """Send a form as a browser does."""
        headers = self.person() if signed_in else self.nobody()
        body = urlencode(form).encode()
        return self.ask(name, "POST", path, headers=headers | {"Content-Type": FORM}, body=body)

    def nobody(self) -> dict[str, str]:
        """The headers of a browser that is not signed in."""
        csrf = self.cast["csrf"]
        return {"Cookie": f"__Host-csrf={csrf}", "X-CSRFToken": csrf}

    def person(self) -> dict[str, str]:
        """The headers of the consultant's browser."""
        cookies = f"__Host-session={self.cast['session']}; __Host-csrf={self.cast['csrf']}"
        return self.nobody() | {"Cookie": cookies}

    def ask(
        self,
        name: str,
        method: str,
        path: str,
        *,
        headers: Mapping[str, str] | None = None,
        body: bytes = b"",
    ) -> Response:
        """Send one request on a connection of its own."""
        proxied = {
            "Host": "127.0.0.1",
            "X-Forwarded-Proto": "https",
            "X-Forwarded-For": "192.0.2.1",
            "Origin": "https://127.0.0.1",
            "Referer": "https://127.0.0.1/",
        }
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        began = time.monotonic()
        try:
            connection.request(method, path, body or None, proxied | dict(headers or {}))
            found = connection.getresponse()
            content = found.read()
        except OSError as error:
            return Response(name, 0, time.monotonic() - began, None, str(error).encode())
        finally:
            connection.close()
        seconds = time.monotonic() - began
        return Response(name, found.status, seconds, found.headers.get("Retry-After"), content)
