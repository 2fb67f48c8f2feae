"""Paths of costing."""

from django.urls import path

from costing import views

app_name = "costing"
urlpatterns = [
    path("o/<slug:org>/clients/", views.client_list, name="client-list"),
    path("o/<slug:org>/clients/<uuid:client>/", views.client_detail, name="client-detail"),
    path(
        "o/<slug:org>/assessments/<uuid:assessment>/reassessment/",
        views.reassessment_create,
        name="reassessment-create",
    ),
    path("o/<slug:org>/catalog/", views.model_price_list, name="model-price-list"),
    path("o/<slug:org>/catalog/price-books/", views.price_book_list, name="price-book-list"),
    path(
        "o/<slug:org>/catalog/price-books/<uuid:price_book>/",
        views.price_book_detail,
        name="price-book-detail",
    ),
    path(
        "o/<slug:org>/catalog/contract-prices/",
        views.price_override_list,
        name="price-override-list",
    ),
    path(
        "o/<slug:org>/catalog/contract-prices/new/",
        views.price_override_create,
        name="price-override-create",
    ),
    path(
        "o/<slug:org>/catalog/contract-prices/<uuid:price_override>/end/",
        views.price_override_end,
        name="price-override-end",
    ),
    path("o/<slug:org>/catalog/gpu-offers/", views.gpu_offer_list, name="gpu-offer-list"),
    path("o/<slug:org>/catalog/throughput/", views.throughput_list, name="throughput-list"),
    path("o/<slug:org>/catalog/model-options/", views.model_option_list, name="model-option-list"),
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
        "o/<slug:org>/usage-imports/<uuid:usage_import>/",
        views.usage_import_detail,
        name="usage-import-detail",
    ),
    path(
        "o/<slug:org>/usage-imports/<uuid:usage_import>/delete/",
        views.usage_import_delete,
        name="usage-import-delete",
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
    path(
        "o/<slug:org>/usage-imports/<uuid:usage_import>/reconciliation/",
        views.usage_reconciliation,
        name="usage-reconciliation",
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
