"""Tables by month: rows lie in their month's partition, which nobody reads around the policies."""

import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from importlib import import_module
from typing import Any
from uuid import uuid4

import pytest
import time_machine
from django.db import DataError, ProgrammingError, connection, connections
from django.db.migrations import RunPython
from django.utils import timezone

from costing.usage.models import UsageCell
from organizations import tenancy
from organizations.models import AuditEvent, Organization, TenantModel
from organizations.services import months, retention
from tests.costing.cast import import_usage, make_assessment
from tests.databases import owner_connection
from tests.world import World

AUDIT = "organizations_auditevent"
TABLES = [AUDIT, "usage_usagecell"]


def make_event(organization: Organization, at: datetime) -> AuditEvent:
    with tenancy.enter(organization_id=organization.pk):
        return AuditEvent.objects.create(
            organization=organization,
            actor_label="",
            verb="client.renamed",
            subject_type="organizations.client",
            subject_id=organization.pk,
            created_at=at,
        )


def read(statement: str, *parameters: object) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        return [row[0] if len(row) == 1 else row for row in cursor.fetchall()]


def check_references() -> None:
    """Let nothing be left to the end of the transaction: no table is changed before."""
    with connection.cursor() as cursor:
        cursor.execute("set constraints all immediate")


def partitions(table: str) -> set[str]:
    """The partitions of a table by what follows its name."""
    names = read(
        "select relname from pg_inherits join pg_class on oid = inhrelid"
        " where inhparent = %s::regclass",
        table,
    )
    return {name.removeprefix(f"{table}_") for name in names}


def place_of(event: AuditEvent) -> str:
    """The partition that an event lies in, by what follows the table's name."""
    with tenancy.enter(organization_id=event.organization_id):
        (found,) = read(
            f"select tableoid::regclass::text from {AUDIT} where id = %s and created_at = %s",
            event.pk,
            event.created_at,
        )
    return str(found).removeprefix(f"{AUDIT}_")


@pytest.fixture
def owned(committed_db: None) -> Iterator[Any]:
    """A connection as the owner; partitions that the test makes are dropped at its end."""
    with owner_connection(connections["default"].settings_dict["NAME"]) as owner:
        yield owner
        connections.close_all()
        for table in TABLES:
            for name in owner.execute(
                "select relname from pg_inherits join pg_class on oid = inhrelid"
                " where inhparent = %s::regclass and relname not like '%%default'",
                [table],
            ).fetchall():
                owner.execute(f"drop table {name[0]}")


def test_months_are_made_ahead_and_rows_that_came_before_move_into_theirs(world: World) -> None:
    with time_machine.travel(datetime(2026, 11, 30, 23, 59, tzinfo=UTC)):
        ends = datetime(2026, 12, 1, tzinfo=UTC)
        last, first = (
            make_event(world.organization, at) for at in (ends - timedelta(microseconds=1), ends)
        )
        old = make_event(world.other_organization, ends - timedelta(days=900))
        assert {place_of(each) for each in (last, first, old)} == {"default"}
        check_references()

        assert months.make_months() == 4 + 28
        assert months.make_months() == 0

    assert partitions(AUDIT) == {"default", "y2026m11", "y2026m12", "y2027m01", "y2027m02"}
    assert [place_of(each) for each in (last, first, old)] == ["y2026m11", "y2026m12", "default"]
    assert place_of(make_event(world.organization, ends)) == "y2026m12"
    cells = partitions("usage_usagecell")
    assert (len(cells), min(cells - {"default"})) == (29, "y2024m11")


@pytest.mark.parametrize("table", TABLES)
@pytest.mark.parametrize("right", ["select", "insert", "update", "delete", "truncate"])
def test_the_app_has_no_rights_on_a_partition(world: World, table: str, right: str) -> None:
    check_references()
    months.make_months()

    rights = read(
        "select bool_or(has_table_privilege(inhrelid, %s)), bool_and(relrowsecurity), count(*)"
        " from pg_inherits join pg_class on oid = inhrelid where inhparent = %s::regclass",
        right,
        table,
    )

    assert rights == [(False, True, len(partitions(table)))]
    assert not read(
        "select polname from pg_policy join pg_class c on c.oid = polrelid where relispartition"
    )


def test_a_partition_shows_nothing_even_to_whom_it_is_opened(owned: Any, world: World) -> None:
    """Its own row-level security has no policy, were rights given on it by mistake."""
    event = make_event(world.organization, timezone.now())
    months.make_months()
    part = f"{AUDIT}_{place_of(event)}"
    with pytest.raises(ProgrammingError, match="permission denied"):
        read(f"select id from {part}")

    owned.execute(f"grant select on {part} to crossover_app")

    with tenancy.enter(organization_id=world.organization.pk):
        assert read(f"select id from {part}") == []
        assert event.pk in read(f"select id from {AUDIT}")


