"""Writes of an organization's branding, and the rules of what it may be."""

import hashlib
import re
from collections.abc import Mapping
from urllib.parse import urlsplit

from django.db import transaction

from organizations import audit
from organizations.exceptions import Invalid
from organizations.logos import clean_logo
from organizations.models import BRANDING_LENGTHS, Branding
from organizations.permissions import Actor
from presentation.colour import LIGHT_GROUND, READABLE, contrast, readable_on

NO_COLOUR = "Give a colour as # and six hexadecimal digits, such as #0b5c5c."
NO_LINK = "Give a web address that starts with https://."
NO_LABEL = "Say what the link is for."
NO_TARGET = "Say where it leads: a web address that starts with https://."


@transaction.atomic
def change_branding(*, by: Actor, **changes: str | bytes) -> Branding:
    """Change what is given of an organization's look; `logo` is a file, or empty to remove it.

    Documents that are frozen stay as they are. Raises Invalid with every field at fault.
    """
    row, _ = Branding.objects.get_or_create(organization_id=by.organization_id)
    row = Branding.objects.select_for_update().get(pk=row.pk)
    before = shown(row)
    apply_branding(row, changes)
    if shown(row) != before:
        row.save()
        data = {"before": before, "after": shown(row)}
        audit.record(by=by, verb="branding.changed", subject=row, data=data)
    return row


def apply_branding(row: Branding, changes: Mapping[str, str | bytes]) -> None:
    """Put checked changes into a row without storing it. Raises Invalid with every error."""
    errors: dict[str, list[str]] = {}
    for name, value in changes.items():
        if isinstance(value, bytes):
            errors |= _set_logo(row, value)
        else:
            setattr(row, name, " ".join(value.split()))
    row.accent = row.accent.lower()
    errors |= {name: [message] for name, message in _errors(row)}
    if errors:
        raise Invalid("Some fields cannot be used as they are.", fields=errors)


def shown(row: Branding) -> dict[str, str]:
    """The row as the audit tells it: the logo by its checksum."""
    return {name: getattr(row, name) for name in BRANDING_LENGTHS} | {"logo": row.logo_sha256[:16]}


def _set_logo(row: Branding, content: bytes) -> Mapping[str, list[str]]:
    try:
        row.logo = clean_logo(content) if content else b""
    except Invalid as error:
        return error.fields
    row.logo_sha256 = hashlib.sha256(row.logo).hexdigest() if row.logo else ""
    return {}


def _errors(row: Branding) -> list[tuple[str, str]]:
    errors = []
    for name, longest in BRANDING_LENGTHS.items():
        if name != "accent" and len(getattr(row, name)) > longest:
            errors.append((name, f"At most {longest} characters, please."))
    if row.accent and (fault := accent_fault(row.accent)):
        errors.append(("accent", fault))
    if row.action_url and not _is_link(row.action_url):
        errors.append(("action_url", NO_LINK))
    elif row.action_url and not row.action_label:
        errors.append(("action_label", NO_LABEL))
    elif row.action_label and not row.action_url:
        errors.append(("action_url", NO_TARGET))
    return errors


def accent_fault(accent: str) -> str:
    """Why a colour cannot be the accent; empty where it can."""
    if not re.fullmatch("#[0-9a-f]{6}", accent):
        return NO_COLOUR
    ratio = contrast(accent, LIGHT_GROUND)
    if ratio >= READABLE:
        return ""
    nearest = readable_on(LIGHT_GROUND, accent)
    return (
        f"Too pale to be read: its contrast on light ground is {ratio:.1f}:1, and text needs"
        f" {READABLE}:1. The nearest tone that passes is {nearest}."
    )


def _is_link(url: str) -> bool:
    try:
        parts = urlsplit(url)
        host = parts.hostname or ""
    except ValueError:
        return False
    is_plain = not re.search(r"[\s<>\"'\\]", url) and not parts.username
    return parts.scheme == "https" and url.startswith("https://") and "." in host and is_plain
