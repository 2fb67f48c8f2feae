"""Claims of idempotency keys: a request under one key is carried out once."""

import hashlib
from datetime import timedelta
from typing import Any

from django.utils import timezone

from organizations.exceptions import Invalid
from organizations.models import IdempotentRequest
from organizations.permissions import Actor

KEPT_FOR = timedelta(hours=24)
REUSED = "This key was used for another request. Choose a new one for each thing you ask for."


class KeyReused(Invalid):
    """The same key came with another request."""

    code = "idempotency_key_reused"


def hash_request(*parts: bytes) -> str:
    """Return the SHA-256 of a request's parts, each set apart by its length."""
    digest = hashlib.sha256()
    for part in parts:
        digest.update(len(part).to_bytes(8, "big") + part)
    return digest.hexdigest()


def begin_once(*, by: Actor, principal: str, key: str, request_hash: str) -> IdempotentRequest:
    """Claim the key in this transaction, or return the request that had it before, answered.

    Who comes second waits until the first is committed, and takes over when that one failed.
    Raises KeyReused when the earlier request asked for something else.
    """
    too_old = timezone.now() - KEPT_FOR
    IdempotentRequest.objects.filter(created_at__lt=too_old).delete()
    claim = IdempotentRequest(
        organization_id=by.organization_id,
        client_id=by.client_id,
        principal=principal,
        key=key,
        request_hash=request_hash,
    )
    IdempotentRequest.objects.bulk_create([claim], ignore_conflicts=True)
    row = IdempotentRequest.objects.filter(principal=principal, key=key).first()
    if row is None or row.request_hash != request_hash:
        raise KeyReused(REUSED)
    return row


def end_once(*, row: IdempotentRequest, status: int, answer: Any, location: str) -> None:
    """Keep the response for repetitions."""
    row.status, row.answer, row.location = status, answer, location
    row.save(update_fields=["status", "answer", "location"])
