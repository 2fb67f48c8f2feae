"""Paths of firms and their people."""

from django.urls import path

from organizations import views

app_name = "organizations"
urlpatterns = [
    path("", views.home, name="home"),
    path("o/<slug:org>/settings/", views.settings_page, name="settings"),
    path("o/<slug:org>/settings/audit-events/", views.audit_event_list, name="audit-event-list"),
]
