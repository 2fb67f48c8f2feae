"""Paths of catalog."""

from django.urls import path

from costing.catalog import views

app_name = "catalog"
urlpatterns = [
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
    path("o/<slug:org>/catalog/hosted/", views.hosted_price_list, name="hosted-price-list"),
    path(
        "o/<slug:org>/catalog/measured-points/",
        views.measured_point_list,
        name="measured-point-list",
    ),
    path(
        "o/<slug:org>/catalog/model-options/",
        views.model_option_list,
        name="model-option-list",
    ),
]
