"""App configuration."""

from django.apps import AppConfig


class CostingConfig(AppConfig):
    """Price catalog, scenarios, the engine, break-even results, anti-patterns."""

    name = "costing"

    def ready(self) -> None:
        """Register the kind of job that costing does."""
        from costing import tasks  # noqa: F401
