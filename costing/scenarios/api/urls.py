"""Paths of the API of scenarios."""

from django.urls import path

from costing.scenarios.api import comparisons, measured, pools, reassessments, repricing, scenarios

ORGANIZATION = "organizations/<slug:org>/"
SCENARIO = f"{ORGANIZATION}scenarios/<uuid:scenario>/"
USAGE_IMPORT = f"{ORGANIZATION}usage-imports/<uuid:usage_import>/"
urlpatterns = [
    path(
        f"{ORGANIZATION}assessments/<uuid:assessment>/reassessment/",
        reassessments.AssessmentReassessment.as_view(),
        name="assessment-reassessment",
    ),
    path(f"{SCENARIO}repricing/", repricing.ScenarioRepricing.as_view(), name="scenario-repricing"),
    path(
        f"{ORGANIZATION}pool-proposals/",
        pools.PoolProposalList.as_view(),
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
        f"{USAGE_IMPORT}scenarios/",
        measured.UsageScenario.as_view(),
        name="usage-scenario",
    ),
    path(f"{ORGANIZATION}estimates/", scenarios.EstimateList.as_view(), name="estimate-list"),
]
