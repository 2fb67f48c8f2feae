"""Adapters of the sign-in library."""

import hashlib
from typing import Any
from urllib.parse import urljoin, urlsplit

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core.internal import ratelimit
from allauth.mfa.adapter import DefaultMFAAdapter
from django.conf import settings
from django.http import HttpRequest, HttpResponse

from organizations.encryption import decrypt, encrypt
from organizations.models import User
from organizations.services.outbox import queue_mail

# What a mail's context calls its links.
LINKS = ("activate_url", "password_reset_url", "signup_url")
LOCKED = (
    "Too many failed login attempts. Try again in a while, or sign in with a code that we mail you."
)
KNOWN_FOR = 365 * 24 * 3600


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """Decides who may sign up, how attempts are counted and which mails are sent, and how."""

    error_messages = DefaultAccountAdapter.error_messages | {"too_many_login_attempts": LOCKED}

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

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        """Count an attempt on the account from this address, and on the account from anywhere."""
        super().pre_authenticate(request, **credentials)
        anywhere = ratelimit.consume(
            request,
            app="allauth.account",
            action="login_failed_anywhere",
            key=credentials.get("email", "").lower(),
        )
        if not anywhere:
            raise self.validation_error("too_many_login_attempts")
        self._login_failed_rl_usage.usage += anywhere.usage

    def _get_login_attempts_cache_key(self, request: HttpRequest, **credentials: Any) -> str:
        """Name what attempts are counted by: somebody elsewhere must not keep the owner out."""
        key: str = super()._get_login_attempts_cache_key(request, **credentials)
        return f"{key}:{ratelimit.get_ip(request)}"

    def login(self, request: HttpRequest, user: User) -> None:
        is_first = user.last_login is None
        super().login(request, user)
        if not is_first and not request.get_signed_cookie(_known(user), False, max_age=KNOWN_FOR):
            self.send_notification_mail("account/email/new_sign_in", user)

    def post_login(self, request: HttpRequest, user: User, **kwargs: Any) -> HttpResponse:
        """Remember this browser as the person's, so that their next sign-in here sends no mail."""
        response: HttpResponse = super().post_login(request, user, **kwargs)
        response.set_signed_cookie(
            _known(user),
            "1",
            max_age=KNOWN_FOR,
            secure=settings.SESSION_COOKIE_SECURE,
            httponly=True,
            samesite="Lax",
        )
        return response


def _known(user: User) -> str:
    return f"known-{hashlib.sha256(user.pk.bytes).hexdigest()[:16]}"


class MFAAdapter(DefaultMFAAdapter):  # type: ignore[misc]
    """Keeps second-factor secrets encrypted at rest."""

    def encrypt(self, text: str) -> str:
        return encrypt(text)

    def decrypt(self, encrypted_text: str) -> str:
        return decrypt(encrypted_text)
