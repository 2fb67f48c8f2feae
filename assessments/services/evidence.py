"""Writes of evidence: links and files that show an answer."""

from functools import partial
from urllib.parse import urlsplit

from django.db import transaction

from assessments import selectors
from assessments.files import new_path, remove_file, store_file
from assessments.models import (
    URL_LENGTH,
    Assessment,
    AssessmentStatus,
    Evidence,
    EvidenceKind,
)
from assessments.services.locking import lock_assessment
from assessments.services.texts import required_text
from assessments.uploads import clean_filename, recognize_file
from organizations import audit
from organizations.exceptions import Invalid, Missing
from organizations.permissions import Actor

MOST_EVIDENCE = 20
NO_LINK = "Give a web address that starts with https:// or http://."


@transaction.atomic
def add_link(*, by: Actor, assessment: Assessment, kind: str, key: str, url: str) -> Evidence:
    """Add a web address to an answer.

    Raises Invalid for another address than http or https, Conflict once the answers are fixed,
    Missing for a question that the framework does not ask.
    """
    address = required_text(url, field="url", longest=URL_LENGTH)
    _check_url(address)
    evidence = _new(by, assessment, kind, key)
    evidence.evidence_kind, evidence.url = EvidenceKind.LINK, address
    evidence.save(force_insert=True)
    _record(by, "evidence.added", evidence)
    return evidence


@transaction.atomic
def add_file(
    *, by: Actor, assessment: Assessment, kind: str, key: str, filename: str, content: bytes
) -> Evidence:
    """Add a file to an answer; its kind is told by its content.

    Raises Invalid for a file that cannot be taken, and as add_link does.
    """
    name = clean_filename(filename)
    file_kind = recognize_file(content, filename=name)
    evidence = _new(by, assessment, kind, key)
    evidence.evidence_kind, evidence.filename = EvidenceKind.FILE, name
    evidence.content_type, evidence.size_bytes = file_kind.content_type, len(content)
    evidence.path = new_path(by.organization_id)
    evidence.save(force_insert=True)
    _record(by, "evidence.added", evidence)
    # Last, so that a row that is refused leaves no file.
    store_file(content, path=evidence.path)
    return evidence


@transaction.atomic
def delete_evidence(*, by: Actor, evidence: Evidence) -> None:
    """Take a link or a file away; raises Conflict once the answers are fixed.

    A file that a reassessment carried over lies in one place for both, until the last goes.
    """
    lock_assessment(evidence.assessment, AssessmentStatus.IN_PROGRESS)
    _record(by, "evidence.deleted", evidence)
    path = evidence.path
    if path:
        # Locked, so that of two who delete at once the second one sees that it is the last.
        sharing = Evidence.objects.select_for_update().filter(path=path).order_by("pk")
        others = [each.pk for each in sharing if each.pk != evidence.pk]
        if not others:
            transaction.on_commit(partial(remove_file, path))
    evidence.delete()


def _new(by: Actor, assessment: Assessment, kind: str, key: str) -> Evidence:
    if selectors.question_find(assessment, kind=kind, key=key) is None:
        raise Missing("The framework does not ask this.")
    row = lock_assessment(assessment, AssessmentStatus.IN_PROGRESS)
    if selectors.evidence_list(row).filter(kind=kind, key=key).count() >= MOST_EVIDENCE:
        raise Invalid(f"At most {MOST_EVIDENCE} links and files to a question.")
    return Evidence(
        organization_id=by.organization_id,
        client_id=row.client_id,
        assessment=row,
        kind=kind,
        key=key,
        added_by_id=by.user_id,
        added_by_label=by.label,
    )


def _check_url(url: str) -> None:
    try:
        parts = urlsplit(url)
        is_web = parts.scheme in ("http", "https") and bool(parts.hostname) and not parts.username
    except ValueError:
        is_web = False
    if not is_web or not url.isprintable() or " " in url:
        raise Invalid(NO_LINK, fields={"url": [NO_LINK]})


def _record(by: Actor, verb: str, evidence: Evidence) -> None:
    data = {"question": evidence.key, "kind": evidence.evidence_kind, "name": evidence.name}
    audit.record(by=by, verb=verb, subject=evidence, data=data)
