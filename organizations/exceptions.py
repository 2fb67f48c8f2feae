"""Errors that domain functions raise; pure, so it must not import Django."""

from collections.abc import Mapping
from typing import Any, ClassVar, Self

FieldErrors = Mapping[str, list[str]]


class DomainError(Exception):
    """A refusal with a message fit for a person, and the invalid fields."""

    code: ClassVar[str] = "error"
    status: ClassVar[int] = 400
    retry_after_s: int | None = None  # where asking again later helps

    def __init__(self, message: str, *, fields: FieldErrors | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.fields: dict[str, list[str]] = dict(fields or {})


class Invalid(DomainError):
    """The input cannot be accepted as it is."""

    code = "invalid"
    status = 422

    @classmethod
    def at(cls, field: str, message: str) -> Self:
        """Return the error of one field."""
        return cls(message, fields={field: [message]})


class Conflict(DomainError):
    """Somebody else changed it first; `current` holds the value that stands now."""

    code = "conflict"
    status = 409

    def __init__(self, message: str, *, current: Mapping[str, Any] | None = None) -> None:
        super().__init__(message)
        self.current = dict(current or {})


class Denied(DomainError):
    """The person may see this, but not do that."""

    code = "denied"
    status = 403


class Busy(DomainError):
    """Too much is asked for at once."""

    code = "busy"
    status = 429

    def __init__(self, message: str, *, retry_after_s: int = 5) -> None:
        super().__init__(message)
        self.retry_after_s = retry_after_s


class Missing(DomainError):
    """There is no such thing, as far as this person may know."""

    code = "not_found"
    status = 404


class Archived(DomainError):
    """It, or what it belongs to, is put aside: it can be restored, and nothing else."""

    code = "archived"
    status = 404

    def __init__(self) -> None:
        super().__init__("This is archived: it must be restored before it can be worked with.")
