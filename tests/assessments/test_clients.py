"""A firm has one client of a name, however it is written and whoever is first."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connections

from organizations import services
from organizations.exceptions import Invalid
from organizations.models import AuditEvent, Client
from tests.assessments.cast import enter
from tests.world import World

WRITERS = 10


@pytest.mark.parametrize("name", ["Northwind", "NORTHWIND", "northwind"])
def test_name_that_is_taken_is_refused(world: World, name: str) -> None:
    with enter(world), pytest.raises(Invalid) as created:
        services.create_client(by=world.actor("owner"), name=name)
    with enter(world), pytest.raises(Invalid) as renamed:
        services.rename_client(by=world.actor("owner"), client=world.sibling_client, name=name)

    assert (list(created.value.fields), list(renamed.value.fields)) == (["name"], ["name"])


def test_client_may_change_the_case_of_its_own_name(world: World) -> None:
    with enter(world):
        services.rename_client(by=world.actor("owner"), client=world.client, name="NORTHWIND")
        names = list(Client.objects.order_by("name").values_list("name", flat=True))

    assert names == ["NORTHWIND", "Southwind"]


def test_name_is_free_in_another_firm(world: World) -> None:
    with enter(world):
        client = services.create_client(by=world.actor("owner"), name=world.other_client.name)

    assert client.name == "Eastwind"


def test_of_many_at_once_one_gets_the_name(committed_db: None, world: World) -> None:
    def create(number: int) -> str:
        try:
            with enter(world):
                services.create_client(by=world.actor("owner"), name="Westwind")
        except Invalid:
            return "taken"
        finally:
            connections.close_all()
        return "created"

    with ThreadPoolExecutor(WRITERS) as pool:
        results = sorted(pool.map(create, range(WRITERS)))

    with enter(world):
        events = AuditEvent.objects.filter(verb="client.created", data__name="Westwind").count()
    assert results == ["created"] + ["taken"] * (WRITERS - 1)
    assert events == 1
