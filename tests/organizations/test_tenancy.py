"""The three nets of tenancy: scopes, row-level security, composite keys (T4 and T5)."""

import threading
import uuid
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import IntegrityError, ProgrammingError, connection
from django.test.utils import isolate_apps
from django_scopes import scope, scopes_disabled
from django_scopes.exceptions import ScopeError

from organizations import tenancy
from organizations.models import AuditEvent, Client, ClientModel, Membership, TenantModel
from organizations.permissions import Role
from tests.guarantees.canaries import tenant_models
from tests.world import World

# Tables without a tenant, each with its reason. Everything else must be under row-level security.
GLOBAL_TABLES = {
    "account_emailaddress": "a person's own addresses",
    "account_emailconfirmation": "a person's own addresses",
    "assessments_frameworkversion": "the framework is the same for all firms",
    "auth_group": "unused, Django's own",
    "auth_group_permissions": "unused, Django's own",
    "auth_permission": "unused, Django's own",
    "counters": "counts of sign-in attempts and API requests while Redis is down",
    "catalog_modelprice": "list prices are the same for all firms",
    "catalog_pricebook": "list prices are the same for all firms",
    "catalog_offerbook": "prices of GPU capacity are the same for all firms",
    "catalog_gpuoffer": "a price of GPU capacity, the same for all firms",
    "django_celery_beat_clockedschedule": "the product's own clock",
    "django_celery_beat_crontabschedule": "the product's own clock",
    "django_celery_beat_intervalschedule": "the product's own clock",
    "django_celery_beat_periodictask": "the product's own clock",
    "django_celery_beat_periodictasks": "the product's own clock",
    "django_celery_beat_solarschedule": "the product's own clock",
    "django_content_type": "Django's own",
    "django_migrations": "Django's own",
    "django_session": "a person's own sign-in",
    "jobs_ticket": "identifiers and times alone, read by the relay for all firms",
    "usage_pullturn": "identifiers and a time alone, read by beat for all firms",
    "mfa_authenticator": "a person's own second factor",
    "usersessions_usersession": "where a person is signed in",
    "organizations_erasure": "that an organization was erased outlives its rows, without a name",
    "organizations_outgoingmail": "mail that waits, encrypted, also to people of no organization",
    "organizations_user": "people belong to firms through memberships",
    "organizations_user_groups": "unused, Django's own",
    "organizations_user_user_permissions": "unused, Django's own",
}


def query(statement: str, *parameters: object) -> list[tuple]:
    """Run SQL on the test's own connection."""
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        return cursor.fetchall()


def test_app_role_is_bound_by_row_level_security(db: None) -> None:
    role = query("select rolsuper, rolbypassrls from pg_roles where rolname = current_user")
    owners = query("select distinct tableowner from pg_tables where schemaname = 'public'")
    me = query("select current_user")

    assert role == [(False, False)]
    assert not set(me) & set(owners)


def test_every_table_has_forced_row_level_security_or_a_reason(db: None) -> None:
    tables = query(
        "select relname, relrowsecurity and relforcerowsecurity and exists"
        " (select from pg_policy where polrelid = c.oid and polname = relname || '_tenant')"
        " from pg_class c where relkind in ('r', 'p') and not relispartition"
        " and relnamespace = 'public'::regnamespace"
    )

    unprotected = {name for name, is_protected in tables if not is_protected}

    assert unprotected == set(GLOBAL_TABLES) & {name for name, _ in tables}


def test_every_policy_is_in_words_that_the_planner_judges_rightly(db: None) -> None:
    policies = query("select tablename, qual from pg_policies where policyname like '%%_tenant'")

    misjudged = [table for table, check in policies if " OR " in check]

    assert misjudged == []  # plain_estimate in organizations/migrations/_tenancy.py says why


def test_every_reference_between_tenant_tables_carries_the_tenant(db: None) -> None:
    composite = set(
        query(
            "select conrelid::regclass::text, a.attname from pg_constraint k"
            " join pg_attribute a on a.attrelid = k.conrelid and a.attnum = any(k.conkey)"
            " where contype = 'f' and array_length(conkey, 1) >= 2"
        )
    )

    missing = [
        f"{model._meta.db_table}.{field.column}"
        for model in tenant_models()
        for field in model._meta.concrete_fields
        if field.is_relation
        and issubclass(field.related_model, TenantModel)
        and (model._meta.db_table, field.column) not in composite
    ]

    assert missing == []


def test_every_reference_inside_a_client_carries_the_client(db: None) -> None:
    with_client = set(
        query(
            "select conrelid::regclass::text, a.attname from pg_constraint k"
            " join pg_attribute a on a.attrelid = k.conrelid and a.attnum = any(k.conkey)"
            " where contype = 'f' and array_length(conkey, 1) = 3"
        )
    )

    missing = [
        f"{model._meta.db_table}.{field.column}"
        for model in tenant_models()
        for field in model._meta.concrete_fields
        if issubclass(model, ClientModel)
        and field.is_relation
        and issubclass(field.related_model, ClientModel)
        and (model._meta.db_table, field.column) not in with_client
    ]

    assert missing == []


