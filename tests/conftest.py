"""Fixtures that every test may use."""

import gc
import itertools
import os
import shutil
from collections.abc import Generator, Iterator, Mapping
from contextlib import suppress
from importlib import import_module
from pathlib import Path
from typing import Any

import hypothesis
import pytest
from django.conf import settings
from django.core.cache import caches
from django.db import connections
from playwright.sync_api import Browser

from config.garbage import collect_rarely
from costing.scenarios import computing
from costing.scenarios.estimates import estimates_kept
from organizations import concurrency, kept_pages
from organizations.sessions import COPIES
from tests import chromium as browsers
from tests import run_folder, shared_cast
from tests.databases import drop_database, empty_all, make_database
from tests.world import World, build_world

pytest_plugins = ["tests.no_skips"]
_numbers = itertools.count(1)

# The same examples at every run; HYPOTHESIS_PROFILE=explore looks at new ones.
hypothesis.settings.register_profile("suite", derandomize=True, deadline=None)
hypothesis.settings.register_profile("explore", deadline=None)
hypothesis.settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "suite"))

# How long an estimate takes here says how busy the machine is: tests of a deadline set their own.
computing.REQUEST_DEADLINE_SECONDS = computing.PREVIEW_DEADLINE_SECONDS = 300.0


def pytest_configure(config: pytest.Config) -> None:
    """Find the folder that the workers of this run share: theirs lie in it."""
    if hasattr(config, "workerinput"):
        run_folder.folder = Path(config.option.basetemp).parent


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    """Give a test nothing kept of another, and without the fixed cast an empty database."""
    caches[COPIES].clear()
    kept_pages.pages.clear()
    estimates_kept.clear()
    shared_cast.end_unless_wanted(item)


@pytest.fixture(scope="session")
def django_db_setup(django_db_blocker: pytest.FixtureRequest) -> Iterator[None]:
    """Give this process a database of its own, used as the app role."""
    with django_db_blocker.unblock():
        name = make_database()
        connections["default"].settings_dict["NAME"] = name
        connections["owner"].settings_dict["NAME"] = name
    yield
    shared_cast.end()
    with django_db_blocker.unblock():
        connections.close_all()
        drop_database(name)


@pytest.fixture(autouse=True)
def _own_files(
    tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> Iterator[None]:
    """Keep a test's files in a folder of its own, which goes with it."""
    folder = tmp_path_factory.getbasetemp() / f"files-{next(_numbers)}"
    monkeypatch.setattr(settings, "MEDIA_ROOT", folder)
    yield
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def committed_db(django_db_setup: None, django_db_blocker: pytest.FixtureRequest) -> Iterator[None]:
    """Let the test commit for real; every table is emptied afterwards."""
    with django_db_blocker.unblock():
        yield
        connections.close_all()
        empty_all(connections["default"].settings_dict["NAME"])


@pytest.fixture
def world(request: pytest.FixtureRequest) -> World:
    """Store the fixed cast, in the test's transaction or, with committed_db, for real."""
    if "committed_db" not in request.fixturenames:
        return shared_cast.find_cast(request)
    request.getfixturevalue("committed_db")
    return build_world()


@pytest.fixture
def two_threads(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Let this process work on two requests at once: one may compute."""
    monkeypatch.setattr(settings, "WEB_THREADS", 2)
    concurrency.threads.cache_clear()
    yield
    concurrency.threads.cache_clear()


@pytest.fixture
def as_production(monkeypatch: pytest.MonkeyPatch) -> None:
    """Make nothing anew that was kept."""
    monkeypatch.setattr(settings, "KEPT_PARTS_COMPARED", False)


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """Give one browser to the tests of a module."""
    with browsers.started() as browser:
        yield browser


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with what is dearest for tests to share, so that one worker alone makes it.

    Each worker begins with a stretch of the list of its own, and takes tests of others from their
    ends: what stands first is never taken. First come the workbooks that LibreOffice recalculates,
    which need no database; another worker makes that meanwhile. Then the tests that share the cast
    with rows of every kind, of the API and of the pages: to store either takes seconds.
    """
    items.sort(
        key=lambda item: (
            not item.nodeid.startswith("tests/reports/workbook/"),
            "stocked" not in getattr(item, "fixturenames", ()),
            not item.nodeid.startswith("tests/test_permissions.py"),
        )
    )


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_collection(session: pytest.Session) -> Generator[None, object, object]:
    """Look for no garbage while tests are collected, then rarely: that was a fifth of all time."""
    gc.disable()
    if session.config.args_source is pytest.Config.ArgsSource.TESTPATHS:
        _import_own_share(getattr(session.config, "workerinput", None))
    found = yield
    collect_rarely()
    return found


def _import_own_share(worker: Mapping[str, Any] | None) -> None:
    """Import every third module of tests first, or as many workers as there are.

    Where none was compiled yet, all workers would compile each of them at the same time. What
    cannot be imported fails when it is collected.
    """
    if worker is not None:
        folder = Path(__file__).parent
        found = sorted(set(folder.rglob("test_*.py")) - set(folder.glob("bench/*")))
        place = int(worker["workerid"].removeprefix("gw"))
        for path in found[place :: worker["workercount"]]:
            name = ".".join(path.relative_to(folder.parent).with_suffix("").parts)
            with suppress(Exception):
                import_module(name)
