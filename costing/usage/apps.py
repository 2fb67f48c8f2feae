"""App configuration."""

from django.apps import AppConfig


class UsageConfig(AppConfig):
    """Imported usage, reconciled with bills."""

    name = "costing.usage"
