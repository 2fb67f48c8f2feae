"""Letters to people, plain and HTML, and how they leave."""

import logging
from urllib.parse import urljoin

from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.urls import reverse

from organizations.models import Invitation

logger = logging.getLogger(__name__)


def invitation_url(*, site_url: str, token: str) -> str:
    """Return the link that an invitation's mail carries."""
    return urljoin(site_url, reverse("organizations:invitation-accept", kwargs={"token": token}))


def invitation_letter(*, invitation: Invitation, inviter: str, url: str) -> EmailMultiAlternatives:
    """Write the mail of an invitation."""
    context = {"invitation": invitation, "inviter": inviter, "url": url}
    subject = render_to_string("organizations/mail/invitation_subject.txt", context)
    letter = EmailMultiAlternatives(
        subject=" ".join(subject.split()),
        body=render_to_string("organizations/mail/invitation_message.txt", context),
        to=[invitation.email],
    )
    html = render_to_string("organizations/mail/invitation_message.html", context)
    letter.attach_alternative(html, "text/html")
    return letter


def deliver(letter: EmailMultiAlternatives) -> bool:
    """Send a letter; say whether the mail server took it."""
    try:
        letter.send()
    except OSError:
        # Includes every error of SMTP. The address is personal data and stays out of the log.
        logger.exception("The mail %r was not sent.", letter.subject)
        return False
    return True
