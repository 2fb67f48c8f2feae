"""The process that has PDFs drawn: WeasyPrint is loaded once, each PDF has a process of its own.

Imports nothing of the project. For each order it forks a keeper, and that a drawer, which bounds
itself, reads the order and writes the file. The keeper says how it ended, or ends it when nobody
waits for it any longer.
"""

import gc
import json
import math
import os
import resource
import select
import signal
import socket
import sys
import traceback
from base64 import b64decode
from collections import Counter
from collections.abc import Callable, Sequence
from struct import Struct
from typing import Any, NoReturn

STDERR = 2
EXIT_OF_REASON = {"memory": 3, "nesting": 4, "pages": 5}
# What a library in C dies of when the memory that it asks for is refused; it raises nothing.
OUT_OF_MEMORY_SIGNALS = (signal.SIGABRT, signal.SIGBUS, signal.SIGSEGV, signal.SIGTRAP)
# A process that is killed has not reached its CPU time, which ends it by SIGXCPU: the system did.
REASON_OF_EXIT = (
    {code: reason for reason, code in EXIT_OF_REASON.items()}
    | {-signal.SIGXCPU: "time", -signal.SIGKILL: "busy"}
    | {-number: "memory" for number in OUT_OF_MEMORY_SIGNALS}
)
# What follows on the file: the log, with the exit code and the log's length behind it.
ENDING = Struct("!iI")
MAX_LOG = 2000
TYPES = {"svg": "image/svg+xml", "png": "image/png", "css": "text/css"}


def bound(cpu_seconds: float, memory_bytes: int) -> None:
    """Give this process a hard end in CPU time and address space, and no core file."""
    limit = math.ceil(cpu_seconds)
    resource.setrlimit(resource.RLIMIT_CPU, (limit, limit + 1))
    resource.setrlimit(resource.RLIMIT_AS, (memory_bytes, memory_bytes))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def draw(html: str, assets: dict[str, bytes], pages: int | None) -> bytes:
    """The PDF, or SystemExit with the code that says why not."""
    from weasyprint import HTML
    from weasyprint.urls import URLFetcher, URLFetcherResponse

    class AssetFetcher(URLFetcher):  # type: ignore[misc]
        """Answers `asset:NAME` from memory; no network, file or redirect."""

        def fetch(self, url: str, headers: Any = None) -> URLFetcherResponse:
            scheme, _, name = url.partition(":")
            if scheme != "asset" or name not in assets:
                raise ValueError(f"not an asset of this document: {url[:200]}")
            content_type = TYPES.get(name.rpartition(".")[2], "application/octet-stream")
            return URLFetcherResponse(url, assets[name], {"Content-Type": content_type})

    document = HTML(string=html, url_fetcher=AssetFetcher()).render(pdf_variant="pdf/ua-1")
    if pages is not None and len(document.pages) != pages:
        spilt = "".join(f"; spilling: {name}" for name in spilling(document.pages))
        leave("pages", f"{len(document.pages)} pages instead of {pages}{spilt}")
    return bytes(document.write_pdf(pdf_variant="pdf/ua-1"))


def spilling(pages: Sequence[Any]) -> list[str]:
    """The ids of the sections, `page-…`, that take more than a page."""
    on_pages = Counter(name for page in pages for name in page.anchors if name[:5] == "page-")
    return [name for name, count in on_pages.items() if count > 1]


def leave(reason: str, detail: str) -> NoReturn:
    """End this process, saying why.

    At once, without the interpreter's own ending: that needs memory, and where none is left it
    would exit with a code of its own.
    """
    os.write(STDERR, detail.encode())
    os._exit(EXIT_OF_REASON[reason])


def work(asker: socket.socket) -> None:
    """One order in, one PDF out."""
    size = int.from_bytes(asker.recv(4, socket.MSG_WAITALL))
    order = json.loads(asker.recv(size, socket.MSG_WAITALL))
    os.environ.update(order["environment"])
    bound(order["cpu_seconds"], order["memory_bytes"])
    assets = {name: b64decode(body) for name, body in order["assets"].items()}
    try:
        pdf = draw(order["html"], assets, order["pages"])
    except MemoryError:
        leave("memory", "out of the address space allowed")
    except RecursionError:
        leave("nesting", "too many elements inside one another")
    else:
        asker.sendall(pdf)


def keep(asker: socket.socket) -> None:
    """Have one order drawn; say behind the file how that ended."""
    heard, said = os.pipe()
    if (drawer := os.fork()) == 0:
        os.dup2(said, STDERR)
        finish(work, asker)
    os.close(said)  # the drawer alone holds it, so its end is heard
    log, polled = b"", select.poll()
    polled.register(asker, 0)  # nobody waits: the other end is closed
    polled.register(heard, select.POLLIN)
    while heard in dict(polled.poll()):
        if not (line := os.read(heard, MAX_LOG)):
            break
        log = (log + line)[-MAX_LOG:]
    else:
        os.kill(drawer, signal.SIGKILL)
    _, status = os.waitpid(drawer, 0)
    asker.sendall(log + ENDING.pack(os.waitstatus_to_exitcode(status), len(log)))


def finish(work: Callable[[socket.socket], None], asker: socket.socket) -> NoReturn:
    """End this forked process with its work, never with what its parent has left to do."""
    try:
        work(asker)
        os._exit(0)
    finally:
        traceback.print_exc()
        os._exit(1)


def main() -> None:
    """Take orders from the standard input until nobody is left to send any."""
    import weasyprint  # noqa: F401

    gc.freeze()
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # keepers end by themselves
    orders = socket.socket(fileno=sys.stdin.fileno())
    while True:
        sign, passed, *_ = socket.recv_fds(orders, 1, 1)
        if not sign:
            return
        with socket.socket(fileno=passed[0]) as asker:
            if os.fork() == 0:
                signal.signal(signal.SIGCHLD, signal.SIG_DFL)
                finish(keep, asker)


if __name__ == "__main__":
    main()
