"""A request's calls have room in one piece of memory."""

from collections.abc import Iterable
from types import FunctionType
from typing import Any

from config.frames import WORDS, with_room
from config.wsgi import application


def test_a_request_is_answered_as_without_room() -> None:
    seen: list[Any] = []

    def answer(environ: Any, start_response: Any) -> Iterable[bytes]:
        seen.append((environ, start_response))
        return [b"answer"]

    environ: dict[str, Any] = {"PATH_INFO": "/"}

    assert with_room(answer)(environ, print) == [b"answer"]
    assert seen == [(environ, print)]


def test_the_product_answers_requests_with_room() -> None:
    respond = application.application

    assert isinstance(respond, FunctionType)
    assert respond.__code__.co_stacksize == WORDS
