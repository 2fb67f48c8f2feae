"""Encryption at rest, by the key that `FIELD_ENCRYPTION_KEY` names, and salts of organizations."""

import base64
import hashlib
from uuid import UUID

from cryptography.fernet import Fernet
from django.conf import settings
from django.utils.crypto import salted_hmac


def encrypt(text: str) -> str:
    """Return a text as it is stored."""
    return _cipher().encrypt(text.encode()).decode()


def decrypt(stored: str) -> str:
    """Return a stored text as it was; raises InvalidToken where the key is another one now."""
    return _cipher().decrypt(stored.encode()).decode()


def salt_of(organization_id: UUID, purpose: str) -> bytes:
    """Return an organization's own salt: what is hashed with it can be matched with nobody else's.

    Nor with what another purpose hashes. It follows from `SECRET_KEY`.
    """
    return salted_hmac(purpose, str(organization_id), algorithm="sha256").digest()[:16]


def _cipher() -> Fernet:
    digest = hashlib.sha256(settings.FIELD_ENCRYPTION_KEY.encode()).digest()
    return Fernet(base64.urlsafe_b64encode(digest))
