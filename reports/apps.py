"""App configuration."""

from django.apps import AppConfig


class ReportsConfig(AppConfig):
    """Snapshots and deliverables."""

    name = "reports"
