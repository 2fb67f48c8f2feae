"""Proposes applications of a scenario (section 9) from usage that is split: one for each group."""

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from costing.engine.inputs.applications import MAX_KEY_LENGTH, RESERVED_KEYS
from costing.usage.baseline import Baseline
from costing.usage.coverage import UTC_NAME, Cover, date_of
from costing.usage.entries import Entry
from costing.usage.figures import Figures, measure
from costing.usage.groups import OTHER
from costing.usage.proposal import (
    Document,
    Proposal,
    measured_document,
    propose,
    ratio,
)
from organizations.exceptions import Invalid
from presentation.wording import series

NO_NAME, OTHERS = "Not named", "Others"
REQUESTS = "workload.requests_per_month"
NOT_NAMED = (
    "Its applications {titles} have a share, and this usage does not name them. Call them what the"
    " usage calls them, or take them out."
)


def title_of(group: str) -> str:
    """What a group is called on pages and as an application."""
    return {"": NO_NAME, OTHER: OTHERS}.get(group, group)


@dataclass(frozen=True)
class Group:
    """One group of an import, measured by itself."""

    name: str
    figures: Figures
    baseline: Baseline | None
    proposal: Proposal

    @property
    def title(self) -> str:
        """What its application is called."""
        return title_of(self.name)


def figures_by_group(entries: Iterable[Entry], figures: Figures) -> dict[str, Figures]:
    """What each group came to on the whole days that the file covers, idle ones too."""
    days = [day for day in figures.days if day.is_whole]
    zone = figures.cover.time_zone if figures.is_hourly else UTC_NAME
    start, end = figures.first_hour, figures.end_hour
    cover = Cover(time_zone=figures.cover.time_zone, declared=(start, end))
    if days:
        start, end = days[0].hour, days[-1].hour + days[-1].hours
        ends = date_of(start, zone), date_of(end - 1, zone)
        cover = Cover(time_zone=figures.cover.time_zone, stated=ends)
    by_group: dict[str, list[Entry]] = {}
    for entry in entries:
        if start <= entry.hour < end:
            by_group.setdefault(entry.group, []).append(entry)
    return {name: measure(of_group, cover) for name, of_group in by_group.items()}


def propose_group(figures: Figures, whole: Figures, calls_per_month: float | None) -> Proposal:
    """A group's workload; its calls by its share of the tokens, where the source counts none."""
    calls = calls_per_month and calls_per_month * figures.total_tokens / whole.total_tokens
    return propose(figures, calls_per_month=calls)


def with_applications(
    document: Document, groups: Sequence[Group], *, is_new: bool
) -> tuple[Document, list[str]]:
    """The document with each group's measured workload in the application of its name, or in one
    more; and the paths of what was measured. A new document has each one's models too.

    Raises Invalid (`scenario`) where an application has a share and is in no group.
    """
    listed = [dict(each) for each in document.get("applications") or ()]
    ranges: dict[str, Mapping[str, float]] = {
        path: ends
        for path, ends in (document.get("ranges") or {}).items()
        if path == REQUESTS or not path.startswith("workload.")
    }
    measured: list[str] = []
    for group in groups:
        if "requests_per_month" not in group.proposal.workload:
            continue
        place = _place_of(group, listed)
        own = listed[place]
        filled = measured_document({"workload": own.get("workload")}, group.proposal)
        own.pop("share", None)
        own["workload"] = filled["workload"]
        if is_new:
            own.update(_models_of(group, document))
        start = f"applications.{place}."
        replaced = {f"{start}workload.{name}" for name in group.proposal.workload_document}
        measured += sorted(replaced)
        ranges = {path: ends for path, ends in ranges.items() if path not in replaced}
        found = filled.get("ranges", {}).items()
        ranges |= {f"{start}{path}": ends for path, ends in found if path != REQUESTS}
    return _summed({**document, "applications": listed, "ranges": ranges}), measured


def _place_of(group: Group, listed: list[Document]) -> int:
    """Where the group's application stands; one more at the end where it has none yet."""
    plain = unicodedata.normalize("NFKD", group.title).encode("ascii", "ignore").decode()
    slug = re.sub("[^a-z0-9]+", "-", plain.lower())[:MAX_KEY_LENGTH].strip("-") or "group"
    for place, each in enumerate(listed):
        if each["key"] == slug or (each.get("title") or "").casefold() == group.title.casefold():
            return place
    taken = {*RESERVED_KEYS, *(each["key"] for each in listed)}
    key, number = slug, 2
    while key in taken:
        end = f"-{number}"
        key, number = slug[: MAX_KEY_LENGTH - len(end)] + end, number + 1
    listed.append({"key": key, "title": group.title})
    return len(listed) - 1


def _models_of(group: Group, document: Document) -> Document:
    """What the group ran on, where that is not the scenario's own."""
    found: Document = {}
    baseline = group.baseline
    premium = baseline.premium_reference if baseline else ""
    if premium and premium != document["premium_model"].get("catalog"):
        found["premium_model"] = {"catalog": premium}
    if "routing" in document:
        found["routing"] = {"simple_ratio": ratio(baseline.simple_ratio if baseline else None)}
        small = baseline.small_reference if baseline else ""
        if small and small != document["small_model"].get("catalog"):
            found["small_model"] = {"catalog": small}
    return found


def _summed(document: Document) -> Document:
    """The document whose requests are what its applications add up to."""
    applications: Sequence[Document] = document["applications"]
    shared = [each.get("title") or each["key"] for each in applications if "workload" not in each]
    if shared:
        raise Invalid.at("scenario", NOT_NAMED.format(titles=series(shared)))
    requests = sum(each["workload"]["requests_per_month"] for each in applications)
    ends = document["ranges"].get(REQUESTS)
    if ends and not ends["low"] <= requests <= ends["high"]:
        del document["ranges"][REQUESTS]
    if not document["ranges"]:
        del document["ranges"]
    return {**document, "workload": {**document["workload"], "requests_per_month": requests}}
