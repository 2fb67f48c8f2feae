"""The one spelling of a plain value, and its SHA-256."""

import hashlib
import json


def checksum(value: object) -> str:
    """The SHA-256 of a plain value's one JSON spelling; numbers that are not finite raise."""
    text = json.dumps(
        value,
        sort_keys=True,
        separators=(",", ":"),
        ensure_ascii=False,
        allow_nan=False,
        default=str,
    )
    return hashlib.sha256(text.encode()).hexdigest()
