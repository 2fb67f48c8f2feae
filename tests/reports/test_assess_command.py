"""`manage.py assess`: three files or none, no database, every field at fault, never a traceback."""

import hashlib
import json
import os
import subprocess
import sys
from collections.abc import Callable
from io import BytesIO, StringIO
from pathlib import Path
from typing import Any

import pytest
import yaml
from django.conf import settings
from django.core.management import call_command
from pypdf import PdfReader

from tests.reports.pdf_text import text_of

DEMO = Path(settings.BASE_DIR, "reports", "demo", "demo.yaml")
FILES = ["executive-brief.pdf", "guide.docx", "result.json", "scorecard.pdf"]
FILES += ["starter-kit.zip", "workbook.xlsx"]


def demo() -> dict[str, Any]:
    document: dict[str, Any] = yaml.safe_load(DEMO.read_text(encoding="utf-8"))
    return document


def refused(
    file: Path | str, out: Path, capsys: pytest.CaptureFixture[str]
) -> tuple[object, dict[str, Any]]:
    """The exit code and the error of a run that must write nothing."""
    with pytest.raises(SystemExit) as exit_info:
        call_command("assess", str(file), out=str(out))

    error: dict[str, Any] = json.loads(capsys.readouterr().err)
    return exit_info.value.code, error


