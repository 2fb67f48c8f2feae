"""App configuration."""

from django.apps import AppConfig
from django.db.models.signals import pre_migrate


class ReportsConfig(AppConfig):
    """Snapshots and deliverables."""

    name = "reports"

    def ready(self) -> None:
        """Look at a database before it is migrated."""
        from reports.releases import refuse_older_database

        pre_migrate.connect(refuse_older_database, sender=self)
