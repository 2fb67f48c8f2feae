"""The assess command: the documents and the result of one file, without database or server."""

import json
import tempfile
from argparse import ArgumentParser
from collections.abc import Mapping
from pathlib import Path

from assessments.framework import load_framework
from costing.catalog.documents import UnreadableDocument, read_document
from costing.scenarios.estimate_command import BAD_INPUT, Output
from organizations.exceptions import DomainError, FieldErrors
from reports.documents.assess_file import InvalidAssessFile, parse_assess_file
from reports.documents.assessing import assess, written_files
from reports.documents.pdf import RenderFailed
from reports.models import PaperSize

INVALID_FILE = "invalid_assess_file"
HELP = (
    "Writes scorecard.pdf, executive-brief.pdf, workbook.xlsx, guide.docx and result.json"
    " for an assess file."
)


def add_arguments(parser: ArgumentParser) -> None:
    """Declare the file, the folder to write to, and the paper."""
    parser.add_argument("file", help="assess file in JSON or YAML; - for standard input")
    parser.add_argument("--out", required=True, metavar="DIR", help="folder for the files")
    parser.add_argument(
        "--paper",
        choices=PaperSize.values,
        default=PaperSize.A4.value,
        help="paper of the PDFs",
    )


def run(file: str, out_dir: str, paper: str, *, out: Output, err: Output) -> int:
    """Read, assess, write all or nothing; the exit code, with one error printed where not 0."""
    try:
        framework = load_framework()
        payload = assess(parse_assess_file(read_document(file), framework), framework)
        files = written_files(payload, PaperSize(paper))
        paths = _write_files(Path(out_dir), files)
    except UnreadableDocument as error:
        return _refuse(err, INVALID_FILE, {"file": [str(error)]})
    except InvalidAssessFile as error:
        return _refuse(err, INVALID_FILE, error.fields)
    except UnwritableFolder as error:
        return _refuse(err, "invalid_out", {"out": [str(error)]})
    except RenderFailed as error:
        return _refuse(err, error.code, {"file": [error.message]}, exit_code=1)
    except DomainError as error:
        fields = {f"scenario.{path}": why for path, why in error.fields.items()}
        return _refuse(err, INVALID_FILE, fields or {"scenario": [error.message]})
    scores = payload.scores
    shown = "not scored" if scores.shown is None else f"{scores.shown} {scores.band}"
    out.write("\n".join([f"Score: {shown}", *map(str, paths)]) + "\n")
    return 0


def _refuse(err: Output, code: str, fields: FieldErrors, *, exit_code: int = BAD_INPUT) -> int:
    err.write(json.dumps({"code": code, "fields": dict(fields)}) + "\n")
    return exit_code


class UnwritableFolder(Exception):
    """A folder that cannot take the files; the message is fit for a person."""


def _write_files(out: Path, files: Mapping[str, bytes]) -> list[Path]:
    """Write all files beside their places, then put them there. Raises UnwritableFolder."""
    places = {name: out / name for name in files}
    try:
        out.mkdir(parents=True, exist_ok=True)
        for place in places.values():
            if place.is_dir():
                raise IsADirectoryError(None, f"{place.name} is a folder")
        with tempfile.TemporaryDirectory(prefix=".assess-", dir=out) as folder:
            for name, content in files.items():
                Path(folder, name).write_bytes(content)
            for name, place in places.items():
                Path(folder, name).replace(place)
    except (OSError, ValueError) as error:
        reason = (error.strerror if isinstance(error, OSError) else "") or "bad name"
        raise UnwritableFolder(f"The folder cannot be written: {reason}.") from error
    return list(places.values())
