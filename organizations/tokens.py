"""Secrets of links and API keys, and their hashes; pure, so it must not import Django."""

import hashlib
import secrets

TOKEN_BYTES = 32


def make_token() -> str:
    """Return a new secret of 256 bits, fit for a URL."""
    return secrets.token_urlsafe(TOKEN_BYTES)


def hash_token(token: str) -> str:
    """Return the SHA-256 of a token in hex: what the database holds instead of it.

    A plain hash is enough, because nobody can guess 256 random bits.
    """
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()
