"""Paths of jobs."""

from django.urls import path

from jobs import views

app_name = "jobs"
urlpatterns = [
    path("o/<slug:org>/jobs/<uuid:job>/", views.job_progress, name="job-progress"),
    path("o/<slug:org>/jobs/<uuid:job>/cancellation/", views.job_cancel, name="job-cancel"),
]
