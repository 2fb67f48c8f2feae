"""Paths of the API on organizations: those of none, and those relative to an organization's."""

from django.urls import path

from organizations.api import branding, erasures, resources, schema
from organizations.api.views import resource

organization = resources.OrganizationViewSet
paths_of_none = [
    path("schema/", schema.schema, name="schema"),
    path("docs/", schema.docs, name="docs"),
    path(
        "organizations/",
        organization.as_view({"get": "list"}, basename="organization"),
        name="organization-list",
    ),
]
urlpatterns = [
    path(
        "",
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
