"""The SQL of tables partitioned by month, for migrations: frozen. Change nothing here; add.

A partition is read and written through its table alone, whose policies and rights hold then. Read
directly it shows nothing to anybody but the owner: row-level security without a policy, and no
rights for the app.
"""

from datetime import date
from typing import Any

from django.db.migrations import RunPython, RunSQL

from organizations.migrations._tenancy import APP_ROLE, CURRENT_ORGANIZATION

# Rows of months before these stay in the default partition when a table is converted.
MAX_MONTHS_CONVERTED = 120
CONSTRAINTS = """
    select conname, pg_get_constraintdef(oid) from pg_constraint
    where conrelid = %s::regclass and contype in ('c', 'f', 'u') order by contype, conname
"""
INDEXES = """
    select replace(pg_get_indexdef(indexrelid), ' ON ONLY ', ' ON ') from pg_index
    where indrelid = %s::regclass
    and not exists (select from pg_constraint where conindid = indexrelid and contype in ('p', 'u'))
"""
POLICIES = """
    select polname, case polcmd when '*' then 'all' when 'r' then 'select' end,
        pg_get_expr(polqual, polrelid), pg_get_expr(polwithcheck, polrelid)
    from pg_policy where polrelid = %s::regclass
"""
# What is referred to and hides its rows from the owner, too.
FORCED = """
    select distinct confrelid::regclass::text from pg_constraint join pg_class c on c.oid = confrelid
    where conrelid = %s::regclass and contype = 'f' and relforcerowsecurity
"""
RIGHTS = """
    select privilege_type, grantee::regrole::text from pg_class, aclexplode(relacl)
    where oid = %s::regclass and grantee <> relowner
"""


def partition_by_month(table: str, *, column: str) -> RunPython:
    """Make a tenant table one that is partitioned by the month of a column, in UTC, with its rows.

    Everything but its primary key stays as it is. That becomes (organization, column, id), for it
    must have the column. Keys that lack it must be gone before.
    """
    partitioned = f"partition by range ({column})"
    key = f"organization_id, {column}, id"

    def forward(_apps: Any, schema_editor: Any) -> None:
        with schema_editor.connection.cursor() as cursor:
            months = _months_of(cursor, table, column)
            _rebuild(cursor, table, key, f"{table}_months", partitioned, _parts(table, months))

    def backward(_apps: Any, schema_editor: Any) -> None:
        with schema_editor.connection.cursor() as cursor:
            _rebuild(cursor, table, "id", f"{table}_whole", "", ())

    return RunPython(forward, backward)


def _months_of(cursor: Any, table: str, column: str) -> list[date]:
    # Row-level security hides every row from the owner, too.
    cursor.execute(f"alter table {table} no force row level security")
    cursor.execute(
        f"select distinct date_trunc('month', {column} at time zone 'UTC')::date from {table}"
        f" order by 1 desc limit {MAX_MONTHS_CONVERTED}"
    )
    return [month for (month,) in cursor.fetchall()]


