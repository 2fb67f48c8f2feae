"""I1: an invitation is single-use, hashed, expiring, bound to an address, a role and a client."""

import re
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.core.mail.backends.locmem import EmailBackend
from django.db import IntegrityError, connection
from django.utils import timezone
from django_scopes import scopes_disabled
from pytest_django import Settings

from organizations import selectors, services, tenancy
from organizations.exceptions import Conflict, Denied, DomainError, Invalid, Missing
from organizations.models import Invitation, Membership, User
from organizations.permissions import Role
from organizations.tokens import hash_token
from tests import factories
from tests.letters import letters, only_letter
from tests.world import World

SITE = "https://crossover.example/"


class BrokenBackend(EmailBackend):
    """A mail server that does not answer."""

    def send_messages(self, messages: object) -> int:
        """Fail as a socket does."""
        raise ConnectionRefusedError("no mail server")


def invite(world: World, by: str = "owner", **chosen: Any) -> services.SentInvitation:
    offer: dict[str, Any] = {
        "email": "new@example.com",
        "role": Role.VIEWER,
        "client_id": world.client.pk,
    }
    with tenancy.enter(organization_id=world.organization.pk):
        return services.invite_member(by=world.actor(by), **(offer | chosen))


def stored(world: World) -> list[Invitation]:
    with tenancy.enter(organization_id=world.organization.pk):
        return list(Invitation.objects.select_related("organization").order_by("created_at", "pk"))


def token_of(sent: services.SentInvitation) -> str:
    return sent.url.removeprefix(f"{SITE}invitations/").rstrip("/")


def members(world: World) -> dict[str, tuple[str, object]]:
    with tenancy.enter(organization_id=world.organization.pk):
        rows = selectors.membership_list()
        return {row.user.email: (row.role, row.client_id) for row in rows}


def verbs_about(world: World, invitation: Invitation) -> list[str]:
    with tenancy.enter(organization_id=world.organization.pk):
        events = selectors.audit_event_list().filter(subject_id=invitation.pk)
        return [event.verb for event in events.order_by("created_at", "pk")]


def test_invitation_carries_256_bits_and_stores_their_hash_alone(world: World) -> None:
    sent = invite(world)

    token = token_of(sent)
    # 32 bytes are 43 characters of base 64 without padding.
    assert re.fullmatch(r"[A-Za-z0-9_-]{43}", token)
    with connection.cursor() as cursor, tenancy.enter(organization_id=world.organization.pk):
        cursor.execute("select row_to_json(i)::text from organizations_invitation i")
        row = cursor.fetchone()[0]
        cursor.execute("select json_agg(a)::text from organizations_auditevent a")
        audit = cursor.fetchone()[0]
    assert hash_token(token) in row
    assert token not in row
    assert token not in audit
    assert hash_token(token) not in audit


def test_two_invitations_have_different_tokens(world: World) -> None:
    first, second = invite(world), invite(world, email="other@example.com")

    assert token_of(first) != token_of(second)


def test_mail_is_plain_and_html_and_leads_to_the_page(world: World) -> None:
    sent = invite(world, email="New@Example.com")

    letter = only_letter()
    [(html, kind)] = letter.alternatives
    assert letter.to == ["new@example.com"]
    assert letter.subject == "owner@acme.example invites you to Acme on Crossover"
    assert "as viewer for Northwind." in str(letter.body)
    assert sent.url in str(letter.body)
    assert kind == "text/html"
    assert f'<a href="{sent.url}">' in str(html)
    [row] = stored(world)
    assert row.sent_at is not None


def test_hostile_names_stay_text_in_the_mail(world: World) -> None:
    world.organization.name = "<b>Acme</b>\nBcc: all@example.com"
    with tenancy.enter(organization_id=world.organization.pk):
        world.organization.save()

    invite(world)

    letter = only_letter()
    assert letter.subject == (
        "owner@acme.example invites you to <b>Acme</b> Bcc: all@example.com on Crossover"
    )
    assert letter.recipients() == ["new@example.com"]
    assert "<b>Acme" not in str(letter.alternatives[0][0])


def test_unsent_mail_leaves_the_invitation_to_be_sent_again(
    world: World, settings: Settings
) -> None:
    settings.EMAIL_BACKEND = "tests.organizations.test_invitations.BrokenBackend"
    sent = invite(world)
    letters()
    [before] = stored(world)
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"

    with tenancy.enter(organization_id=world.organization.pk):
        again = services.resend_invitation(by=world.actor("owner"), invitation=sent.invitation)
    with time_machine.travel(timezone.now() + timedelta(hours=1)):
        letter = only_letter()

    [after] = stored(world)
    assert before.sent_at is None
    assert after.sent_at is not None
    assert again.url in str(letter.body)


