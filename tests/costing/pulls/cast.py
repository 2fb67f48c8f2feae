"""What tests of pulls share: a fake in an origin's place, a pull of it, its run."""

from datetime import date
from typing import Any

from assessments.models import Assessment
from costing.usage.models import UsageCell, UsagePull
from costing.usage.pulls import services
from jobs.services import run_due_jobs
from organizations import tenancy
from organizations.models import Organization
from tests import factories
from tests.costing.pulls.fakes import KEY, PAIR, Fake

SINCE = date(2026, 6, 7)
NOW = "2026-06-10T12:00:00Z"


def set_up_pull(
    organization: Organization, assessment: Assessment, origin: str, base_url: str, **options: Any
) -> UsagePull:
    """Set a pull up; nothing has been fetched yet."""
    given = {"secret": PAIR if origin.startswith("langfuse") else KEY, "since": SINCE, **options}
    with tenancy.enter(organization_id=organization.pk):
        return services.create_pull(
            by=given.pop("by", None) or factories.system_actor(organization),
            assessment=assessment,
            pull=services.PullInput(origin=origin, base_url=base_url, **given),
            next_url=lambda pull_id: f"/pulls/{pull_id}",
        ).pull


def pulled(pull: UsagePull) -> UsagePull:
    """Do the jobs that are due and return the pull as it is then."""
    run_due_jobs()
    return fresh(pull)


def fresh(pull: UsagePull) -> UsagePull:
    with tenancy.enter(organization_id=pull.organization_id):
        return UsagePull.objects.select_related("usage_import").get(pk=pull.pk)


def cells_of(pull: UsagePull) -> list[tuple[Any, ...]]:
    """What a pull's import counts: model, day and hour, calls, input, output and cents."""
    with tenancy.enter(organization_id=pull.organization_id):
        cells = UsageCell.objects.filter(usage_import=pull.usage_import_id)
        return [
            (
                cell.model.rpartition(":")[2],
                f"{cell.starts_at:%d %H}",
                cell.calls,
                cell.uncached_input + cell.cache_read,
                cell.output,
                None if cell.billed_usd is None else round(100 * cell.billed_usd),
            )
            for cell in cells.order_by("starts_at", "model")
        ]


def fixed(fake: Fake, origin: str, monkeypatch: Any) -> str:
    """Put a fake in the place of an origin whose address is fixed; else return its address."""
    from dataclasses import replace

    from costing.usage.pulls.origins import ORIGINS

    if ORIGINS[origin].takes_address:
        return fake.url
    monkeypatch.setitem(ORIGINS, origin, replace(ORIGINS[origin], address=fake.url))
    return ""
