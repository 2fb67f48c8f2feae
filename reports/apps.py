"""App configuration."""

from django.apps import AppConfig


class ReportsConfig(AppConfig):
    """Snapshots and deliverables."""

    name = "reports"

    def ready(self) -> None:
        """Register the kinds of jobs, in every process that may run one."""
        from reports import tasks  # noqa: F401
