"""The ground floor: tenants, people, roles, access and audit."""
