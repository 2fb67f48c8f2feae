"""Members: roles and closed doors count from the next request on (A1); an owner always stays."""

from concurrent.futures import ThreadPoolExecutor
from uuid import UUID

import pytest
from django.db import connection
from django.test import Client as Browser
from pytest_django import DjangoAssertNumQueries

from organizations import kept_pages, selectors, services, tenancy
from organizations.exceptions import Invalid
from organizations.models import AuditEvent, Client, Membership
from organizations.permissions import Role
from tests import factories
from tests.queries import TENANT
from tests.world import World

MEMBERS = "/o/acme/settings/members/"
# The members' count and page, the invitations, the clients to choose from.
PAGE_QUERIES = TENANT + 4


def change(world: World, name: str, role: Role, client: Client | None = None) -> Membership:
    with tenancy.enter(organization_id=world.organization.pk):
        return services.change_member_role(
            by=world.actor("owner"),
            membership=world.people[name],
            role=role,
            client_id=client.pk if client else None,
        )


def deactivate(world: World, name: str) -> Membership:
    with tenancy.enter(organization_id=world.organization.pk):
        return services.deactivate_member(by=world.actor("owner"), membership=world.people[name])


def standing(world: World, name: str) -> tuple[str, UUID | None, bool]:
    """Return what is stored of a member."""
    with tenancy.enter(organization_id=world.organization.pk):
        row = selectors.membership_get(world.people[name].pk)
        return row.role, row.client_id, row.is_active


def second_owner(world: World) -> None:
    world.people["second"] = factories.make_member(world.organization, Role.OWNER)


def test_demoted_owner_loses_the_audit_on_the_next_request(world: World, client: Browser) -> None:
    second_owner(world)
    browser = world.login(client, "second")
    before = browser.get("/o/acme/settings/audit-events/").status_code

    change(world, "second", Role.CONSULTANT)

    assert before == 200
    assert browser.get("/o/acme/settings/audit-events/").status_code == 403


def test_promoted_viewer_enters_on_the_next_request(world: World, client: Browser) -> None:
    browser = world.login(client, "viewer")
    before = browser.get(MEMBERS).status_code

    change(world, "viewer", Role.CONSULTANT)

    assert before == 403
    assert browser.get(MEMBERS).status_code == 200
    assert standing(world, "viewer") == ("consultant", None, True)


def test_respondent_of_another_client_loses_the_first(world: World, client: Browser) -> None:
    browser = world.login(client, "respondent")
    path = f"/o/acme/clients/{world.client.pk}/"
    before = browser.get(path).status_code

    change(world, "respondent", Role.RESPONDENT, world.sibling_client)

    assert before == 200
    assert browser.get(path).status_code == 404


def test_deactivated_member_finds_no_firm_on_the_next_request(
    world: World, client: Browser
) -> None:
    browser = world.login(client, "consultant")
    before = browser.get(MEMBERS).status_code

    deactivate(world, "consultant")
    during = browser.get(MEMBERS).status_code
    with tenancy.enter(organization_id=world.organization.pk):
        services.reactivate_member(by=world.actor("owner"), membership=world.people["consultant"])

    assert (before, during, browser.get(MEMBERS).status_code) == (200, 404, 200)


def test_deactivated_account_is_signed_out_on_the_next_request(
    world: World, client: Browser
) -> None:
    browser = world.login(client, "consultant")
    user = world.people["consultant"].user
    user.is_active = False
    user.save()

    answer = browser.get(MEMBERS)

    assert answer["Location"].startswith("/accounts/login/")


@pytest.mark.parametrize("way", ["change", "reset"])
def test_new_password_ends_the_other_sessions(world: World, way: str) -> None:
    user = world.people["consultant"].user
    here, elsewhere = Browser(), Browser()
    for browser in (here, elsewhere):
        browser.post("/accounts/login/", {"login": user.email, "password": factories.PASSWORD})
    before = elsewhere.get(MEMBERS).status_code

    if way == "change":
        here.post(
            "/accounts/password/change/",
            {
                "oldpassword": factories.PASSWORD,
                "password1": "a new long password",
                "password2": "a new long password",
            },
        )
        stays = here.get(MEMBERS).status_code == 200
    else:
        user.set_password("a new long password")
        user.save()
        stays = here.get(MEMBERS).status_code == 302

    assert before == 200
    assert stays
    assert elsewhere.get(MEMBERS)["Location"].startswith("/accounts/login/")


def test_work_may_be_owned_by_active_people_who_see_its_client(world: World) -> None:
    deactivate(world, "viewer")

    with tenancy.enter(organization_id=world.organization.pk):
        names = selectors.owner_names(world.client.pk)

    present = ("consultant", "owner", "respondent")
    assert names == [str(world.people[name].user) for name in present]


def test_last_owner_stays_an_owner(world: World) -> None:
    with pytest.raises(Invalid, match="needs an owner"):
        change(world, "owner", Role.CONSULTANT)
    with pytest.raises(Invalid, match="needs an owner"):
        deactivate(world, "owner")

    assert standing(world, "owner") == ("owner", None, True)


@pytest.mark.parametrize("closed", ["membership", "account"])
def test_owner_who_cannot_sign_in_does_not_count(world: World, closed: str) -> None:
    second_owner(world)
    if closed == "membership":
        deactivate(world, "second")
    else:
        user = world.people["second"].user
        user.is_active = False
        user.save()

    with pytest.raises(Invalid, match="needs an owner"):
        deactivate(world, "owner")


