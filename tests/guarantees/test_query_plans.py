"""Every query that a page or a list of the API sends is answered by an index that knows the tenant.

With sequential scans forbidden, and joins that read a whole table as well as a small one allows,
each table of a tenant must be read by an index that leads with the organization, or by a single
row's own key: else some index that would serve is missing.
"""

import json
import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection, connections
from django.test import Client as Browser
from django.utils import timezone

from tests.bench.installation import (
    Samples,
    fill,
    make_months,
    make_organizations,
    make_samples,
    settle,
)
from tests.bench.test_growth import paths
from tests.databases import owner_connection
from tests.world import World

INDEXES = """
    select i.relname, (
        select array_agg(a.attname order by k.place)
        from unnest(x.indkey::int[]) with ordinality k(number, place)
        left join pg_attribute a on a.attrelid = x.indrelid and a.attnum = k.number
    )
    from pg_index x join pg_class i on i.oid = x.indexrelid
"""
# Partitions too, of which the app has no rights.
TENANT_TABLES = """
    select attrelid::regclass::text from pg_attribute join pg_class on pg_class.oid = attrelid
    where attname = 'organization_id' and relkind in ('r', 'p')
    and relnamespace = 'public'::regnamespace
"""
MONTHS = "select relname from pg_class where relispartition and relname ~ '_y[0-9]{4}m[0-9]{2}$'"
# Read across tenants by design; they hold nothing of one (see their models).
SHARED = {"jobs_ticket", "organizations_outgoingmail"}
# Who somebody is in every organization is asked before any is entered.
OF_A_PERSON = ("organizations_membership", "user_id =")


class Explained:
    """Explains every SELECT before it is carried out, under the settings that it finds."""

    def __init__(self) -> None:
        self.plans: list[tuple[str, dict[str, Any]]] = []

    def __call__(self, execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        if (
            re.match(r"\s*(select|with recursive)\b", sql, re.IGNORECASE)
            and "set_config" not in sql
        ):
            with context["connection"].connection.cursor() as cursor:
                cursor.execute(f"explain (format json) {sql}", params)
                (plan,) = cursor.fetchone()
            self.plans.append(
                (sql, (plan if isinstance(plan, list) else json.loads(plan))[0]["Plan"])
            )
        return execute(sql, params, many, context)


def scans(plan: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """The parts of a plan that read a table."""
    children = plan.get("Plans", [])
    if plan["Node Type"] == "Bitmap Heap Scan":
        for each in children:
            for index in _bitmaps(each):
                yield index | {"Relation Name": plan["Relation Name"]}
    elif "Relation Name" in plan:
        yield plan
    for each in children:
        yield from scans(each)


def _bitmaps(plan: dict[str, Any]) -> Iterator[dict[str, Any]]:
    if plan["Node Type"] == "Bitmap Index Scan":
        yield plan
    for each in plan.get("Plans", []):
        yield from _bitmaps(each)


def faults(explained: Explained) -> dict[str, str]:
    """The scans of tenant tables that no fitting index serves, with the query."""
    with connection.cursor() as cursor:
        cursor.execute(INDEXES)
        indexes = dict(cursor.fetchall())
        cursor.execute(TENANT_TABLES)
        tables = {name for (name,) in cursor.fetchall()} - SHARED
        # Of a few rows any index is as good as another.
        cursor.execute("select relname from pg_class where reltuples > 20")
        tables &= {name for (name,) in cursor.fetchall()}
    found = {}
    for sql, plan in explained.plans:
        for scan in scans(plan):
            table, index = scan["Relation Name"], scan.get("Index Name", "")
            condition = scan.get("Index Cond", "")
            columns = indexes.get(index, [None])
            leads = columns[0] == "organization_id" and "organization_id =" in condition
            is_own_key = columns == ["id"] and "id =" in condition
            is_of_a_person = table == OF_A_PERSON[0] and OF_A_PERSON[1] in condition
            if table in tables and not (leads or is_own_key or is_of_a_person):
                found[f"{table} by {index or scan['Node Type']} ({condition})"] = sql
    return found


@pytest.fixture
def installation(committed_db: None, world: World) -> tuple[World, Samples]:
    """Some organizations with so many rows that an index is worth its while."""
    samples = make_samples(world)
    fill(world.organization.pk, samples, clients=40, events=400)
    for organization in make_organizations(2):
        fill(organization.pk, samples, clients=40, events=400)
    settle()
    return world, samples


@pytest.fixture
def five_years(committed_db: None) -> Iterator[set[str]]:
    """The audit by month, of five years and the months to come; returns the last months' names."""
    now = timezone.now()
    make_months(1800)
    yield {f"organizations_auditevent_y{now - timedelta(days=days):%Ym%m}" for days in range(63)}
    connections.close_all()
    with owner_connection(connection.settings_dict["NAME"]) as owner:
        for (name,) in owner.execute(MONTHS).fetchall():
            owner.execute(f"drop table {name}")


def test_the_newest_audit_events_are_read_of_the_last_months_alone(
    five_years: set[str], installation: tuple[World, Samples]
) -> None:
    world, samples = installation
    browser = world.login(Browser(), "owner")
    lists = {name: path for name, path in paths(world, samples).items() if "audit" in name}
    ahead = {"organizations_auditevent_default", *_later_than(max(five_years))}

    for name, path in lists.items():
        explained = Explained()
        with connection.execute_wrapper(explained):
            assert browser.get(path).status_code == 200, name
        read = {scan["Relation Name"] for _, plan in explained.plans for scan in scans(plan)}
        months = {each for each in read if each.startswith("organizations_auditevent")}
        assert months, name
        assert months - ahead <= five_years, name


def _later_than(month: str) -> set[str]:
    with connection.cursor() as cursor:
        cursor.execute(MONTHS)
        return {name for (name,) in cursor.fetchall() if name > month}


def test_every_query_of_a_page_uses_an_index_that_leads_with_the_tenant(
    five_years: set[str],
    installation: tuple[World, Samples],
) -> None:
    world, samples = installation
    browser = world.login(Browser(), "owner")
    explained = Explained()
    with connection.cursor() as cursor:
        for way in ("seqscan", "hashjoin", "mergejoin", "material"):
            cursor.execute(f"set enable_{way} = off")
    with connection.execute_wrapper(explained):
        for name, path in paths(world, samples).items():
            assert browser.get(path).status_code == 200, name

    assert len(explained.plans) > 3 * len(paths(world, samples))
    assert faults(explained) == {}
