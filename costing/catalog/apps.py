"""App configuration."""

from django.apps import AppConfig


class CatalogConfig(AppConfig):
    """Prices, GPU offers, measured throughput."""

    name = "costing.catalog"
