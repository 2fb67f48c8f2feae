"""Paths of the API on prices and scenarios; each relative to `api/v1/`."""

from django.urls import path

from costing.api import (
    catalog,
    comparisons,
    offers,
    price_books,
    price_overrides,
    reassessments,
    repricing,
    scenarios,
    usage,
    usage_economics,
)

ORGANIZATION = "organizations/<slug:org>/"
PRICE_BOOK = f"{ORGANIZATION}price-books/<uuid:price_book>/"
PRICE_OVERRIDE = f"{ORGANIZATION}price-overrides/<uuid:price_override>/"
SCENARIO = f"{ORGANIZATION}scenarios/<uuid:scenario>/"
USAGE_IMPORT = f"{ORGANIZATION}usage-imports/<uuid:usage_import>/"

urlpatterns = [
    path(
        f"{ORGANIZATION}assessments/<uuid:assessment>/reassessment/",
        reassessments.AssessmentReassessment.as_view(),
        name="assessment-reassessment",
    ),
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
    path(f"{SCENARIO}repricing/", repricing.ScenarioRepricing.as_view(), name="scenario-repricing"),
    path(f"{ORGANIZATION}gpu-offers/", offers.GpuOfferList.as_view(), name="gpu-offer-list"),
    path(f"{ORGANIZATION}offer-books/", offers.OfferBookList.as_view(), name="offer-book-list"),
    path(
        f"{ORGANIZATION}throughput-profiles/",
        offers.ThroughputProfileList.as_view(),
        name="throughput-profile-list",
    ),
    path(
        f"{ORGANIZATION}pool-proposals/",
        offers.PoolProposalList.as_view(),
        name="pool-proposal-list",
    ),
    path(
        f"{ORGANIZATION}assessments/<uuid:assessment>/scenarios/",
        scenarios.ScenarioList.as_view(),
        name="scenario-list",
    ),
    path(
        f"{ORGANIZATION}assessments/<uuid:assessment>/comparisons/",
        comparisons.ComparisonList.as_view(),
        name="comparison-list",
    ),
    path(SCENARIO, scenarios.ScenarioDetail.as_view(), name="scenario-detail"),
    path(
        f"{SCENARIO}computations/",
        scenarios.ScenarioComputation.as_view(),
        name="scenario-computation",
    ),
    path(f"{SCENARIO}result/", scenarios.ScenarioResult.as_view(), name="scenario-result"),
    path(
        f"{ORGANIZATION}results/<uuid:result>/",
        scenarios.ResultDetail.as_view(),
        name="result-detail",
    ),
    path(
        f"{ORGANIZATION}assessments/<uuid:assessment>/usage-imports/",
        usage.UsageImportList.as_view(),
        name="usage-import-list",
    ),
    path(USAGE_IMPORT, usage.UsageImportDetail.as_view(), name="usage-import-detail"),
    path(f"{USAGE_IMPORT}bad-rows/", usage.UsageBadRowList.as_view(), name="usage-bad-row-list"),
    path(
        f"{USAGE_IMPORT}scenarios/",
        usage_economics.UsageScenario.as_view(),
        name="usage-scenario",
    ),
    path(
        f"{USAGE_IMPORT}reconciliation/",
        usage_economics.UsageReconciliation.as_view(),
        name="usage-reconciliation",
    ),
    path(f"{USAGE_IMPORT}figures/", usage.UsageFiguresDetail.as_view(), name="usage-figures"),
    path(f"{ORGANIZATION}estimates/", scenarios.EstimateList.as_view(), name="estimate-list"),
]
