"""The kit's evaluation suite, run by pytest against a model that answers well, badly or not."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread

import pytest

from reports.documents.kit.evals import SAMPLES
from tests.reports.kit.cases import kit

GOOD = {
    "exact": "Yes.",
    "contains": "It starts at 14:15.",
    "pattern": "2026-11-05",
    "structure": '```json\n{"order": 8841, "amount": 120.50}\n```',
}
BAD = GOOD | {"structure": "The order is 8841."}


@contextmanager
def served(answers: dict[str, str]) -> Iterator[str]:
    """Serve these answers by sample over OpenAI's interface."""
    by_prompt = {str(sample["prompt"]): answers[str(sample["id"])] for sample in SAMPLES}

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            text = by_prompt[asked["messages"][0]["content"]]
            body = json.dumps({"choices": [{"message": {"content": text}}]}).encode()
            self.send_response(200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *args: object) -> None:
            """Keep the test's output clean."""

    server = HTTPServer(("127.0.0.1", 0), Handler)
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/v1"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def run_suite(folder: Path, case: str, url: str) -> tuple[int, str]:
    """Unpack a kit's suite and run it as its README says."""
    evals = folder / "evals"
    evals.mkdir()
    for name, text in kit(case).items():
        if name.startswith("evals/"):
            (folder / name).write_text(text, encoding="utf-8")
    asked = {"EVAL_BASE_URL": url, "EVAL_API_KEY": "none", "EVAL_MODEL": "premium"}
    kept = {"PATH": os.environ["PATH"], "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1", "NO_PROXY": "*"}
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "evals"],
        cwd=folder,
        env=kept | asked,
        capture_output=True,
        text=True,
        check=False,
    )
    return done.returncode, done.stdout


def test_suite_passes_where_the_model_answers_well(tmp_path: Path) -> None:
    with served(GOOD) as url:
        code, out = run_suite(tmp_path, "demo", url)

    assert (code, "1 passed" in out) == (0, True), out


def test_suite_fails_below_the_threshold_and_names_what_failed(tmp_path: Path) -> None:
    with served(BAD) as url:
        code, out = run_suite(tmp_path, "demo", url)

    assert code == 1
    assert "75% passed, 95% must; failed: ['structure']" in out


def test_suite_fails_while_its_threshold_is_a_placeholder(tmp_path: Path) -> None:
    code, out = run_suite(tmp_path, "blank", "http://127.0.0.1:9/v1")

    assert code == 1
    assert "replace REPLACE_ME_PASS_RATIO" in out


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda sample: str(sample["id"]))
def test_every_sample_has_an_answer_here(sample: dict[str, object]) -> None:
    assert sample["id"] in GOOD
