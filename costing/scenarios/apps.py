"""App configuration."""

from django.apps import AppConfig

from organizations.tenancy import followers


class ScenariosConfig(AppConfig):
    """Scenarios, their results and comparisons, the portfolio."""

    name = "costing.scenarios"

    def ready(self) -> None:
        """Have kept summaries follow every change, whichever process this is."""
        from costing.scenarios.summaries import keep_summaries

        followers.append(keep_summaries)
