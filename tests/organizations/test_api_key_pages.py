"""API keys on a page: made, shown once, used, revoked; and what the scope of the audit opens."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client as Browser
from django.urls import reverse
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from organizations import tenancy
from organizations.exceptions import Invalid
from organizations.models import ApiKey, AuditEvent
from organizations.services.api_keys import create_api_key
from tests.api.callers import firm, with_key
from tests.queries import TENANT
from tests.world import World

SECRET = re.compile(r"xo_[0-9a-f]{8}_[A-Za-z0-9_-]{43}")
PAGE_QUERIES = TENANT + 4


def keys_url(world: World, name: str = "list", **names: object) -> str:
    kwargs = {"org": world.organization.slug, **names}
    return reverse(f"organizations:api-key-{name}", kwargs=kwargs)


def test_a_key_is_made_shown_to_its_maker_and_works(world: World, client: Browser) -> None:
    owner = world.login(client, "owner")

    made = owner.post(keys_url(world, "create"), {"name": "Nightly", "days": "30"})
    pages = [owner.get(made["Location"]).content.decode() for _ in range(2)]
    another = world.login(Browser(), "owner").get(made["Location"]).content.decode()
    found = {secret for page in pages for secret in SECRET.findall(page)}

    assert (made.status_code, len(found)) == (302, 1)
    assert SECRET.search(another) is None
    assert "Nightly" in another
    assert with_key(found.pop()).get(firm(world, "clients/")).status_code == 200
    with tenancy.enter(organization_id=world.organization.pk):
        key = ApiKey.objects.get()
        assert (key.scopes, key.client_id) == (["read"], None)
        assert AuditEvent.objects.filter(verb="api_key.created", subject_id=key.pk).count() == 1


def test_a_page_with_a_secret_is_not_kept(world: World, client: Browser, settings: Any) -> None:
    settings.KEPT_PARTS_COMPARED = False
    owner = world.login(client, "owner")
    made = owner.post(keys_url(world, "create"), {"name": "Nightly", "days": "30"})
    address = made["Location"]

    def has_secret(browser: Browser) -> bool:
        return SECRET.search(browser.get(address).content.decode()) is not None

    shown = [has_secret(owner), has_secret(world.login(Browser(), "owner")), has_secret(owner)]
    owner.cookies.pop("shown-once")

    assert [*shown, has_secret(owner)] == [True, False, True, False]


def test_a_form_that_is_refused_keeps_what_was_typed(world: World, client: Browser) -> None:
    data = {"name": "Weekly", "days": "30", "scopes": ["audit"], "client": str(world.client.pk)}

    response = world.login(client, "owner").post(keys_url(world, "create"), data)

    assert response.status_code == 422
    assert "A key of one client does not read" in response.content.decode()
    assert 'value="Weekly"' in response.content.decode()


def test_a_revoked_key_stays_listed_and_opens_nothing(world: World, client: Browser) -> None:
    owner = world.login(client, "owner")
    with tenancy.enter(organization_id=world.organization.pk):
        new = create_api_key(by=world.actor("owner"), name="Old")

    owner.post(keys_url(world, "revoke", api_key=new.key.pk))
    page = owner.get(keys_url(world)).content.decode()

    assert "Revoked" in page
    assert with_key(new.secret).get(firm(world, "clients/")).status_code == 401


def test_the_list_says_that_a_key_has_expired(world: World, client: Browser) -> None:
    with tenancy.enter(organization_id=world.organization.pk):
        key = create_api_key(by=world.actor("owner"), name="Old").key
        before = world.login(client, "owner").get(keys_url(world)).content.decode()
        ApiKey.objects.filter(pk=key.pk).update(expires_at=timezone.now() - timedelta(seconds=1))

    after = client.get(keys_url(world)).content.decode()

    assert "Expired" not in before
    assert "Expired" in after


def test_the_page_asks_the_same_number_of_queries_however_many_keys_there_are(
    world: World, client: Browser, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    owner = world.login(client, "owner")
    for number in range(12):
        with tenancy.enter(organization_id=world.organization.pk):
            create_api_key(by=world.actor("owner"), name=str(number), client_id=world.client.pk)

    with django_assert_max_num_queries(PAGE_QUERIES):
        owner.get(keys_url(world))


@pytest.mark.parametrize(
    ("scopes", "status"), [(["read"], 403), (["write"], 403), (["audit"], 200)]
)
def test_the_audit_and_the_keys_are_read_by_a_key_of_that_scope(
    world: World, scopes: list[str], status: int
) -> None:
    with tenancy.enter(organization_id=world.organization.pk):
        secret = create_api_key(by=world.actor("owner"), name="Log", scopes=scopes).secret

    program = with_key(secret)

    assert program.get(firm(world, "audit-events/")).status_code == status
    assert program.get(firm(world, "api-keys/")).status_code == status
    assert program.post(firm(world, "api-keys/"), {"name": "x"}).status_code == 403


def test_the_audit_is_not_for_a_key_of_one_client(world: World) -> None:
    with tenancy.enter(organization_id=world.organization.pk), pytest.raises(Invalid) as refusal:
        create_api_key(
            by=world.actor("owner"), name="Log", scopes=["audit"], client_id=world.client.pk
        )

    assert list(refusal.value.fields) == ["scopes"]