def _parts(table: str, months: list[date]) -> list[str]:
    parts = [f"create table {table}_default partition of {table}_months default"]
    for month in months:
        later = date(month.year + month.month // 12, month.month % 12 + 1, 1)
        parts.append(
            f"create table {table}_y{month.year:04}m{month.month:02} partition of {table}_months"
            f" for values from ('{month} 00:00+00') to ('{later} 00:00+00')"
        )
    closed = [part.split()[2] for part in parts]
    parts += [f"alter table {name} enable row level security" for name in closed]
    return parts + [f'revoke all on {name} from public, "{APP_ROLE}"' for name in closed]


def _rebuild(
    cursor: Any, table: str, key: str, made: str, partitioned: str, parts: list[str] | tuple[()]
) -> None:
    """Put a new table with the same rows, constraints, indexes, policies and rights in its place."""
    found = {}
    queries = {"c": CONSTRAINTS, "f": FORCED, "i": INDEXES, "p": POLICIES, "r": RIGHTS}
    for name, query in queries.items():
        cursor.execute(query, [table])
        found[name] = cursor.fetchall()
    statements = [
        f"alter table {table} no force row level security",
        f"create table {made} (like {table} including defaults) {partitioned}",
        *parts,
        f"insert into {made} select * from {table}",
        f"drop table {table}",
        f"alter table {made} rename to {table}",
        f"alter table {table} add constraint {table}_pkey primary key ({key})",
        # The check of references that stand is an ordinary query, which sees what its owner sees.
        *(f"alter table {name} no force row level security" for (name,) in found["f"]),
        *(f"alter table {table} add constraint {name} {text}" for name, text in found["c"]),
        *(f"alter table {name} force row level security" for (name,) in found["f"]),
        *(text for (text,) in found["i"]),
        f"alter table {table} enable row level security",
        f"alter table {table} force row level security",
        f'revoke all on {table} from public, "{APP_ROLE}"',
        *(f"grant {right} on {table} to {role}" for right, role in found["r"]),
    ]
    for name, command, using, check in found["p"]:
        checked = f" with check ({check})" if check else ""
        statements.append(f"create policy {name} on {table} for {command} using ({using}){checked}")
    for statement in statements:
        cursor.execute(statement)


def months_made(table: str, *, column: str) -> RunSQL:
    """Let the app have months' partitions made, and do nothing else to them.

    Rows that came before their month had a partition are moved into it. No lock is waited for: the
    function raises `lock_not_available` where one is held, so that it neither stops anybody nor
    dies with somebody of a deadlock, and is called again.
    """
    function = f"make_months_{table}(date, date)"
    return RunSQL(
        (
            f"""
            create function make_months_{table}(since date, until date) returns integer
            language plpgsql security definer set search_path = public, pg_temp
            set timezone = 'UTC' as $$
            declare
                month timestamptz;
                part text;
                referred regclass;
                has_rows boolean;
                made integer := 0;
            begin
                if since is null or until is null or until > current_date + 400
                    or since < current_date - 4000
                then
                    raise invalid_parameter_value using message = 'these months are too far away';
                end if;
                for month in select generate_series(
                    date_trunc('month', since::timestamptz), until::timestamptz, '1 month'
                ) loop
                    part := '{table}_' || to_char(month, '"y"YYYY"m"MM');
                    continue when to_regclass(part) is not null;
                    if made = 0 then
                        for referred in select distinct confrelid from pg_constraint
                            where conrelid = '{table}'::regclass and contype = 'f' order by 1
                        loop
                            execute format(
                                'lock table %s in share row exclusive mode nowait', referred
                            );
                        end loop;
                        -- So that who inserts waits before a partition is chosen for the row: the
                        -- default one would refuse it afterwards.
                        lock table only {table} in share row exclusive mode nowait;
                        lock table {table}_default in access exclusive mode nowait;
                        continue when to_regclass(part) is not null;
                    end if;
                    execute format(
                        'create table %I (like {table} including defaults including constraints)',
                        part
                    );
                    execute format('alter table %I enable row level security', part);
                    execute format('revoke all on %I from public, "{APP_ROLE}"', part);
                    select exists (
                        select from {table}_default
                        where {column} >= month and {column} < month + interval '1 month'
                    ) into has_rows;
                    if has_rows then
                        create table {table}_moved (like {table});
                        with moved as (
                            delete from {table}_default
                            where {column} >= month and {column} < month + interval '1 month'
                            returning *
                        ) insert into {table}_moved select * from moved;
                    end if;
                    execute format(
                        'alter table {table} attach partition %I for values from (%L) to (%L)',
                        part, month, month + interval '1 month'
                    );
                    if has_rows then
                        -- After it is attached: its references are then checked row by row, by a
                        -- check that row-level security does not hide rows from.
                        execute format('insert into %I select * from {table}_moved', part);
                        drop table {table}_moved;
                        set constraints all immediate;
                    end if;
                    made := made + 1;
                end loop;
                return made;
            end $$
            """,
            f"revoke execute on function {function} from public",
            f'grant execute on function {function} to "{APP_ROLE}"',
        ),
        f"drop function {function}",
    )


def months_dropped(table: str, *, least_days: int, only_empty: bool) -> RunSQL:
    """Let the app drop the partitions of months that ended so many days ago or more.

    Refuses to go below `least_days`; with `only_empty` a month stays that has a row of anybody. No
    lock is waited for, as in `months_made`.
    """
    function = f"drop_months_{table}(integer)"
    skip = "execute format('select exists (select from %I)', part) into has_rows;"
    skip_filled = f"{skip} continue when has_rows;" if only_empty else ""
    return RunSQL(
        (
            f"""
            create function drop_months_{table}(days integer) returns integer
            language plpgsql security definer set search_path = public, pg_temp
            set timezone = 'UTC' as $$
            declare
                part text;
                has_rows boolean;
                dropped integer := 0;
            begin
                if days is null or days < {least_days} then
                    raise insufficient_privilege using message =
                        'rows of this table stay for {least_days} days at least';
                end if;
                for part in
                    select relname from pg_inherits join pg_class on oid = inhrelid
                    where inhparent = '{table}'::regclass and relname ~ '_y[0-9]{{4}}m[0-9]{{2}}$'
                    and to_date(right(relname, 7), 'YYYY"m"MM')::timestamptz + interval '1 month'
                        <= statement_timestamp() - make_interval(days => days)
                    order by relname
                loop
                    {skip_filled}
                    lock table only {table} in access exclusive mode nowait;
                    execute format('lock table %I in access exclusive mode nowait', part);
                    {skip_filled}
                    execute format('drop table %I', part);
                    dropped := dropped + 1;
                end loop;
                return dropped;
            end $$
            """,
            f"revoke execute on function {function} from public",
            f'grant execute on function {function} to "{APP_ROLE}"',
        ),
        f"drop function {function}",
    )


def in_place_of(old: RunSQL, new: RunSQL) -> RunSQL:
    """Replace what one operation made by what another one makes."""
    return RunSQL(
        (*_listed(old.reverse_sql), *_listed(new.sql)),
        (*_listed(new.reverse_sql), *_listed(old.sql)),
    )


def _listed(sql: Any) -> tuple[Any, ...]:
    return (sql,) if isinstance(sql, str) else tuple(sql)


def expirable_by_month(table: str, *, column: str, least_days: int) -> RunSQL:
    """What `_tenancy.expirable` makes, for a table whose key has the column."""
    condition = f"{column} < statement_timestamp() - make_interval(days => days)"
    return _deleting(
        f"expire_{table}(days integer, amount integer)",
        f"expire_{table}(integer, integer)",
        f"""
        if days is null or days < {least_days} then
            raise insufficient_privilege using message =
                'rows of this table stay for {least_days} days at least';
        end if;
        """,
        table,
        column,
        f"and {condition} order by {column}",
    )


def erasable_by_month(table: str, *, column: str) -> RunSQL:
    """What `_tenancy.erasable` makes, for a table whose key has the column."""
    return _deleting(
        f"erase_{table}(amount integer)",
        f"erase_{table}(integer)",
        """
        if not exists (
            select from organizations_erasure
            where organization_id = tenant and withdrawn_at is null
            and started_at is not null and erased_at is null and due_at <= statement_timestamp()
        ) then
            raise insufficient_privilege using message = 'no erasure of this tenant is due';
        end if;
        """,
        table,
        column,
        "",
    )


def _deleting(
    declared: str, function: str, guard: str, table: str, column: str, some: str
) -> RunSQL:
    return RunSQL(
        (
            f"""
            create function {declared} returns integer
            language plpgsql security definer set search_path = public, pg_temp as $$
            declare
                tenant uuid := {CURRENT_ORGANIZATION};
                deleted integer;
            begin
                {guard}
                delete from {table}
                where organization_id = tenant and ({column}, id) in (
                    select {column}, id from {table} where organization_id = tenant
                    {some} limit amount
                );
                get diagnostics deleted = row_count;
                return deleted;
            end $$
            """,
            f"revoke execute on function {function} from public",
            f'grant execute on function {function} to "{APP_ROLE}"',
        ),
        f"drop function {function}",
    )