def test_owner_who_was_deactivated_may_change_though_no_other_can_sign_in(world: World) -> None:
    second_owner(world)
    deactivate(world, "second")
    user = world.people["owner"].user
    user.is_active = False
    user.save()

    change(world, "second", Role.CONSULTANT)

    assert standing(world, "second")[0] == Role.CONSULTANT


def test_owner_may_go_when_another_stays(world: World) -> None:
    second_owner(world)

    deactivate(world, "owner")

    assert standing(world, "owner") == ("owner", None, False)


def test_two_owners_who_demote_each_other_leave_one(committed_db: None, world: World) -> None:
    second_owner(world)

    def demote(name: str) -> str:
        try:
            change(world, name, Role.CONSULTANT)
        except Invalid:
            return "refused"
        finally:
            connection.close()
        return "demoted"

    with ThreadPoolExecutor(2) as threads:
        outcomes = sorted(threads.map(demote, ["owner", "second"]))

    assert outcomes == ["demoted", "refused"]
    with tenancy.enter(organization_id=world.organization.pk):
        assert Membership.objects.filter(role=Role.OWNER.value).count() == 1


@pytest.mark.parametrize("role", [Role.RESPONDENT, Role.CONSULTANT])
def test_changed_role_asks_for_its_client_or_for_none(world: World, role: Role) -> None:
    wrong = None if role is Role.RESPONDENT else world.client

    with pytest.raises(Invalid) as refusal:
        change(world, "viewer", role, wrong)

    assert list(refusal.value.fields) == ["client"]


def test_every_change_leaves_one_audit_row(world: World) -> None:
    change(world, "viewer", Role.RESPONDENT, world.sibling_client)
    change(world, "viewer", Role.RESPONDENT, world.sibling_client)
    deactivate(world, "viewer")
    deactivate(world, "viewer")
    with tenancy.enter(organization_id=world.organization.pk):
        services.reactivate_member(by=world.actor("owner"), membership=world.people["viewer"])

        events = AuditEvent.objects.filter(subject_id=world.people["viewer"].pk)
        rows = list(events.order_by("created_at", "pk").values_list("verb", "data"))
    person = {"email": "viewer@acme.example"}
    assert rows == [
        ("membership.created", {**person, "role": "viewer"}),
        (
            "membership.role_changed",
            {
                **person,
                "before": {"role": "viewer", "client": str(world.client.pk)},
                "after": {"role": "respondent", "client": str(world.sibling_client.pk)},
            },
        ),
        ("membership.deactivated", person),
        ("membership.reactivated", person),
    ]


def test_page_changes_a_role(world: World, client: Browser) -> None:
    path = f"{MEMBERS}{world.people['viewer'].pk}/edit/"

    answer = world.login(client, "owner").post(path, {"role": "consultant", "client": ""})

    assert answer["Location"] == MEMBERS
    assert standing(world, "viewer") == ("consultant", None, True)


def test_page_refuses_another_firms_client(world: World, client: Browser) -> None:
    path = f"{MEMBERS}{world.people['viewer'].pk}/edit/"

    answer = world.login(client, "owner").post(
        path, {"role": "viewer", "client": str(world.other_client.pk)}
    )

    assert answer.status_code == 422
    assert list(answer.context["form"].errors) == ["client"]
    assert standing(world, "viewer") == ("viewer", world.client.pk, True)


def test_page_says_why_the_last_owner_stays(world: World, client: Browser) -> None:
    browser = world.login(client, "owner")
    path = f"{MEMBERS}{world.people['owner'].pk}"

    form = browser.post(f"{path}/edit/", {"role": "consultant", "client": ""})
    page = browser.post(f"{path}/deactivation/", follow=True)

    assert form.status_code == 422
    assert "An organization needs an owner" in form.content.decode()
    assert "An organization needs an owner" in page.content.decode()
    assert standing(world, "owner") == ("owner", None, True)


def test_owner_who_steps_down_is_led_to_what_they_may_see(world: World, client: Browser) -> None:
    second_owner(world)
    path = f"{MEMBERS}{world.people['owner'].pk}/edit/"

    answer = world.login(client, "owner").post(path, {"role": "consultant", "client": ""})

    assert answer["Location"] == "/"


def test_consultant_sees_no_buttons_to_manage(world: World, client: Browser) -> None:
    page = world.login(client, "consultant").get(MEMBERS).content.decode()

    assert "viewer<wbr>@acme<wbr>.example" in page
    assert "deactivation" not in page
    assert 'value="owner"' not in page
    assert 'value="respondent"' in page


def test_members_page_asks_the_same_number_of_queries_however_many_there_are(
    world: World, client: Browser, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    browser = world.login(client, "owner")
    with django_assert_num_queries(PAGE_QUERIES):
        browser.get(MEMBERS)
    for _ in range(60):
        factories.make_member(world.organization, Role.VIEWER, client=world.client)
        factories.make_invitation(world.organization, client=world.client)
    kept_pages.pages.clear()

    with django_assert_num_queries(PAGE_QUERIES):
        page = browser.get(MEMBERS)

    assert len(page.context["page"].object_list) == 50
    assert len(page.context["invitations"]) == 60
