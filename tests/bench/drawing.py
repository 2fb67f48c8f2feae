"""A warm process that draws files in processes forked from it, and tells the CPU time of each."""

import gc
import os
import pickle
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from reports.documents import pdf_process


@dataclass(frozen=True)
class Order:
    """All that is laid out for a file, also what does not fit its page."""

    pages: Sequence[str]
    assets: Mapping[str, bytes]
    styles: Sequence[str]


def drawn_ms(order: Order, environment: Mapping[str, str]) -> float:
    """The CPU time of a process that draws it as the product's does."""
    if (drawer := os.fork()) == 0:
        gc.disable()
        os.environ.update(environment)
        pdf_process.load_fonts()
        drawing = pdf_process.Drawing(dict(order.assets), 1, order.styles)
        os.environ["SOURCE_DATE_EPOCH"] = pdf_process.DATE_OF_FONTS
        for html in order.pages:
            drawing.lay_out(html)
        os._exit(0 if drawing.write() else 1)
    _, status, used = os.wait4(drawer, 0)
    assert status == 0
    return 1000 * (used.ru_utime + used.ru_stime)


def main() -> None:
    """Draw the orders in turn, and print the least that each took."""
    environment, styles, orders, rounds = pickle.load(sys.stdin.buffer)
    pdf_process.warm(styles)
    times = [[drawn_ms(order, environment) for order in orders] for _ in range(rounds)]
    sys.stdout.write(" ".join(str(min(each)) for each in zip(*times, strict=True)))


if __name__ == "__main__":
    main()
