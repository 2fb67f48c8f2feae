"""The framework's texts in the guide, as a payload freezes them; pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from assessments.framework import LEVELS, Framework
from reports.documents.content.framework import framework_of
from reports.documents.content.wording import fit

TITLE_LIMIT, TEXT_LIMIT = 60, 400


@dataclass(frozen=True)
class CheckSource:
    """A check with the evidence to ask for."""

    key: str
    title: str
    operational: str
    evidence: str


@dataclass(frozen=True)
class DimensionSource:
    """A dimension with its anchors from level 1 on, its prompts and its checks."""

    key: str
    title: str
    question: str
    anchors: tuple[str, ...]
    prompts: tuple[str, ...]
    checks: tuple[CheckSource, ...]


UNPUBLISHED = DimensionSource("", "", "", (), (), ())


def dimension_sources(payload: Mapping[str, Any] | None) -> tuple[DimensionSource, ...]:
    """The dimensions: texts as frozen, prompts and evidence as published."""
    framework = framework_of(payload)
    if payload is None:
        return tuple(_published(framework, item.key) for item in framework.dimensions)
    origins = {item.key: _published(framework, item.key) for item in framework.dimensions}
    return tuple(
        _frozen(payload, item, origins.get(item["key"], UNPUBLISHED))
        for item in payload["framework"]["dimensions"]
    )


def _published(framework: Framework, key: str) -> DimensionSource:
    dimension = framework.dimension(key)
    return DimensionSource(
        key=key,
        title=dimension.title,
        question=dimension.question,
        anchors=tuple(anchor.text for anchor in dimension.anchors),
        prompts=dimension.prompts,
        checks=tuple(
            CheckSource(check.key, check.title, check.operational, check.evidence)
            for check in framework.checks_of(key)
        ),
    )


def _frozen(
    payload: Mapping[str, Any], item: Mapping[str, Any], origin: DimensionSource
) -> DimensionSource:
    evidence = {check.key: check for check in origin.checks}
    return DimensionSource(
        key=item["key"],
        title=fit(item["title"], TITLE_LIMIT),
        question=fit(item.get("question") or origin.question, TEXT_LIMIT),
        anchors=tuple(fit(item["anchors"].get(str(level), ""), TEXT_LIMIT) for level in LEVELS),
        prompts=origin.prompts,
        checks=tuple(
            _frozen_check(check, evidence.get(check["key"]))
            for check in payload["framework"]["checks"]
            if check["dimension"] == item["key"]
        ),
    )


def _frozen_check(check: Mapping[str, Any], origin: CheckSource | None) -> CheckSource:
    operational = check.get("operational") or (origin.operational if origin else "")
    return CheckSource(
        key=check["key"],
        title=fit(check["title"], TITLE_LIMIT),
        operational=fit(operational, TEXT_LIMIT),
        evidence=origin.evidence if origin else "",
    )
