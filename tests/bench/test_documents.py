"""How much computing the documents take: a table, in CPU time, which other work disturbs little.

Goal: a scorecard takes 2 × and a brief 3 × what one line takes with the same style sheets and fonts
in the same warm process; all five documents of a snapshot take 3 s (`make bench`).
"""

import os
import pickle
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

from reports.documents import pdf, renderers, rendering
from reports.models import DeliverableKind, PaperSize
from tests.bench.drawing import Order
from tests.bench.tables import leave_table
from tests.cases.loading import frozen

CASES = ("base", "applications", "support_chat")
ROUNDS = 9
PDFS = (DeliverableKind.SCORECARD, DeliverableKind.EXECUTIVE_BRIEF)
OTHERS = tuple(kind for kind in rendering.DRAWERS if kind not in PDFS)
ONE_LINE = "<!doctype html><html lang='en'><title>One line</title><body><p>One line"


def test_five_documents_take_three_seconds(
    request: pytest.FixtureRequest,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    benchmark: Any,
) -> None:
    def measure() -> list[str]:
        rows = ["case            one line       scorecard           brief    all five"]
        for name in CASES:
            orders = [_order(name, kind, monkeypatch) for kind in PDFS]
            line = Order([ONE_LINE], {}, orders[0].styles)
            one, card, brief = _drawn_ms([line, *orders], tmp_path)
            whole = card + brief + sum(_written_ms(name, kind) for kind in OTHERS)
            ratios = f"{card:7.0f} {card / one:4.1f} ×  {brief:7.0f} {brief / one:4.1f} ×"
            rows.append(f"{name:14} {one:9.0f}  {ratios}  {whole:10.0f}")
            assert whole < 3000
        return rows

    rows = benchmark.pedantic(measure, rounds=1, iterations=1)
    leave_table(request.config, "Documents: ms of CPU, as ratios to one line", "\n".join(rows))


def _draw(name: str, kind: DeliverableKind) -> None:
    case = frozen(name)
    rendering.DRAWERS[kind](case.payload, case.sha256, PaperSize.A4)


def _written_ms(name: str, kind: DeliverableKind) -> float:
    """The least that a document takes in this process."""

    def once() -> float:
        start = time.process_time()
        _draw(name, kind)
        return 1000 * (time.process_time() - start)

    return min(once() for _ in range(3))


def _order(name: str, kind: DeliverableKind, monkeypatch: pytest.MonkeyPatch) -> Order:
    """What the drawing of a document is asked for until each of its pages fits."""
    pages: list[str] = []
    kept: dict[str, Order] = {}
    lay_out, render = pdf.Drawer.lay_out, rendering.render_sheets

    def noted(drawer: pdf.Drawer, html: str) -> int:
        pages.append(html)
        return lay_out(drawer, html)

    def render_sheets(
        sheets: list[list[str]], assets: Mapping[str, bytes], styles: Sequence[str]
    ) -> bytes:
        # Plain strings: those of Django are cached apart.
        kept[name] = Order(pages, dict(assets), ["".join([*style]) for style in styles])
        return render(sheets, assets, styles)

    with monkeypatch.context() as patched:
        patched.setattr(pdf.Drawer, "lay_out", noted)
        patched.setattr(rendering, "render_sheets", render_sheets)
        _draw(name, kind)
    return kept[name]


def _drawn_ms(orders: Sequence[Order], folder: Path) -> list[float]:
    """The least that each takes in a process forked from a warm one."""
    environment = pdf._environment(folder, pdf.fonts_folder(), "SC")
    sent = pickle.dumps((environment, renderers.STYLES, orders, ROUNDS))
    done = subprocess.run(
        [sys.executable, "-m", "tests.bench.drawing"],
        input=sent,
        stdout=subprocess.PIPE,
        check=True,
        env=os.environ | renderers.FIXED,
    )
    return [float(each) for each in done.stdout.split()]
