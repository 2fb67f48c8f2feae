"""Audit events in words: what was done to what, and what it was before; must not import Django."""

from collections.abc import Iterator, Mapping
from typing import Any

# Where a verb's own words would not be plain ones.
SUBJECTS = {
    "api_key": "API key",
    "economics": "economics of a scenario",
    "log_replay": "replay of the log",
    "membership": "member",
    "price_override": "contract price",
    "pull": "scheduled pull",
    "target": "target of a dimension",
    "usage": "usage file",
}
ACTS = {
    "branding.changed": "Changed the branding",
    "membership.created": "Added the member",
    "membership.role_changed": "Changed the role of the member",
    "export.made": "Made an export of the organization",
    "erasure.requested": "Asked for the erasure of the organization",
    "erasure.withdrawn": "Withdrew the erasure of the organization",
    "assessment.intake": "Answered why the assessment is run",
    "assessment.measured": "Checked the assessment's claims against its usage",
    "assessment.weighed": "Weighed the dimensions of the assessment",
    "invitation.created": "Invited",
    "invitation.resent": "Sent the invitation again to",
    "job.requested": "Asked for the job",
    "log_replay.replayed": "Replayed the log",
    "log_replay.sent": "Sent the log to replay",
    "pull.key_replaced": "Replaced the key of the scheduled pull",
    "pull.pulled": "Ran the scheduled pull",
    "pull.schedule_changed": "Changed the schedule of the pull",
    "usage.hours_removed": "Removed the hours of the usage file",
    "snapshot.withdrawn": "Withdrew the snapshot",
}
# The kinds of changes: what was changed, and what may have been done to it.
KINDS = {
    "action": ("added", "archived", "changed", "restored"),
    "answer": ("saved",),
    "api_key": ("created", "revoked"),
    "assessment": (
        "approved",
        "archived",
        "created",
        "edited",
        "intake",
        "measured",
        "reassessed",
        "reopened",
        "restored",
        "returned",
        "submitted",
        "weighed",
    ),
    "branding": ("changed",),
    "client": ("archived", "created", "renamed", "restored"),
    "deliverable": ("rendered", "requested"),
    "economics": ("computed",),
    "erasure": ("requested", "withdrawn"),
    "evidence": ("added", "deleted"),
    "export": ("made",),
    "invitation": ("accepted", "created", "resent", "revoked"),
    "job": ("cancelled", "requested"),
    "log_replay": ("deleted", "discarded", "replayed", "sent"),
    "membership": ("created", "deactivated", "reactivated", "role_changed"),
    "note": ("added", "archived", "restored"),
    "notice": ("queued",),
    "organization": ("created",),
    "price_override": ("created", "ended"),
    "pull": ("created", "key_replaced", "pulled", "schedule_changed", "stopped"),
    "roadmap": ("drafted", "staffed"),
    "scenario": ("archived", "changed", "created", "part_chosen", "repriced", "restored"),
    "scorecard": ("stored",),
    "share_link": ("created", "revoked"),
    "snapshot": ("created", "published", "withdrawn"),
    "target": ("chosen", "cleared"),
    "usage": ("coverage_changed", "discarded", "hours_removed", "imported", "merged", "sent"),
    "usage_import": ("archived", "restored"),
}
# What says which of its kind a subject is, in this order.
NAMES = ("name", "email", "title", "key", "dimension", "reference", "kind", "prefix", "after")


def choices() -> list[tuple[str, list[tuple[str, str]]]]:
    """The kinds of changes with their words, by what was changed."""
    groups = []
    for kind, acts in KINDS.items():
        verbs = sorted((f"{kind}.{act}" for act in acts), key=sentence)
        title = _subject(kind)
        groups.append((title[0].upper() + title[1:], [(verb, sentence(verb)) for verb in verbs]))
    return sorted(groups, key=lambda group: group[0].lower())


def _subject(kind: str) -> str:
    return SUBJECTS.get(kind, kind.replace("_", " "))


def sentence(verb: str) -> str:
    """What was done, such as `Renamed the client`."""
    kind, _, act = verb.partition(".")
    subject = _subject(kind)
    return ACTS.get(verb) or f"{act.replace('_', ' ').capitalize()} the {subject}"


def subject_name(data: Mapping[str, Any]) -> str:
    """Which of its kind it was, as far as the event says."""
    return next((str(data[name]) for name in NAMES if isinstance(data.get(name), str)), "")


def details(data: Mapping[str, Any]) -> list[str]:
    """What else the event says: `name: value`, or `name: before → after`."""
    before, after = data.get("before"), data.get("after")
    shown = {name: value for name, value in data.items() if name not in ("before", "after")}
    lines = [f"{_words(name)}: {_text(value)}" for name, value in shown.items()]
    return [*lines, *_changes(before, after)]


def _changes(before: Any, after: Any) -> Iterator[str]:
    if isinstance(before, Mapping) or isinstance(after, Mapping):
        old, new = before or {}, after or {}
        for name in dict.fromkeys([*old, *new]):
            if old.get(name) != new.get(name):
                yield f"{_words(name)}: {_text(old.get(name))} → {_text(new.get(name))}"
    elif before != after:
        yield f"{_text(before)} → {_text(after)}"


def _words(name: str) -> str:
    return name.replace("_", " ")


def _text(value: Any) -> str:
    if value is None or value == "":
        return "nothing"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, Mapping):
        return ", ".join(f"{_words(str(name))} {_text(each)}" for name, each in value.items())
    if isinstance(value, list):
        return ", ".join(map(_text, value))
    return str(value)
