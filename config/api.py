"""The REST API's paths, app by app; all that the API promises stands below `/api/v1/`."""

from organizations.api.urls import urlpatterns as organization_paths

app_name = "api"
urlpatterns = [
    *organization_paths,
]
