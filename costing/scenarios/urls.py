"""Paths of scenarios."""

from django.urls import path

from costing.scenarios import clients, views
from costing.scenarios.reassessment import reassessment_create

app_name = "scenarios"
urlpatterns = [
    path("o/<slug:org>/clients/", clients.portfolio, name="client-list"),
    path("o/<slug:org>/clients/new/", clients.client_create, name="client-create"),
    path("o/<slug:org>/clients/<uuid:client>/edit/", clients.client_edit, name="client-edit"),
    path("o/<slug:org>/clients/<uuid:client>/", clients.client_detail, name="client-detail"),
    path(
        "o/<slug:org>/assessments/<uuid:assessment>/reassessment/",
        reassessment_create,
        name="reassessment-create",
    ),
    path(
        "o/<slug:org>/assessments/<uuid:assessment>/scenarios/",
        views.scenario_list,
        name="scenario-list",
    ),
    path(
        "o/<slug:org>/assessments/<uuid:assessment>/scenarios/new/",
        views.scenario_create,
        name="scenario-create",
    ),
    path(
        "o/<slug:org>/usage-imports/<uuid:usage_import>/",
        views.usage_import_detail,
        name="usage-import-detail",
    ),
    path(
        "o/<slug:org>/assessments/<uuid:assessment>/scenarios/compare/",
        views.scenario_compare,
        name="scenario-compare",
    ),
    path(
        "o/<slug:org>/assessments/<uuid:assessment>/scenarios/new/preview/",
        views.scenario_preview,
        name="scenario-preview",
    ),
    path(
        "o/<slug:org>/scenarios/<uuid:scenario>/edit/preview/",
        views.scenario_edit_preview,
        name="scenario-edit-preview",
    ),
    path(
        "o/<slug:org>/usage-imports/<uuid:usage_import>/scenario/",
        views.usage_scenario,
        name="usage-scenario",
    ),
    path("o/<slug:org>/scenarios/<uuid:scenario>/", views.scenario_detail, name="scenario-detail"),
    path("o/<slug:org>/scenarios/<uuid:scenario>/edit/", views.scenario_edit, name="scenario-edit"),
    path("o/<slug:org>/scenarios/<uuid:scenario>/pool/", views.scenario_pool, name="scenario-pool"),
    path(
        "o/<slug:org>/scenarios/<uuid:scenario>/reprice/",
        views.scenario_reprice,
        name="scenario-reprice",
    ),
    path(
        "o/<slug:org>/scenarios/<uuid:scenario>/compute/",
        views.scenario_compute,
        name="scenario-compute",
    ),
]
