"""Keeps the secret keys of this checkout, so that a sign-in outlives a restart."""

import os
import secrets

from config.local.state import State

KEY_NAMES = ("SECRET_KEY", "FIELD_ENCRYPTION_KEY")
KEY_BYTES = 48


def keys_environment(state: State) -> dict[str, str]:
    """Return the keys, made at the first call and readable by their owner alone."""
    return {name: os.environ.get(name) or _key(state, name) for name in KEY_NAMES}


def _key(state: State, name: str) -> str:
    """Read a key, made whole before it takes its name: no reader meets half of one."""
    path = state.home / name.lower().replace("_", "-")
    if not path.exists():
        part = path.with_name(f"{path.name}.{os.getpid()}.part")
        descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "w", encoding="ascii") as file:
            file.write(secrets.token_urlsafe(KEY_BYTES))
        part.replace(path)
    return path.read_text(encoding="ascii")
