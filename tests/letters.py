"""Mail as people get it: what waits in the outbox is sent first."""

from django.core import mail
from django.core.mail import EmailMultiAlternatives

from organizations.services.outbox import send_due_mail


def letters() -> list[EmailMultiAlternatives]:
    """Send what is due, and return all mail that the server took."""
    send_due_mail()
    return mail.outbox  # type: ignore[return-value]


def only_letter() -> EmailMultiAlternatives:
    """Send what is due, and return the one mail that the server took."""
    [letter] = letters()
    assert isinstance(letter, EmailMultiAlternatives)
    return letter
