"""Assesses a client from one file: the documents and the result, without database or server."""

import json
import sys
import tempfile
from argparse import ArgumentParser
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand

from assessments.framework import load_framework
from costing.catalog.documents import UnreadableDocument, read_document
from organizations.exceptions import DomainError
from reports.documents.assess_file import InvalidAssessFile, parse_assess_file
from reports.documents.assessing import assess, written_files
from reports.documents.renderers.documents import Paper
from reports.documents.renderers.pdf import RenderFailed
from reports.snapshots.payload import JsonDict

Fields = Mapping[str, list[str]]
INVALID_FILE, INVALID_OUT = "invalid_assess_file", "invalid_out"


class Command(BaseCommand):
    """`manage.py assess FILE --out DIR`."""

    help = (
        "Writes scorecard.pdf, executive-brief.pdf, workbook.xlsx, guide.docx and result.json"
        " for an assess file."
    )
    requires_system_checks = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Accept the file, the folder to write to, and the paper."""
        parser.add_argument("file", help="assess file in JSON or YAML; - for standard input")
        parser.add_argument("--out", required=True, metavar="DIR", help="folder for the files")
        parser.add_argument(
            "--paper",
            choices=[paper.value for paper in Paper],
            default=Paper.A4.value,
            help="paper of the PDFs",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Read, assess, write all or nothing; on bad input print one error and exit with 2."""
        try:
            payload = _payload(options["file"])
            files = written_files(payload, Paper(options["paper"]))
        except UnreadableDocument as error:
            self._refuse(INVALID_FILE, {"file": [str(error)]}, exit_code=2)
        except InvalidAssessFile as error:
            self._refuse(INVALID_FILE, error.fields, exit_code=2)
        except RenderFailed as error:
            self._refuse(error.code, {"file": [error.message]}, exit_code=1)
        except DomainError as error:
            fields = {f"scenario.{path}": why for path, why in error.fields.items()}
            self._refuse(INVALID_FILE, fields or {"scenario": [error.message]}, exit_code=2)
        else:
            self._write(Path(options["out"]), files, payload)

    def _write(self, out: Path, files: Mapping[str, bytes], payload: JsonDict) -> None:
        try:
            paths = _write_files(out, files)
        except (OSError, ValueError) as error:
            reason = (error.strerror if isinstance(error, OSError) else "") or "bad name"
            fields = {"out": [f"The folder cannot be written: {reason}."]}
            self._refuse(INVALID_OUT, fields, exit_code=2)
        else:
            self._say(payload, paths)

    def _say(self, payload: JsonDict, paths: list[Path]) -> None:
        scores = payload["scores"]
        shown = "not scored" if scores["shown"] is None else f"{scores['shown']} {scores['band']}"
        self.stdout.write(f"Score: {shown}")
        for path in paths:
            self.stdout.write(str(path))

    def _refuse(self, code: str, fields: Fields, *, exit_code: int) -> None:
        error = {"code": code, "fields": dict(fields)}
        self.stderr.write(json.dumps(error), style_func=str)
        sys.exit(exit_code)


def _payload(file: str) -> JsonDict:
    framework = load_framework()
    return assess(parse_assess_file(read_document(file), framework), framework)


def _write_files(out: Path, files: Mapping[str, bytes]) -> list[Path]:
    """Write all files beside their places, then put them there; raises OSError before the first."""
    out.mkdir(parents=True, exist_ok=True)
    places = {name: out / name for name in files}
    for place in places.values():
        if place.is_dir():
            raise IsADirectoryError(None, f"{place.name} is a folder")
    with tempfile.TemporaryDirectory(prefix=".assess-", dir=out) as folder:
        for name, content in files.items():
            Path(folder, name).write_bytes(content)
        for name, place in places.items():
            Path(folder, name).replace(place)
    return list(places.values())
