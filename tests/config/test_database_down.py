"""The database drops every connection, or cannot be reached: a short wait, then a clear answer."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from typing import Any

import psycopg
import pytest
from django.db import connections

from config.local.state import CHECKOUT
from config.postgresql.base import DatabaseWrapper
from config.settings import environment

POOLED = "test-pool"
NOWHERE = "postgresql://crossover_app@127.0.0.1:9/crossover"
# Asks as a person with a session, as a program with a key, and as nobody.
ASK = """
import json, time, django
from concurrent.futures import ThreadPoolExecutor
django.setup()
from django.test import Client
key = {"Authorization": "Bearer xo_" + "0" * 8 + "_" + "A" * 43}
def ask(path, headers):
    began = time.monotonic()
    response = Client(raise_request_exception=False).get(path, headers=headers)
    body, wait = response.content.decode(), response.headers.get("Retry-After")
    return response.status_code, wait, body, time.monotonic() - began
with ThreadPoolExecutor(3) as threads:
    paths = ("/o/acme/", "/api/v1/organizations/acme/assessments/", "/healthz/")
    session = {"Cookie": "__Host-session=" + "a" * 32}
    print(json.dumps(list(threads.map(ask, paths, (session, key, {})))))
"""


@pytest.fixture
def url(committed_db: None) -> str:
    """The test's database as a URL."""
    given = connections["default"].settings_dict
    return f"postgresql://{given['USER']}@/{given['NAME']}?host={given['HOST']}"


@pytest.fixture
def pooled(url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[dict[str, Any]]:
    """Production's settings of the test's database; the pool goes with the test."""
    monkeypatch.setenv("DATABASE_URL", url)
    settings = environment.database("DATABASE_URL", pool=True)
    defaults = connections["default"].settings_dict
    yield {**defaults, **settings}
    DatabaseWrapper({**defaults, **settings}, POOLED).close_pool()


def ask(wrapper: DatabaseWrapper) -> None:
    """Run one query as a request does, and give the connection back."""
    with wrapper.cursor() as cursor:
        cursor.execute("select 1")
    wrapper.close()


def test_requests_get_over_the_death_of_all_connections(pooled: dict[str, Any], url: str) -> None:
    wrappers = [DatabaseWrapper(pooled, POOLED) for _ in range(10)]
    for wrapper in wrappers:
        wrapper.ensure_connection()
    pids = [wrapper.connection.info.backend_pid for wrapper in wrappers]
    for wrapper in wrappers:
        wrapper.close()
    with psycopg.connect(url, autocommit=True) as other:
        for pid in pids:
            other.execute("select pg_terminate_backend(%s)", [pid])
    began = time.monotonic()

    for wrapper in wrappers:
        ask(wrapper)

    # By the pool’s own check the first would wait its three seconds in vain, and fail.
    assert time.monotonic() - began < 20.0


def test_unreachable_database_is_503_for_pages_and_programs() -> None:
    done = subprocess.run(
        [sys.executable, "-c", ASK],
        env={
            **os.environ,
            "CROSSOVER_MODE": "production",
            "DJANGO_SETTINGS_MODULE": "config.settings",
            "DATABASE_URL": NOWHERE,
            "SECRET_KEY": "s" * 50,
            "FIELD_ENCRYPTION_KEY": "f" * 50,
            "ALLOWED_HOSTS": "testserver",
            "SECURE_SSL_REDIRECT": "false",
            "REDIS_URL": "redis://127.0.0.1:9/0",
        },
        cwd=CHECKOUT,
        capture_output=True,
        text=True,
        timeout=200,
    )
    assert done.returncode == 0, done.stderr
    answers = json.loads(done.stdout.splitlines()[-1])

    page, program, health = answers
    assert page[:2] == program[:2] == [503, "5"]
    assert "The database cannot be reached" in page[2]
    assert json.loads(program[2])["code"] == "unavailable"
    assert health[0] == 503
    # Three seconds each; by the pool's own default it would be thirty.
    assert max(seconds for *_, seconds in answers) < 20.0
