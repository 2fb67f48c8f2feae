"""The main job without a browser: from an assess file to the payload, the documents, the result.

Needs no database and no server.
"""

import hashlib
import json

from assessments.framework import Framework
from assessments.mapping import maturity_document
from assessments.scoring import score
from costing.catalog.source import SOURCE_NAME, SOURCE_URL
from costing.scenarios.services import compute_economics
from reports.documents.assess_file import AssessFile, InvalidAssessFile
from reports.documents.renderers.documents import (
    Paper,
    brief_pdf,
    guide_docx,
    scorecard_pdf,
    workbook_xlsx,
)
from reports.snapshots.freezing import Case, Economics, freeze
from reports.snapshots.payload import JsonDict, canonical_json, checksum, plain

TOO_LARGE = "The figures lead to amounts too large to be written."


def assess(file: AssessFile, framework: Framework) -> JsonDict:
    """The payload of a file's case.

    Raises InvalidAssessFile where the economics come to no finite amounts, Invalid where the
    scenario cannot be priced.
    """
    case = Case(
        organization=file.organization,
        client=file.client,
        title=file.title,
        as_of=file.as_of,
        framework=framework,
        answers=file.answers,
        triggers=file.triggers,
    )
    try:
        payload = freeze(case, _economics(file, framework))
        canonical_json(payload)
    except (ValueError, OverflowError) as error:
        raise InvalidAssessFile({"scenario": [TOO_LARGE]}) from error
    return payload


def _economics(file: AssessFile, framework: Framework) -> Economics:
    """What the engine says of the file's scenario at the maturity that its answers come to."""
    maturity = maturity_document(score(framework, file.answers))
    answer = compute_economics(
        {**file.scenario_document, "maturity": maturity}, framework=framework
    )
    return Economics(
        scenario=dict(file.stated_scenario),
        results=answer.result,
        anti_patterns=answer.anti_patterns,
        curves=answer.curves,
        price_book=_price_book(file),
    )


def _price_book(file: AssessFile) -> JsonDict | None:
    """The catalog, where the scenario takes a price from it."""
    models = (file.stated_scenario.get(key) for key in ("premium_model", "small_model"))
    if not any(isinstance(model, dict) and "catalog" in model for model in models):
        return None
    return {
        "source": SOURCE_NAME,
        "source_url": SOURCE_URL,
        "as_of": file.as_of.isoformat(),
    }


def written_files(payload: JsonDict, paper: Paper) -> dict[str, bytes]:
    """The files of a payload by name. Raises RenderFailed."""
    sha256 = checksum(canonical_json(payload))
    documents = {
        "scorecard.pdf": scorecard_pdf(payload, sha256, paper),
        "executive-brief.pdf": brief_pdf(payload, sha256, paper),
        "workbook.xlsx": workbook_xlsx(payload, sha256, paper),
        "guide.docx": guide_docx(payload, sha256, paper),
    }
    result = result_document(payload, sha256, documents)
    text = json.dumps(plain(result), indent=2, sort_keys=True, allow_nan=False)
    return documents | {"result.json": text.encode("ascii")}


def result_document(payload: JsonDict, sha256: str, documents: dict[str, bytes]) -> JsonDict:
    """What `result.json` holds: scores, economics, anti-patterns, and the snapshot's identity."""
    files = {name: hashlib.sha256(content).hexdigest() for name, content in documents.items()}
    kept = ("organization", "client", "title", "as_of", "price_book", "engine_version")
    return {
        "scores": payload["scores"],
        "targets": payload["targets"],
        "costing": payload["results"],
        "anti_patterns": payload["anti_patterns"],
        "roadmap": payload["roadmap"],
        "snapshot": {
            "sha256": sha256,
            "framework_version": payload["framework"]["version"],
            "files": files,
            **{key: payload[key] for key in kept},
        },
    }
