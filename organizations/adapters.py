"""Adapters of the sign-in library."""

from typing import Any
from urllib.parse import urljoin, urlsplit

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from django.conf import settings
from django.http import HttpRequest

from organizations.encryption import decrypt, encrypt
from organizations.services.outbox import queue_mail

# What a mail's context calls its links.
LINKS = ("activate_url", "password_reset_url", "signup_url")


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """Decides who may sign up, and how mails of accounts leave; invited people may always join."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Keep the public sign-up closed where an installation serves one organization."""
        return bool(settings.SIGNUP_OPEN)

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Queue a mail; its links lead to the configured address, whatever the request named."""
        links = {
            name: urljoin(settings.SITE_URL, urlsplit(context[name]).path)
            for name in LINKS
            if name in context
        }
        queue_mail(self.render_mail(template_prefix, email, {**context, **links, "email": email}))


class MFAAdapter(DefaultMFAAdapter):  # type: ignore[misc]
    """Keeps second-factor secrets encrypted at rest."""

    def encrypt(self, text: str) -> str:
        return encrypt(text)

    def decrypt(self, encrypted_text: str) -> str:
        return decrypt(encrypted_text)
