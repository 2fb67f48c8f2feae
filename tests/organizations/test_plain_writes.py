"""Rows written without a query set are what Django would have stored, in the tenant alone."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import DatabaseError, ProgrammingError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from django_scopes import scope, scopes_disabled
from django_scopes.exceptions import ScopeError

from organizations import tenancy
from organizations.models import AuditEvent, Client
from organizations.plain_writes import store_rows
from tests.world import World


def event(world: World) -> AuditEvent:
    return AuditEvent(
        organization_id=world.organization.pk,
        client_id=None,
        actor_id=world.people["owner"].user_id,
        actor_label="Boreas \u00fc%s",
        verb="client.renamed",
        subject_type="organizations.client",
        subject_id=uuid4(),
        data={"names": ["Boreas", None, 1.5], "50 %": {"a": "\u00fc"}},
        created_at=timezone.now() - timedelta(hours=1),
    )


def test_a_row_is_stored_as_django_would(world: World) -> None:
    ours, djangos = event(world), event(world)

    with tenancy.enter(organization_id=world.organization.pk):
        store_rows(ours)
        djangos.save(force_insert=True)
        stored = [vars(AuditEvent.objects.get(pk=each.pk)) for each in (ours, djangos)]

    assert not ours._state.adding
    for each, row in zip((ours, djangos), stored, strict=True):
        own = vars(each) | {"_state": row["_state"]}
        assert row == own


def test_a_row_is_changed_in_its_tenant_alone(world: World) -> None:
    own, other = world.client, world.other_client

    with tenancy.enter(organization_id=world.organization.pk):
        own.name = other.name = "Boreas"
        store_rows(own)
        with pytest.raises(DatabaseError, match="no such row"):
            store_rows(other)
        names = set(Client.objects.values_list("name", flat=True))
    with tenancy.enter(organization_id=world.other_organization.pk):
        others = set(Client.objects.values_list("name", flat=True))

    assert "Boreas" in names
    assert "Boreas" not in others


def test_rows_are_stored_by_one_statement_and_none_without_the_others(world: World) -> None:
    own, other, ours = world.client, world.other_client, event(world)

    with tenancy.enter(organization_id=world.organization.pk):
        own.name = other.name = "Boreas"
        with CaptureQueriesContext(connection) as captured:
            store_rows(own, ours)
        assert len(captured) == 1
        assert Client.objects.get(pk=own.pk).name == "Boreas"
        assert AuditEvent.objects.filter(pk=ours.pk).exists()
        own.name, further = "Notus", event(world)
        with pytest.raises(DatabaseError, match="no such row"), transaction.atomic():
            store_rows(own, other, further)
        assert Client.objects.get(pk=own.pk).name == "Boreas"
        assert not AuditEvent.objects.filter(pk=further.pk).exists()


def test_a_change_asks_for_its_tenant_besides_the_database(world: World) -> None:
    """Each of the nets holds without the other."""
    other = world.other_client

    with (
        tenancy.enter(organization_id=world.other_organization.pk),
        scope(organization=world.organization.pk),
        pytest.raises(DatabaseError, match="no such row"),
    ):
        store_rows(other)


def test_nothing_is_written_outside_of_a_tenant(world: World) -> None:
    with pytest.raises(ScopeError):
        store_rows(event(world))
    with pytest.raises(ScopeError):
        store_rows(world.client)


def test_the_database_refuses_too(world: World) -> None:
    with scopes_disabled(), pytest.raises(ProgrammingError, match="row-level security"):
        store_rows(event(world))
