"""Races of people, keys, links, the brand, archiving and erasure."""

from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from django.utils import timezone

from organizations import services as organization_services
from organizations.exceptions import Conflict, DomainError, Invalid
from organizations.models import (
    ApiKey,
    Branding,
    Client,
    Erasure,
    Membership,
    Organization,
)
from organizations.permissions import Role
from organizations.selectors import organizations_of
from organizations.services import erasures
from organizations.services.api_keys import create_api_key, revoke_api_key
from organizations.services.archive import archive_row, restore_row
from organizations.services.branding import change_branding
from reports.models import ShareLink
from reports.sharing.services import revoke_share_link
from tests import factories
from tests.api.callers import caller, firm
from tests.assessments.cast import assess, enter
from tests.guarantees.races.racing import audited, race, stored
from tests.reports.rows import thing_share_link
from tests.world import World


def test_of_two_owners_who_leave_one_stays(world: World) -> None:
    second = factories.make_member(world.organization, Role.OWNER)
    first = stored(world, lambda: Membership.objects.exclude(pk=second.pk).get(role=Role.OWNER))
    by = world.actor("owner")

    outcome = race(
        world,
        lambda: organization_services.deactivate_member(by=by, membership=first),
        lambda: organization_services.deactivate_member(by=by, membership=second),
    )

    assert isinstance(outcome, Invalid)
    owners = stored(world, lambda: list(Membership.objects.filter(role=Role.OWNER, is_active=True)))
    assert owners == [second]


def test_an_api_key_is_revoked_once(world: World) -> None:
    by = world.actor("owner")
    with enter(world):
        key = create_api_key(by=by, name="Export").key

    def revoke() -> ApiKey:
        return revoke_api_key(by=by, key=key)

    race(world, revoke, revoke)

    assert audited(world, "api_key.revoked") == 1


def test_a_share_link_is_revoked_once(world: World) -> None:
    by = world.actor("owner")
    key = thing_share_link(world.organization, world.client)

    def revoke() -> ShareLink:
        return revoke_share_link(by=by, share_link=ShareLink.objects.get(pk=key))

    assert isinstance(race(world, revoke, revoke), Conflict)


def test_an_invitation_that_is_taken_back_is_not_renewed(world: World) -> None:
    by = world.actor("owner")
    with enter(world):
        sent = organization_services.invite_member(
            by=by, email="new@acme.example", role=Role.CONSULTANT
        )
        invitation = sent.invitation
    with enter(world):  # its mail left when the invitation was stored
        type(invitation).objects.update(sent_at=timezone.now() - timedelta(hours=1))

    outcome = race(
        world,
        lambda: organization_services.revoke_invitation(by=by, invitation=invitation),
        lambda: organization_services.resend_invitation(by=by, invitation=invitation),
    )

    assert isinstance(outcome, Conflict)


def test_a_row_is_archived_once_and_restored_once(world: World) -> None:
    by, assessment = world.actor("consultant"), assess(world)
    named = {"row": assessment, "kind": "assessment", "title": "Review"}

    refused = race(world, lambda: archive_row(by=by, **named), lambda: archive_row(by=by, **named))
    again = race(world, lambda: restore_row(by=by, **named), lambda: restore_row(by=by, **named))

    assert isinstance(refused, Conflict)
    assert isinstance(again, Conflict)
    assert audited(world, "assessment.archived") == 1
    assert audited(world, "assessment.restored") == 1


def test_a_client_that_is_renamed_meanwhile_is_no_longer_what_if_match_names(world: World) -> None:
    program, path = caller(world, "key"), firm(world, f"clients/{world.client.pk}/")
    tag, by = program.get(path)["ETag"], world.actor("owner")

    late = race(
        world,
        lambda: organization_services.rename_client(by=by, client=world.client, name="North"),
        lambda: program.put(path, {"name": "Wind"}, If_Match=tag),
    )

    assert late.status_code == 412
    assert stored(world, lambda: Client.objects.get(pk=world.client.pk).name) == "North"


def test_an_invitation_is_accepted_once(world: World) -> None:
    user = factories.make_user("new@acme.example")
    with enter(world):
        sent = organization_services.invite_member(
            by=world.actor("owner"), email="new@acme.example", role=Role.CONSULTANT
        )
    token = sent.url.rstrip("/").rsplit("/", 1)[-1]

    def accept() -> Membership:
        return organization_services.accept_invitation(by=user, token=token)

    assert isinstance(race(world, accept, accept), DomainError)


def test_an_organization_of_one_name_is_founded_once(world: World) -> None:
    owner = factories.make_user("founder@acme.example")

    def found() -> Organization:
        return organization_services.found_another_organization(name="New Venture", owner=owner)

    second = race(world, found, found)

    assert second.name == "New Venture"
    assert len(organizations_of(user_id=owner.pk)) == 1


def test_of_two_who_change_the_brand_both_are_kept(world: World) -> None:
    by = world.actor("owner")
    stored(world, lambda: change_branding(by=by, contact="Before"))

    race(
        world,
        lambda: change_branding(by=by, contact="Ada"),
        lambda: change_branding(by=by, confidentiality="For the board"),
    )

    row = stored(world, Branding.objects.get)
    assert (row.contact, row.confidentiality) == ("Ada", "For the board")


def ask_for_erasure(world: World) -> Any:
    return erasures.request_erasure(by=world.actor("owner"), address="acme")


def test_an_erasure_that_two_ask_for_stands_once(world: World) -> None:
    other = race(world, lambda: ask_for_erasure(world), lambda: ask_for_erasure(world))

    assert other.pk == Erasure.objects.get().pk
    assert audited(world, "erasure.requested") == 1


@pytest.mark.parametrize("is_withdrawn", [True, False])
def test_an_erasure_is_withdrawn_or_begins(world: World, settings: Any, is_withdrawn: bool) -> None:
    settings.ERASURE_DELAY_DAYS = 0
    erasure = stored(world, lambda: ask_for_erasure(world))
    withdraw = partial(erasures.withdraw_erasure, by=world.actor("owner"), erasure=erasure)
    begin = partial(erasures._close, erasure.pk)

    outcome = race(world, withdraw, begin) if is_withdrawn else race(world, begin, withdraw)

    assert outcome is None if is_withdrawn else isinstance(outcome, Conflict)
    assert (Erasure.objects.get().withdrawn_at is not None) == is_withdrawn
