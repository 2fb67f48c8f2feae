"""T5: no tenant sticks to a connection: pages, API and jobs in turn, some of them failing."""

from collections.abc import Callable
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client as Browser
from django.urls import reverse
from django_scopes import scopes_disabled

from jobs import services
from organizations import selectors, tenancy
from organizations.models import Client, Organization
from organizations.tenancy import Setting
from tests import factories
from tests.api.callers import caller
from tests.jobs import kinds
from tests.world import World

ROUNDS = 4
assert kinds  # registers the kinds of work


def ask(organization: Organization, kind: str) -> None:
    """Ask for a job of a firm, and do it on this connection."""
    with tenancy.enter(organization_id=organization.pk):
        job = services.request_job(
            by=factories.system_actor(organization),
            kind=kind,
            key=str(uuid4()),
            subject_id=organization.pk,
            payload={"number": 2},
        )
    services.run_job(job_id=job.pk, organization_id=organization.pk)


def left_behind() -> tuple[list[str], int]:
    """What the connection still knows of a tenant, and how many clients it shows to nobody."""
    with connection.cursor() as cursor:
        cursor.execute(
            "select coalesce(current_setting(name, true), '') from unnest(%s::text[]) as name",
            [[setting.value for setting in Setting]],
        )
        known = [value for (value,) in cursor.fetchall() if value]
    with scopes_disabled():
        return known, Client._base_manager.count()


def test_requests_and_jobs_in_turn_leave_no_tenant_behind(
    committed_db: None, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    ours, theirs = world.organization, world.other_organization
    browsers = {
        name: world.login(Browser(raise_request_exception=False), name)
        for name in ("owner", "other_firm_owner")
    }
    program = caller(world, "other_firm_key")
    names = {"owner": (ours, b"Northwind"), "other_firm_owner": (theirs, b"Eastwind")}

    def page(name: str) -> None:
        firm, word = names[name]
        body = browsers[name].get(reverse("scenarios:client-list", args=[firm.slug])).content
        seen = [each for each in (b"Northwind", b"Eastwind") if each in body]
        assert seen == [word]

    def failing_page(name: str) -> None:
        with monkeypatch.context() as broken:
            broken.setattr(selectors, "membership_actor", _fail)
            path = reverse("organizations:settings", args=[names[name][0].slug])
            assert browsers[name].get(path).status_code == 500

    def refused_page() -> None:
        path = reverse("scenarios:client-list", args=[theirs.slug])
        assert browsers["owner"].get(path).status_code == 404

    def operation() -> None:
        answer = program.get(f"/api/v1/organizations/{theirs.slug}/clients/")
        assert [each["name"] for each in answer.json()["results"]] == ["Eastwind"]

    turns: list[Callable[[], None]] = [
        lambda: page("owner"),
        lambda: ask(theirs, "test-crash-at-the-end"),
        operation,
        lambda: failing_page("other_firm_owner"),
        lambda: ask(ours, "test-square"),
        lambda: page("other_firm_owner"),
        refused_page,
        lambda: ask(ours, "test-crash"),
    ]

    found = []
    for turn in turns * ROUNDS:
        turn()
        found.append(left_behind())

    assert found == [([], 0)] * len(turns) * ROUNDS


def _fail(*_: object) -> None:
    raise ZeroDivisionError("a defect")
