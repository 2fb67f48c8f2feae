"""Paths of the API on organizations; each relative to `api/v1/`."""

from django.urls import path

from organizations.api import branding, erasures, resources, schema
from organizations.api.views import ORGANIZATION, resource

organization = resources.OrganizationViewSet
urlpatterns = [
    path("schema/", schema.schema, name="schema"),
    path("docs/", schema.docs, name="docs"),
    path(
        "organizations/",
        organization.as_view({"get": "list"}, basename="organization"),
        name="organization-list",
    ),
    path(
        ORGANIZATION,
        organization.as_view({"get": "retrieve"}, basename="organization"),
        name="organization-detail",
    ),
    *resource("branding", branding.BrandingViewSet, one="branding/"),
    *resource("erasure", erasures.ErasureViewSet, many="erasures/", one="erasures/<uuid:erasure>/"),
    *resource("member", resources.MemberViewSet, many="members/", one="members/<uuid:member>/"),
    *resource(
        "invitation",
        resources.InvitationViewSet,
        many="invitations/",
        one="invitations/<uuid:invitation>/",
    ),
    *resource("client", resources.ClientViewSet, many="clients/", one="clients/<uuid:client>/"),
    *resource("audit-event", resources.AuditEventViewSet, many="audit-events/"),
    *resource("api-key", resources.ApiKeyViewSet, many="api-keys/", one="api-keys/<uuid:api_key>/"),
]
