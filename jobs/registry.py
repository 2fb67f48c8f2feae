"""Which function does which kind of work; upper floors register theirs in their `tasks`."""

from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from jobs.run import Run

Handler = Callable[["Run"], None]

_handlers: dict[str, Handler] = {}


def job_kind(kind: str) -> Callable[[Handler], Handler]:
    """Register the decorated function for a kind of job."""

    def register(handler: Handler) -> Handler:
        if kind in _handlers and _handlers[kind] is not handler:
            raise ValueError(f"Two functions claim the job kind {kind!r}.")
        _handlers[kind] = handler
        return handler

    return register


def handler_for(kind: str) -> Handler:
    """Return the function of a kind; raises KeyError for one that nobody registered."""
    return _handlers[kind]
