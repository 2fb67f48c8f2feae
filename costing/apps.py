"""App configuration."""

from django.apps import AppConfig


class CostingConfig(AppConfig):
    """Price catalog, scenarios, the engine, break-even results, anti-patterns."""

    name = "costing"
