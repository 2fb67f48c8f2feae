"""App configuration."""

from django.apps import AppConfig


class JobsConfig(AppConfig):
    """Work that outlives a request."""

    name = "jobs"
