"""The frozen payload of a snapshot, its canonical JSON and its checksum; pure, no Django."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, is_dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

FORMAT = 1
JsonDict = dict[str, Any]


def plain(value: Any) -> Any:
    """The value as JSON knows it: dates as ISO text, Decimals as numbers, sets as sorted lists."""
    if is_dataclass(value) and not isinstance(value, type):
        return plain(asdict(value))
    if isinstance(value, Mapping):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [plain(item) for item in value]
    if isinstance(value, set | frozenset):
        return sorted(plain(item) for item in value)
    if isinstance(value, Decimal):
        return (
            int(value)
            if value == value.to_integral_value() and abs(value) < 10**15
            else float(value)
        )
    if isinstance(value, date | datetime):
        return value.isoformat()
    if isinstance(value, str):
        return str(value)
    return value


def canonical_json(payload: Mapping[str, Any]) -> str:
    """One text for one payload: keys sorted, ASCII, no blanks.

    Raises ValueError on NaN and infinities.
    """
    return json.dumps(
        plain(payload), sort_keys=True, separators=(",", ":"), ensure_ascii=True, allow_nan=False
    )


def checksum(canonical: str) -> str:
    """The SHA-256 of a canonical text, in hexadecimal."""
    return hashlib.sha256(canonical.encode("ascii")).hexdigest()


def snapshot_payload(
    *,
    organization: str,
    client: str,
    title: str,
    as_of: date,
    triggers: list[JsonDict],
    framework: JsonDict,
    answers: list[JsonDict],
    scores: JsonDict,
    measured: JsonDict,
    targets: JsonDict,
    scenario: JsonDict | None,
    results: JsonDict | None,
    staircase: JsonDict | None,
    anti_patterns: list[JsonDict],
    roadmap: JsonDict | None,
    price_book: JsonDict | None,
    engine_version: str,
) -> JsonDict:
    """Everything that a deliverable may say, and nothing that may change later."""
    payload: JsonDict = plain(
        {
            "format": FORMAT,
            "organization": organization,
            "client": client,
            "title": title,
            "as_of": as_of,
            "triggers": triggers,
            "framework": framework,
            "answers": answers,
            "scores": scores,
            "measured": measured,
            "targets": targets,
            "scenario": scenario,
            "results": results,
            "staircase": staircase,
            "anti_patterns": anti_patterns,
            "roadmap": roadmap,
            "price_book": price_book,
            "engine_version": engine_version,
        }
    )
    return payload
