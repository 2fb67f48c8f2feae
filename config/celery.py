"""The Celery app, and the worker that can live inside the web process."""

import os
import threading
from collections.abc import Callable
from contextlib import ExitStack

import click
from celery import Celery
from celery.beat import EmbeddedService
from celery.signals import (
    beat_init,
    task_prerun,
    worker_init,
    worker_process_init,
)
from django.core.exceptions import ImproperlyConfigured
from structlog.contextvars import clear_contextvars

from config.garbage import collect_rarely, importing

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

app = Celery("crossover")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
app.set_default()


_imports = ExitStack()


if click.get_current_context(silent=True):
    # A command of Celery's: a worker and beat look for no garbage until they have all imported, the
    # others end before there is much.
    _imports.enter_context(importing())


@worker_init.connect  # type: ignore[untyped-decorator]
@beat_init.connect  # type: ignore[untyped-decorator]
def end_imports(**_: object) -> None:
    """Look for it from here on."""
    _imports.close()


@task_prerun.connect  # type: ignore[untyped-decorator]
def forget_context(**_: object) -> None:
    """Begin each task with nothing of the last one in the log's context."""
    clear_contextvars()


@worker_process_init.connect  # type: ignore[untyped-decorator]
def set_up_process(**_: object) -> None:
    """Let web processes on the same machine go first, and look for garbage rarely as they do."""
    os.nice(10)
    collect_rarely()


@worker_init.connect  # type: ignore[untyped-decorator]
@beat_init.connect  # type: ignore[untyped-decorator]
def check_database_role(**_: object) -> None:
    """End a worker or beat whose database role row-level security does not bind."""
    from config.database_role import require_bound_role

    try:
        require_bound_role()
    except ImproperlyConfigured as error:
        raise SystemExit(str(error)) from None  # Celery only logs what is no SystemExit


def start_embedded_worker() -> Callable[[], None]:
    """Start a worker and a beat as threads of this process; return the function that stops both.

    A job under way when they stop is found again by its lease.
    """
    app.set_default()
    controller = app.WorkController(
        pool_cls="threads",
        concurrency=2,
        without_heartbeat=True,
        loglevel="WARNING",
    )
    beat = EmbeddedService(app, thread=True, scheduler_cls="celery.beat:Scheduler")
    threading.Thread(target=controller.start, daemon=True, name="worker").start()
    beat.start()

    def stop() -> None:
        beat.stop()
        controller.stop(in_sighandler=True)

    return stop
