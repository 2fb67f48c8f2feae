"""Paths of the API of usage."""

from django.urls import path

from costing.usage.api import reconciliation, usage

ORGANIZATION = "organizations/<slug:org>/"
USAGE_IMPORT = f"{ORGANIZATION}usage-imports/<uuid:usage_import>/"
urlpatterns = [
    path(
        f"{ORGANIZATION}assessments/<uuid:assessment>/usage-imports/",
        usage.UsageImportList.as_view(),
        name="usage-import-list",
    ),
    path(USAGE_IMPORT, usage.UsageImportDetail.as_view(), name="usage-import-detail"),
    path(f"{USAGE_IMPORT}bad-rows/", usage.UsageBadRowList.as_view(), name="usage-bad-row-list"),
    path(
        f"{USAGE_IMPORT}reconciliation/",
        reconciliation.UsageReconciliation.as_view(),
        name="usage-reconciliation",
    ),
    path(f"{USAGE_IMPORT}figures/", usage.UsageFiguresDetail.as_view(), name="usage-figures"),
]
