-- The two roles of the database: one owns and migrates, one serves requests and is bound by
-- row-level security. Safe to run again; run it once in every database that the owner migrates.
do $$
begin
    if not exists (select from pg_roles where rolname = 'crossover_owner') then
        create role crossover_owner;
    end if;
    if not exists (select from pg_roles where rolname = 'crossover_app') then
        create role crossover_app;
    end if;
end
$$;
alter role crossover_owner with login nosuperuser nocreaterole nobypassrls noreplication;
alter role crossover_app with login nosuperuser nocreaterole nocreatedb nobypassrls noreplication;
alter default privileges for role crossover_owner
    grant select, insert, update, delete on tables to crossover_app;
alter default privileges for role crossover_owner
    grant usage, select on sequences to crossover_app;
