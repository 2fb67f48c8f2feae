"""Members and invitations over the API: roles count at once, links stand in mails (A1, I1)."""

from typing import Any

import pytest

from organizations import tenancy
from organizations.models import AuditEvent, Invitation, Membership
from tests.api.callers import caller, firm
from tests.letters import letters
from tests.world import World


def member_path(world: World, name: str, rest: str = "") -> str:
    """Return the path of a member of the cast."""
    return firm(world, f"members/{world.people[name].pk}/{rest}")


def invite(world: World, by: str = "owner", **data: Any) -> Any:
    """Invite somebody over the API."""
    body = {"email": "new@example.com", "role": "viewer", "client": str(world.client.pk)}
    return caller(world, by).post(firm(world, "invitations/"), body | data)


def test_other_role_counts_from_the_next_request_on(world: World) -> None:
    consultant = caller(world, "consultant")
    before = consultant.post(firm(world, "clients/"), {"name": "Westwind"}).status_code

    answer = caller(world, "owner").put(
        member_path(world, "consultant"), {"role": "viewer", "client": str(world.client.pk)}
    )

    assert (before, answer.status_code, answer.json()["role"]) == (201, 200, "viewer")
    assert consultant.post(firm(world, "clients/"), {"name": "Eastwind"}).status_code == 403
    clients = consultant.get(firm(world, "clients/")).json()["results"]
    assert [each["name"] for each in clients] == ["Northwind"]
    with tenancy.enter(organization_id=world.organization.pk):
        assert AuditEvent.objects.filter(verb="membership.role_changed").count() == 1


def test_deactivated_member_finds_nothing_until_reactivated(world: World) -> None:
    owner, consultant = caller(world, "owner"), caller(world, "consultant")

    closed = owner.post(member_path(world, "consultant", "deactivation/"))
    meanwhile = consultant.get(firm(world)).status_code
    opened = owner.post(member_path(world, "consultant", "reactivation/"))

    assert (closed.json()["is_active"], opened.json()["is_active"]) == (False, True)
    assert (meanwhile, consultant.get(firm(world)).status_code) == (404, 200)


@pytest.mark.parametrize("rest", ["", "deactivation/"])
def test_last_owner_stays(world: World, rest: str) -> None:
    owner, path = caller(world, "owner"), member_path(world, "owner", rest)

    answer = owner.post(path) if rest else owner.put(path, {"role": "consultant"})

    assert (answer.status_code, list(answer.json()["fields"])) == (422, ["role"])
    with tenancy.enter(organization_id=world.organization.pk):
        assert Membership.objects.get(pk=world.people["owner"].pk).role == "owner"


@pytest.mark.parametrize(
    "body", [{"role": "viewer"}, {"role": "king"}, {"role": "owner", "client": "{client}"}]
)
def test_role_and_client_must_fit(world: World, body: dict[str, str]) -> None:
    given = {name: value.format(client=world.client.pk) for name, value in body.items()}

    answer = caller(world, "owner").put(member_path(world, "consultant"), given)

    assert answer.status_code == 422


def test_link_of_an_invitation_is_in_its_mail_alone(world: World) -> None:
    answer = invite(world, by="key")

    (letter,) = (each for each in letters() if "/invitations/" in each.body)
    link = next(word for word in letter.body.split() if "/invitations/" in word)
    listed = caller(world, "consultant").get(firm(world, "invitations/?role=viewer"))
    assert (answer.status_code, letter.to) == (201, ["new@example.com"])
    assert link.rstrip("/").rsplit("/", 1)[-1] not in answer.content.decode()
    assert [each["email"] for each in listed.json()["results"]] == ["new@example.com"]
    assert (answer.json()["invited_by"], answer["Location"]) == (
        None,
        firm(world, f"invitations/{answer.json()['id']}/"),
    )


@pytest.mark.parametrize("by", ["consultant", "key"])
@pytest.mark.parametrize("role", ["owner", "consultant"])
def test_only_an_owner_invites_the_firms_own_people(world: World, by: str, role: str) -> None:
    answer = invite(world, by=by, role=role, client=None)

    assert answer.status_code == 403
    with tenancy.enter(organization_id=world.organization.pk):
        assert Invitation.objects.count() == 0


def test_revoked_invitation_is_neither_revoked_nor_sent_again(world: World) -> None:
    owner = caller(world, "owner")
    path = firm(world, f"invitations/{invite(world).json()['id']}/")

    revoked = owner.send("DELETE", path)
    again = owner.send("DELETE", path)
    sent = owner.post(f"{path}resending/")

    assert (revoked.status_code, again.status_code, sent.status_code) == (200, 409, 409)
    assert owner.get(path).json()["revoked_at"] == revoked.json()["revoked_at"]
