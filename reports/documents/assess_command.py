"""The assess command: the documents and the result of one file, without database or server."""

import hashlib
import json
import tempfile
from argparse import ArgumentParser
from collections.abc import Mapping
from pathlib import Path

from assessments.framework import Framework, load_framework
from assessments.roadmap import effort_days
from assessments.scoring import score
from costing.catalog.documents import UnreadableDocument, read_document
from costing.catalog.genai_prices import SOURCE_NAME, SOURCE_URL
from costing.engine.inputs import Stated, referring_models
from costing.scenarios.content.sources import Given
from costing.scenarios.economics import compute_economics, priceable
from costing.scenarios.estimate_command import BAD_INPUT, Output
from organizations.exceptions import DomainError, FieldErrors
from reports.documents.assess_file import AssessFile, InvalidAssessFile, parse_assess_file
from reports.documents.pdf import RenderFailed
from reports.documents.rendering import DRAWERS
from reports.models import PaperSize
from reports.snapshots.freezing import Case, Economics, freeze
from reports.snapshots.payload import Payload, PriceSource, canonical_json, checksum

TOO_LARGE = "The figures lead to amounts too large to be written."
INVALID_FILE = "invalid_assess_file"
HELP = (
    "Writes scorecard.pdf, executive-brief.pdf, workbook.xlsx, guide.docx, starter-kit.zip and"
    " result.json for an assess file."
)


def add_arguments(parser: ArgumentParser) -> None:
    """Declare the file, the folder to write to, and the paper."""
    parser.add_argument("file", help="assess file in JSON or YAML; - for standard input")
    parser.add_argument("--out", required=True, metavar="DIR", help="folder for the files")
    parser.add_argument(
        "--paper", choices=PaperSize.values, default=PaperSize.A4.value, help="paper of the PDFs"
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


def assess(file: AssessFile, framework: Framework) -> Payload:
    """The payload of a file's case.

    Raises InvalidAssessFile where the economics come to no finite amounts, Invalid where the
    scenario cannot be priced.
    """
    named = file.model_dump(include={"organization", "client", "title", "as_of", "triggers"})
    case = Case(**named, framework=framework, answers=file.answers)
    try:
        payload = freeze(case, _economics(file, framework))
        canonical_json(payload.document())
    except (ValueError, OverflowError) as error:
        raise InvalidAssessFile({"scenario": [TOO_LARGE]}) from error
    return payload


def _economics(file: AssessFile, framework: Framework) -> Economics:
    """The economics of the file's scenario at the maturity that its answers come to."""
    maturity = score(framework, file.answers).maturity
    economics = compute_economics(
        priceable({**file.scenario_document, "maturity": maturity}, framework),
        framework=framework,
        given=Given(stated=Stated(file.scenario)),
        days=effort_days(framework, file.answers),
    )
    return Economics(
        scenario=dict(file.scenario),
        results=economics.estimate,
        anti_patterns=economics.patterns,
        pictures=economics.pictures,
        price_book=_price_source(file),
    )


def _price_source(file: AssessFile) -> PriceSource | None:
    """The catalog, where the scenario takes a price from it."""
    if not any(True for _ in referring_models(file.scenario)):
        return None
    return PriceSource(source=SOURCE_NAME, source_url=SOURCE_URL, as_of=file.as_of)


def written_files(payload: Payload, paper: PaperSize) -> dict[str, bytes]:
    """The documents of a payload by name, and `result.json`. Raises RenderFailed."""
    document = payload.document()
    sha256 = checksum(canonical_json(document))
    files = {
        f"{kind.value}{kind.suffix}": draw(payload, sha256, paper) for kind, draw in DRAWERS.items()
    }
    kept = ("organization", "client", "title", "as_of", "price_book", "engine_version")
    result = {
        "scores": document["scores"],
        "targets": document["targets"],
        "costing": document["results"],
        "anti_patterns": document["anti_patterns"],
        "roadmap": document["roadmap"],
        "snapshot": {
            "sha256": sha256,
            "framework_version": payload.framework.version,
            "files": {name: hashlib.sha256(file).hexdigest() for name, file in files.items()},
            **{key: document[key] for key in kept},
        },
    }
    text = json.dumps(result, indent=2, sort_keys=True, allow_nan=False)
    return files | {"result.json": text.encode("ascii")}
