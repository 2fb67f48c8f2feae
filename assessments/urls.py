"""Paths of clients and their assessments."""

from django.urls import path

from assessments import views

app_name = "assessments"

CLIENTS = "o/<slug:org>/clients/"
CLIENT = f"{CLIENTS}<uuid:client>/"
ASSESSMENTS = "o/<slug:org>/assessments/"
ASSESSMENT = f"{ASSESSMENTS}<uuid:assessment>/"
ACTION = "o/<slug:org>/roadmap-actions/<uuid:action>/"
EVIDENCE = "o/<slug:org>/evidence/<uuid:evidence>/"

urlpatterns = [
    path(f"{CLIENTS}new/", views.client_create, name="client-create"),
    path(f"{CLIENT}edit/", views.client_edit, name="client-edit"),
    path(f"{CLIENT}assessments/new/", views.assessment_create, name="assessment-create"),
    path(ASSESSMENTS, views.assessment_list, name="assessment-list"),
    path(ASSESSMENT, views.assessment_detail, name="assessment-detail"),
    path(f"{ASSESSMENT}edit/", views.assessment_edit, name="assessment-edit"),
    path(f"{ASSESSMENT}intake/", views.intake, name="intake"),
    path(f"{ASSESSMENT}questionnaire/", views.questionnaire, name="questionnaire"),
    path(
        f"{ASSESSMENT}answers/<slug:kind>/<slug:key>/",
        views.answer_detail,
        name="answer-detail",
    ),
    path(
        f"{ASSESSMENT}answers/<slug:kind>/<slug:key>/evidence/",
        views.evidence_create,
        name="evidence-create",
    ),
    path(f"{EVIDENCE}file/", views.evidence_download, name="evidence-download"),
    path(f"{EVIDENCE}deletion/", views.evidence_delete, name="evidence-delete"),
    path(f"{ASSESSMENT}notes/", views.note_list, name="note-list"),
    path(f"{ASSESSMENT}notes/new/", views.note_create, name="note-create"),
    path(f"{ASSESSMENT}scorecard/", views.scorecard, name="scorecard"),
    path(f"{ASSESSMENT}targets/<slug:dimension>/", views.target_edit, name="target-edit"),
    path(f"{ASSESSMENT}roadmap/", views.roadmap, name="roadmap"),
    path(f"{ASSESSMENT}roadmap/draft/", views.roadmap_draft, name="roadmap-draft"),
    path(f"{ASSESSMENT}roadmap/new/", views.action_create, name="action-create"),
    path(f"{ASSESSMENT}roadmap/table/", views.roadmap_table, name="roadmap-table"),
    path(f"{ASSESSMENT}roadmap/dates/", views.roadmap_dates, name="roadmap-dates"),
    path(ACTION, views.action_edit, name="action-edit"),
    path(f"{ASSESSMENT}submission/", views.assessment_submit, name="assessment-submit"),
    path(f"{ASSESSMENT}reopening/", views.assessment_reopen, name="assessment-reopen"),
    path(f"{ASSESSMENT}return/", views.assessment_return, name="assessment-return"),
    path(f"{ASSESSMENT}approval/", views.assessment_approve, name="assessment-approve"),
]
