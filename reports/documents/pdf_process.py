"""The process that draws one PDF: bounds itself, reads an order, writes the file to its output.

Imports nothing of the project; WeasyPrint only once the bounds are set.
"""

import json
import math
import os
import resource
import signal
import sys
from base64 import b64decode
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
        leave("pages", f"{len(document.pages)} pages instead of {pages}")
    return bytes(document.write_pdf(pdf_variant="pdf/ua-1"))


def leave(reason: str, detail: str) -> NoReturn:
    """End this process, saying why.

    At once, without the interpreter's own ending: that needs memory, and where none is left it
    would exit with a code of its own.
    """
    os.write(STDERR, detail.encode())
    os._exit(EXIT_OF_REASON[reason])


def main() -> None:
    """One order in, one PDF out."""
    order = json.load(sys.stdin.buffer)
    bound(order["cpu_seconds"], order["memory_bytes"])
    assets = {name: b64decode(body) for name, body in order["assets"].items()}
    try:
        pdf = draw(order["html"], assets, order["pages"])
    except MemoryError:
        leave("memory", "out of the address space allowed")
    except RecursionError:
        leave("nesting", "too many elements inside one another")
    else:
        sys.stdout.buffer.write(pdf)


if __name__ == "__main__":
    main()
