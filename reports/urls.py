"""Paths of reports."""

from django.urls import path

from reports.views import console, deliverables, toolkit

ASSESSMENT = "o/<slug:org>/assessments/<uuid:assessment>"

app_name = "reports"
urlpatterns = [
    path("demo/", console.demo_console, name="demo-console"),
    path("demo/economics/", console.demo_economics, name="demo-economics"),
    path("toolkit/", toolkit.toolkit_detail, name="toolkit"),
    path("toolkit/<slug:kind>/", toolkit.toolkit_download, name="toolkit-download"),
    path(f"{ASSESSMENT}/deliverables/", deliverables.deliverable_list, name="deliverable-list"),
    path(f"{ASSESSMENT}/snapshots/", deliverables.snapshot_create, name="snapshot-create"),
    path(
        "o/<slug:org>/snapshots/<uuid:snapshot>/deliverables/",
        deliverables.deliverable_create,
        name="deliverable-create",
    ),
    path(
        "o/<slug:org>/snapshots/<uuid:snapshot>/archive/",
        deliverables.snapshot_download,
        name="snapshot-download",
    ),
    path(
        "o/<slug:org>/deliverables/<uuid:deliverable>/file/",
        deliverables.deliverable_download,
        name="deliverable-download",
    ),
]
