"""The catalog says that rows can be spread by tenant: every key leads with the organization."""

from django.db import connection

from organizations.services.months import partitioned_models

# Unique keys that do not lead with the tenant: what finds a row before its tenant is known.
FOUND_BEFORE_ITS_TENANT = {
    "organizations_apikey_hash_unique": "a request brings a key, and nothing says whose it is",
    "organizations_invitation_token_unique": "a link brings a token, and nothing says whose it is",
    "reports_sharelink_token_unique": "a link brings a token, and nothing says whose it is",
}
TENANT_TABLES = """
    select c.oid, relname::text from pg_class c
    where relrowsecurity and relkind in ('r', 'p') and not relispartition
    and relname <> 'organizations_organization'
"""
KEYS = """
    select t.relname::text, indexrelid::regclass::text, indisprimary, indpred is null,
        array(
            select coalesce(attname::text, '(an expression)')
            from unnest(indkey::int2[]) with ordinality as part (number, place)
            left join pg_attribute a on attrelid = indrelid and attnum = part.number
            order by place
        )
    from pg_index join tenant_table t on t.oid = indrelid where indisunique
"""
REFERENCES = """
    select t.relname::text, conname::text,
        array(
            select attname::text from unnest(conkey) with ordinality as part (number, place)
            join pg_attribute a on attrelid = conrelid and attnum = part.number order by place
        )
    from pg_constraint join tenant_table t on t.oid = conrelid
    where contype = 'f' and (
        confrelid in (select oid from tenant_table)
        or confrelid = 'organizations_organization'::regclass
    )
"""


def read(statement: str) -> list[tuple]:
    """Rows of the catalog, with the tables of tenants at hand as `tenant_table`."""
    with connection.cursor() as cursor:
        cursor.execute(f"with tenant_table as ({TENANT_TABLES}) {statement}")
        return cursor.fetchall()


def test_every_table_of_a_tenant_carries_the_tenant(db: None) -> None:
    without = read(
        "select relname from tenant_table t where not exists (select from pg_attribute"
        " where attrelid = t.oid and attname = 'organization_id' and attnotnull)"
    )

    assert without == []


def test_every_unique_key_leads_with_the_tenant_or_says_why_not(db: None) -> None:
    others = {
        name
        for _, name, is_primary, _, columns in read(KEYS)
        if columns[0] != "organization_id" and not is_primary
    }

    assert others == set(FOUND_BEFORE_ITS_TENANT)


def test_every_primary_key_is_a_random_number_that_a_key_of_the_tenant_can_replace(
    db: None,
) -> None:
    """But of tables by month, whose key leads with the tenant and has the month's column."""
    keys = read(KEYS)
    whole = {table for table, *_, is_whole, columns in keys if is_whole and len(columns) > 1}
    primary = {(table, *columns) for table, _, is_primary, _, columns in keys if is_primary}
    by_month = {
        model._meta.db_table: ("organization_id", model.months.column, "id")
        for model in partitioned_models()
        if model.months
    }

    assert primary == {
        (table, *by_month.get(table, ("id",)))
        for (table,) in read("select relname from tenant_table")
    }
    assert {table for table, *_ in primary} - whole == set()


def test_every_reference_between_rows_of_a_tenant_leads_with_the_tenant(db: None) -> None:
    references = read(REFERENCES)

    others = [name for _, name, columns in references if columns[0] != "organization_id"]

    assert len(references) > len(read("select * from tenant_table"))
    assert others == []
