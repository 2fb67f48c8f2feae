"""Adapters of the sign-in library."""

import base64
import hashlib

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from cryptography.fernet import Fernet
from django.conf import settings
from django.http import HttpRequest


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """Says whether anybody may found an organization here; invited people may always join."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Keep the public sign-up closed where an installation serves one organization."""
        return bool(settings.SIGNUP_OPEN)


class MFAAdapter(DefaultMFAAdapter):  # type: ignore[misc]
    """Keeps second-factor secrets encrypted at rest."""

    @staticmethod
    def _cipher() -> Fernet:
        digest = hashlib.sha256(settings.FIELD_ENCRYPTION_KEY.encode()).digest()
        return Fernet(base64.urlsafe_b64encode(digest))

    def encrypt(self, text: str) -> str:
        """Return the secret as stored."""
        return self._cipher().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        """Return the secret as used."""
        return self._cipher().decrypt(encrypted_text.encode()).decode()
