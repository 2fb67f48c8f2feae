"""Celery's entry points: mail that waits, erasures that are due, old audit events, months ahead."""

from celery import shared_task

from organizations.services.erasures import erase_due
from organizations.services.months import make_months
from organizations.services.outbox import send_due_mail
from organizations.services.retention import remove_old_audit_events


@shared_task(name="organizations.send_mail")
def send_mail() -> None:
    """Send what is due."""
    send_due_mail()


@shared_task(name="organizations.erase_due")
def erase() -> None:
    """Carry out the erasures that are due."""
    erase_due()


@shared_task(name="organizations.remove_old_audit_events")
def remove_old_audit() -> None:
    """Delete audit events that are kept no longer."""
    remove_old_audit_events()


@shared_task(name="organizations.make_months")
def make_partitions() -> None:
    """Make the partitions of the months to come."""
    make_months()
