"""Reads a version of the framework, validates it and makes it a frozen value.

Must not import Django.
"""

import hashlib
import json
from collections.abc import Mapping
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from jsonschema import Draft202012Validator

from assessments.framework.definitions import (
    ActionTemplate,
    Anchor,
    AntiPatternDefinition,
    Band,
    Check,
    Coverage,
    DeliverableDefinition,
    Dimension,
    Lever,
    NotApplicableReason,
    Origin,
    Phase,
    Promise,
    Refutation,
    ScoringRules,
    Stage,
    TargetRange,
    TargetRules,
    TriageStep,
    Trigger,
)
from assessments.framework.references import reference_faults
from assessments.framework.version import Framework

FOLDER = Path(__file__).parent
LATEST = "1"
Item = Mapping[str, Any]


class InvalidFramework(ValueError):
    """A framework document with faults; `fields` names each path with its reasons."""

    def __init__(self, fields: dict[str, list[str]]) -> None:
        lines = [f"{path or 'document'}: {' '.join(reasons)}" for path, reasons in fields.items()]
        super().__init__("\n".join(lines))
        self.fields = fields


@cache
def load_framework(version: str = LATEST) -> Framework:
    """The framework of a published version.

    Raises LookupError for an unknown version, InvalidFramework for faults.
    """
    if version not in versions():
        raise LookupError(f"There is no framework version {version!r}.")
    text = (FOLDER / f"v{version}.yaml").read_text(encoding="utf-8")
    return parse_framework(yaml.safe_load(text))


def versions() -> tuple[str, ...]:
    """The versions that this release carries, oldest first."""
    found = (path.stem.removeprefix("v") for path in FOLDER.glob("v*.yaml"))
    return tuple(sorted(found, key=int))


def canonical_content(document: Mapping[str, Any]) -> str:
    """One text for one content: keys sorted, no blanks."""
    return json.dumps(
        document, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False
    )


def parse_framework(document: object) -> Framework:
    """A framework from its document, from a file or a database row.

    Raises InvalidFramework with every fault.
    """
    faults = _schema_faults(document)
    if not faults and isinstance(document, Mapping):
        faults = reference_faults(document)
    if faults or not isinstance(document, Mapping):
        raise InvalidFramework(faults)
    return _framework(document)


def _schema_faults(document: object) -> dict[str, list[str]]:
    schema = json.loads((FOLDER / "schema.json").read_text(encoding="utf-8"))
    faults: dict[str, list[str]] = {}
    for error in Draft202012Validator(schema).iter_errors(document):
        faults.setdefault(".".join(str(part) for part in error.absolute_path), []).append(
            error.message
        )
    return dict(sorted(faults.items()))


def _framework(document: Item) -> Framework:
    canonical = canonical_content(document)
    return Framework(
        version=document["version"],
        title=document["title"],
        summary=document["summary"],
        origin=Origin(document["origin"]),
        promise=_promise(document["promise"]),
        dimensions=tuple(_dimension(item) for item in document["dimensions"]),
        checks=tuple(_check(item) for item in document["checks"]),
        not_applicable_reasons=tuple(
            NotApplicableReason(**_typed(item)) for item in document["not_applicable_reasons"]
        ),
        scoring=_scoring(document["scoring"]),
        bands=tuple(_band(item) for item in document["bands"]),
        targets=_targets(document["targets"]),
        levers=tuple(_lever(item) for item in document["levers"]),
        triggers=tuple(_trigger(item) for item in document["triggers"]),
        phases=tuple(Phase(**_typed(item)) for item in document["phases"]),
        actions=tuple(_action(item) for item in document["actions"]),
        anti_patterns=tuple(_anti_pattern(item) for item in document["anti_patterns"]),
        triage_steps=tuple(
            TriageStep(**_typed(item) | {"next": tuple(item["next"])})
            for item in document["triage_steps"]
        ),
        deliverables=tuple(
            DeliverableDefinition(**_typed(item)) for item in document["deliverables"]
        ),
        canonical=canonical,
        checksum=hashlib.sha256(canonical.encode("utf-8")).hexdigest(),
    )


def _typed(item: Item) -> dict[str, Any]:
    """The item with its origins as such."""
    return {
        name: Origin(value) if name.endswith("origin") else value for name, value in item.items()
    }


def _decimal(value: float) -> Decimal:
    return Decimal(str(value))


def _promise(item: Item) -> Promise:
    low, high = _decimal(item["saving_low_ratio"]), _decimal(item["saving_high_ratio"])
    return Promise(
        text=item["text"],
        saving_low_ratio=low,
        saving_high_ratio=high,
        origin=Origin(item["origin"]),
    )


def _dimension(item: Item) -> Dimension:
    parts = {
        "weight": _decimal(item["weight"]),
        "anchors": tuple(Anchor(**_typed(anchor)) for anchor in item["anchors"]),
        "prompts": tuple(item["prompts"]),
    }
    return Dimension(**_typed(item) | parts)


def _check(item: Item) -> Check:
    return Check(**_typed(item) | {"stage": Stage(item["stage"])})


def _scoring(item: Item) -> ScoringRules:
    coverage = Coverage(**{name: _decimal(value) for name, value in item["coverage"].items()})
    return ScoringRules(
        coverage=coverage,
        contradiction_at=_decimal(item["contradiction_at"]),
        refutations=tuple(_refutation(refutation) for refutation in item["refutations"]),
        origin=Origin(item["origin"]),
        weights_origin=Origin(item["weights_origin"]),
    )


def _refutation(item: Item) -> Refutation:
    ends = {name: _decimal(item[name]) if name in item else None for name in ("below", "above")}
    return Refutation(**_typed(item) | ends)


def _band(item: Item) -> Band:
    return Band(
        **_typed(item) | {"below": None if item["below"] is None else _decimal(item["below"])}
    )


def _targets(item: Item) -> TargetRules:
    economics = item["by_economics"]
    return TargetRules(
        default_level=item["default_level"],
        economics_dimension=economics["dimension"],
        does_not_pay=TargetRange(**economics["does_not_pay"]),
        from_first_crossover=TargetRange(**economics["from_first_crossover"]),
        above_dominance=TargetRange(**economics["above_dominance"]),
        origin=Origin(item["origin"]),
    )


def _lever(item: Item) -> Lever:
    return Lever(**_typed(item) | {"requires": dict(item["requires"])})


def _trigger(item: Item) -> Trigger:
    parts = {name: value for name, value in _typed(item).items() if name != "preset"}
    return Trigger(**parts, preset_json=canonical_content(item["preset"]))


def _action(item: Item) -> ActionTemplate:
    low, high = item["effort_days"]
    parts = {
        "moves": dict(item["moves"]),
        "effort_days": (low, high),
        "after": tuple(item["after"]),
    }
    return ActionTemplate(**_typed(item) | parts)


def _anti_pattern(item: Item) -> AntiPatternDefinition:
    thresholds = {name: _decimal(value) for name, value in item["thresholds"].items()}
    return AntiPatternDefinition(**_typed(item) | {"thresholds": thresholds})
