"""A kept response of the API is sent while all that was read for it is the same, as pages are."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.contrib.sessions.models import Session
from django.db import connection
from django.http import HttpResponse
from django.test.utils import CaptureQueriesContext
from django.urls import resolve
from django.utils import timezone

from organizations import tenancy
from organizations.models import ApiKey
from organizations.services import rename_client
from organizations.services.api_keys import revoke_api_key
from reports.snapshots.selectors import snapshot_get
from reports.snapshots.services import publish_snapshot, withdraw_snapshot
from tests.api.callers import Caller, caller, firm, make_key, with_key
from tests.api.table import ROWS
from tests.api.test_permissions import things_of
from tests.organizations.test_kept_pages import last_moment
from tests.queries import queries
from tests.world import World

POLLED = {"client-list", "assessment-list", "audit-event-list", "job-list", "job-detail"}


@pytest.fixture
def world(stocked: World) -> World:
    """The fixed cast with rows of every kind."""
    return stocked


def kept_paths(world: World) -> Iterator[tuple[str, str]]:
    """The names and paths of all responses that are kept."""
    for row in ROWS:
        path = row.address(world.organization.slug, things_of(row, world, world.client))
        view: Any = resolve(path).func
        action = view.actions.get(row.method.lower())
        if row.method == "GET" and view.cls.operations[action].is_kept:
            yield row.name, path


def statements(who: Caller, path: str) -> int:
    with CaptureQueriesContext(connection) as captured:
        assert who.get(path).status_code == 200
    return len(queries(captured))


def headers(response: HttpResponse) -> dict[str, str]:
    return {name: value for name, value in response.items() if name != "X-Request-ID"}


def names(who: Caller, world: World) -> list[str]:
    page = who.get(firm(world, "clients/"))
    assert page.status_code == 200
    return [each["name"] for each in page.json()["results"]]


def test_all_that_is_polled_is_kept(world: World) -> None:
    assert {name for name, _ in kept_paths(world)} >= POLLED


def test_a_response_is_sent_again_after_one_statement(world: World, as_production: None) -> None:
    key = make_key(world, scopes=("read", "write", "audit"))
    for who in (caller(world, "owner"), with_key(key)):
        for name, path in kept_paths(world):
            first, second = who.get(path), who.get(path)

            # Who asks is the first of the two; bundled data needs no other.
            assert statements(who, path) <= 2, name
            assert first.content == second.content
            assert headers(first) == headers(second)
            assert second["Content-Type"] == "application/json"
            assert second["Cache-Control"] == "private, no-store"


def test_kept_responses_follow_from_no_other_clock(world: World, settings: Any) -> None:
    """Made anew as late as it holds, or after more than a year, each is the same as it was kept."""
    owner, paths = caller(world, "owner"), dict(kept_paths(world))
    later = timezone.now() + timedelta(days=400, hours=7)
    owner.get(firm(world, ""))
    Session.objects.update(expire_date=timezone.now() + timedelta(days=900))
    for path in paths.values():
        owner.get(path)
        with time_machine.travel(last_moment(later), tick=False):
            owner.get(path)

    with time_machine.travel(later):
        for path in paths.values():
            owner.get(path)
        settings.KEPT_PARTS_COMPARED = False
        sent = {name: statements(owner, path) for name, path in paths.items()}

    assert {name: count for name, count in sent.items() if count > 2} == {}


def test_a_change_shows_at_once(world: World, as_production: None) -> None:
    key = caller(world, "key")
    before = [names(key, world) for _ in range(2)]

    with tenancy.enter(organization_id=world.organization.pk):
        rename_client(by=world.actor("owner"), client=world.client, name="Boreas")
    renamed = names(key, world)
    archived = key.post(firm(world, f"clients/{world.client.pk}/archive/"))

    assert all("Northwind" in each for each in before)
    assert "Boreas" in renamed
    assert "Northwind" not in renamed
    assert archived.status_code == 204
    assert "Boreas" not in names(key, world)


def test_nobody_gets_the_response_of_another(world: World, as_production: None) -> None:
    seen = {
        name: [names(caller(world, name), world) for _ in range(2)][1]
        for name in ("owner", "key", "client_key", "other_client_key", "respondent")
    }

    assert seen["owner"] == seen["key"] == ["Northwind", "Southwind"]
    assert seen["client_key"] == seen["respondent"] == ["Northwind"]
    assert seen["other_client_key"] == ["Southwind"]


def test_a_kept_response_is_for_get_alone_and_without_conditions(
    world: World, as_production: None
) -> None:
    owner, path = caller(world, "owner"), firm(world, "clients/")
    kept = [owner.get(path) for _ in range(2)][1]

    head = owner.browser.head(path)
    asked_again = owner.browser.get(path, headers={"If-None-Match": "*", "Accept": "text/html"})

    assert (head.status_code, head.content, headers(head)) == (200, b"", headers(kept))
    assert (asked_again.status_code, asked_again.content) == (200, kept.content)


def test_addresses_in_a_kept_response_are_of_the_host_and_scheme_asked(
    world: World, as_production: None, settings: Any
) -> None:
    settings.ALLOWED_HOSTS = ["*"]
    browser, path = caller(world, "owner").browser, firm(world, "clients/?limit=1")
    ways: list[dict[str, Any]] = [{}, {"secure": True}, {"HTTP_HOST": "b.test"}]

    pages = [browser.get(path, **way).json()["next"] for way in ways * 2]

    starts = ["http://testserver/", "https://testserver/", "http://b.test/"]
    assert [page.partition("api/")[0] for page in pages] == starts * 2


def test_kept_responses_are_counted(world: World, as_production: None, settings: Any) -> None:
    settings.API_REQUESTS_PER_MINUTE = 3
    program, path = caller(world, "key"), firm(world, "clients/")

    assert [program.get(path).status_code for _ in range(4)] == [200, 200, 200, 429]


def test_a_key_that_is_narrowed_to_a_client_sees_that_client_alone(
    world: World, as_production: None
) -> None:
    program = with_key(make_key(world, scopes=("read",)))
    before = [names(program, world) for _ in range(2)]

    with tenancy.enter(organization_id=world.organization.pk):
        key = ApiKey.objects.order_by("-created_at")[0]
        ApiKey.objects.filter(pk=key.pk).update(client=world.client)

    assert before == [["Northwind", "Southwind"]] * 2
    assert names(program, world) == ["Northwind"]


def test_who_lost_the_role_is_refused(world: World, as_production: None) -> None:
    owner, path = caller(world, "owner"), firm(world, "audit-events/")
    assert [owner.get(path).status_code for _ in range(2)] == [200, 200]

    with tenancy.enter(organization_id=world.organization.pk):
        type(world.people["owner"]).objects.filter(pk=world.people["owner"].pk).update(
            role="consultant"
        )

    assert owner.get(path).status_code == 403


def test_a_key_loses_what_it_was_granted_and_its_life_at_once(
    world: World, as_production: None
) -> None:
    program = with_key(make_key(world, scopes=("read", "audit")))
    path = firm(world, "audit-events/")
    assert [program.get(path).status_code for _ in range(2)] == [200, 200]

    with tenancy.enter(organization_id=world.organization.pk):
        key = ApiKey.objects.order_by("-created_at")[0]
        ApiKey.objects.filter(pk=key.pk).update(scopes=["read"])
    without_audit = program.get(path).status_code
    with tenancy.enter(organization_id=world.organization.pk):
        revoke_api_key(by=world.actor("owner"), key=key)

    assert (without_audit, program.get(path).status_code) == (403, 401)


def test_what_is_withdrawn_is_withdrawn_at_once(world: World, as_production: None) -> None:
    things = world.things[world.client.pk]
    viewer, by = caller(world, "viewer"), world.actor("owner")
    with tenancy.enter(organization_id=world.organization.pk):
        snapshot = snapshot_get(things["snapshot"])
        path = firm(world, f"assessments/{snapshot.assessment_id}/snapshots/")
        publish_snapshot(by=by, snapshot=snapshot)
    shown = [viewer.get(path).json()["results"] for _ in range(2)]

    with tenancy.enter(organization_id=world.organization.pk):
        withdraw_snapshot(by=by, snapshot=snapshot_get(things["snapshot"]))

    assert [str(things["snapshot"]) in str(each) for each in shown] == [True, True]
    assert str(things["snapshot"]) not in viewer.get(path).content.decode()


def test_the_pages_of_a_kept_list_show_every_row_once(world: World, as_production: None) -> None:
    program, url, found = caller(world, "key"), firm(world, "clients/?limit=1"), []
    while url:
        first, second = program.get(url), program.get(url)
        assert first.content == second.content
        found += [each["name"] for each in second.json()["results"]]
        url = second.json()["next"]

    assert found == ["Northwind", "Southwind"]


@pytest.mark.parametrize("query", ["?limit=0", "?nmae=x"])
def test_a_refused_query_is_refused_again(world: World, as_production: None, query: str) -> None:
    program = caller(world, "key")
    program.get(firm(world, "clients/"))

    statuses = [program.get(firm(world, f"clients/{query}")).status_code for _ in range(2)]

    assert statuses == [422, 422]
