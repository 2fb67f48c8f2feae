"""App configuration."""

from django.apps import AppConfig


class OrganizationsConfig(AppConfig):
    """Tenants, people, roles, access, audit."""

    name = "organizations"
