"""Paths of the API's ground floor; each relative to `api/v1/`."""

from django.urls import path

from organizations.api import firms, invitations, keys, members, schema

ORGANIZATION = "organizations/<slug:org>/"
MEMBER = f"{ORGANIZATION}members/<uuid:member>/"
INVITATION = f"{ORGANIZATION}invitations/<uuid:invitation>/"

urlpatterns = [
    path("schema/", schema.schema, name="schema"),
    path("docs/", schema.docs, name="docs"),
    path("organizations/", firms.OrganizationList.as_view(), name="organization-list"),
    path(ORGANIZATION, firms.OrganizationDetail.as_view(), name="organization-detail"),
    path(f"{ORGANIZATION}members/", members.MemberList.as_view(), name="member-list"),
    path(MEMBER, members.MemberDetail.as_view(), name="member-detail"),
    path(
        f"{MEMBER}deactivation/", members.MemberDeactivation.as_view(), name="member-deactivation"
    ),
    path(
        f"{MEMBER}reactivation/", members.MemberReactivation.as_view(), name="member-reactivation"
    ),
    path(
        f"{ORGANIZATION}invitations/", invitations.InvitationList.as_view(), name="invitation-list"
    ),
    path(INVITATION, invitations.InvitationDetail.as_view(), name="invitation-detail"),
    path(
        f"{INVITATION}resending/",
        invitations.InvitationResending.as_view(),
        name="invitation-resending",
    ),
    path(f"{ORGANIZATION}clients/", firms.ClientList.as_view(), name="client-list"),
    path(
        f"{ORGANIZATION}clients/<uuid:client>/", firms.ClientDetail.as_view(), name="client-detail"
    ),
    path(f"{ORGANIZATION}audit-events/", firms.AuditEventList.as_view(), name="audit-event-list"),
    path(f"{ORGANIZATION}api-keys/", keys.ApiKeyList.as_view(), name="api-key-list"),
    path(
        f"{ORGANIZATION}api-keys/<uuid:api_key>/",
        keys.ApiKeyDetail.as_view(),
        name="api-key-detail",
    ),
]
