"""Refuses the database of a release whose migrations are no more."""

from typing import Any

from django.core.management.base import CommandError
from django.db import connections
from django.db.migrations.recorder import MigrationRecorder

REMOVED_APP = "costing"
OLDER_DATABASE = (
    "This database was made by an earlier release and cannot be migrated: begin with an empty one"
    " (locally, remove the state folder .state), as docs/operations.md says under Upgrades."
)


def refuse_older_database(*, using: str = "default", **_: Any) -> None:
    """Raise CommandError where the database has tables of an app that is no more."""
    applied = MigrationRecorder(connections[using]).applied_migrations()
    if any(app == REMOVED_APP for app, _name in applied):
        raise CommandError(OLDER_DATABASE)
