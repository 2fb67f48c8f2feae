"""`make run` and `make demo`: the steps from an empty machine to the product with its demo."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Mapping

from config.local import cluster as clusters
from config.local.databases import external_environment
from config.local.packages import PDF_PACKAGES, require
from config.local.processes import interrupt_on_sigterm, run_child
from config.local.servers import (
    Servers,
    clean_environment,
    development_cluster,
    local_environment,
    start_development,
)
from config.local.state import CHECKOUT, SetupError, find_state

# What happens before the product serves, in this order: what is said, and the command.
STEPS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("Migrating the database", ("migrate", "--database", "owner", "--verbosity", "0")),
    ("Gathering the static files", ("collectstatic", "--noinput", "--verbosity", "0")),
    ("Setting up", ("set_up", "--demo")),
)
OWNER_COMMANDS = frozenset({"migrate"})
SERVE = ("-m", "gunicorn", "--config", "config/gunicorn.py", "config.wsgi:application")
DEFAULT_PORT = 8000


def run(*, is_serving: bool) -> int:
    """Set up, make the demo and, unless it is enough, serve until Ctrl-C."""
    port = read_port(os.environ.get("PORT"))
    if is_serving:
        require_free(port)
    require(PDF_PACKAGES)
    state = find_state()
    interrupt_on_sigterm()
    if os.environ.get("DATABASE_URL"):
        settings = local_environment(state) | external_environment(os.environ)
        servers = Servers(settings, is_ours=False)
    else:
        servers = start_development(state)
    try:
        environment = clean_environment() | servers.environment | {"PORT": str(port)}
        for title, command in STEPS:
            manage(title, command, environment)
        if not is_serving:
            return 0
        code = run_child([sys.executable, *SERVE], without_owner(environment))
        return 0 if code == 128 + signal.SIGINT else code
    finally:
        if servers.is_ours:
            clusters.stop(development_cluster(state))


def read_port(value: str | None) -> int:
    """Return the port that PORT asks for, 8000 without one."""
    if not value:
        return DEFAULT_PORT
    if not (value.isascii() and value.isdecimal()) or not 1 <= int(value) <= 65535:
        raise SetupError(f"PORT must be a number from 1 to 65535, not {value!r}.")
    return int(value)


def require_free(port: int) -> None:
    """Raise unless this port of the loopback can be listened on."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError as error:
            raise SetupError(
                f"Port {port} on 127.0.0.1 cannot be used: {error.strerror}. Stop what uses it, or "
                f"choose another: PORT={port + 1 if port < 65535 else DEFAULT_PORT} make run"
            ) from error


def manage(title: str, command: tuple[str, ...], environment: Mapping[str, str]) -> None:
    """Run one of manage.py's commands; only the migration knows the owner's credentials."""
    print(f"→ {title}", flush=True)
    if command[0] not in OWNER_COMMANDS:
        environment = without_owner(environment)
    started = time.monotonic()
    done = subprocess.run([sys.executable, "manage.py", *command], cwd=CHECKOUT, env=environment)
    if done.returncode != 0:
        raise SetupError(f"{title} failed (manage.py {command[0]}, exit {done.returncode}).")
    print(f"  {time.monotonic() - started:.1f} s", flush=True)


def without_owner(environment: Mapping[str, str]) -> dict[str, str]:
    """Return the settings without the owner's credentials."""
    return {name: value for name, value in environment.items() if name != "DATABASE_OWNER_URL"}
