"""Paths of the API of catalog."""

from django.urls import path

from costing.catalog.api import catalog, offers, price_books, price_overrides

ORGANIZATION = "organizations/<slug:org>/"
PRICE_BOOK = f"{ORGANIZATION}price-books/<uuid:price_book>/"
PRICE_OVERRIDE = f"{ORGANIZATION}price-overrides/<uuid:price_override>/"
urlpatterns = [
    path(
        f"{ORGANIZATION}price-books/", price_books.PriceBookList.as_view(), name="price-book-list"
    ),
    path(PRICE_BOOK, price_books.PriceBookDetail.as_view(), name="price-book-detail"),
    path(f"{PRICE_BOOK}report/", price_books.PriceBookReport.as_view(), name="price-book-report"),
    path(f"{PRICE_BOOK}changes/", price_books.PriceChangeList.as_view(), name="price-change-list"),
    path(f"{PRICE_BOOK}lints/", price_books.PriceLintList.as_view(), name="price-lint-list"),
    path(f"{PRICE_BOOK}model-prices/", catalog.ModelPriceList.as_view(), name="model-price-list"),
    path(
        f"{ORGANIZATION}price-overrides/",
        price_overrides.PriceOverrideList.as_view(),
        name="price-override-list",
    ),
    path(
        PRICE_OVERRIDE,
        price_overrides.PriceOverrideDetail.as_view(),
        name="price-override-detail",
    ),
    path(
        f"{PRICE_OVERRIDE}ending/",
        price_overrides.PriceOverrideEnding.as_view(),
        name="price-override-ending",
    ),
    path(f"{ORGANIZATION}gpu-offers/", offers.GpuOfferList.as_view(), name="gpu-offer-list"),
    path(f"{ORGANIZATION}offer-books/", offers.OfferBookList.as_view(), name="offer-book-list"),
    path(
        f"{ORGANIZATION}throughput-profiles/",
        offers.ThroughputProfileList.as_view(),
        name="throughput-profile-list",
    ),
]
