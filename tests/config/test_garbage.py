"""Nothing looks for garbage while a worker or beat imports the product; then something does."""

import subprocess
import sys
from pathlib import Path

from django.conf import settings

BEAT = """
import gc, sys
from celery.signals import beat_init, import_modules
from celery.__main__ import main
states = []
import_modules.connect(lambda **_: states.append(gc.isenabled()), weak=False)
def end(**_):
    states.extend([gc.isenabled(), gc.get_freeze_count() > 10_000])
    print(*states, file=sys.__stdout__, flush=True)
    raise SystemExit(0)
sys.argv = ["celery", "--app=config.celery", "beat", "--schedule=" + sys.argv[1], "--pidfile="]
import config.celery as other  # as another program: it changes nothing
states.append(gc.isenabled())
del sys.modules["config.celery"]
beat_init.receivers.clear()
import celery.bin.beat
def late(**_):
    beat_init.connect(end, weak=False)
import_modules.connect(late, weak=False)
main()
"""


def test_beat_looks_for_no_garbage_while_it_imports_the_product(tmp_path: Path) -> None:
    """As it is started; a program that only imports the app looks as it did."""
    command = [sys.executable, "-c", BEAT, f"{tmp_path}/schedule"]
    ended = subprocess.run(
        command, cwd=settings.BASE_DIR, capture_output=True, text=True, timeout=120, check=False
    )

    assert ended.stdout.split()[-4:] == ["True", "False", "True", "True"], ended.stderr[-2000:]
