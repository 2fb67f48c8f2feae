"""Pages of clients and their assessments."""

from assessments.views.answers import answer_detail, questionnaire
from assessments.views.assessments import (
    assessment_approve,
    assessment_create,
    assessment_detail,
    assessment_edit,
    assessment_list,
    assessment_reopen,
    assessment_return,
    assessment_submit,
    scorecard,
)
from assessments.views.clients import client_create, client_edit
from assessments.views.evidence import evidence_create, evidence_delete, evidence_download
from assessments.views.intake import intake
from assessments.views.notes import note_create, note_list
from assessments.views.roadmap import (
    action_create,
    action_edit,
    roadmap,
    roadmap_dates,
    roadmap_draft,
    roadmap_table,
)
from assessments.views.targets import target_edit

__all__ = [
    "action_create",
    "action_edit",
    "answer_detail",
    "assessment_approve",
    "assessment_create",
    "assessment_detail",
    "assessment_edit",
    "assessment_list",
    "assessment_reopen",
    "assessment_return",
    "assessment_submit",
    "client_create",
    "client_edit",
    "evidence_create",
    "evidence_delete",
    "evidence_download",
    "intake",
    "note_create",
    "note_list",
    "questionnaire",
    "roadmap",
    "roadmap_dates",
    "roadmap_draft",
    "roadmap_table",
    "scorecard",
    "target_edit",
]
