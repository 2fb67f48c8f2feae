"""The process that has PDFs drawn: WeasyPrint is loaded once, each PDF has a process of its own.

Imports nothing of the project. For each order it forks a keeper, and that a drawer, which bounds
itself, reads the order, lays out one HTML document after the other, says how many pages each takes,
and writes those that fit as one file. The keeper says how it ended, or ends it when nobody waits
for it any longer.
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
from collections.abc import Callable, Iterable, Sequence
from functools import cache
from pathlib import Path
from struct import Struct
from typing import Any, NoReturn

STDERR = 2
EXIT_OF_REASON = {"memory": 3, "nesting": 4}
# What a library in C dies of when the memory that it asks for is refused; it raises nothing.
OUT_OF_MEMORY_SIGNALS = (signal.SIGABRT, signal.SIGBUS, signal.SIGSEGV, signal.SIGTRAP)
# A process that is killed has not reached its CPU time, which ends it by SIGXCPU: the system did.
REASON_OF_EXIT = (
    {code: reason for reason, code in EXIT_OF_REASON.items()}
    | {-signal.SIGXCPU: "time", -signal.SIGKILL: "busy"}
    | {-number: "memory" for number in OUT_OF_MEMORY_SIGNALS}
)
# What stands before a text, its length; and how many pages it takes, with a mark before them.
LENGTH, LAID_OUT, MARK = Struct("!I"), Struct("!cI"), b"p"
# What follows on the file: a mark and the log, with the exit code and the log's length behind it.
END, ENDING = b"\0", Struct("!iI")
MAX_LOG = 2000
VARIANT = "pdf/ua-1"
FIRST = "<!doctype html><html lang='en'><title>First</title><p>First"
# The date that a font's subset is given. Fontconfig must not know it: it dates its cache by it.
DATE_OF_FONTS = "0"
TYPES = {"svg": "image/svg+xml", "png": "image/png", "css": "text/css"}


def bound(cpu_seconds: float, memory_bytes: int) -> None:
    """Give this process a hard end in CPU time and address space, and no core file."""
    limit = math.ceil(cpu_seconds)
    resource.setrlimit(resource.RLIMIT_CPU, (limit, limit + 1))
    resource.setrlimit(resource.RLIMIT_AS, (memory_bytes, memory_bytes))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


@cache
def parsed(style: str) -> Any:
    """A style sheet, which is parsed once."""
    from weasyprint import CSS

    return CSS(string=style)


class Drawing:
    """A PDF/UA of HTML documents that are laid out one after the other, with the same fonts.

    Where `pages` are given, one that takes another number of pages is left out.
    """

    def __init__(
        self, assets: dict[str, bytes], pages: int | None, styles: Sequence[str] = ()
    ) -> None:
        from weasyprint.text.fonts import FontConfiguration
        from weasyprint.urls import URLFetcher, URLFetcherResponse

        class AssetFetcher(URLFetcher):  # type: ignore[misc]
            """Answers `asset:NAME` from memory; no network, file or redirect."""

            def fetch(self, url: str, headers: Any = None) -> URLFetcherResponse:
                scheme, _, name = url.partition(":")
                if scheme != "asset" or name not in assets:
                    raise ValueError(f"not an asset of this document: {url[:200]}")
                content_type = TYPES.get(name.rpartition(".")[2], "application/octet-stream")
                return URLFetcherResponse(url, assets[name], {"Content-Type": content_type})

        self.pages = pages
        self.styles = [parsed(style) for style in styles]
        self.fetcher = AssetFetcher()
        self.fonts = FontConfiguration()
        self.images: dict[str, Any] = {}
        self.laid_out: list[Any] = []

    def lay_out(self, html: str) -> int:
        """How many pages it takes."""
        from weasyprint import HTML

        document = HTML(string=html, url_fetcher=self.fetcher).render(
            font_config=self.fonts,
            cache=self.images,
            stylesheets=self.styles,
            pdf_variant=VARIANT,
        )
        count = len(document.pages)
        if self.pages in (None, count):
            self.laid_out.append(document)
        return count

    def write(self) -> bytes:
        """The file; it has the first document's title."""
        pages = [page for document in self.laid_out for page in document.pages]
        return bytes(self.laid_out[0].copy(pages).write_pdf(pdf_variant=VARIANT))


def leave(reason: str, detail: str) -> NoReturn:
    """End this process, saying why.

    At once, without the interpreter's own ending: that needs memory, and where none is left it
    would exit with a code of its own.
    """
    os.write(STDERR, detail.encode())
    os._exit(EXIT_OF_REASON[reason])


def load_fonts() -> None:
    """Let this process's environment say which fonts there are, not what its parent loaded.

    Pango asks the library's own configuration which families stand for `sans-serif`.
    """
    fontconfig_library().FcInitReinitialize()


@cache
def fontconfig_library() -> Any:
    """The library, with what WeasyPrint does not declare of it; C is parsed once."""
    from weasyprint.text.ffi import ffi, fontconfig

    ffi.cdef("int FcInitReinitialize(void);")
    return fontconfig


def read(asker: socket.socket) -> bytes:
    """The next text that is asked for; none, or nobody any longer, gives none."""
    if not (size := asker.recv(LENGTH.size, socket.MSG_WAITALL)):
        return b""
    return asker.recv(LENGTH.unpack(size)[0], socket.MSG_WAITALL)


def work(asker: socket.socket) -> None:
    """One order in, its documents one by one, one PDF out."""
    gc.disable()  # its end comes sooner than much garbage
    order = json.loads(read(asker))
    os.environ.update(order["environment"])
    bound(order["cpu_seconds"], order["memory_bytes"])
    try:
        load_fonts()
        assets = {name: b64decode(body) for name, body in order["assets"].items()}
        drawing = Drawing(assets, order["pages"], order["styles"])
        os.environ["SOURCE_DATE_EPOCH"] = DATE_OF_FONTS
        while html := read(asker):
            asker.sendall(LAID_OUT.pack(MARK, drawing.lay_out(html.decode())))
        pdf = drawing.write()
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
        os.waitpid(drawer, 0)
        return
    _, status = os.waitpid(drawer, 0)
    asker.sendall(END + log + ENDING.pack(os.waitstatus_to_exitcode(status), len(log)))


def finish(work: Callable[[socket.socket], None], asker: socket.socket) -> NoReturn:
    """End this forked process with its work, never with what its parent has left to do."""
    try:
        work(asker)
        os._exit(0)
    finally:
        traceback.print_exc()
        os._exit(1)


def warm(styles: Iterable[Path | str]) -> None:
    """Do what every drawing would do again, and what is forked from here has done.

    The style sheets are parsed, and a first file is drawn, which fills the caches of the libraries.
    """
    for path in styles:
        parsed(Path(path).read_text(encoding="utf-8"))
    fontconfig_library()
    first = Drawing({}, None)
    first.lay_out(FIRST)
    first.write()
    del first  # with its fonts a thread of Pango ends: no process is forked while it runs
    gc.collect()
    gc.freeze()


def main() -> None:
    """Take orders from the standard input until nobody is left to send any."""
    warm(sys.argv[1:])
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
