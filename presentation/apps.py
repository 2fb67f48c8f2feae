"""App configuration."""

from django.apps import AppConfig


class PresentationConfig(AppConfig):
    """How figures are shown: numbers, charts, template tags."""

    name = "presentation"
