"""Mail to people, plain and HTML, and how it is sent."""

import logging
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urljoin

from django.conf import settings
from django.core.mail import EmailMessage, EmailMultiAlternatives
from django.core.mail.backends.filebased import EmailBackend as FileBackend
from django.template.loader import render_to_string
from django.urls import reverse

from organizations.models import ApiKey, Invitation
from presentation.wording import day

logger = logging.getLogger(__name__)

LINK = re.compile(r"https?://\S+")


def invitation_url(token: str) -> str:
    """Return the link that an invitation's mail carries."""
    path = reverse("organizations:invitation-accept", kwargs={"token": token})
    return urljoin(settings.SITE_URL, path)


def invitation_letter(*, invitation: Invitation, inviter: str, url: str) -> EmailMultiAlternatives:
    """Write the mail of an invitation."""
    context = {"invitation": invitation, "inviter": inviter, "url": url}
    subject = f"{inviter} invites you to {invitation.organization.name} on Crossover"
    return _letter("organizations/mail/invitation_message", subject, invitation.email, context)


def api_key_letter(key: ApiKey) -> EmailMultiAlternatives:
    """Write the mail that tells somebody of a key that was made in their name."""
    what = f"The API key “{key.name}” ({key.prefix}…) was made in your name."
    scopes = ", ".join(key.scopes)
    what += f" It is good until {day(key.expires_at.date())}; its scopes: {scopes}."
    warning = "If it was not you, revoke it, set a new password and look at your sessions."
    path = reverse("organizations:api-key-list", args=[key.organization.slug])
    return notice_letter(
        to=key.created_by.email,
        notice=Notice(f"A new API key: {key.name}", [what, warning], "See the API keys"),
        url=urljoin(settings.SITE_URL, path),
        organization=key.organization.name,
    )


@dataclass(frozen=True)
class Notice:
    """A mail to a person: a subject, paragraphs, and what the link leads to."""

    subject: str
    paragraphs: Sequence[str]
    link_text: str


def notice_letter(
    *, to: str, notice: Notice, url: str, organization: str
) -> EmailMultiAlternatives:
    """Write the mail of a notice."""
    context = {"notice": notice, "url": url, "organization": organization}
    return _letter("organizations/mail/notice_message", notice.subject, to, context)


def _letter(
    template: str, subject: str, to: str, context: dict[str, Any]
) -> EmailMultiAlternatives:
    letter = EmailMultiAlternatives(
        subject=" ".join(subject.split()),
        body=render_to_string(f"{template}.txt", context),
        to=[to],
    )
    letter.attach_alternative(render_to_string(f"{template}.html", context), "text/html")
    return letter


def deliver(letter: EmailMultiAlternatives) -> bool:
    """Send a letter; say whether the mail server took it."""
    try:
        letter.send()
    except (OSError, ValueError):
        # Every error of SMTP, and of an address that no mail can have. The address is personal data
        # and stays out of the log.
        logger.exception("The mail %r was not sent.", letter.subject)
        return False
    return True


class EmailBackend(FileBackend):
    """Django's backend for files, that also prints what a person would click or type."""

    def send_messages(self, email_messages: Any) -> int:
        """Write the mails and say so on the console."""
        sent: int = super().send_messages(email_messages)
        for message in email_messages:
            print(describe(message), flush=True)  # noqa: T201
        return sent


def describe(message: EmailMessage) -> str:
    """Return what the console says about one mail: its links, or its text where it has none."""
    body = str(message.body)
    lines = LINK.findall(body) or filter(None, map(str.strip, body.splitlines()))
    told = "\n".join(f"  {line}" for line in lines)
    return f"\nMail to {', '.join(message.to)}: {message.subject}\n{told}"
