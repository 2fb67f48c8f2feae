"""The process of this one that has documents drawn: begun when first needed, anew when it ended."""

import atexit
import os
import socket
import subprocess
import sys
import threading
from pathlib import Path

from reports.documents import pdf_process

PROJECT_DIR = Path(__file__).resolve().parents[2]
STYLES = sorted((PROJECT_DIR / "templates/reports/print").glob("*.css"))
PASSED_ON = ("PATH", "LD_LIBRARY_PATH", "DYLD_FALLBACK_LIBRARY_PATH")
# The same everywhere, as is the order of sets.
FIXED = {"LC_ALL": "C.UTF-8", "PYTHONHASHSEED": "0"}


class Renderer(subprocess.Popen[bytes]):
    """The process, with no secret of this one; it ends when nobody can send it orders."""

    def __init__(self) -> None:
        self.owner = os.getpid()
        self.orders, theirs = socket.socketpair()
        passed_on = {name: os.environ[name] for name in PASSED_ON if name in os.environ}
        with theirs:
            super().__init__(
                [sys.executable, "-m", pdf_process.__name__, *map(str, STYLES)],
                stdin=theirs.fileno(),
                stdout=subprocess.DEVNULL,
                env=passed_on | FIXED,
                cwd=PROJECT_DIR,
                start_new_session=True,
            )

    def stop(self) -> None:
        """End it; what is being drawn is drawn."""
        self.orders.close()
        if self.owner == os.getpid():
            self.kill()
            self.wait()


_lock = threading.Lock()
_begun: list[Renderer] = []


def hand_over(asker: socket.socket) -> Renderer:
    """Let the renderer answer at this socket."""
    with _lock:
        for is_last in (False, True):
            if _begun and (_begun[0].owner != os.getpid() or _begun[0].poll() is not None):
                _begun.pop().stop()
            if not _begun:
                _begun.append(Renderer())
            try:
                socket.send_fds(_begun[0].orders, [b"+"], [asker.fileno()])
                break
            except ConnectionError:  # it ended just now
                _begun.pop().stop()
                if is_last:
                    raise
        return _begun[0]


def end(renderer: Renderer) -> None:
    """End one; the next document begins another."""
    with _lock:
        if renderer in _begun:
            _begun.remove(renderer)
            renderer.stop()


@atexit.register
def _end_all() -> None:
    for renderer in _begun:
        renderer.stop()
