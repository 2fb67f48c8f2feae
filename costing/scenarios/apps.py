"""App configuration."""

from django.apps import AppConfig


class ScenariosConfig(AppConfig):
    """Scenarios, their results and comparisons, the portfolio."""

    name = "costing.scenarios"
