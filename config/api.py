"""The REST API's paths, app by app; all that the API promises stands below `/api/v1/`."""

from assessments.api.urls import urlpatterns as assessment_paths
from costing.catalog.api import urlpatterns as catalog_paths
from costing.scenarios.api import urlpatterns as scenario_paths
from costing.usage.api import urlpatterns as usage_paths
from jobs.api import urlpatterns as job_paths
from organizations.api.urls import urlpatterns as organization_paths
from reports.api import urlpatterns as report_paths

app_name = "api"
urlpatterns = [
    *organization_paths,
    *job_paths,
    *assessment_paths,
    *catalog_paths,
    *usage_paths,
    *scenario_paths,
    *report_paths,
]
