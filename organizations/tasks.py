"""Celery's entry point: send the mail that waits."""

from celery import shared_task

from organizations.services.outbox import send_due_mail


@shared_task(name="organizations.send_mail")
def send_mail() -> None:
    """Send what is due."""
    send_due_mail()
