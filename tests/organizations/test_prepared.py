"""Reads that are compiled once find what the query set would, in every tenant alike."""

import pytest
from django.db import connection
from django.db.models import Value
from django.test.utils import CaptureQueriesContext
from django_scopes.exceptions import ScopeError

from organizations import tenancy
from organizations.models import Client
from organizations.prepared import Prepared
from tests.world import World


def test_each_tenant_and_each_client_finds_its_own_rows(world: World) -> None:
    made = []

    def make(pk: object) -> object:
        made.append(pk)
        return Client.objects.filter(pk=pk)

    clients = Prepared(make)  # type: ignore[arg-type]
    own, sibling, other = world.client, world.sibling_client, world.other_client

    with tenancy.enter(organization_id=world.organization.pk):
        assert [clients.first(each.pk) for each in (own, sibling, other)] == [own, sibling, None]
        with pytest.raises(Client.DoesNotExist):
            clients.get(other.pk)
    with tenancy.enter(organization_id=world.other_organization.pk):
        assert [clients.first(each.pk) for each in (own, other)] == [None, other]
    with tenancy.enter(organization_id=world.organization.pk, client_id=own.pk):
        assert [clients.first(each.pk) for each in (own, sibling, other)] == [own, None, None]

    # Once for an organization, once for a client's people, and once to name the missing row's kind.
    assert len(made) == 3


def test_outside_of_a_tenant_there_is_nothing_to_read(world: World) -> None:
    with pytest.raises(ScopeError):
        Prepared(lambda pk: Client.objects.filter(pk=pk)).rows(world.client.pk)


def test_related_rows_and_values_come_as_from_the_query_set(world: World) -> None:
    related = Prepared(lambda: Client.objects.select_related("organization").order_by("name"))
    names = Prepared(lambda pk: Client.objects.filter(pk=pk).values("name", one=Value(1)))

    with tenancy.enter(organization_id=world.organization.pk):
        for _ in range(2):
            with CaptureQueriesContext(connection) as captured:
                found = [each.organization.name for each in related.rows()]
            assert (found, len(captured)) == ([world.organization.name] * 2, 1)
            assert names.rows(world.client.pk) == [{"name": world.client.name, "one": 1}]


def test_an_id_that_is_no_parameter_of_its_own_is_refused(world: World) -> None:
    as_text = Prepared(lambda pk: Client.objects.annotate(as_text=Value(f"{pk}")))

    with (
        tenancy.enter(organization_id=world.organization.pk),
        pytest.raises(ValueError, match="a parameter of its own"),
    ):
        as_text.rows(world.client.pk)