@pytest.fixture(scope="module")
def out(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder into which the demo was assessed, once; tests read it alone."""
    folder = tmp_path_factory.mktemp("assessed") / "new" / "folder"
    call_command("assess", str(DEMO), out=str(folder), stdout=StringIO())
    return folder


def test_assess_writes_files_that_agree(out: Path) -> None:
    assert sorted(path.name for path in out.iterdir()) == FILES
    result = json.loads((out / "result.json").read_text(encoding="ascii"))
    scorecard, brief = (
        (out / "scorecard.pdf").read_bytes(),
        (out / "executive-brief.pdf").read_bytes(),
    )
    assert [len(PdfReader(BytesIO(pdf)).pages) for pdf in (scorecard, brief)] == [1, 3]
    assert result["snapshot"]["files"] == {
        "scorecard.pdf": hashlib.sha256(scorecard).hexdigest(),
        "executive-brief.pdf": hashlib.sha256(brief).hexdigest(),
        "guide.docx": hashlib.sha256((out / "guide.docx").read_bytes()).hexdigest(),
        "starter-kit.zip": hashlib.sha256((out / "starter-kit.zip").read_bytes()).hexdigest(),
        "workbook.xlsx": hashlib.sha256((out / "workbook.xlsx").read_bytes()).hexdigest(),
    }
    assert result["snapshot"]["sha256"] in text_of(scorecard)
    assert result["snapshot"]["sha256"][:16] in text_of(brief)


def test_assess_of_the_demo_comes_to_the_worked_numbers(out: Path) -> None:
    result = json.loads((out / "result.json").read_text(encoding="ascii"))
    scores = result["scores"]
    # E = 1 + 2f + 2fo: hosting f=0 → 1, claimed 1; routing f=.5 o=0 → 2, claimed 3;
    # caching f=0 → 1, claimed 2; integrity f=.5 → 2, claimed 2; finops f=.75 o=0 → 2.5, claimed 3
    reached = {key: item["score"] for key, item in scores["dimensions"].items()}
    assert reached == {"hosting": 1, "routing": 2, "caching": 1, "integrity": 2, "finops": 2.5}
    # (1 + 2 + 1 + 2 + 2.5) / 5 = 1.7
    assert (scores["overall"], scores["shown"], scores["band"]) == (1.7, 1.7, "Emerging")
    # cost-model.md section 6, scenario A
    spent = {
        name: round(item["usd_per_month"], 2)
        for name, item in result["costing"]["strategies"].items()
    }
    assert spent == {
        "baseline": 44550.00,
        "prompt_caching": 25110.00,
        "routed_api": 15423.98,
        "optimized_api": 13889.11,
        "self_hosted": 30480.00,
        "hybrid": 35003.22,
        "current": 44550.00,
    }
    assert result["costing"]["recommended_today"]["levers"] == ["prompt_caching"]
    found = {item["key"]: round(item["usd_per_month"], 2) for item in result["anti_patterns"]}
    assert found == {"one_model_for_everything": 9686.02, "prompt_cache_ttl_ignored": 19440.00}


def test_assess_twice_writes_the_same_bytes(out: Path, tmp_path: Path) -> None:
    call_command("assess", str(DEMO), out=str(tmp_path), stdout=StringIO())

    one, two = ([(folder / file).read_bytes() for file in FILES] for folder in (out, tmp_path))
    assert one == two


def test_assess_needs_no_database(tmp_path: Path) -> None:
    nowhere = "postgresql://nobody@127.0.0.1:9/nothing"
    environment = {**os.environ, "DATABASE_URL": nowhere, "REDIS_URL": "redis://127.0.0.1:9/0"}

    done = subprocess.run(
        [sys.executable, "manage.py", "assess", str(DEMO), "--out", str(tmp_path)],
        cwd=settings.BASE_DIR,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )

    assert (done.returncode, done.stderr) == (0, "")
    assert sorted(path.name for path in tmp_path.iterdir()) == FILES


def test_assess_with_faults_names_every_field_and_writes_nothing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    document = demo()
    document["client"] = ""
    document["levels"]["hosting"] = 6
    document["checks"]["triage"] = "maybe"
    document["checks"]["nonsense"] = True
    document["scenario"]["pool"]["scaling"] = "sometimes"
    document["scenario"]["workload"]["input_tokens_per_call"] = -1
    document["surprise"] = 1
    file = tmp_path / "bad.yaml"
    file.write_text(yaml.safe_dump(document), encoding="utf-8")
    out = tmp_path / "out"

    code, error = refused(file, out, capsys)

    assert (code, error["code"]) == (2, "invalid_assess_file")
    assert {
        "client",
        "levels.hosting",
        "checks.triage",
        "checks.nonsense",
        "scenario.pool.scaling",
        "scenario.workload.input_tokens_per_call",
        "surprise",
    } - set(error["fields"]) == set()
    assert not out.exists()


def edited(section: str, key: str, value: object) -> Callable[[], bytes]:
    def content() -> bytes:
        document = demo()
        document["scenario"][section][key] = value
        return yaml.safe_dump(document).encode()

    return content


HOSTILE: dict[str, Callable[[], bytes]] = {
    "empty": lambda: b"",
    "blank": lambda: b"\n\n",
    "no mapping": lambda: b"[1, 2]",
    "nul bytes": lambda: b"client: \x00",
    "escaped nul": lambda: b'{"client": "\\u0000", "organization": "x"}',
    "not utf-8": lambda: b"\xff\xfe\xfa",
    "alias bomb": lambda: b"a: &a [x,x]\nb: &b [*a,*a]\nc: [*b,*b]\n",
    "deep": lambda: b"[" * 100_000,
    "too large": lambda: b"a" * 2_000_000,
    "python object": lambda: b"!!python/object/apply:os.system [id]",
    "same key twice": lambda: DEMO.read_bytes() + b"\nclient: again\n",
    "unknown key": lambda: DEMO.read_bytes() + b"\nunknown: 1\n",
    "negative": edited("workload", "requests_per_month", -5),
    "nan": edited("workload", "requests_per_month", float("nan")),
    "infinite": edited("workload", "output_tokens_per_call", float("inf")),
    "1e309": lambda: DEMO.read_bytes().replace(b": 3000000", b": 1e309"),
    "huge": edited("workload", "requests_per_month", 10**400),
    "text for a number": edited("pool", "usd_per_instance_hour", "twelve"),
    "unknown model": lambda: DEMO.read_bytes().replace(b"gpt-4o-mini", b"no-such-model"),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_assess_with_hostile_input_exits_with_one_error(
    name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "hostile.yaml"
    file.write_bytes(HOSTILE[name]())
    out = tmp_path / "out"

    code, error = refused(file, out, capsys)

    assert (code, error["code"]) == (2, "invalid_assess_file")
    assert len(error["fields"]) >= 1
    assert not out.exists()


@pytest.mark.parametrize("name", ["missing.yaml", "", "a\0b", "."])
def test_assess_without_a_file_to_read_exits_with_one_error(
    name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)

    code, error = refused(name, tmp_path / "out", capsys)

    assert (code, error["code"]) == (2, "invalid_assess_file")
    assert list(error["fields"]) == ["file"]


def test_assess_into_a_file_exits_with_one_error_and_leaves_it(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "taken"
    out.write_text("mine", encoding="utf-8")

    code, error = refused(DEMO, out, capsys)

    assert (code, error["code"]) == (2, "invalid_out")
    assert out.read_text(encoding="utf-8") == "mine"


def test_assess_where_a_place_is_taken_by_a_folder_writes_nothing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "result.json").mkdir()

    code, error = refused(DEMO, tmp_path, capsys)

    assert (code, error["code"]) == (2, "invalid_out")
    assert [path.name for path in tmp_path.iterdir()] == ["result.json"]


@pytest.mark.parametrize(
    ("requests_per_month", "tokens_per_call"),
    [(0, 0), (1, 1), (1e12, 1e6)],
)
def test_assess_of_an_extreme_workload_still_prints(
    requests_per_month: float, tokens_per_call: float, tmp_path: Path
) -> None:
    case = demo()
    case["levels"], case["checks"] = {}, {}
    case["scenario"]["workload"] = {
        "requests_per_month": requests_per_month,
        "input_tokens_per_call": tokens_per_call,
        "output_tokens_per_call": tokens_per_call,
    }
    del case["scenario"]["ranges"]  # they hold the demo's own workload
    file = tmp_path / "extreme.json"
    file.write_text(json.dumps(case, default=str), encoding="utf-8")

    call_command("assess", str(file), out=str(tmp_path / "out"), stdout=StringIO())

    result = json.loads((tmp_path / "out" / "result.json").read_text(encoding="ascii"))
    assert result["scores"]["overall"] is None
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == FILES
