"""Paths of usage."""

from django.urls import path

from costing.usage import views
from costing.usage.pulls.urls import urlpatterns as pull_paths

app_name = "usage"
IMPORTS = "o/<slug:org>/assessments/<uuid:assessment>/usage/"
IMPORT = "o/<slug:org>/usage-imports/<uuid:usage_import>/"
urlpatterns = [
    path(IMPORTS, views.usage_import_list, name="usage-import-list"),
    path(f"{IMPORTS}new/", views.usage_import_create, name="usage-import-create"),
    path(f"{IMPORTS}preview/", views.usage_import_preview, name="usage-import-preview"),
    path(f"{IMPORTS}merge/", views.usage_import_merge, name="usage-import-merge"),
    path(f"{IMPORT}reconciliation/", views.usage_reconciliation, name="usage-reconciliation"),
    *pull_paths,
]
