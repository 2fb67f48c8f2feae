"""Paths of reports."""

from django.urls import path

from reports import views

ASSESSMENT = "o/<slug:org>/assessments/<uuid:assessment>"

app_name = "reports"
urlpatterns = [
    path(f"{ASSESSMENT}/deliverables/", views.deliverable_list, name="deliverable-list"),
    path(f"{ASSESSMENT}/snapshots/", views.snapshot_create, name="snapshot-create"),
    path(
        "o/<slug:org>/snapshots/<uuid:snapshot>/deliverables/",
        views.deliverable_create,
        name="deliverable-create",
    ),
    path(
        "o/<slug:org>/deliverables/<uuid:deliverable>/file/",
        views.deliverable_download,
        name="deliverable-download",
    ),
]