@pytest.mark.parametrize("role", [Role.OWNER, Role.CONSULTANT])
def test_consultant_invites_no_colleagues(world: World, role: Role) -> None:
    with pytest.raises(Denied):
        invite(world, "consultant", role=role, client_id=None)

    assert stored(world) == []


@pytest.mark.parametrize("role", [Role.RESPONDENT, Role.VIEWER])
def test_consultant_invites_a_clients_people(world: World, role: Role) -> None:
    invite(world, "consultant", role=role)

    [row] = stored(world)
    assert (row.role, row.client_id) == (role, world.client.pk)
    assert verbs_about(world, row) == ["invitation.created"]


@pytest.mark.parametrize("name", ["respondent", "viewer"])
def test_clients_people_invite_nobody(world: World, name: str) -> None:
    with pytest.raises(Denied):
        invite(world, name)


def test_consultant_does_not_touch_an_owners_invitation(world: World) -> None:
    sent = invite(world, role=Role.OWNER, client_id=None)

    with tenancy.enter(organization_id=world.organization.pk):
        with pytest.raises(Denied):
            services.resend_invitation(by=world.actor("consultant"), invitation=sent.invitation)
        with pytest.raises(Denied):
            services.revoke_invitation(by=world.actor("consultant"), invitation=sent.invitation)

    assert selectors.invitation_find(token=token_of(sent)) is not None


def test_role_that_asks_for_a_client_gets_none_without(world: World) -> None:
    with pytest.raises(Invalid) as refusal:
        invite(world, client_id=None)

    assert list(refusal.value.fields) == ["client"]


@pytest.mark.parametrize("email", ["viewer@acme.example", " VIEWER@acme.example"])
def test_member_is_not_invited_again(world: World, email: str) -> None:
    with pytest.raises(Invalid) as refusal:
        invite(world, email=email)

    assert list(refusal.value.fields) == ["email"]


def test_longer_address_than_the_table_holds_is_refused(world: World) -> None:
    with pytest.raises(Invalid) as refusal:
        invite(world, email=f"{'x' * 243}@example.com")

    assert list(refusal.value.fields) == ["email"]


def test_address_is_invited_once_at_a_time(world: World) -> None:
    invite(world)

    with pytest.raises(Invalid) as refusal:
        invite(world, email="NEW@example.com")

    assert list(refusal.value.fields) == ["email"]


def test_database_keeps_one_open_invitation_for_an_address(world: World) -> None:
    sent = invite(world)
    again = Invitation.objects.none().model(
        organization_id=world.organization.pk,
        email="new@example.com",
        role=Role.CONSULTANT.value,
        token_hash="f" * 64,
        expires_at=sent.invitation.expires_at,
    )

    with pytest.raises(IntegrityError, match="one_open"):
        with tenancy.enter(organization_id=world.organization.pk):
            again.save()


