"""Paths of the pages of pulls."""

from django.urls import path

from costing.usage.pulls import views

PULLS = "o/<slug:org>/assessments/<uuid:assessment>/usage/pulls/"
PULL = "o/<slug:org>/usage-pulls/<uuid:usage_pull>/"
urlpatterns = [
    path(PULLS, views.pull_list, name="pull-list"),
    path(f"{PULLS}new/", views.pull_create, name="pull-create"),
    path(PULL, views.pull_detail, name="pull-detail"),
    path(f"{PULL}run/", views.pull_run, name="pull-run"),
    path(f"{PULL}key/", views.pull_key, name="pull-key"),
    path(f"{PULL}schedule/", views.pull_schedule, name="pull-schedule"),
    path(f"{PULL}stop/", views.pull_stop, name="pull-stop"),
]
