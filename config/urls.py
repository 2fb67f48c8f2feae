"""Every path of the product, app by app."""

from django.urls import include, path

from config import health

urlpatterns = [
    path("healthz/", health.healthz, name="healthz"),
    path("accounts/", include("allauth.urls")),
    path("", include("organizations.urls")),
    path("", include("jobs.urls")),
    path("", include("assessments.urls")),
    path("", include("costing.urls")),
    path("", include("reports.urls")),
]
handler404 = "organizations.views.page_not_found"
