"""The pages of an invitation: opening changes nothing, and the link is for its address alone."""

import re
from typing import Any

import pytest
from django.test import Client as Browser
from pytest_django import DjangoAssertNumQueries, DjangoCaptureOnCommitCallbacks, Settings

from organizations import selectors, tenancy
from organizations.models import Invitation, User
from organizations.permissions import Role
from organizations.services import SentInvitation
from tests import factories
from tests.letters import letters
from tests.world import World

MEMBERS = "/o/acme/settings/members/"
INVITATIONS = "/o/acme/settings/invitations/"
ANSWER = {"name": "Nora New", "password": "a new long password"}
# The row by its token, its details inside of its firm, whether its address has an account.
FIND_QUERIES = 11


def invite(world: World, email: str = "new@example.com") -> SentInvitation:
    return factories.make_invitation(world.organization, client=world.client, email=email)


def path_of(sent: SentInvitation) -> str:
    return sent.url.removeprefix("https://crossover.example")


def body_of(answer: Any) -> str:
    """Return a page without its CSRF tokens."""
    return re.sub(r"[A-Za-z0-9]{64}", "", answer.content.decode())


def state(world: World) -> list[tuple[str, bool, bool]]:
    """Return the invitations: whose, accepted, revoked."""
    with tenancy.enter(organization_id=world.organization.pk):
        rows = Invitation.objects.order_by("created_at", "pk")
        return [
            (row.email, row.accepted_at is not None, row.revoked_at is not None) for row in rows
        ]


def member_emails(world: World) -> set[str]:
    with tenancy.enter(organization_id=world.organization.pk):
        return {row.user.email for row in selectors.membership_list()}


@pytest.mark.parametrize("method", ["get", "head", "options"])
@pytest.mark.parametrize("who", ["nobody", "invited"])
def test_opening_the_link_consumes_nothing(world: World, method: str, who: str) -> None:
    email = "new@example.com" if who == "nobody" else "other-firm-owner@example.com"
    browser = Browser()
    if who == "invited":
        browser.force_login(factories.make_user(email))
    sent = invite(world, email)

    for _ in range(3):
        getattr(browser, method)(path_of(sent))

    assert state(world) == [(email, False, False)]
    assert selectors.invitation_find(token=path_of(sent).split("/")[2]) is not None


def test_page_says_who_invites_whom_to_what(
    world: World, client: Browser, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    world.login(client, "consultant").post(
        INVITATIONS,
        {"email": "new@example.com", "role": "respondent", "client": world.client.pk},
    )
    sent = invite(world, "second@example.com")

    with django_assert_num_queries(FIND_QUERIES):
        answer = Browser().get(path_of(sent))

    page = " ".join(answer.content.decode().split())
    assert "Join Acme" in page
    assert "<strong>second@example.com</strong>" in page
    assert "as respondent for Northwind" in page
    assert "no-store" in answer["Cache-Control"]


def test_new_person_sets_a_name_and_a_password_and_is_in(world: World, client: Browser) -> None:
    sent = invite(world)

    answer = client.post(path_of(sent), ANSWER)

    user = User.objects.get(email="new@example.com")
    assert answer["Location"] == "/o/acme/clients/"
    assert client.get("/o/acme/settings/").status_code == 200
    assert (user.name, user.check_password("a new long password")) == ("Nora New", True)
    assert state(world) == [("new@example.com", True, False)]


def test_new_person_signs_in_again_later(world: World, client: Browser) -> None:
    client.post(path_of(invite(world)), ANSWER)

    answer = Browser().post(
        "/accounts/login/", {"login": "new@example.com", "password": ANSWER["password"]}
    )

    assert answer["Location"] == "/"


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"password": "short"}, "password"),
        ({"password": "new@example.com"}, "password"),
        ({"password": "a\0long password"}, "password"),
        ({"name": ""}, "name"),
        ({"name": "x" * 121}, "name"),
        ({"name": "a\0b"}, "name"),
    ],
)
def test_unfit_answer_names_the_field_and_makes_nothing(
    world: World, client: Browser, changed: dict[str, str], field: str
) -> None:
    answer = client.post(path_of(invite(world)), ANSWER | changed)

    assert answer.status_code == 422
    assert list(answer.context["form"].errors) == [field]
    assert not User.objects.filter(email="new@example.com").exists()


def test_person_with_an_account_is_sent_to_sign_in_and_back(world: World, client: Browser) -> None:
    user = world.people["other_firm_owner"].user
    path = path_of(invite(world, user.email))

    shown = client.get(path).content.decode()
    answer = client.post(path, ANSWER)

    assert "Sign in with it to accept" in shown
    assert 'name="password"' not in shown
    assert answer["Location"] == f"/accounts/login/?next={path}"
    assert user.email not in member_emails(world)
    signed_in = client.post(
        answer["Location"], {"login": user.email, "password": factories.PASSWORD, "next": path}
    )
    assert signed_in["Location"] == path
    assert client.post(path)["Location"] == "/o/acme/clients/"
    assert user.email in member_emails(world)


