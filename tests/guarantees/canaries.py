"""Puts a word into every text of a tenant's rows, and looks for it in whatever an answer holds."""

import zipfile
from collections import Counter
from collections.abc import Iterable
from functools import cache
from io import BytesIO
from itertools import count
from uuid import uuid4

from django.apps import apps
from django.db import IntegrityError, ProgrammingError, models, transaction
from django.db.models import Q

from organizations import tenancy
from organizations.models import AuditEvent, Membership, Organization, TenantModel, User
from reports.models import Snapshot
from tests.reports.pdf_text import whole_text_of

# Texts that nothing but a machine's own value may fill, each with its reason.
FIXED = {
    "assessments_roadmapaction.key": "a key of the framework, checked by the database",
    "usage_usageimport.path": "a random name, there only until a job has read the file",
    "scenarios_logreplay.path": "a random name, there only until a job has read the file",
    "organizations_branding.logo_sha256": "a checksum of the logo",
    "assessments_answer.reason": "a key of the framework, checked by the service",
    "organizations_apikey.scopes": "a list of known words, checked by the database",
}
# Shorter ones hold keys of the framework, states and the like.
SHORTEST = 20
_numbers = count()
# What the app may never change, so that a row with the word is added instead.
APPEND_ONLY = (AuditEvent, Snapshot)


def tenant_models() -> list[type[TenantModel]]:
    """Every concrete model of a tenant's rows."""
    return [model for model in apps.get_models() if issubclass(model, TenantModel)]


def text_fields(model: type[models.Model]) -> list[models.Field]:
    """The fields of a model that can hold a word: JSON, and texts long enough, without choices."""
    kinds = (models.CharField, models.TextField, models.JSONField, models.FileField)
    return [
        field
        for field in model._meta.concrete_fields
        if isinstance(field, kinds)
        and not field.choices
        and (field.max_length is None or field.max_length >= SHORTEST)
        and f"{model._meta.db_table}.{field.column}" not in FIXED
    ]


def typed_fields(model: type[models.Model], longest: int) -> list[models.Field]:
    """The texts of a model that hold so many characters, JSON aside: what people may have typed."""
    return [
        field
        for field in text_fields(model)
        if not isinstance(field, models.JSONField)
        and (field.max_length is None or field.max_length >= longest)
    ]


def with_word(field: models.Field, word: str, number: int) -> object:
    """A value of the field that holds the word, and differs from row to row."""
    text = f"{word}{number}"
    if isinstance(field, models.JSONField):
        return {text: text}
    return f"https://{text}.example/" if field.name.endswith("url") else text


def plant(
    organization: Organization, word: str, of: Q, kinds: Iterable[type[TenantModel]] | None = None
) -> Counter[str]:
    """Write the word into every text of the firm's rows that `of` selects; count them by column."""
    planted: Counter[str] = Counter()
    with tenancy.enter(organization_id=organization.pk):
        for model in kinds or tenant_models():
            has_client = any(each.name == "client" for each in model._meta.concrete_fields)
            if of != Q() and not has_client:
                continue
            rows = model._base_manager.filter(organization=organization).filter(of)
            for row in rows:
                planted.update(_plant_row(row, word, next(_numbers)))
        if kinds is None:
            _plant_people(organization, word, of)
    return planted


def _plant_row(row: TenantModel, word: str, number: int) -> list[str]:
    values = {each.attname: with_word(each, word, number) for each in text_fields(type(row))}
    if values and isinstance(row, APPEND_ONLY):
        _add_like(row, values, number)
    else:
        written = [name for name, value in values.items() if _write(row, name, value)]
        rest = {name: value for name, value in values.items() if name not in written}
        values = values if rest and _added(row, rest, number) else dict.fromkeys(written)
    return [f"{row._meta.db_table}.{name}" for name in values]


def _added(row: TenantModel, values: dict[str, object], number: int) -> bool:
    """Add a row with what the app may not change; false where the row's state forbids it."""
    try:
        with transaction.atomic():
            _add_like(row, values, number)
    except IntegrityError:
        return False
    return True


def _add_like(row: TenantModel, values: dict[str, object], number: int) -> None:
    if isinstance(row, Snapshot):
        values |= {"number": row.number + 1000 + number}
    for name, value in (values | {"id": uuid4()}).items():
        setattr(row, name, value)
    row._state.adding = True
    row.save(force_insert=True)


def _write(row: TenantModel, name: str, value: object) -> bool:
    """Write one value; false where the row's own state forbids it, as a remark on what is open."""
    try:
        with transaction.atomic():
            return bool(type(row)._base_manager.filter(pk=row.pk).update(**{name: value}))
    except (IntegrityError, ProgrammingError) as error:
        if not any(why in str(error) for why in ("check constraint", "permission denied")):
            raise
        return False


def _plant_people(organization: Organization, word: str, of: Q) -> None:
    """Name the firm's people, and where all of it is meant the firm, by the word."""
    members = Membership._base_manager.filter(organization=organization).filter(of)
    for number, member in enumerate(members):
        User.objects.filter(pk=member.user_id).update(name=f"{word}{number}")
    if of == Q():
        Organization.objects.filter(pk=organization.pk).update(name=word)


@cache
def whole_text(content: bytes) -> bytes:
    """All that a file says: its bytes, a PDF's words, and the same of everything in an archive."""
    parts = [content]
    if content.startswith(b"%PDF"):
        parts.append(whole_text_of(content).encode())
    if content.startswith(b"PK\x03\x04") and zipfile.is_zipfile(BytesIO(content)):
        with zipfile.ZipFile(BytesIO(content)) as archive:
            for name in archive.namelist():
                parts += [name.encode(), whole_text(archive.read(name))]
    return b"\n".join(parts)


def says(content: bytes, word: str) -> bool:
    """Whether a file, or anything inside of it, holds the word."""
    return word.encode() in whole_text(content)
