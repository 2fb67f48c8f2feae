"""Reads settings from environment variables, with errors that name the variable."""

import os
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured

TRUE_WORDS = {"1", "true", "yes", "on"}
FALSE_WORDS = {"0", "false", "no", "off", ""}


def text(name: str, default: str | None = None) -> str:
    """Return the variable `name`, else the default; without one the variable is required."""
    value = os.environ.get(name, default)
    if value is None:
        raise ImproperlyConfigured(f"The environment variable {name} is required.")
    return value


def flag(name: str, default: bool) -> bool:
    """Return the variable `name` as a boolean."""
    word = os.environ.get(name, str(default)).strip().lower()
    if word not in TRUE_WORDS | FALSE_WORDS:
        raise ImproperlyConfigured(f"{name} must be true or false, not {word!r}.")
    return word in TRUE_WORDS


def number(name: str, default: int, *, least: int | None = None) -> int:
    """Return the variable `name` as a whole number."""
    word = os.environ.get(name, str(default))
    try:
        found = int(word)
    except ValueError:
        raise ImproperlyConfigured(f"{name} must be a whole number, not {word!r}.") from None
    if least is not None and found < least:
        raise ImproperlyConfigured(f"{name} must be {least} or more.")
    return found


def days_kept(name: str, default: int, *, least: int = 1) -> int:
    """Return the variable `name` as days after which something is deleted: 0 for never."""
    days = number(name, default)
    if days and days < least:
        raise ImproperlyConfigured(f"{name} must be 0, to keep all, or {least} or more.")
    return days


def words(name: str) -> list[str]:
    """Return the variable `name` as a list split at commas."""
    return [word.strip() for word in os.environ.get(name, "").split(",") if word.strip()]


def database(name: str, *, pool: bool, default: str | None = None) -> dict[str, Any]:
    """Return Django's database settings for the PostgreSQL URL in the variable `name`.

    A unix socket is given as `postgresql://role@/database?host=/path/to/folder`.
    """
    url = urlsplit(text(name, default))
    if url.scheme not in {"postgres", "postgresql"}:
        raise ImproperlyConfigured(f"{name} must be a postgresql:// URL.")
    options: dict[str, Any] = {"connect_timeout": "5", **dict(parse_qsl(url.query))}
    host = options.pop("host", "") or (unquote(url.hostname) if url.hostname else "")
    size = number("DATABASE_POOL_SIZE", 16) if pool else 0
    if size:
        # A request waits so many seconds for a connection; one that could not be made is tried
        # again for so many, then when somebody asks: a database that is back is found at once.
        options["pool"] = {"min_size": 1, "max_size": size, "timeout": 3, "reconnect_timeout": 5}
    return {
        "ENGINE": "config.postgresql",
        "NAME": unquote(url.path.lstrip("/")),
        "USER": unquote(url.username or ""),
        "PASSWORD": unquote(url.password or ""),
        "HOST": host,
        "PORT": options.pop("port", "") or str(url.port or ""),
        "OPTIONS": options,
    }
