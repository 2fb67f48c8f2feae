"""Encryption at rest, by the key that `FIELD_ENCRYPTION_KEY` names."""

import base64
import hashlib

from cryptography.fernet import Fernet
from django.conf import settings


def encrypt(text: str) -> str:
    """Return a text as it is stored."""
    return _cipher().encrypt(text.encode()).decode()


def decrypt(stored: str) -> str:
    """Return a stored text as it was; raises InvalidToken where the key is another one now."""
    return _cipher().decrypt(stored.encode()).decode()


def _cipher() -> Fernet:
    digest = hashlib.sha256(settings.FIELD_ENCRYPTION_KEY.encode()).digest()
    return Fernet(base64.urlsafe_b64encode(digest))
