"""Whose calls they are: an application, a key or a tag, where a person asks for that split.

Names and ids are kept. What may be a secret, or a person's address, counts under a salted hash.
"""

import hashlib
import json
import re
from collections.abc import Callable, Mapping
from typing import Any

APPLICATION, KEY, TAG = "application", "key", "tag"
SPLITS = {
    APPLICATION: "By application: project, workspace, team or service",
    KEY: "By API key: its name or id",
    TAG: "By tag",
}
OTHER = "(others)"
MAX_GROUP_LENGTH = 80
NamesOf = Callable[[Mapping[str, Any]], Any]  # the name, tags or labels that a row has

KNOWN_IDS = re.compile(
    r"^((proj|key|apikey|wrkspc|org)[_-]|[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}$)", re.IGNORECASE
)
SECRET_START = re.compile(r"^((sk|pk|rk|gsk|ghp|xox.|hf|pat)[-_]|AIza|AKIA|ASIA|ya29|eyJ|bearer )")
LONG_WORD = re.compile(r"[A-Za-z0-9+/]{20,}")
HASH_BYTES = 5


def at(*paths: str) -> NamesOf:
    """What reads the first field that is there; a path goes down into objects by `/`."""
    ways = [path.split("/") for path in paths]

    def read(record: Mapping[str, Any]) -> Any:
        for way in ways:
            value: Any = record
            for step in way:
                value = _opened(value)
                value = value.get(step) if isinstance(value, Mapping) else None
            if value not in (None, "", [], {}, "[]", "{}"):
                return value
        return None

    return read


def _opened(value: Any) -> Any:
    """A value, or what JSON in a text says."""
    if isinstance(value, str) and value[:1] in ("{", "["):
        try:
            return json.loads(value)
        except (ValueError, RecursionError):
            return None
    return value


def group_name(value: Any, *, tag: str = "", salt: bytes = b"") -> str:
    """The group that a name, a list of tags or an object of labels puts a row in; else empty.

    Of several tags that with the key `tag` counts (`tag:name`, `tag=name`), else the first.
    """
    value = _opened(value)
    if isinstance(value, Mapping):
        value = value.get(tag)
    elif isinstance(value, list):
        value = _tagged(value, tag)
    if isinstance(value, bool) or not isinstance(value, str | int):
        return ""
    name = str(value).strip()
    if not name or not name.isprintable():
        return ""
    if _is_private(name):
        return f"#{hashlib.blake2b(name.encode(), key=salt, digest_size=HASH_BYTES).hexdigest()}"
    return name[:MAX_GROUP_LENGTH]


def _tagged(tags: list[Any], tag: str) -> str | None:
    texts = [text for text in tags if isinstance(text, str)]
    if not tag:
        return next(iter(texts), None)
    for text in texts:
        for sign in ":=":
            if text.startswith(tag + sign):
                return text[len(tag) + 1 :]
    return None


def _is_private(name: str) -> bool:
    if "@" in name or SECRET_START.match(name):
        return True
    if KNOWN_IDS.match(name):
        return len(name) > MAX_GROUP_LENGTH
    words = LONG_WORD.findall(name)
    return any(re.search(r"[0-9]", word) and re.search(r"[A-Za-z]", word) for word in words)
