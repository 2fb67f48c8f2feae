"""What two calls have in common, told by salted hashes: nothing that was said is kept."""

import json
import re
from collections.abc import Iterable, Iterator
from hashlib import blake2b
from typing import Any, NamedTuple

PIECE_CHARACTERS = 4_000
"""Longer texts are cut into pieces at the next blank line, so that what repeats in them is seen."""
_NOISE = re.compile(r"[\W_]+")
_BREAK = re.compile(r"\n\s*\n")


class Content(NamedTuple):
    """An input by its hashes: leading parts, pieces, and the whole of it twice."""

    keys: list[int]
    ends: list[int]
    pieces: list[tuple[int, int]]
    answer: int
    normalized: int
    characters: int


def key_of(salt: bytes, *parts: str) -> int:
    """The salted hash of some texts."""
    digest = blake2b(digest_size=8, key=salt)
    for part in parts:
        digest.update(part.encode("utf-8", "surrogatepass"))
        digest.update(b"\0")
    return int.from_bytes(digest.digest(), "big")


def content_of(messages: Iterable[Any], tokens: int | None, salt: bytes) -> Content:
    """The hashes of an input's parts in their order, such as tools, system text and messages.

    `tokens` are shared out by characters; without them four characters are one.
    """
    texts = [piece for message in messages for piece in _pieces(message)]
    characters = sum(map(len, texts)) or 1
    total = tokens if tokens is not None else max(1, characters // 4)
    keys, ends, pieces = [], [], []
    chain, passed, end_before = 0, 0, 0
    for text in texts:
        own = key_of(salt, text)
        chain = key_of(salt, str(chain), str(own))
        passed += len(text)
        end = total * passed // characters
        keys.append(chain)
        ends.append(end)
        pieces.append((own, end - end_before))
        end_before = end
    plain = _NOISE.sub(" ", "\0".join(texts)).strip().casefold()
    return Content(keys, ends, pieces, chain, key_of(salt, "normalized", plain), characters)


def _pieces(message: Any) -> Iterator[str]:
    """The texts of a message: its role, with what it says up to the first break, and the rest."""
    role, said = "", message
    if isinstance(message, dict):
        role, said = str(message.get("role", "")), message.get("content", message)
    text = said if isinstance(said, str) else json.dumps(said, sort_keys=True, ensure_ascii=False)
    start = 0
    while len(text) - start > PIECE_CHARACTERS:
        found = _BREAK.search(text, start + PIECE_CHARACTERS)
        if found is None:
            break
        yield f"{role}\0{text[start : found.end()]}"
        start = found.end()
    yield f"{role}\0{text[start:]}"
