"""Firms, members and clients: what is written, what is refused, what the audit keeps."""

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from organizations import selectors, services, tenancy
from organizations.exceptions import Invalid
from organizations.models import AuditEvent, Membership
from organizations.permissions import ROLE_PERMISSIONS, Permission, Role
from tests import factories
from tests.world import World


def verbs() -> list[str]:
    """Return what the audit says, the oldest first."""
    return list(AuditEvent.objects.order_by("created_at", "pk").values_list("verb", flat=True))


def test_new_firm_has_its_owner_and_an_audit(db: None) -> None:
    owner = factories.make_user("founder@example.com")

    organization = services.create_organization(name="Acme", slug="acme", owner=owner)

    membership = selectors.membership_find(user_id=owner.pk, organization_slug="acme")
    assert membership is not None
    assert membership.role == Role.OWNER
    with tenancy.enter(organization_id=organization.pk):
        assert verbs() == ["organization.created", "membership.created"]


def test_second_firm_of_the_same_address_is_refused(world: World) -> None:
    with pytest.raises(Invalid) as refusal:
        services.create_organization(name="Acme 2", slug="acme", owner=factories.make_user())

    assert list(refusal.value.fields) == ["slug"]


@pytest.mark.parametrize("role", list(Role))
def test_role_asks_for_a_client_or_for_none(world: World, role: Role) -> None:
    wrong = None if role in (Role.RESPONDENT, Role.VIEWER) else world.client.pk

    with tenancy.enter(organization_id=world.organization.pk), pytest.raises(Invalid) as refusal:
        services.add_member(
            by=world.actor("owner"), user=factories.make_user(), role=role, client_id=wrong
        )

    assert list(refusal.value.fields) == ["client"]


def test_database_refuses_a_role_without_its_client(world: World) -> None:
    with (
        pytest.raises(IntegrityError, match="client_matches_role"),
        tenancy.enter(organization_id=world.organization.pk),
        transaction.atomic(),
    ):
        Membership.objects.create(
            organization_id=world.organization.pk,
            user=factories.make_user(),
            role=Role.VIEWER.value,
        )


def test_person_is_a_member_once(world: World) -> None:
    with tenancy.enter(organization_id=world.organization.pk), pytest.raises(Invalid) as refusal:
        services.add_member(
            by=world.actor("owner"), user=world.people["viewer"].user, role=Role.CONSULTANT
        )

    assert list(refusal.value.fields) == ["email"]


@pytest.mark.parametrize("name", ["Northwind", "NORTHWIND"])
def test_client_of_the_same_name_is_refused(world: World, name: str) -> None:
    with tenancy.enter(organization_id=world.organization.pk), pytest.raises(Invalid) as refusal:
        services.create_client(by=world.actor("consultant"), name=name)

    assert list(refusal.value.fields) == ["name"]


def test_two_firms_may_have_a_client_of_the_same_name(world: World) -> None:
    with tenancy.enter(organization_id=world.organization.pk):
        client = services.create_client(by=world.actor("consultant"), name="Eastwind")

        assert verbs()[-1] == "client.created"
    assert client.pk != world.other_client.pk


def test_renamed_client_leaves_both_names_in_the_audit(world: World) -> None:
    with tenancy.enter(organization_id=world.organization.pk):
        services.rename_client(by=world.actor("consultant"), client=world.client, name="Westwind")

        event = selectors.audit_event_list().get(verb="client.renamed")
    assert event.data == {"before": "Northwind", "after": "Westwind"}
    assert event.actor_label == "consultant@acme.example"


def test_deactivated_membership_opens_no_door(world: World) -> None:
    membership = world.people["consultant"]
    membership.is_active = False
    with tenancy.enter(organization_id=world.organization.pk):
        membership.save()

    found = selectors.membership_find(user_id=membership.user_id, organization_slug="acme")

    assert found is None
    assert selectors.organizations_of(user_id=membership.user_id) == []


def test_deactivated_membership_is_no_other_organization_to_go_to(world: World) -> None:
    member, rival = world.people["consultant"], world.other_organization
    by = factories.system_actor(rival)
    with tenancy.enter(organization_id=rival.pk):
        elsewhere = services.add_member(
            by=by, user=member.user, role=Role.CONSULTANT, client_id=None
        )
        services.deactivate_member(by=by, membership=elsewhere)

    found = selectors.membership_find(user_id=member.user_id, organization_slug="acme")

    assert found is not None
    assert found.other_organizations == []


def test_organizations_are_those_of_active_memberships_without_row_level_security(
    world: World,
) -> None:
    """The statement says so by itself."""
    with CaptureQueriesContext(connection) as queries:
        selectors.organizations_of(user_id=world.people["consultant"].user_id)

    [statement] = [each["sql"] for each in queries if "organizations_organization" in each["sql"]]
    assert '"is_active"' in statement


def test_closed_account_opens_no_door(world: World) -> None:
    user = world.people["consultant"].user
    user.is_active = False
    user.save()

    assert selectors.membership_find(user_id=user.pk, organization_slug="acme") is None


def test_roles_include_one_another() -> None:
    viewer, respondent, consultant, owner = (
        ROLE_PERMISSIONS[role]
        for role in (Role.VIEWER, Role.RESPONDENT, Role.CONSULTANT, Role.OWNER)
    )

    assert viewer < respondent < consultant < owner
    assert owner == frozenset(Permission)
