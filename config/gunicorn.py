"""Gunicorn's configuration; locally it is one process, with the jobs' worker inside."""

import gc
import os
import sys
from pathlib import Path
from typing import Any

from config.garbage import collect_rarely
from config.logs import logging_settings
from config.requests import WAITING
from config.settings import WEB_THREADS

IS_LOCAL = os.environ.get("CROSSOVER_MODE") == "local"

bind = f"127.0.0.1:{os.environ.get('PORT', '8000')}" if IS_LOCAL else "0.0.0.0:8000"
worker_class = "gthread"
workers = 1 if IS_LOCAL else int(os.environ.get("WEB_CONCURRENCY", "2"))
threads = WEB_THREADS + WAITING + 1  # the last is the health check's
timeout = 60
graceful_timeout = 20
max_requests = 0 if IS_LOCAL else 5000
max_requests_jitter = 500
worker_tmp_dir = "/dev/shm" if Path("/dev/shm").is_dir() else None
control_socket_disable = True
# Requests are logged by config.logs: Gunicorn would log paths, and a path may hold a token.
accesslog = None
loglevel = "warning" if IS_LOCAL else "info"
logconfig_dict = logging_settings(level=loglevel.upper(), as_json=not IS_LOCAL) | {
    "loggers": {"gunicorn.error": {"level": loglevel.upper(), "propagate": True}}
}


def post_fork(server: Any, worker: Any) -> None:
    """Look for no garbage in what is loaded now: `collect_rarely` does again."""
    gc.disable()


def post_worker_init(worker: Any) -> None:
    """Read the demo console's prices before anybody waits for them; locally, start the worker."""
    from config.database_role import require_bound_role
    from reports.demo.console import console_page

    require_bound_role()
    # A thread that computes hands over after a fifth of the usual time: pages wait for it often.
    sys.setswitchinterval(0.001)
    console_page({})
    collect_rarely()
    if IS_LOCAL:
        from config.celery import start_embedded_worker

        worker.stop_embedded_worker = start_embedded_worker()
        print(f"\nCrossover is at http://{bind} (Ctrl-C stops it)", flush=True)


def worker_exit(server: Any, worker: Any) -> None:
    """Stop the embedded worker with its process."""
    if hasattr(worker, "stop_embedded_worker"):
        worker.stop_embedded_worker()
