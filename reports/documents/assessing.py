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
from reports.documents.rendering import DRAWERS
from reports.models import PaperSize
from reports.snapshots.freezing import Case, Economics, freeze
from reports.snapshots.payload import Payload, PriceSource, canonical_json, checksum

TOO_LARGE = "The figures lead to amounts too large to be written."


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
    maturity = maturity_document(score(framework, file.answers))
    economics = compute_economics(
        {**file.scenario_document, "maturity": maturity}, framework=framework
    )
    return Economics(
        scenario=dict(file.scenario),
        results=economics.result,
        anti_patterns=economics.anti_patterns,
        curves=economics.curves,
        price_book=_price_source(file),
    )


def _price_source(file: AssessFile) -> PriceSource | None:
    """The catalog, where the scenario takes a price from it."""
    models = (file.scenario.get(key) for key in ("premium_model", "small_model"))
    if not any(isinstance(model, dict) and "catalog" in model for model in models):
        return None
    return PriceSource(source=SOURCE_NAME, source_url=SOURCE_URL, as_of=file.as_of)


def written_files(payload: Payload, paper: PaperSize) -> dict[str, bytes]:
    """The four documents of a payload by name, and `result.json`. Raises RenderFailed."""
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
