"""Says what an import covers, and estimates its month anew."""

from dataclasses import asdict, dataclass
from datetime import date

from django.db import transaction

from costing.usage import selectors
from costing.usage.coverage import MAX_WEEKS, time_zones
from costing.usage.figures import Figures
from costing.usage.models import UsageImport
from costing.usage.services.storing import STILL_READ
from organizations import audit
from organizations.exceptions import Conflict, Invalid
from organizations.permissions import Actor

NO_ZONE = "Choose a time zone by its name, such as Europe/Berlin."
BOTH_DAYS = "Give both days, or neither."
DAYS_APART = f"The last day is on or after the first, and at most {MAX_WEEKS} weeks later."
NOTHING_RAN = "Nothing ran on these days by this file."


@dataclass(frozen=True)
class Coverage:
    """What a person says of a file: the zone whose days count and, unless it is for the file to
    say, its first and last day.
    """

    time_zone: str
    covers_from: date | None = None
    covers_to: date | None = None

    def __post_init__(self) -> None:
        """Raise Invalid with the fields at fault."""
        if self.time_zone not in time_zones():
            raise Invalid.at("time_zone", NO_ZONE)
        first, last = self.covers_from, self.covers_to
        if (first is None) != (last is None):
            raise Invalid.at("covers_from" if first is None else "covers_to", BOTH_DAYS)
        if first and last and not 0 <= (last - first).days < MAX_WEEKS * 7:
            raise Invalid.at("covers_to", DAYS_APART)


@transaction.atomic
def change_coverage(*, by: Actor, usage_import: UsageImport, coverage: Coverage) -> UsageImport:
    """Say what a file covers, and estimate its month anew.

    Raises Invalid with the fields at fault, Conflict while the file is being read.
    """
    row = UsageImport.objects.select_for_update(of=("self",)).get(pk=usage_import.pk)
    if not row.is_ready:
        raise Conflict(STILL_READ, current={"state": row.state})
    first, last = coverage.covers_from, coverage.covers_to
    measured = Figures.model_validate(row.figures)
    cover = measured.cover.model_copy(
        update={
            "time_zone": coverage.time_zone,
            "stated": (first, last) if first and last else None,
        }
    )
    figures = measured.covering(cover, selectors.usage_hours(row))
    if figures.volume is None and measured.volume is not None:
        raise Invalid.at("covers_from", NOTHING_RAN)
    before = {name: str(getattr(row, name) or "") for name in asdict(coverage)}
    for name, value in asdict(coverage).items():
        setattr(row, name, value)
    row.figures = figures.model_dump(mode="json")
    row.save(update_fields=[*asdict(coverage), "figures"])
    after = {name: str(value or "") for name, value in asdict(coverage).items()}
    if after != before:
        data = {"before": before, "after": after}
        audit.record(by=by, verb="usage.coverage_changed", subject=row, data=data)
    return row
