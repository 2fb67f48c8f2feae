"""The steps of `make run`: ports, settings, processes."""

import os
import signal
import socket
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

from config.local.processes import run_child
from config.local.product import STEPS, read_port, require_free, without_owner
from config.local.servers import clean_environment, locked
from config.local.state import CHECKOUT, SetupError, State, keys_environment


def test_read_port() -> None:
    assert read_port(None) == 8000
    assert read_port("") == 8000
    assert read_port("65535") == 65535


@pytest.mark.parametrize("value", ["0", "65536", "-1", "http", "８０"])
def test_read_port_refuses_what_is_no_port(value: str) -> None:
    with pytest.raises(SetupError, match="PORT must be a number from 1 to 65535"):
        read_port(value)


def test_require_free_names_another_port_when_this_one_is_taken() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]

        with pytest.raises(SetupError, match=rf"Port {port} on 127\.0\.0\.1 .*PORT="):
            require_free(port)

    require_free(port)


def test_steps_migrate_before_they_set_up() -> None:
    assert [command[0] for _, command in STEPS] == ["migrate", "collectstatic", "set_up"]


def test_without_owner_drops_the_owners_credentials() -> None:
    given = {"DATABASE_URL": "a", "DATABASE_OWNER_URL": "b"}

    assert without_owner(given) == {"DATABASE_URL": "a"}


def test_clean_environment_leads_to_no_other_database(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("PGHOST", "PGSERVICE", "DATABASE_URL", "REDIS_URL", "CROSSOVER_MODE"):
        monkeypatch.setenv(name, "elsewhere")
    monkeypatch.setenv("HOME", "/home/somebody")

    cleaned = clean_environment()

    assert [name for name, value in cleaned.items() if value == "elsewhere"] == []
    assert cleaned["HOME"] == "/home/somebody"


def test_keys_last_and_are_private(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SECRET_KEY", raising=False)
    monkeypatch.delenv("FIELD_ENCRYPTION_KEY", raising=False)
    state = State(tmp_path, tmp_path, None)

    keys = keys_environment(state)

    assert keys_environment(state) == keys
    assert keys["SECRET_KEY"] != keys["FIELD_ENCRYPTION_KEY"]
    assert (tmp_path / "secret-key").stat().st_mode & 0o777 == 0o600


def test_locked_twice_is_a_message(tmp_path: Path) -> None:
    state = State(tmp_path, tmp_path, None)

    with locked(state, busy="busy already"):
        with pytest.raises(SetupError, match="busy already"):
            with locked(state, busy="busy already"):
                raise AssertionError("two held one lock")


def test_run_child_keeps_the_exit_code() -> None:
    assert run_child([sys.executable, "-c", "raise SystemExit(5)"], os.environ) == 5


def test_run_child_killed_is_128_and_the_signal() -> None:
    script = "import os, signal; os.kill(os.getpid(), signal.SIGKILL)"

    assert run_child([sys.executable, "-c", script], os.environ) == 128 + signal.SIGKILL


def test_run_child_passes_an_interrupt_on_and_waits(tmp_path: Path) -> None:
    child = "import os, signal; print('up', flush=True); signal.sigwait([2]); print('closed')"
    parent = textwrap.dedent(f"""
        import os, sys
        from config.local.processes import run_child
        sys.exit(run_child([sys.executable, "-c", {child!r}], os.environ))
    """)
    child_block = "import signal; signal.pthread_sigmask(signal.SIG_BLOCK, [2]); "
    parent = parent.replace("import os, signal; print", f"import os; {child_block}print")
    process = subprocess.Popen(
        [sys.executable, "-c", parent], cwd=CHECKOUT, stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    process.stdout.readline()

    process.send_signal(signal.SIGINT)
    output, _ = process.communicate(timeout=120)

    assert output == "closed\n"
    assert process.returncode == 128 + signal.SIGINT
