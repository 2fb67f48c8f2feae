"""Transitional: `TenantAPIRequest` of operations that are not viewsets yet."""

from organizations.api.authentication import TenantAPIRequest as TenantAPIRequest
