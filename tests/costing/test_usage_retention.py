"""Hours of old imports go where they are kept for some time only; what they came to stays."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client as Browser
from django.urls import reverse
from django.utils import timezone

from assessments.models import Assessment, ClientSummary
from costing.scenarios import measured
from costing.usage import retention, selectors, services
from costing.usage.columns import Columns
from costing.usage.models import UsageCell, UsageImport, UsagePull
from costing.usage.services.merging import NOT_THERE
from organizations import tenancy
from organizations.exceptions import Invalid
from organizations.models import AuditEvent
from tests.api.callers import caller
from tests.costing.cast import import_usage, make_assessment, make_price_book
from tests.world import World

HEADER = "time,model,application,calls,input_tokens,output_tokens,cost\n"
BY_APPLICATION = Columns(split_by="application")


@pytest.fixture(autouse=True)
def kept_for_a_year(settings: Any) -> None:
    """Keep hours for a year."""
    settings.USAGE_KEPT_DAYS = 365


@pytest.fixture
def assessment(world: World) -> Assessment:
    make_price_book()
    return make_assessment(world.organization, world.client)


def import_log(world: World, assessment: Assessment, calls: int = 7) -> UsageImport:
    """Usage of two applications with what it cost."""
    rows = "".join(
        f"2026-11-02T1{hour}:00:00Z,maker:large,{name},{calls},70000,7000,0.4\n"
        for hour, name in enumerate(("Chat", "Reports"))
    )
    return import_usage(world.organization, assessment, HEADER + rows, columns=BY_APPLICATION)


def remove(days: int = 366) -> int:
    """Remove what is old in so many days."""
    with time_machine.travel(timezone.now() + timedelta(days=days)):
        return retention.remove_old_hours()


def pulled(row: UsageImport, **changed: Any) -> None:
    """Let a pull add to an import."""
    UsagePull.objects.create(
        organization_id=row.organization_id,
        client_id=row.client_id,
        assessment_id=row.assessment_id,
        origin="litellm",
        schedule="off",
        since=date(2026, 11, 1),
        usage_import=row,
        **changed,
    )


def test_hours_of_old_imports_go_and_what_may_grow_or_is_young_stays(
    world: World, assessment: Assessment, settings: Any
) -> None:
    plain, archived, stopped, young, late, growing = (
        import_log(world, assessment, calls=calls) for calls in range(1, 7)
    )
    after = timezone.now() + timedelta(days=2)
    with tenancy.enter(organization_id=world.organization.pk):
        services.archive_usage_import(by=world.actor("owner"), usage_import=archived)
        UsageImport.objects.filter(pk=young.pk).update(imported_at=after)
        UsageImport.objects.filter(pk=late.pk).update(end_at=after)
        pulled(growing)
        pulled(stopped, revoked_at=after)
        figures = dict(UsageImport.objects.values_list("pk", "figures"))
    with tenancy.enter(organization_id=world.organization.pk):  # summaries follow on leaving
        active_at = ClientSummary.objects.get(client=world.client).active_at

    assert remove(days=364) == 0
    assert (remove(), remove()) == (3, 0)
    settings.USAGE_KEPT_DAYS = 0
    assert remove(days=9999) == 0

    with tenancy.enter(organization_id=world.organization.pk):
        assert set(UsageCell.objects.values_list("usage_import_id", flat=True)) == {
            young.pk,
            late.pk,
            growing.pk,
        }
        gone = UsageImport.objects.exclude(hours_removed_at=None).values_list("pk", flat=True)
        assert set(gone) == {plain.pk, archived.pk, stopped.pk}
        assert dict(UsageImport.objects.values_list("pk", "figures")) == figures
        events = AuditEvent.objects.filter(verb="usage.hours_removed")
        assert {each.data["usage_import"] for each in events} == {str(pk) for pk in gone}
        assert ClientSummary.objects.get(client=world.client).active_at == active_at


def test_what_needs_removed_hours_is_refused_and_the_whole_can_be_used(
    world: World, assessment: Assessment
) -> None:
    by, old, other = (
        world.actor("consultant"),
        import_log(world, assessment),
        import_log(world, assessment, calls=9),
    )
    with tenancy.enter(organization_id=world.organization.pk):
        UsageImport.objects.filter(pk=other.pk).update(
            imported_at=timezone.now() + timedelta(days=9)
        )

    def scenario(by_group: bool) -> Any:
        given = measured.MeasuredInput(reference="maker:large", by_group=by_group)
        return measured.measure_scenario(by=by, usage_import=old, scenario=None, given=given)

    def use() -> dict[str, Callable[[], Any]]:
        coverage = services.Coverage("UTC", date(2026, 11, 1), date(2026, 11, 7))
        return {
            "groups": lambda: scenario(by_group=True),
            "coverage": lambda: services.change_coverage(
                by=by, usage_import=old, coverage=coverage
            ),
            "bill": lambda: selectors.usage_reconcile(old),
            "as a bill": lambda: selectors.usage_reconcile(other, billing=old),
            "merge": lambda: services.request_usage_merge(
                by=by,
                assessment=assessment,
                imports=[old.pk, other.pk],
                overlap="once",
                next_url=str,
            ),
        }

    with tenancy.enter(organization_id=world.organization.pk):
        before = scenario(by_group=False).document
    assert remove() == 1
    with tenancy.enter(organization_id=world.organization.pk):
        old = selectors.usage_import_get(old.pk)
        for name, refused in use().items():
            with pytest.raises(Invalid) as error:
                refused()
            said = NOT_THERE if name == "merge" else old.hours_removed
            assert said in str([error.value.message, error.value.fields]), name
        assert scenario(by_group=False).document == before
        assert selectors.usage_imports_to_merge(assessment) == [other]
        assert selectors.billing_imports(old) == [other]
        assert selectors.usage_import_measured(assessment) is not None


def test_page_and_api_say_that_hours_were_removed_and_the_file_can_be_sent_again(
    world: World, assessment: Assessment
) -> None:
    row = import_log(world, assessment)
    names = {"org": "acme", "usage_import": row.pk}
    address = reverse("usage:usage-import-detail", kwargs=names)
    browser, reader = world.login(Browser(), "consultant"), caller(world, "reading_key")
    needs_hours = ("Compare with the bill", "Say what the file covers", 'name="by_group"')

    def shown() -> tuple[str, Any]:
        read = reader.get(f"/api/v1/organizations/acme/usage-imports/{row.pk}/").json()
        return browser.get(address).content.decode(), read["hours_removed_at"]

    page, removed_at = shown()
    assert [each in page for each in needs_hours] == [True] * 3
    assert removed_at is None
    remove()
    page, removed_at = shown()
    assert [each in page for each in needs_hours] == [False] * 3
    assert "Its hours are no longer kept" in page
    assert "What it came to stays" in page
    assert removed_at is not None

    with tenancy.enter(organization_id=world.organization.pk):
        services.archive_usage_import(by=world.actor("owner"), usage_import=row)
    again = import_log(world, assessment)
    assert again.pk != row.pk
    with tenancy.enter(organization_id=world.organization.pk):
        assert UsageCell.objects.filter(usage_import=again).count() == 2
