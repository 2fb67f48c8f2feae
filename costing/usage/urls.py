"""Paths of usage."""

from django.urls import path

from costing.usage import views

app_name = "usage"
urlpatterns = [
    path(
        "o/<slug:org>/assessments/<uuid:assessment>/usage/",
        views.usage_import_list,
        name="usage-import-list",
    ),
    path(
        "o/<slug:org>/assessments/<uuid:assessment>/usage/new/",
        views.usage_import_create,
        name="usage-import-create",
    ),
    path(
        "o/<slug:org>/usage-imports/<uuid:usage_import>/delete/",
        views.usage_import_delete,
        name="usage-import-delete",
    ),
    path(
        "o/<slug:org>/usage-imports/<uuid:usage_import>/reconciliation/",
        views.usage_reconciliation,
        name="usage-reconciliation",
    ),
]
