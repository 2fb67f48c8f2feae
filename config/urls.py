"""Every path of the product, app by app."""

from django.urls import include, path

from config import health

urlpatterns = [
    path("healthz/", health.healthz, name="healthz"),
    path("accounts/", include("allauth.urls")),
    path("api/v1/", include("config.api")),
    path("", include("organizations.urls")),
    path("", include("jobs.urls")),
    path("", include("assessments.urls")),
    path("", include("costing.catalog.urls")),
    path("", include("costing.usage.urls")),
    path("", include("costing.scenarios.urls")),
    path("", include("reports.urls")),
]
handler400 = "config.errors.bad_request"
handler404 = "config.errors.not_found"
handler500 = "config.errors.server_error"
