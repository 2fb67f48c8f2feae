"""Puts rows aside and brings them back: one way for all that people keep."""

from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone

from organizations import audit
from organizations.exceptions import Conflict, Missing
from organizations.permissions import Actor

TAKEN = "Something else has taken its place in the meantime: archive that first."


@transaction.atomic
def archive_row(*, by: Actor, row: Any, kind: str, title: str) -> Any:
    """Put a row aside: lists, sums and pages leave it out. Raises Conflict where it is already."""
    standing = _locked(row)
    if standing.archived_at is not None:
        raise Conflict(f"The {words(kind)} is archived already.")
    standing.archived_at, standing.archived_by_label = timezone.now(), by.label
    standing.save(update_fields=["archived_at", "archived_by_label"])
    audit.record(by=by, verb=f"{kind}.archived", subject=standing, data={"title": title})
    return standing


@transaction.atomic
def restore_row(*, by: Actor, row: Any, kind: str, title: str) -> Any:
    """Bring a row back. Raises Conflict where it is not archived, or where its place is taken."""
    standing = _locked(row)
    if standing.archived_at is None:
        raise Conflict(f"The {words(kind)} is not archived.")
    standing.archived_at, standing.archived_by_label = None, ""
    try:
        with transaction.atomic():
            standing.save(update_fields=["archived_at", "archived_by_label"])
    except IntegrityError:
        raise Conflict(TAKEN) from None
    audit.record(by=by, verb=f"{kind}.restored", subject=standing, data={"title": title})
    return standing


def words(kind: str) -> str:
    """Return what people call a kind of row."""
    return kind.replace("_", " ")


def _locked(row: Any) -> Any:
    locked = type(row).objects.select_for_update(of=("self",)).filter(pk=row.pk).first()
    if locked is None:
        raise Missing("It is no longer there.")
    return locked
