"""Paths of organizations, their people and their invitations."""

from django.urls import path

from organizations import branding, erasures, views

app_name = "organizations"

SETTINGS = "o/<slug:org>/settings/"
MEMBERS = f"{SETTINGS}members/"
MEMBER = f"{MEMBERS}<uuid:member>/"
KEYS = f"{SETTINGS}api-keys/"
INVITATIONS = f"{SETTINGS}invitations/"
INVITATION = f"{INVITATIONS}<uuid:invitation>/"

urlpatterns = [
    path("", views.home, name="home"),
    path("firms/new/", views.organization_create, name="organization-create"),
    path("invitations/<str:token>/", views.invitation_accept, name="invitation-accept"),
    *branding.PATHS,
    *erasures.PATHS,
    path(SETTINGS, views.settings_page, name="settings"),
    path(f"{SETTINGS}audit-events/", views.audit_event_list, name="audit-event-list"),
    path(f"{SETTINGS}audit-events/export/", views.audit_event_export, name="audit-event-export"),
    path(KEYS, views.api_key_list, name="api-key-list"),
    path(f"{KEYS}new/", views.api_key_create, name="api-key-create"),
    path(f"{KEYS}<uuid:api_key>/revocation/", views.api_key_revoke, name="api-key-revoke"),
    path(MEMBERS, views.member_list, name="member-list"),
    path(f"{MEMBER}edit/", views.member_edit, name="member-edit"),
    path(f"{MEMBER}deactivation/", views.member_deactivate, name="member-deactivate"),
    path(f"{MEMBER}reactivation/", views.member_reactivate, name="member-reactivate"),
    path(INVITATIONS, views.invitation_create, name="invitation-create"),
    path(f"{INVITATION}resending/", views.invitation_resend, name="invitation-resend"),
    path(f"{INVITATION}revocation/", views.invitation_revoke, name="invitation-revoke"),
]