def test_firm_invites_a_bounded_number_a_day(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(services.invitations, "MAX_INVITATIONS", 2)
    first = invite(world, email="one@example.com")
    with tenancy.enter(organization_id=world.organization.pk):
        services.revoke_invitation(by=world.actor("owner"), invitation=first.invitation)
    invite(world, email="two@example.com")

    with pytest.raises(Invalid, match="2 people a day"):
        invite(world, email="three@example.com")


def test_new_person_joins_with_role_and_client(world: World) -> None:
    sent = invite(world)

    membership = services.join_by_invitation(
        token=token_of(sent), name="Nora New", password="a new long password"
    )

    assert members(world)["new@example.com"] == ("viewer", world.client.pk)
    assert membership.user.check_password("a new long password")
    assert verbs_about(world, sent.invitation) == ["invitation.created", "invitation.accepted"]


def test_person_with_an_account_joins(world: World) -> None:
    user = world.people["other_firm_owner"].user
    sent = invite(world, email=user.email, role=Role.CONSULTANT, client_id=None)

    services.accept_invitation(by=user, token=token_of(sent))

    assert members(world)[user.email] == ("consultant", None)
    assert [firm.slug for firm in selectors.organizations_of(user_id=user.pk)] == ["acme", "rival"]


def test_another_persons_invitation_is_refused(world: World) -> None:
    sent = invite(world)
    before = members(world)

    with pytest.raises(Denied, match="another email address"):
        services.accept_invitation(by=world.people["other_firm_owner"].user, token=token_of(sent))

    assert members(world) == before
    assert selectors.invitation_find(token=token_of(sent)) is not None


def test_used_invitation_is_dead(world: World) -> None:
    sent = invite(world)
    joined = services.join_by_invitation(token=token_of(sent), name="", password="a long one 1")

    with pytest.raises(Missing):
        services.accept_invitation(by=joined.user, token=token_of(sent))

    assert selectors.invitation_find(token=token_of(sent)) is None


def test_invitation_lives_seven_days(world: World) -> None:
    now = timezone.now()
    with time_machine.travel(now, tick=False):
        token = token_of(invite(world))
    with time_machine.travel(now + timedelta(days=7, seconds=-1), tick=False):
        late = selectors.invitation_find(token=token)
    with time_machine.travel(now + timedelta(days=7), tick=False):
        too_late = selectors.invitation_find(token=token)
        with pytest.raises(Missing):
            services.join_by_invitation(token=token, name="", password="a long one 1")

    assert late is not None
    assert too_late is None


def test_revoked_invitation_is_dead(world: World) -> None:
    sent = invite(world)
    with tenancy.enter(organization_id=world.organization.pk):
        services.revoke_invitation(by=world.actor("owner"), invitation=sent.invitation)

        with pytest.raises(Conflict):
            services.revoke_invitation(by=world.actor("owner"), invitation=sent.invitation)
        with pytest.raises(Conflict):
            services.resend_invitation(by=world.actor("owner"), invitation=sent.invitation)

    assert selectors.invitation_find(token=token_of(sent)) is None
    assert verbs_about(world, sent.invitation) == ["invitation.created", "invitation.revoked"]


def test_sending_again_kills_the_old_link_and_starts_anew(world: World) -> None:
    now = timezone.now()
    with time_machine.travel(now, tick=False):
        first = invite(world)
    with time_machine.travel(now + timedelta(days=8), tick=False):
        with tenancy.enter(organization_id=world.organization.pk):
            second = services.resend_invitation(
                by=world.actor("consultant"), invitation=first.invitation
            )

        assert selectors.invitation_find(token=token_of(first)) is None
        assert selectors.invitation_find(token=token_of(second)) is not None
    [row] = stored(world)
    assert row.expires_at == now + timedelta(days=15)
    assert verbs_about(world, row) == ["invitation.created", "invitation.resent"]


def test_mail_is_not_sent_twice_within_a_minute(world: World) -> None:
    sent = invite(world)
    letters()

    with pytest.raises(Invalid, match="less than a minute"):
        with tenancy.enter(organization_id=world.organization.pk):
            services.resend_invitation(by=world.actor("owner"), invitation=sent.invitation)


@pytest.mark.parametrize("token", ["", "x", "\0", "\udcff", "é" * 5000, "f" * 64])
def test_unknown_token_finds_nothing(world: World, token: str) -> None:
    invite(world)

    assert selectors.invitation_find(token=token) is None


def test_token_shows_its_own_row_and_no_other_table(world: World) -> None:
    ours, other = invite(world), invite(world, email="other@example.com")

    with tenancy.expose(tenancy.Setting.INVITATION, hash_token(token_of(ours))), scopes_disabled():
        seen = list(Invitation._base_manager.values_list("email", flat=True))
        people = Membership._base_manager.count()
        changed = Invitation._base_manager.update(role=Role.OWNER.value, client=None)

    assert seen == ["new@example.com"]
    assert people == 0
    assert changed == 0
    assert token_of(other) != token_of(ours)


def test_fifty_accepts_at_once_make_one_membership(committed_db: None, world: World) -> None:
    user = world.people["other_firm_owner"].user
    token = token_of(invite(world, email=user.email, role=Role.CONSULTANT, client_id=None))

    def accept(_number: int) -> str:
        try:
            services.accept_invitation(by=user, token=token)
        except DomainError as error:
            return error.code
        finally:
            connection.close()
        return "accepted"

    with ThreadPoolExecutor(50) as threads:
        outcomes = list(threads.map(accept, range(50)))

    assert sorted(outcomes) == ["accepted"] + ["not_found"] * 49
    assert members(world)[user.email] == ("consultant", None)


def test_twenty_new_accounts_at_once_make_one_person(committed_db: None, world: World) -> None:
    token = token_of(invite(world))

    def join(number: int) -> str:
        try:
            services.join_by_invitation(
                token=token, name=f"Person {number}", password="a new long password"
            )
        except DomainError as error:
            return error.code
        finally:
            connection.close()
        return "joined"

    with ThreadPoolExecutor(20) as threads:
        outcomes = list(threads.map(join, range(20)))

    assert sorted(outcomes) == ["joined"] + ["not_found"] * 19
    assert User.objects.filter(email="new@example.com").count() == 1


def test_losing_account_leaves_nothing_behind(world: World) -> None:
    sent = invite(world)
    factories.make_user("new@example.com")

    with pytest.raises(Invalid, match="an account for this address"):
        services.join_by_invitation(token=token_of(sent), name="", password="a long one 1")

    assert "new@example.com" not in members(world)
    assert selectors.invitation_find(token=token_of(sent)) is not None
