#!/bin/sh
# Run once by the PostgreSQL image on an empty volume: the roles, their passwords, the database.
set -eu
psql -v ON_ERROR_STOP=1 -U "$POSTGRES_USER" -d template1 -f /srv/roles.sql
psql -v ON_ERROR_STOP=1 -U "$POSTGRES_USER" -d postgres \
    -v owner_password="$OWNER_PASSWORD" -v app_password="$APP_PASSWORD" <<'SQL'
alter role crossover_owner password :'owner_password';
alter role crossover_app password :'app_password';
create database crossover owner crossover_owner;
revoke all on database crossover from public;
grant connect on database crossover to crossover_app;
SQL