def test_policies_hold_for_rows_of_every_partition(world: World) -> None:
    check_references()
    months.make_months()
    ages = [timedelta(0), timedelta(days=900)]
    own, others = (
        {make_event(each, timezone.now() - age).pk for age in ages}
        for each in (world.organization, world.other_organization)
    )

    with tenancy.enter(organization_id=world.organization.pk):
        found = set(read(f"select id from {AUDIT}"))

    assert own <= found
    assert not others & found
    assert read(f"select id from {AUDIT}") == []
    planted = AuditEvent(organization=world.other_organization, subject_id=uuid4(), actor_label="")
    with (
        pytest.raises(ProgrammingError, match="row-level security"),
        tenancy.enter(organization_id=world.organization.pk),
    ):
        planted.save(force_insert=True)


@pytest.mark.parametrize(
    "call", ["make_months_{}('2026-01-01', '2026-01-01')", "drop_months_{}(999)"]
)
@pytest.mark.parametrize("table", TABLES)
def test_everybody_but_the_app_may_not_call_the_functions(
    world: World, table: str, call: str
) -> None:
    (allowed,) = read(
        "select array_agg(grantee::regrole::text order by 1) from pg_proc, aclexplode(proacl)"
        " where proname = %s",
        call.format(table).partition("(")[0],
    )

    assert sorted(allowed) == ["crossover_app", "crossover_owner"]


@pytest.mark.parametrize("days", [364, 0, -1, None])
def test_the_database_drops_no_month_of_the_last_year(world: World, days: int | None) -> None:
    with pytest.raises(ProgrammingError, match="stay for 365 days at least"):
        read(f"select drop_months_{AUDIT}(%s)", days)


def test_the_database_makes_no_months_without_end(world: World) -> None:
    with pytest.raises(DataError, match="too far away"):
        read(f"select make_months_{AUDIT}('2026-01-01', '2100-01-01')")


def days_ago(days: int) -> datetime:
    return timezone.now() - timedelta(days=days)


def test_old_months_are_dropped_whole_and_the_edge_by_rows(world: World, settings: Any) -> None:
    settings.AUDIT_KEPT_DAYS = 400
    check_references()
    made = months.make_months_between(AuditEvent, days_ago(520).date(), timezone.now().date())
    both = (world.organization, world.other_organization)
    old, edge, kept = (
        [make_event(each, days_ago(days)) for each in both] for days in (520, 401, 399)
    )
    lost = make_event(world.organization, days_ago(3000))
    assert place_of(old[0]) != place_of(edge[0])
    assert place_of(lost) == "default"
    check_references()

    # What a month had that was dropped is not counted: one is left in the default partition.
    assert retention.remove_old_audit_events() in (1, 1 + len(edge))

    assert len(partitions(AUDIT)) < made
    assert place_of(kept[0]) in partitions(AUDIT)
    for each in both:
        with tenancy.enter(organization_id=each.pk):
            found = {*AuditEvent.objects.values_list("pk", flat=True)}
        assert found & {event.pk for event in (*old, *edge, lost)} == set()
        assert {event.pk for event in kept if event.organization_id == each.pk} <= found


def test_no_month_goes_while_all_is_kept(world: World, settings: Any) -> None:
    settings.AUDIT_KEPT_DAYS = 0
    check_references()
    assert months.make_months_between(AuditEvent, days_ago(900).date(), days_ago(800).date())
    before = partitions(AUDIT)

    assert retention.remove_old_audit_events() == 0
    assert partitions(AUDIT) == before


def test_a_month_of_usage_is_dropped_once_it_is_empty(world: World) -> None:
    """Hours go with their import, whose month may have those of others."""
    table = "usage_usagecell"
    check_references()
    first, last = days_ago(900).date(), days_ago(870).date()
    made = months.make_months_between(UsageCell, first, last)
    row = make_cell(world, days_ago(900))
    check_references()

    assert months.drop_months(UsageCell, days=800) == made - 1
    with tenancy.enter(organization_id=world.organization.pk):
        assert UsageCell.objects.filter(pk=row.pk).exists()
        UsageCell.objects.all().delete()
    assert months.drop_months(UsageCell, days=800) == 1
    assert partitions(table) == {"default"}


def make_cell(world: World, at: datetime) -> UsageCell:
    assessment = make_assessment(world.organization, world.client)
    text = (
        f"time,model,calls,input_tokens,output_tokens\n{at:%Y-%m-%dT%H}:00:00Z,maker:large,1,2,3\n"
    )
    import_usage(world.organization, assessment, text)
    with tenancy.enter(organization_id=world.organization.pk):
        return UsageCell.objects.get()


