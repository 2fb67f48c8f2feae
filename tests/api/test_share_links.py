"""Share links and the archive over the API: a link is shown once, and closed at once (F1)."""

from io import BytesIO
from uuid import UUID
from zipfile import ZipFile

import pytest
from django.test import Client as Browser

from organizations import tenancy
from reports.models import ShareLink
from tests.api.callers import caller, firm
from tests.reports.rows import thing_printed_snapshot, thing_snapshot
from tests.world import World


def links_path(world: World, snapshot_id: UUID) -> str:
    """Return the path of a snapshot's share links."""
    return firm(world, f"snapshots/{snapshot_id}/share-links/")


def test_link_is_shown_once_and_leads_to_the_documents(world: World) -> None:
    path = links_path(world, thing_printed_snapshot(world.organization, world.client))
    program = caller(world, "key")

    made = program.post(path, {"days": 30}, Idempotency_Key="one")
    again = program.post(path, {"days": 30}, Idempotency_Key="one")
    opened = Browser().get(made.json()["link"])

    token = made.json()["link"].rstrip("/").rsplit("/", 1)[-1]
    listed = program.get(path)
    assert (made.status_code, opened.status_code) == (201, 200)
    assert again.json() == {**made.json(), "link": None}
    assert [each["opened_count"] for each in listed.json()["results"]] == [1]
    assert token not in listed.content.decode()


def test_revoked_link_leads_nowhere(world: World) -> None:
    path = links_path(world, thing_snapshot(world.organization, world.client))
    owner = caller(world, "owner")
    made = owner.post(path, {"days": 7})

    first = owner.send("DELETE", made["Location"])
    second = owner.send("DELETE", made["Location"])

    assert (first.status_code, first.json()["is_open"], second.status_code) == (200, False, 409)
    assert Browser().get(made.json()["link"]).status_code == 404


@pytest.mark.parametrize("days", [8, 0, "soon", None, True, 7.5])
def test_link_for_other_days_is_refused(world: World, days: object) -> None:
    path = links_path(world, thing_snapshot(world.organization, world.client))

    answer = caller(world, "owner").post(path, {"days": days})

    assert (answer.status_code, list(answer.json()["fields"])) == (422, ["days"])
    with tenancy.enter(organization_id=world.organization.pk):
        assert ShareLink.objects.count() == 0


def test_archive_holds_the_finished_documents(world: World) -> None:
    printed = thing_printed_snapshot(world.organization, world.client)
    empty = thing_snapshot(world.organization, world.client)
    program = caller(world, "client_reading_key")

    archive = program.get(firm(world, f"snapshots/{printed}/archive/"))
    nothing = program.get(firm(world, f"snapshots/{empty}/archive/"))

    assert [archive["Content-Type"], nothing.status_code] == ["application/zip", 404]
    names = ZipFile(BytesIO(archive.content)).namelist()
    assert names == ["northwind-review-scorecard-a4.pdf"]
