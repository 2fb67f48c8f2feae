"""What has expired shows as that from its moment on, on pages and in responses that are kept."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import Any

import pytest
import time_machine
from django.contrib.sessions.models import Session
from django.db import connection
from django.test import Client as Browser
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from jobs.services import run_job
from organizations import tenancy
from organizations.services.api_keys import create_api_key
from reports.exports.services import export_get, kept_until, request_export
from reports.sharing.services import create_share_link
from tests import factories
from tests.costing.cast import make_price_override
from tests.queries import queries
from tests.reports.rows import make_snapshot
from tests.test_permissions import body_of
from tests.world import World


@dataclass(frozen=True)
class Expiring:
    """A page or response that shows something until a moment, and otherwise from then on."""

    address: str
    at: datetime
    before: str
    after: str = ""


def invitation(world: World) -> Expiring:
    sent = factories.make_invitation(world.organization, client=world.client)
    address = reverse("organizations:member-list", args=["acme"])
    return Expiring(address, sent.invitation.expires_at, ">Until ", ">Expired<")


def key(world: World) -> Expiring:
    with tenancy.enter(organization_id=world.organization.pk):
        new = create_api_key(by=world.actor("owner"), name="Nightly")
    address = reverse("organizations:api-key-list", args=["acme"])
    return Expiring(address, new.key.expires_at, ">Revoke<", '<tr class="is-muted">')


def share_link(world: World, *, is_api: bool = False) -> Expiring:
    with tenancy.enter(organization_id=world.organization.pk):
        snapshot = make_snapshot(world.organization, world.client)
        new = create_share_link(by=world.actor("owner"), snapshot=snapshot, days=7)
    until = new.share_link.expires_at
    if is_api:
        address = reverse("api:share-link-list", args=["acme", snapshot.pk])
        return Expiring(address, until, '"is_open":true', '"is_open":false')
    address = reverse("reports:deliverable-list", args=["acme", snapshot.assessment_id])
    return Expiring(address, until, ">Until ", ">Expired<")


def share_link_by_api(world: World) -> Expiring:
    return share_link(world, is_api=True)


def contract_price(world: World) -> Expiring:
    address = reverse("catalog:price-override-list", args=["acme"])
    return Expiring(address, end_of_contract(world), ">In force<", ">Over<")


def contract_price_by_api(world: World) -> Expiring:
    address = reverse("api:price-override-list", args=["acme"])
    return Expiring(address, end_of_contract(world), '"state":"in force"', '"state":"over"')


def price_in_catalog(world: World) -> Expiring:
    address = reverse("catalog:model-price-list", args=["acme"])
    return Expiring(address, end_of_contract(world), ">Contract</span>")


def end_of_contract(world: World) -> datetime:
    """Store a contract price that holds for two days more, and return when they are over."""
    last = timezone.now().date() + timedelta(days=2)
    make_price_override(world.organization, world.client, valid_until=last)
    return datetime.combine(last + timedelta(days=1), time.min, tzinfo=UTC)


def export(world: World) -> Expiring:
    with tenancy.enter(organization_id=world.organization.pk):
        job = request_export(by=world.actor("owner"))
    run_job(job_id=job.pk, organization_id=world.organization.pk)
    with tenancy.enter(organization_id=world.organization.pk):
        until = kept_until(export_get(job.pk))
    assert until is not None
    address = reverse("reports:export-list", args=["acme"])
    return Expiring(address, until, ">Download<", ">Kept no longer<")


@pytest.mark.parametrize(
    "store",
    [
        invitation,
        key,
        share_link,
        share_link_by_api,
        contract_price,
        contract_price_by_api,
        price_in_catalog,
        export,
    ],
)
def test_what_has_expired_shows_as_that_at_once(
    world: World, client: Browser, settings: Any, store: Callable[[World], Expiring]
) -> None:
    """It is kept until then and from then on: after the first view it takes 2 statements."""
    settings.KEPT_PARTS_COMPARED = False
    expiring = store(world)
    owner = world.login(client, "owner")
    Session.objects.update(expire_date=expiring.at + timedelta(days=1))

    def is_good(moment: datetime) -> bool:
        with time_machine.travel(moment, tick=False):
            first = owner.get(expiring.address)
            with CaptureQueriesContext(connection) as captured:
                again = owner.get(expiring.address)
        page = again.content.decode()
        assert len(queries(captured)) == 2
        assert body_of(first) == body_of(again)
        assert not expiring.after or (expiring.after in page) != (expiring.before in page)
        return expiring.before in page

    just_before = expiring.at - timedelta(microseconds=1)
    moments = [timezone.now(), just_before, expiring.at, just_before]

    assert [is_good(moment) for moment in moments] == [True, True, False, True]
