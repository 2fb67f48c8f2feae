"""Settings read from the environment; production's defaults are the safe ones.

`CROSSOVER_MODE` is `production` (default), `local` (one process on this machine) or `test`.
docs/operations.md lists every variable.
"""

import os

from config.celery import app as app  # the default app of every process with Django
from config.settings.base import *  # noqa: F403

if MODE == "production":  # noqa: F405
    from config.settings.production import *  # noqa: F403
elif MODE == "local":  # noqa: F405
    from config.settings.local import *  # noqa: F403
elif MODE == "test":  # noqa: F405
    from config.settings.test import *  # noqa: F403
else:
    raise SystemExit(f"CROSSOVER_MODE must be production, local or test, not {MODE!r}")  # noqa: F405

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
