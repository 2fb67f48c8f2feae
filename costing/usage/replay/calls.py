"""A call of a log, as the replay takes it."""

from collections.abc import Sequence
from enum import StrEnum
from typing import NamedTuple


class Identity(StrEnum):
    """How a log tells which part of an input calls have in common."""

    BLOCKS = "blocks"
    MESSAGES = "messages"
    PREFIX = "prefix"
    SESSION = "session"
    NONE = "none"


class Call(NamedTuple):
    """One call to a model.

    `at` is in seconds, since 1970 or since the log's start. `keys` name the input's leading parts,
    shortest first: another call with the same key begins with the same tokens, `ends` of them.
    `pieces` are parts of the input by themselves, wherever they stand, each a key with its tokens.
    `answer` is the same for calls that ask the very same, `normalized` for those that do so but for
    case, spaces and punctuation, and near `embedding`s mean the same. None where it is not known.
    """

    at: float
    input_tokens: int
    output_tokens: int
    model: str = ""
    keys: Sequence[int] = ()
    ends: Sequence[int] = ()
    pieces: Sequence[tuple[int, int]] = ()
    answer: int | None = None
    normalized: int | None = None
    embedding: tuple[float, ...] | None = None