def test_somebody_else_is_refused_with_a_reason(world: World, client: Browser) -> None:
    path = path_of(invite(world))
    browser = world.login(client, "other_firm_owner")

    shown = browser.get(path)
    refused = browser.post(path, ANSWER)

    assert shown.status_code == 200
    assert "You are signed in as owner@rival.example" in shown.content.decode()
    assert refused.status_code == 403
    assert state(world) == [("new@example.com", False, False)]
    assert not User.objects.filter(email="new@example.com").exists()
    assert "owner@rival.example" not in member_emails(world)


def test_dead_links_answer_alike(world: World) -> None:
    used, revoked, replaced = (invite(world, f"{name}@example.com") for name in "abc")
    Browser().post(path_of(used), ANSWER)
    browser = world.login(Browser(), "owner")
    browser.post(f"{INVITATIONS}{revoked.invitation.pk}/revocation/")
    browser.post(f"{INVITATIONS}{replaced.invitation.pk}/resending/")
    paths = [path_of(sent) for sent in (used, revoked, replaced)] + ["/invitations/never-was/"]

    opened = [Browser().get(path) for path in paths]
    answered = [Browser().post(path, ANSWER) for path in paths]

    assert {answer.status_code for answer in opened + answered} == {404}
    assert len({body_of(answer) for answer in opened + answered}) == 1
    assert "cannot be used" in opened[0].content.decode()


def test_accepting_needs_the_forms_own_token(world: World) -> None:
    browser = Browser(enforce_csrf_checks=True)

    answer = browser.post(path_of(invite(world)), ANSWER)

    assert answer.status_code == 403
    assert state(world) == [("new@example.com", False, False)]


def test_inviting_from_the_page_sends_the_link(
    world: World,
    client: Browser,
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    browser = world.login(client, "consultant")
    data = {"email": "new@example.com", "role": "respondent", "client": world.client.pk}

    with django_capture_on_commit_callbacks(execute=True):
        answer = browser.post(INVITATIONS, data)
    page = browser.get(MEMBERS).content.decode()

    [letter] = letters()
    assert answer["Location"] == MEMBERS
    assert letter.to == ["new@example.com"]
    assert "https://crossover.example/invitations/" in str(letter.body)
    assert "new@example.com" in page
    assert "/invitations/" not in page.replace("/settings/invitations/", "")


def test_only_where_mail_stays_local_the_inviter_sees_the_link(
    world: World, client: Browser, settings: Settings
) -> None:
    settings.IS_MAIL_LOCAL = True
    browser = world.login(client, "owner")
    data = {"email": "new@example.com", "role": "viewer", "client": world.client.pk}

    once = browser.post(INVITATIONS, data, follow=True).content.decode()
    twice = browser.get(MEMBERS).content.decode()

    assert "https://crossover.example/invitations/" in once
    assert "https://crossover.example/invitations/" not in twice


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"email": "not an address"}, "email"),
        ({"email": "a\0@example.com"}, "email"),
        ({"email": "viewer@acme.example"}, "email"),
        ({"email": "new@example.com\nBcc: all@example.com"}, "email"),
        ({"email": f"{'x' * 300}@example.com"}, "email"),
        ({"role": "owner"}, "role"),
        ({"role": "root"}, "role"),
        ({"client": ""}, "client"),
        ({"client": "not-a-uuid"}, "client"),
        ({"client": "\0"}, "client"),
    ],
)
def test_unfit_invitation_names_the_field_and_makes_nothing(
    world: World, client: Browser, changed: dict[str, str], field: str
) -> None:
    data = {"email": "new@example.com", "role": "respondent", "client": str(world.client.pk)}

    answer = world.login(client, "consultant").post(INVITATIONS, data | changed)

    assert answer.status_code == 422
    assert list(answer.context["form"].errors) == [field]
    assert state(world) == []


def test_another_firms_client_cannot_be_named(world: World, client: Browser) -> None:
    data = {"email": "new@example.com", "role": "viewer", "client": world.other_client.pk}

    answer = world.login(client, "owner").post(INVITATIONS, data)

    assert answer.status_code == 422
    assert list(answer.context["form"].errors) == ["client"]
    assert state(world) == []


def test_consultant_gets_403_for_an_owners_invitation(world: World, client: Browser) -> None:
    sent = factories.make_invitation(world.organization, Role.OWNER, email="boss@example.com")
    browser = world.login(client, "consultant")

    statuses = [
        browser.post(f"{INVITATIONS}{sent.invitation.pk}/{act}/").status_code
        for act in ("resending", "revocation")
    ]

    assert statuses == [403, 403]
    assert state(world) == [("boss@example.com", False, False)]


def test_hostile_names_are_text_on_every_page(world: World, client: Browser) -> None:
    evil = "<script>alert(1)</script>"
    world.organization.name = evil
    with tenancy.enter(organization_id=world.organization.pk):
        world.organization.save()
    client.post(path_of(invite(world, "evil@example.com")), ANSWER | {"name": evil})
    waiting = path_of(invite(world))
    browser = world.login(Browser(), "owner")

    pages = [
        answer.content.decode()
        for answer in (browser.get(MEMBERS), browser.get("/"), Browser().get(waiting))
    ]

    assert [evil in page for page in pages] == [False] * 3
    assert "&lt;script&gt;" in pages[0]
    assert "&lt;script&gt;" in pages[2]
