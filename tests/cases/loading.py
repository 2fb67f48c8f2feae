"""Reads the cases: assess files of which each says what differs from `base.yaml`.

Beside what `crossover assess` reads, a case may say `parts` of the workload, how many `actions`
people put into the roadmap, and another `framework`. What a case comes to is worked out once in a
run of the tests: the worker that needs it first leaves it in a folder of all of them.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from django.conf import settings

from assessments.framework import Framework, load_framework
from assessments.roadmap import ActionOrigin, ActionStatus, Effort, PlannedAction
from reports.documents import assess_command
from reports.documents.assess_file import parse_assess_file
from reports.snapshots import freezing
from reports.snapshots.payload import Payload, canonical_json, checksum
from tests import run_folder
from tests.assessments.second_framework import second_framework

FOLDER = Path(__file__).parent
EXAMPLES = Path(settings.BASE_DIR, "docs", "examples")
EXAMPLE_NAMES = sorted(path.stem for path in EXAMPLES.glob("*.yaml"))
NAMES = sorted(path.stem for path in FOLDER.glob("*.yaml") if path.stem != "base") + EXAMPLE_NAMES


@dataclass(frozen=True)
class Frozen:
    """A case as its documents read it."""

    name: str
    document: dict[str, Any]
    payload: Payload
    sha256: str


def merged(base: Any, change: Any) -> Any:
    """The base with what the change says; null takes a key out."""
    if not isinstance(base, Mapping) or not isinstance(change, Mapping):
        return change
    together = {key: merged(base.get(key), value) for key, value in change.items()}
    return {key: value for key, value in {**base, **together}.items() if value is not None}


def read(name: str) -> dict[str, Any]:
    """The whole document of a case; those of `docs/examples` stand by themselves."""
    example = EXAMPLES / f"{name}.yaml"
    if example.exists():
        whole: dict[str, Any] = yaml.safe_load(example.read_text(encoding="utf-8"))
        return whole
    base, change = (
        yaml.safe_load((FOLDER / f"{each}.yaml").read_text(encoding="utf-8")) or {}
        for each in ("base", name)
    )
    document: dict[str, Any] = merged(base, change)
    return document


@cache
def frozen(name: str) -> Frozen:
    """A case, frozen without a database as `crossover assess` does it."""
    return _once(name, name, read(name))


def frozen_with(name: str, **scenario: Any) -> Frozen:
    """The same with inputs of its scenario in the place of its own."""
    document = read(name)
    return _frozen(name, {**document, "scenario": {**document["scenario"], **scenario}})


def frozen_of_parts(name: str, parts: list[dict[str, Any]]) -> Frozen:
    """The same with other parts of the workload."""
    return _frozen(name, {**read(name), "parts": parts})


def frozen_in(name: str, currency: Mapping[str, Any]) -> Frozen:
    """The same with its scenario, where it has one, shown in a currency."""
    return _frozen_in(name, tuple(currency.items()))


@cache
def _frozen_in(name: str, currency: tuple[tuple[str, Any], ...]) -> Frozen:
    document = read(name)
    if "scenario" in document:
        document["scenario"] = {**document["scenario"], "currency": dict(currency)}
    return _once(f"{name}-{dict(currency)['code']}", name, document)


def _once(key: str, name: str, document: dict[str, Any]) -> Frozen:
    found = run_folder.once(f"case-{key}", lambda: _frozen(name, document))
    assert found.document == document
    return found


def _frozen(name: str, document: dict[str, Any]) -> Frozen:
    file = dict(document)
    parts, actions = file.pop("parts", []), file.pop("actions", 0)
    framework = second_framework() if file.pop("framework", "") else load_framework("1")
    payload = _payload(file, framework, parts, actions)
    return Frozen(name, document, payload, checksum(canonical_json(payload.document())))


def _payload(
    file: dict[str, Any], framework: Framework, parts: list[dict[str, Any]], actions: int
) -> Payload:
    costed = file if "scenario" in file else {**file, "scenario": read("base")["scenario"]}
    parsed = parse_assess_file(costed, framework)
    if "scenario" in file and not parts and not actions:
        return assess_command.assess(parsed, framework)
    named = parsed.model_dump(include={"organization", "client", "title", "as_of", "triggers"})
    roadmap = _roadmap(framework, parsed.as_of, actions) if actions else None
    case = freezing.Case(**named, framework=framework, answers=parsed.answers, roadmap=roadmap)
    whole = parts or [{"title": "", "scenario": {}}] if "scenario" in file else []
    economics = {part["title"]: _economics(file, framework, part) for part in whole}
    instead = {part["title"]: part["instead_of"] for part in whole if "instead_of" in part}
    standing = [
        replace(
            each,
            alternatives=tuple(economics[other] for other, of in instead.items() if of == title),
        )
        for title, each in economics.items()
        if title not in instead
    ]
    return freezing.freeze(case, *(standing or [None]))


def _economics(
    file: dict[str, Any], framework: Framework, part: dict[str, Any]
) -> freezing.Economics:
    changed = {**file, "scenario": merged(file["scenario"], part["scenario"])}
    found = assess_command._economics(parse_assess_file(changed, framework), framework)
    return replace(found, title=part["title"])


def _roadmap(framework: Framework, starts_on: date, count: int) -> freezing.OwnRoadmap:
    """As many actions as asked for, over all phases, every seventh given up."""
    actions = [
        PlannedAction(
            key="",
            origin=ActionOrigin.ADDED,
            phase=phase.key,
            title=f"Measure, mend and report on module {number + 1} of the claims platform",
            text="",
            owner="Ida Berg" if number % 3 else "",
            due_on=starts_on + timedelta(days=phase.last_day - 1),
            days=5,
            effort=Effort.LOW,
            status=ActionStatus.DROPPED if number % 7 == 0 else ActionStatus.OPEN,
        )
        for number in range(count)
        for phase in [framework.phases[number % len(framework.phases)]]
    ]
    return freezing.OwnRoadmap(starts_on, tuple(actions))
