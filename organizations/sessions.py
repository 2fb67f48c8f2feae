"""Sessions of browsers: in the database, with a copy of signed-in people's in the cache."""

from hashlib import sha256
from typing import Any

from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends import db
from django.contrib.sessions.base_session import AbstractBaseSession
from django.core.cache import BaseCache, caches

COPIES = "sessions"  # of settings.CACHES
COPY_SECONDS = 3600


class SessionStore(db.SessionStore):
    """A session of the database.

    The copy is its row's own text. It saves reading the row, and decides nothing: it becomes the
    session only when `accept` is called, after one statement has found it equal to the row and the
    row in time (`organizations.access.enter_as_holder`). So a session that ended or changed does
    so at once, whatever a cache still has, could not be told or was made to say.
    """

    text = ""  # the row's, as it was read

    def load(self) -> dict[str, Any]:
        """Read the session from the database."""
        row = self._get_session_from_db()  # type: ignore[attr-defined]
        self.text = row.session_data if row else ""
        data: dict[str, Any] = self.decode(self.text) if row else {}
        self._copy(data)
        return data

    def create_model_instance(self, data: dict[str, Any]) -> AbstractBaseSession:
        """Make the row; `save` stores it."""
        row = super().create_model_instance(data)
        self.text = row.session_data
        return row

    def save(self, must_create: bool = False) -> None:
        """Store the session."""
        super().save(must_create)
        self._copy(self._session)  # type: ignore[attr-defined]

    def delete(self, session_key: str | None = None) -> None:
        """End the session, and its copy."""
        super().delete(session_key)
        _copies().delete(_name(session_key or self.session_key))

    def peek(self) -> tuple[str, dict[str, Any]]:
        """Return the row's text and what it holds, from the copy where there is one."""
        if self.session_key and not hasattr(self, "_session_cache"):
            text = _copies().get(_name(self.session_key))
            if text:
                return text, self.decode(text)
        data = self._get_session()  # type: ignore[attr-defined]
        return self.text, data

    def accept(self, data: dict[str, Any]) -> None:
        """Make what `peek` returned the session: the database has the same."""
        self._session_cache = data
        self.accessed = True

    def _copy(self, data: dict[str, Any]) -> None:
        if SESSION_KEY in data:
            _copies().set(_name(self.session_key), self.text, COPY_SECONDS)


def _copies() -> BaseCache:
    return caches[COPIES]


def _name(session_key: str | None) -> str:
    """Name a copy by a hash: who reads the cache's names can sign in by none."""
    return f"session:{sha256((session_key or '').encode()).hexdigest()}"
