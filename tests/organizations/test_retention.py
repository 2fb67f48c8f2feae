"""Audit events go once they are kept no longer, and the database lets none go before a year."""

from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.db import ProgrammingError, connection
from django.test import Client as Browser
from django.urls import reverse
from django.utils import timezone

from config.settings import environment
from organizations import tenancy
from organizations.models import AuditEvent, Organization
from organizations.services import retention
from tests.world import World


def make_event(organization: Organization, *, days: int) -> AuditEvent:
    """An event that is so many days old."""
    with tenancy.enter(organization_id=organization.pk):
        return AuditEvent.objects.create(
            organization=organization,
            actor_label="",
            verb="client.renamed",
            subject_type="organizations.client",
            subject_id=organization.pk,
            created_at=timezone.now() - timedelta(days=days),
        )


def stand(*events: AuditEvent) -> list[bool]:
    """Whether each event is still there."""
    found = []
    for event in events:
        with tenancy.enter(organization_id=event.organization_id):
            found.append(AuditEvent.objects.filter(pk=event.pk).exists())
    return found


@pytest.mark.parametrize("days", [0, 400])
def test_old_audit_events_go_and_younger_ones_stay(
    world: World, settings: Any, monkeypatch: pytest.MonkeyPatch, days: int
) -> None:
    settings.AUDIT_KEPT_DAYS = days
    monkeypatch.setattr(retention, "EVENTS_AT_ONCE", 2)
    both = (world.organization, world.other_organization)
    old = [make_event(each, days=age) for each in both for age in (401, 500, 3000)]
    young = [make_event(each, days=age) for each in both for age in (0, 399)]

    assert retention.remove_old_audit_events() == (len(old) if days else 0)

    assert stand(*old) == [not days] * len(old)
    assert stand(*young) == [True] * len(young)


@pytest.mark.parametrize("days", [364, 0, -1, None])
def test_the_database_deletes_no_audit_event_of_the_last_year(
    world: World, days: int | None
) -> None:
    with (
        pytest.raises(ProgrammingError, match="stay for 365 days at least"),
        tenancy.enter(organization_id=world.organization.pk),
        connection.cursor() as cursor,
    ):
        cursor.execute("select expire_organizations_auditevent(%s, 10)", [days])


def test_old_audit_events_go_inside_the_tenant_alone(world: World) -> None:
    own, others = (
        make_event(each, days=500) for each in (world.organization, world.other_organization)
    )

    with tenancy.enter(organization_id=world.organization.pk), connection.cursor() as cursor:
        cursor.execute("select expire_organizations_auditevent(365, 10)")
    with connection.cursor() as cursor:
        cursor.execute("select expire_organizations_auditevent(365, 10)")

    assert stand(own, others) == [False, True]


@pytest.mark.parametrize(("days", "least"), [("364", 365), ("-1", 1)])
def test_days_that_are_too_few_are_refused_at_the_start(
    monkeypatch: pytest.MonkeyPatch, days: str, least: int
) -> None:
    monkeypatch.setenv("AUDIT_KEPT_DAYS", days)

    with pytest.raises(ImproperlyConfigured, match=f"AUDIT_KEPT_DAYS must be 0.* or {least}"):
        environment.days_kept("AUDIT_KEPT_DAYS", 0, least=least)


@pytest.mark.parametrize("days", [0, 400])
def test_page_says_for_how_long_events_are_kept(world: World, settings: Any, days: int) -> None:
    settings.AUDIT_KEPT_DAYS = days
    page = world.login(Browser(), "owner").get(
        reverse("organizations:audit-event-list", args=["acme"])
    )

    assert ("Rows are kept for 400 days." in page.content.decode()) is bool(days)


@pytest.mark.parametrize("days", ["-1", "soon"])
def test_a_number_below_its_least_is_refused_at_the_start(
    monkeypatch: pytest.MonkeyPatch, days: str
) -> None:
    monkeypatch.setenv("ERASURE_DELAY_DAYS", days)

    with pytest.raises(ImproperlyConfigured, match="ERASURE_DELAY_DAYS must be"):
        environment.number("ERASURE_DELAY_DAYS", 14, least=0)
