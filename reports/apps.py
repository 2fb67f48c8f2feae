"""App configuration."""

from django.apps import AppConfig
from django.db.models.signals import pre_migrate


class ReportsConfig(AppConfig):
    """Snapshots and deliverables."""

    name = "reports"

    def ready(self) -> None:
        """Look at a database before it is migrated; close links when an organization ends."""
        from organizations.services.erasures import closers
        from reports.releases import refuse_older_database
        from reports.sharing.services import revoke_all_share_links

        pre_migrate.connect(refuse_older_database, sender=self)
        closers.append(revoke_all_share_links)
