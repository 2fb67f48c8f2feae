"""Every path of the product, app by app; all that the API promises stands below `/api/v1/`."""

from django.urls import URLPattern, URLResolver, include, path

from assessments.api.urls import urlpatterns as assessment_paths
from config import health
from costing.catalog.api import urlpatterns as catalog_paths
from costing.scenarios.api import urlpatterns as scenario_paths
from costing.scenarios.urls import usage_pages
from costing.usage import urls as usage
from costing.usage.api import urlpatterns as usage_paths
from jobs.api import urlpatterns as job_paths
from organizations.api.urls import paths_of_none
from organizations.api.urls import urlpatterns as organization_paths
from reports.api import urlpatterns as report_paths

# Below one path, so that a request's is compared with theirs alone once the organization is read.
paths_of_one = [
    *organization_paths,
    *job_paths,
    *assessment_paths,
    *catalog_paths,
    *usage_paths,
    *scenario_paths,
    *report_paths,
]
api_paths: list[URLPattern | URLResolver] = [
    *paths_of_none,
    path("organizations/<slug:org>/", include(paths_of_one)),
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
