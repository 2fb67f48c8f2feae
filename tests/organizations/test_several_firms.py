"""A person in several firms: the address names the firm, so two tabs never mix."""

import pytest
from django.test import Client as Browser
from pytest_django import DjangoAssertNumQueries

from organizations import services, tenancy
from organizations.models import Client
from organizations.permissions import Role
from tests import factories
from tests.world import World

SWITCHER = 'class="rail-organizations"'


@pytest.fixture
def both(world: World, client: Browser) -> Browser:
    """Return the browser of a consultant of Acme who is an owner of Rival too."""
    user = world.people["consultant"].user
    with tenancy.enter(organization_id=world.other_organization.pk):
        services.add_member(
            by=factories.system_actor(world.other_organization), user=user, role=Role.OWNER
        )
    return world.login(client, "consultant")


def names(organization_id: object) -> set[str]:
    """Return the clients stored in a firm."""
    with tenancy.enter(organization_id=organization_id):  # type: ignore[arg-type]
        return set(Client.objects.values_list("name", flat=True))


def test_start_page_lets_choose_between_firms(both: Browser) -> None:
    page = both.get("/").content.decode()

    assert 'href="/o/acme/clients/"' in page
    assert 'href="/o/rival/clients/"' in page


def test_rail_leads_to_the_other_firm(both: Browser) -> None:
    page = both.get("/o/acme/settings/").content.decode()
    switcher = page[page.index(SWITCHER) :]
    switcher = switcher[: switcher.index("</nav>")]

    assert 'href="/o/rival/clients/"' in switcher
    assert "Acme" not in switcher


def test_person_of_one_firm_sees_no_switcher(world: World, client: Browser) -> None:
    page = world.login(client, "owner").get("/o/acme/settings/").content.decode()

    assert SWITCHER not in page


def test_deactivated_firm_is_not_offered(both: Browser, world: World) -> None:
    membership = world.people["consultant"]
    with tenancy.enter(organization_id=world.organization.pk):
        services.deactivate_member(by=world.actor("owner"), membership=membership)

    page = both.get("/o/rival/settings/").content.decode()

    assert SWITCHER not in page
    assert both.get("/")["Location"] == "/o/rival/clients/"


def test_two_tabs_in_two_firms_never_mix(both: Browser, world: World) -> None:
    for _ in range(3):
        acme = both.get("/o/acme/clients/").content.decode()
        rival = both.get("/o/rival/clients/").content.decode()

        assert ("Northwind" in acme, "Eastwind" in acme) == (True, False)
        assert ("Northwind" in rival, "Eastwind" in rival) == (False, True)

    # The form of the first tab is sent while the second was opened last.
    both.get("/o/rival/clients/new/")
    both.post("/o/acme/clients/new/", {"name": "Westwind"})

    assert names(world.organization.pk) == {"Northwind", "Southwind", "Westwind"}
    assert names(world.other_organization.pk) == {"Eastwind"}


def test_role_is_that_of_the_firm_in_the_address(both: Browser) -> None:
    statuses = {
        slug: both.get(f"/o/{slug}/settings/audit-events/").status_code
        for slug in ("acme", "rival")
    }

    assert statuses == {"acme": 403, "rival": 200}


def test_account_page_keeps_the_rail_of_the_only_firm(
    world: World, client: Browser, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    browser = world.login(client, "viewer")

    with django_assert_max_num_queries(11):
        page = browser.get("/accounts/password/change/").content.decode()

    assert 'href="/o/acme/clients/"' in page
    assert 'href="/o/acme/settings/"' in page
    assert "model-prices" not in page


def test_account_page_of_several_firms_lets_choose(both: Browser) -> None:
    page = both.get("/accounts/password/change/").content.decode()

    assert SWITCHER in page
    assert 'href="/o/acme/clients/"' in page
    assert 'href="/o/acme/settings/"' not in page


def test_person_without_a_firm_is_told_what_to_do(db: None, client: Browser) -> None:
    client.force_login(factories.make_user())

    page = client.get("/")

    assert page.status_code == 200
    assert "You do not belong to an organization yet" in page.content.decode()
