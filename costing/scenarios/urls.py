"""Paths of scenarios."""

from django.urls import path

from costing.scenarios import (
    archive,
    clients,
    measured,
    parts,
    pools,
    reassessment,
    replay_pages,
    repricing,
    views,
)

ASSESSMENT = "o/<slug:org>/assessments/<uuid:assessment>/"
CLIENTS = "o/<slug:org>/clients/"
SCENARIO = "o/<slug:org>/scenarios/<uuid:scenario>/"
LOG_REPLAY = "o/<slug:org>/log-replays/<uuid:log_replay>/"
USAGE_IMPORT = "o/<slug:org>/usage-imports/<uuid:usage_import>/"
VIEWS = {
    "client-list": (CLIENTS, clients.portfolio),
    "client-create": (f"{CLIENTS}new/", clients.client_create),
    "client-edit": (f"{CLIENTS}<uuid:client>/edit/", clients.client_edit),
    "client-detail": (f"{CLIENTS}<uuid:client>/", clients.client_detail),
    "reassessment-create": (f"{ASSESSMENT}reassessment/", reassessment.reassessment_create),
    "scenario-list": (f"{ASSESSMENT}scenarios/", views.scenario_list),
    "scenario-create": (f"{ASSESSMENT}scenarios/new/", views.scenario_create),
    "scenario-preview": (f"{ASSESSMENT}scenarios/new/preview/", views.scenario_preview),
    "scenario-compare": (f"{ASSESSMENT}scenarios/compare/", views.scenario_compare),
    "scenario-detail": (SCENARIO, views.scenario_detail),
    "scenario-edit": (f"{SCENARIO}edit/", views.scenario_edit),
    "scenario-edit-preview": (f"{SCENARIO}edit/preview/", views.scenario_edit_preview),
    "scenario-part": (f"{SCENARIO}part/", parts.scenario_part),
    "scenario-duplicate": (f"{SCENARIO}duplicate/", views.scenario_duplicate),
    "scenario-compute": (f"{SCENARIO}compute/", views.scenario_compute),
    "scenario-lever": (f"{SCENARIO}lever/", views.scenario_lever),
    "scenario-pool": (f"{SCENARIO}pool/", pools.scenario_pool),
    "scenario-reprice": (f"{SCENARIO}reprice/", repricing.scenario_reprice),
    "log-replay-list": (f"{SCENARIO}log-replays/", replay_pages.log_replays),
    "log-replay-create": (f"{SCENARIO}log-replays/new/", replay_pages.log_replay_create),
    "log-replay-detail": (LOG_REPLAY, replay_pages.log_replay_detail),
    "log-replay-delete": (f"{LOG_REPLAY}delete/", replay_pages.log_replay_delete),
    "log-replay-hit-ratio": (f"{LOG_REPLAY}hit-ratio/", replay_pages.log_replay_hit_ratio),
    "usage-scenario": (f"{USAGE_IMPORT}scenario/", measured.usage_scenario),
}

app_name = "scenarios"
urlpatterns = [path(route, view, name=name) for name, (route, view) in VIEWS.items()]
urlpatterns += archive.page_paths
# An import's page stands with those of usage; it is made here, for it offers scenarios.
usage_pages = [
    path(USAGE_IMPORT, measured.usage_import_detail, name="usage-import-detail"),
    path(f"{USAGE_IMPORT}coverage/", measured.usage_coverage, name="usage-coverage"),
]
