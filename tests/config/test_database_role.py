"""No process of production serves as a role that row-level security does not bind."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.db import connection, connections
from django.db.backends.signals import connection_created

from config import database_role
from config.database_role import require_bound_role, role_error
from config.local.cluster import SUPERUSER
from config.local.state import CHECKOUT
from tests.config.test_deployment import PRODUCTION

WSGI = "config.wsgi:application"
PROCESSES = {
    "web": ["gunicorn", "--config", "config/gunicorn.py", "--bind", "127.0.0.1:0", WSGI],
    "worker": ["celery", "--app", "config.celery", "worker", "--concurrency", "1"],
    "beat": ["celery", "--app", "config.celery", "beat", "--pidfile="],
}


@pytest.mark.parametrize("process", PROCESSES)
def test_a_process_that_owns_the_tables_ends_with_one_sentence(
    db: None, process: str, tmp_path: Path
) -> None:
    environment = {**os.environ, **PRODUCTION, "REDIS_URL": os.environ["REDIS_URL"]}
    database = connection.settings_dict["NAME"]
    environment["DATABASE_URL"] = os.environ["DATABASE_OWNER_URL"].replace(
        "/crossover?", f"/{database}?"
    )
    environment |= {"WEB_CONCURRENCY": "1", "EMAIL_HOST": "localhost"}
    command = [sys.executable, "-m", *PROCESSES[process]]
    if process == "beat":
        command.append(f"--schedule={tmp_path / 'schedule'}")

    done = subprocess.run(
        command, cwd=CHECKOUT, env=environment, capture_output=True, text=True, timeout=60
    )

    assert done.returncode != 0
    said = done.stdout + done.stderr
    assert "DATABASE_URL signs in as crossover_owner, which owns the tables" in said
    assert "config/roles.sql" in said


def test_the_apps_role_is_bound(db: None) -> None:
    assert role_error(connection) == ""


@pytest.mark.parametrize(
    ("role", "right"), [(SUPERUSER, "is a superuser"), ("crossover_owner", "owns the tables")]
)
@pytest.mark.django_db(databases=["default", "owner"])
def test_what_a_role_may_is_said(role: str, right: str) -> None:
    with pytest.MonkeyPatch.context() as patch:
        other = connections["owner"].copy()
        patch.setitem(other.settings_dict, "USER", role)
        try:
            assert f"signs in as {role}, which {right}" in role_error(other)
        finally:
            other.close()


def test_the_first_connection_is_checked_when_the_database_comes_back(
    committed_db: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(database_role.settings, "MODE", "production")
    connection.close()
    host = connection.settings_dict["HOST"]
    monkeypatch.setitem(connection.settings_dict, "HOST", "/nowhere")
    try:
        require_bound_role()
        monkeypatch.setitem(connection.settings_dict, "HOST", host)
        monkeypatch.setitem(connection.settings_dict, "USER", "crossover_owner")

        with pytest.raises(ImproperlyConfigured, match="owns the tables"):
            connection.ensure_connection()
    finally:
        connection_created.disconnect(dispatch_uid="bound role")
        connection.close()
        monkeypatch.undo()