def test_a_table_in_use_is_left_to_the_next_turn_and_waits_for_nobody(
    owned: Any, world: World, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """Somebody has just written to a client and goes on to the audit: neither waits, nor dies."""
    with (
        monkeypatch.context() as patch,
        tenancy.enter(organization_id=world.organization.pk),
    ):
        patch.setattr(months, "TRIES", 2)
        make_event(world.organization, timezone.now())  # has the default partition locked
        found: list[int] = []
        other = threading.Thread(target=lambda: found.append(_made_elsewhere()))
        other.start()
        other.join(timeout=120)
        assert found == [0]
        make_event(world.organization, timezone.now())
    assert "left to the next turn" in caplog.text
    assert partitions(AUDIT) == {"default"}

    assert months.make_months() > 0
    assert len(partitions(AUDIT)) > 1


def _made_elsewhere() -> int:
    try:
        return months._make_months(AuditEvent)
    finally:
        connections.close_all()


def test_rows_that_come_while_months_are_made_are_neither_lost_nor_refused(
    owned: Any, world: World
) -> None:
    stop, written = threading.Event(), [0, 0]

    def write(place: int) -> None:
        try:
            while not stop.wait(0.02):
                make_event(world.organization, timezone.now())
                written[place] += 1
        finally:
            connections.close_all()

    def wait_for(count: int) -> None:
        while min(written) < count:
            assert all(each.is_alive() for each in writers)

    before = _count(world)
    writers = [threading.Thread(target=write, args=[place]) for place in (0, 1)]
    for each in writers:
        each.start()
    try:
        wait_for(5)
        while months._make_months(AuditEvent) == 0:
            wait_for(min(written) + 1)
        wait_for(max(written) + 5)
    finally:
        stop.set()
        for each in writers:
            each.join()

    assert _count(world) == before + sum(written)
    assert owned.execute(f"select count(*) from {AUDIT}_default").fetchone() == (0,)


def _count(world: World) -> int:
    with tenancy.enter(organization_id=world.organization.pk):
        return AuditEvent.objects.count()


@pytest.mark.parametrize(
    ("model", "migration"),
    [
        (AuditEvent, "organizations.migrations.0013_audit_by_month"),
        (UsageCell, "costing.usage.migrations.0016_cells_by_month"),
    ],
)
def test_a_table_with_rows_is_converted_and_back_with_all_that_belongs_to_it(
    owned: Any, world: World, model: type[TenantModel], migration: str
) -> None:
    table = model._meta.db_table
    make_cell(world, timezone.now())
    event = make_event(world.organization, days_ago(100))
    make_event(world.other_organization, days_ago(5000))
    operation = next(
        each
        for each in import_module(migration).Migration.operations
        if isinstance(each, RunPython)
    )
    before = _described(owned, table)
    editor = connections["owner"].schema_editor

    with editor() as schema:
        operation.reverse_code(None, schema)
    whole = _described(owned, table)
    with editor() as schema:
        operation.code(None, schema)

    assert whole["kind"] == "r"
    assert whole.pop("key") == "PRIMARY KEY (id)"
    assert {**whole, "key": before["key"], "kind": "p"} == before == _described(owned, table)
    if model is AuditEvent:
        assert place_of(event) == f"y{event.created_at:%Ym%m}"


def _described(owner: Any, table: str) -> dict[str, Any]:
    """What a table has: its rows, and all that the catalog says of it by name."""

    def found(statement: str) -> Any:
        return sorted(map(str, owner.execute(statement, [table]).fetchall()))

    with owner.transaction(force_rollback=True):
        owner.execute(f"alter table {table} no force row level security")
        rows = sorted(map(str, owner.execute(f"select t::text from {table} t").fetchall()))
    assert rows
    ((kind,),) = owner.execute("select relkind from pg_class where relname = %s", [table])
    (key,) = owner.execute(
        "select pg_get_constraintdef(oid) from pg_constraint"
        " where conrelid = %s::regclass and contype = 'p'",
        [table],
    ).fetchone()
    return {
        "kind": kind,
        "key": key,
        "rows": rows,
        "constraints": found(
            "select conname, pg_get_constraintdef(oid) from pg_constraint"
            " where conrelid = %s::regclass and contype <> 'p'"
        ),
        "indexes": found(
            "select replace(indexdef, ' ON ONLY ', ' ON ') from pg_indexes"
            " where tablename = %s and indexname not like '%%_pkey'"
        ),
        "policies": found(
            "select policyname, cmd, qual, with_check from pg_policies where tablename = %s"
        ),
        "rights": found("select relacl::text from pg_class where relname = %s"),
        "protected": found(
            "select relrowsecurity, relforcerowsecurity from pg_class where relname = %s"
        ),
    }
