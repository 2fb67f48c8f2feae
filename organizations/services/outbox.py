"""The outbox of mail: stored with what it tells of, sent by a worker, and never twice."""

import json
import logging
from datetime import timedelta
from urllib.parse import urlsplit
from uuid import UUID

from cryptography.fernet import InvalidToken
from django.conf import settings
from django.core.mail import EmailMessage, EmailMultiAlternatives
from django.core.mail.message import make_msgid
from django.db import transaction
from django.utils import timezone
from django.utils.crypto import salted_hmac

from organizations import mail, tenancy
from organizations.encryption import decrypt, encrypt
from organizations.models import Invitation, OutgoingMail

logger = logging.getLogger(__name__)

# As long as an invitation's link is good; then nobody waits for the mail any more.
KEPT_FOR = timedelta(days=7)
FIRST_WAIT, MAX_WAIT = timedelta(seconds=15), timedelta(minutes=15)
# No mail server is spoken to for as long: whoever sends it is dead.
LOST_AFTER = timedelta(minutes=2)


def queue_mail(
    letter: EmailMessage, *, organization_id: UUID | None = None, token_hash: str = ""
) -> None:
    """Store a mail that leaves once this transaction is committed.

    With the hash of an invitation's token it is that invitation's, and leaves while that is open.
    """
    message_id = make_msgid(domain=urlsplit(settings.SITE_URL).hostname)
    content = {
        "subject": str(letter.subject),
        "body": str(letter.body),
        "from_email": letter.from_email,
        "to": letter.to,
        "headers": {"Message-ID": message_id, **letter.extra_headers},
        "alternatives": [list(each) for each in getattr(letter, "alternatives", ())],
    }
    OutgoingMail.objects.create(
        content=encrypt(json.dumps(content)),
        organization_id=organization_id,
        token_hash=token_hash,
        address_hash=_address_hash(*letter.to),
    )


def forget_mail_to(address: str) -> None:
    """Drop the mail that waits for an address, whatever it is about."""
    OutgoingMail.objects.filter(address_hash=_address_hash(address)).delete()


def _address_hash(*addresses: str) -> str:
    text = ",".join(sorted(each.lower() for each in addresses))
    return salted_hmac("organizations.outbox", text, algorithm="sha256").hexdigest()


def send_due_mail() -> int:
    """Send what waits, one mail after the other, until the server refuses one; return how many.

    A mail is marked before it leaves: a worker that dies in between may leave a person without
    it, but nobody ever gets it twice. Only what the server refused is sent again.
    """
    _give_up_old_ones()
    sent = 0
    while row := _claim():
        letter = _letter(row)
        if letter is None:
            row.delete()
        elif mail.deliver(letter):
            _note_sent(row)
            sent += 1
        else:
            wait = min(FIRST_WAIT * 2 ** min(row.attempts - 1, 10), MAX_WAIT)
            row.sending_since, row.due_at = None, timezone.now() + wait
            row.save(update_fields=["sending_since", "due_at"])
            break
    return sent


def _claim() -> OutgoingMail | None:
    """Take the next mail; none while another worker sends, so that a slow server holds but one."""
    now = timezone.now()
    with transaction.atomic():
        if OutgoingMail.objects.filter(sending_since__gt=now - LOST_AFTER).exists():
            return None
        due = OutgoingMail.objects.filter(sending_since=None, due_at__lte=now).order_by("due_at")
        row = due.select_for_update(skip_locked=True).first()
        if row is None:
            return None
        row.sending_since, row.attempts = now, row.attempts + 1
        row.save(update_fields=["sending_since", "attempts"])
    return row


def _letter(row: OutgoingMail) -> EmailMultiAlternatives | None:
    """Return the mail as it was written; none where nobody can or should read it any more."""
    if row.organization_id and row.token_hash:
        with tenancy.enter(organization_id=row.organization_id):
            offered = Invitation.objects.filter(token_hash=row.token_hash, accepted_at=None)
            if not offered.filter(revoked_at=None).exists():
                return None
    try:
        return EmailMultiAlternatives(**json.loads(decrypt(row.content)))
    except InvalidToken:
        logger.error("A mail was stored under another FIELD_ENCRYPTION_KEY; it is dropped.")
        return None


@transaction.atomic
def _note_sent(row: OutgoingMail) -> None:
    if row.organization_id and row.token_hash:
        with tenancy.enter(organization_id=row.organization_id):
            Invitation.objects.filter(token_hash=row.token_hash).update(sent_at=row.sending_since)
    row.delete()


def _give_up_old_ones() -> None:
    """Drop what nobody waits for any more; take what a dead worker was sending for sent."""
    now = timezone.now()
    old = OutgoingMail.objects.filter(sending_since=None, created_at__lt=now - KEPT_FOR)
    if count := old.delete()[0]:
        logger.error("The mail server refused %s mails for seven days; they are dropped.", count)
    for row in OutgoingMail.objects.filter(sending_since__lte=now - LOST_AFTER):
        logger.warning("A worker ended while it sent a mail; it is not sent again.")
        _note_sent(row)
