"""The framework's version that a payload freezes, and its counts and days in words; pure."""

import json
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from assessments.framework import LATEST, Framework, load_framework, parse_framework, versions
from presentation.wording import count_word
from reports.documents.content.wording import series


def framework_of(payload: Mapping[str, Any] | None) -> Framework:
    """The framework of a payload, the latest without one.

    Payloads of earlier releases hold no document of it, so the published version that they name
    stands in.
    """
    frozen = payload["framework"] if payload else {}
    if "document" in frozen:
        return _parsed(json.dumps(frozen["document"], sort_keys=True))
    version = frozen.get("version")
    return load_framework(version if version in versions() else LATEST)


@lru_cache(maxsize=8)
def _parsed(text: str) -> Framework:
    return parse_framework(json.loads(text))


def anti_pattern_title(framework: Framework, key: str) -> str:
    """The title of an anti-pattern, its key in plain words where the version has none."""
    titles = {pattern.key: pattern.title for pattern in framework.anti_patterns}
    return titles.get(key) or key.replace("_", " ")


def dimensions_title(framework: Framework) -> str:
    """`The five dimensions`."""
    return f"The {count_word(len(framework.dimensions))} dimensions"


def review_days(framework: Framework) -> str:
    """The last day of each phase: `30, 60 and 90`."""
    return series([str(phase.last_day) for phase in framework.phases])
