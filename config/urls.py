"""Every path of the product, app by app; all that the API promises stands below `/api/v1/`."""

from django.urls import include, path

from assessments.api.urls import urlpatterns as assessment_paths
from config import health
from costing.catalog.api import urlpatterns as catalog_paths
from costing.scenarios.api import urlpatterns as scenario_paths
from costing.scenarios.urls import usage_pages
from costing.usage import urls as usage
from costing.usage.api import urlpatterns as usage_paths
from jobs.api import urlpatterns as job_paths
from organizations.api.urls import urlpatterns as organization_paths
from reports.api import urlpatterns as report_paths

api_paths = [
    *organization_paths,
    *job_paths,
    *assessment_paths,
    *catalog_paths,
    *usage_paths,
    *scenario_paths,
    *report_paths,
]
urlpatterns = [
    path("healthz/", health.healthz, name="healthz"),
    path("accounts/", include("allauth.urls")),
    path("api/v1/", include((api_paths, "api"))),
    path("", include("organizations.urls")),
    path("", include("jobs.urls")),
    path("", include("assessments.urls")),
    path("", include("costing.catalog.urls")),
    path("", include(([*usage.urlpatterns, *usage_pages], usage.app_name))),
    path("", include("costing.scenarios.urls")),
    path("", include("reports.urls")),
]
handler400 = "config.errors.bad_request"
handler404 = "config.errors.not_found"
handler500 = "config.errors.server_error"
