"""Reads of the framework, assessments, answers and scorecards."""

from assessments.selectors.answers import Progress, answer_find, answer_list, answer_progress
from assessments.selectors.assessments import (
    assessment_get,
    assessment_list,
    intake_mark,
    reassessment_find,
    trigger_list,
)
from assessments.selectors.frameworks import (
    framework_current,
    framework_find,
    framework_get,
    framework_latest,
    framework_list,
)
from assessments.selectors.questions import (
    Question,
    Questionnaire,
    Section,
    evidence_get,
    evidence_list,
    note_list,
    note_rows,
    question_find,
    question_list,
    questionnaire_read,
)
from assessments.selectors.scores import (
    AssessmentSummary,
    ClientSummary,
    assessment_summaries,
    client_summaries,
    scorecard_latest,
    scores_compute,
)
from assessments.selectors.targets import (
    KnownCosts,
    chosen_targets,
    costs_find,
    targets_compute,
)

__all__ = [
    "AssessmentSummary",
    "ClientSummary",
    "KnownCosts",
    "Progress",
    "Question",
    "Questionnaire",
    "Section",
    "answer_find",
    "answer_list",
    "answer_progress",
    "assessment_get",
    "assessment_list",
    "assessment_summaries",
    "chosen_targets",
    "client_summaries",
    "costs_find",
    "evidence_get",
    "evidence_list",
    "framework_current",
    "framework_find",
    "framework_get",
    "framework_latest",
    "framework_list",
    "intake_mark",
    "note_list",
    "note_rows",
    "question_find",
    "question_list",
    "questionnaire_read",
    "reassessment_find",
    "scorecard_latest",
    "scores_compute",
    "targets_compute",
    "trigger_list",
]
