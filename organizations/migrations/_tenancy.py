"""The SQL of tenancy for migrations: frozen, as every migration is. Change nothing here; add."""

from django.conf import settings
from django.db.migrations import RunSQL

APP_ROLE = settings.DATABASE_APP_ROLE.replace('"', '""')


def setting(name: str, cast: str = "") -> str:
    """SQL for a setting of the session; null where it is not set or empty."""
    return f"(select nullif(current_setting('app.{name}', true), ''){cast})"


CURRENT_ORGANIZATION = setting("current_org", "::uuid")
CURRENT_CLIENT = setting("current_client", "::uuid")
CURRENT_USER = setting("current_user", "::uuid")


def enable_rls(
    table: str,
    *,
    client: bool,
    organization_column: str = "organization_id",
    client_column: str = "client_id",
    or_visible: str | None = None,
) -> RunSQL:
    """Put row-level security on a tenant table.

    `client` adds the check of the client bound; a row without a client is the organization's own
    and hidden from a client's people. `or_visible` is SQL that shows a row outside of its tenant,
    for reading alone.
    """
    check = f"{organization_column} = {CURRENT_ORGANIZATION}"
    if client:
        check += f" and ({CURRENT_CLIENT} is null or {client_column} = {CURRENT_CLIENT})"
    statements = [
        f"alter table {table} enable row level security",
        f"alter table {table} force row level security",
        f"create policy {table}_tenant on {table} using ({check}) with check ({check})",
    ]
    if or_visible:
        statements.append(
            f"create policy {table}_visible on {table} for select using ({or_visible})"
        )
    return RunSQL(tuple(statements), RunSQL.noop)


def plain_estimate(table: str, *, client_column: str = "client_id") -> RunSQL:
    """Say the policy of a table with a client bound in words that the planner judges rightly.

    It takes `bound is null or client = bound` for nearly never true and expects one row of a large
    tenant: then it sorts them all where an index has them in order, or pairs every client with
    every assessment where a few rows are joined. Of a `case` it takes one half.
    """
    check = (
        f"organization_id = {CURRENT_ORGANIZATION} and case when {CURRENT_CLIENT} is null"
        f" then true else {client_column} = {CURRENT_CLIENT} end"
    )
    return RunSQL(
        f"alter policy {table}_tenant on {table} using ({check}) with check ({check})", RunSQL.noop
    )


def composite_key(table: str, column: str, to_table: str, *, client: bool) -> RunSQL:
    """Let `column` point only at a row of the same organization (and, with `client`, client).

    A foreign key's own check bypasses row-level security.
    """
    ours = ["organization_id", *(["client_id"] if client else []), column]
    theirs = ["organization_id", *(["client_id"] if client else []), "id"]
    return RunSQL(
        f"alter table {table} add constraint {table}_{column}_same_tenant"
        f" foreign key ({', '.join(ours)}) references {to_table} ({', '.join(theirs)})"
        " deferrable initially deferred",
        RunSQL.noop,
    )


def never_edited(table: str, *, but: str = "") -> RunSQL:
    """Leave the app adding and reading rows of a table; `but` names columns it may change."""
    statements = [f'revoke update, delete, truncate on {table} from "{APP_ROLE}"']
    if but:
        statements.append(f'grant update ({but}) on {table} to "{APP_ROLE}"')
    return RunSQL(tuple(statements), RunSQL.noop)


def expirable(table: str, *, column: str, least_days: int) -> RunSQL:
    """Let the app delete a tenant's rows that it may not edit once they are old enough.

    The function refuses to go below `least_days`. It runs as the owner of the table, whom row-level
    security binds to the tenant too.
    """
    function = f"expire_{table}(integer, integer)"
    return RunSQL(
        (
            f"""
            create function expire_{table}(days integer, amount integer) returns integer
            language plpgsql security definer set search_path = public, pg_temp as $$
            declare
                expired integer;
            begin
                if days is null or days < {least_days} then
                    raise insufficient_privilege using message =
                        'rows of this table stay for {least_days} days at least';
                end if;
                delete from {table} where id in (
                    select id from {table} where organization_id = {CURRENT_ORGANIZATION}
                    and {column} < statement_timestamp() - make_interval(days => days)
                    order by {column} limit amount
                );
                get diagnostics expired = row_count;
                return expired;
            end $$
            """,
            f"revoke execute on function {function} from public",
            f'grant execute on function {function} to "{APP_ROLE}"',
        ),
        f"drop function {function}",
    )


def erasable(table: str) -> RunSQL:
    """Let the app delete rows that it may not edit, of a tenant whose erasure has begun.

    The function runs as the owner of the table, whom row-level security binds to the tenant too.
    """
    function = f"erase_{table}(integer)"
    return RunSQL(
        (
            f"""
            create function erase_{table}(amount integer) returns integer
            language plpgsql security definer set search_path = public, pg_temp as $$
            declare
                tenant uuid := {CURRENT_ORGANIZATION};
                erased integer;
            begin
                if not exists (
                    select from organizations_erasure
                    where organization_id = tenant and withdrawn_at is null
                    and started_at is not null and erased_at is null and due_at <= statement_timestamp()
                ) then
                    raise insufficient_privilege using message = 'no erasure of this tenant is due';
                end if;
                delete from {table} where id in (
                    select id from {table} where organization_id = tenant limit amount
                );
                get diagnostics erased = row_count;
                return erased;
            end $$
            """,
            f"revoke execute on function {function} from public",
            f'grant execute on function {function} to "{APP_ROLE}"',
        ),
        f"drop function {function}",
    )
