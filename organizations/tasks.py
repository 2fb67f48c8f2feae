"""Celery's entry points: send the mail that waits, erase what is due."""

from celery import shared_task

from organizations.services.erasures import erase_due
from organizations.services.outbox import send_due_mail


@shared_task(name="organizations.send_mail")
def send_mail() -> None:
    """Send what is due."""
    send_due_mail()


@shared_task(name="organizations.erase_due")
def erase() -> None:
    """Carry out the erasures that are due."""
    erase_due()
