"""Tenants, people, roles, access and audit: the package that all apps stand on."""