@pytest.mark.parametrize("setting", [None, ""])
def test_without_a_tenant_no_row_exists(world: World, setting: str | None) -> None:
    if setting is not None:
        query("select set_config('app.current_org', %s, true)", setting)

    with scopes_disabled():
        counts = {model._meta.db_table: model._base_manager.count() for model in tenant_models()}

    assert set(counts.values()) == {0}


def test_outside_a_tenant_a_query_raises(world: World) -> None:
    with pytest.raises(ScopeError):
        list(Client.objects.all())


@pytest.mark.parametrize("model", tenant_models(), ids=lambda model: model._meta.db_table)
def test_scope_filters_without_row_level_security(model: type[TenantModel]) -> None:
    """Every manager filters by itself: its statement names the firm and the client."""
    organization_id, client_id = uuid.uuid4(), uuid.uuid4()
    has_client = model is Client or any(
        field.name == "client" for field in model._meta.concrete_fields
    )

    with scope(organization=organization_id, client=client_id):
        statement = str(model.objects.all().query)

    assert f'"organization_id" = {organization_id}' in statement
    assert (f" = {client_id}" in statement) == has_client


def test_new_table_of_a_tenant_is_scoped_unless_it_says_otherwise() -> None:
    with isolate_apps("organizations"):

        class Row(TenantModel):
            class Meta:
                app_label = "organizations"

        with pytest.raises(ScopeError):
            Row.objects.all()


def test_database_hides_another_firm_without_scopes(world: World) -> None:
    with tenancy.enter(organization_id=world.organization.pk), scopes_disabled():
        names = set(Client._base_manager.values_list("name", flat=True))

    assert names == {"Northwind", "Southwind"}


def test_database_hides_a_sibling_client_without_scopes(world: World) -> None:
    with (
        tenancy.enter(organization_id=world.organization.pk, client_id=world.client.pk),
        scopes_disabled(),
    ):
        names = set(Client._base_manager.values_list("name", flat=True))
        emails = set(Membership._base_manager.values_list("user__email", flat=True))

    assert names == {"Northwind"}
    assert emails == {"respondent@acme.example", "viewer@acme.example"}


def test_database_refuses_a_row_for_another_firm(world: World) -> None:
    with (
        pytest.raises(ProgrammingError, match="row-level security"),
        tenancy.enter(organization_id=world.organization.pk),
    ):
        Client.objects.create(organization_id=world.other_organization.pk, name="Planted")


def move_a_viewer(world: World, client: Client) -> None:
    """Point a viewer's membership at another client, at once."""
    with tenancy.enter(organization_id=world.organization.pk):
        membership = Membership.objects.get(role=Role.VIEWER.value, client=world.client)
        membership.client_id = client.pk
        membership.save()
        query("set constraints all immediate")


def test_database_refuses_a_reference_to_another_firm(world: World) -> None:
    with pytest.raises(IntegrityError, match="same_tenant"):
        move_a_viewer(world, world.other_client)


@pytest.mark.parametrize("statement", ["update {} set verb = 'x'", "delete from {}"])
def test_audit_rows_cannot_be_changed(world: World, statement: str) -> None:
    with (
        pytest.raises(ProgrammingError, match="permission denied"),
        tenancy.enter(organization_id=world.organization.pk),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement.format(AuditEvent._meta.db_table))


def test_a_tenant_entered_inside_another_gives_way_again(world: World) -> None:
    with tenancy.enter(organization_id=world.organization.pk):
        with tenancy.enter(organization_id=world.other_organization.pk):
            inner = set(Client.objects.values_list("name", flat=True))
        outer = set(Client.objects.values_list("name", flat=True))

    assert inner == {"Eastwind"}
    assert outer == {"Northwind", "Southwind"}


def test_context_never_sticks_to_a_connection(committed_db: None, world: World) -> None:
    """Two firms take turns on one connection, every third turn ends in an exception (T5)."""
    turns = [
        (world.organization.pk, {"Northwind", "Southwind"}),
        (world.other_organization.pk, {"Eastwind"}),
    ]

    for turn in range(60):
        organization_id, expected = turns[turn % 2]
        try:
            with tenancy.enter(organization_id=organization_id):
                assert set(Client.objects.values_list("name", flat=True)) == expected
                if turn % 3 == 0:
                    raise ZeroDivisionError
        except ZeroDivisionError:
            pass
        assert query("select coalesce(current_setting('app.current_org', true), '')") == [("",)]
        with scopes_disabled():
            assert Client._base_manager.count() == 0


def test_context_ends_with_its_transaction_even_where_that_ends_early(
    committed_db: None, world: World
) -> None:
    with tenancy.enter(organization_id=world.organization.pk):
        query("select count(*) from organizations_client")
        with connection.cursor() as cursor:
            cursor.execute("commit")
        [(left,)] = query("select current_setting('app.current_org', true)")

    assert not left


def test_context_never_crosses_threads(committed_db: None, world: World) -> None:
    barrier = threading.Barrier(2)

    def names(organization_id: uuid.UUID) -> set[str]:
        try:
            with tenancy.enter(organization_id=organization_id):
                barrier.wait(timeout=120)
                found = set(Client.objects.values_list("name", flat=True))
                barrier.wait(timeout=120)
                return found
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as threads:
        ours, theirs = threads.map(names, [world.organization.pk, world.other_organization.pk])

    assert ours == {"Northwind", "Southwind"}
    assert theirs == {"Eastwind"}
