"""Paths of assessments."""

from django.urls import path

from assessments.views import answers, assessments, roadmap

app_name = "assessments"

CLIENT = "o/<slug:org>/clients/<uuid:client>/"
ASSESSMENTS = "o/<slug:org>/assessments/"
ASSESSMENT = f"{ASSESSMENTS}<uuid:assessment>/"
ACTION = "o/<slug:org>/roadmap-actions/<uuid:action>/"
EVIDENCE = "o/<slug:org>/evidence/<uuid:evidence>/"

urlpatterns = [
    path(f"{CLIENT}assessments/new/", assessments.assessment_create, name="assessment-create"),
    path(ASSESSMENTS, assessments.assessment_list, name="assessment-list"),
    path(ASSESSMENT, assessments.assessment_detail, name="assessment-detail"),
    path(f"{ASSESSMENT}edit/", assessments.assessment_edit, name="assessment-edit"),
    path(f"{ASSESSMENT}intake/", answers.intake, name="intake"),
    path(f"{ASSESSMENT}questionnaire/", answers.questionnaire, name="questionnaire"),
    path(f"{ASSESSMENT}answers/", answers.answers_save, name="answers-save"),
    path(
        f"{ASSESSMENT}answers/<slug:kind>/<slug:key>/",
        answers.answer_detail,
        name="answer-detail",
    ),
    path(
        f"{ASSESSMENT}answers/<slug:kind>/<slug:key>/evidence/",
        answers.evidence_create,
        name="evidence-create",
    ),
    path(f"{EVIDENCE}file/", answers.evidence_download, name="evidence-download"),
    path(f"{EVIDENCE}deletion/", answers.evidence_delete, name="evidence-delete"),
    path(f"{ASSESSMENT}notes/", answers.note_list, name="note-list"),
    path(f"{ASSESSMENT}notes/new/", answers.note_create, name="note-create"),
    path(f"{ASSESSMENT}scorecard/", assessments.scorecard, name="scorecard"),
    path(f"{ASSESSMENT}targets/<slug:dimension>/", assessments.target_edit, name="target-edit"),
    path(f"{ASSESSMENT}roadmap/", roadmap.roadmap, name="roadmap"),
    path(f"{ASSESSMENT}roadmap/draft/", roadmap.roadmap_draft, name="roadmap-draft"),
    path(f"{ASSESSMENT}roadmap/team/", roadmap.roadmap_team, name="roadmap-team"),
    path(f"{ASSESSMENT}roadmap/new/", roadmap.action_create, name="action-create"),
    path(f"{ASSESSMENT}roadmap/table/", roadmap.roadmap_table, name="roadmap-table"),
    path(f"{ASSESSMENT}roadmap/dates/", roadmap.roadmap_dates, name="roadmap-dates"),
    path(ACTION, roadmap.action_edit, name="action-edit"),
    path(f"{ASSESSMENT}submission/", assessments.assessment_submit, name="assessment-submit"),
    path(f"{ASSESSMENT}reopening/", assessments.assessment_reopen, name="assessment-reopen"),
    path(f"{ASSESSMENT}return/", assessments.assessment_return, name="assessment-return"),
    path(f"{ASSESSMENT}approval/", assessments.assessment_approve, name="assessment-approve"),
]
