"""Writes of framework versions, assessments, answers and scorecards."""

from assessments.services.actions import ActionInput, add_action, change_action, said_of
from assessments.services.answers import save_answer
from assessments.services.assessments import (
    create_assessment,
    edit_assessment,
    give_intake,
    set_weights,
)
from assessments.services.bulk import AnswerEntry, save_answers
from assessments.services.costs import CostSource, keep_costs
from assessments.services.evidence import add_file, add_link, delete_evidence
from assessments.services.frameworks import load_latest_framework, publish_framework
from assessments.services.measures import record_measured_usage
from assessments.services.notes import add_note
from assessments.services.reassessments import start_reassessment
from assessments.services.reviews import (
    approve_assessment,
    reopen_assessment,
    return_assessment,
    submit_assessment,
)
from assessments.services.roadmap import apply_draft, check_day
from assessments.services.scorecards import SCORECARD_JOB, store_scorecard
from assessments.services.targets import choose_target, clear_target

__all__ = [
    "SCORECARD_JOB",
    "ActionInput",
    "AnswerEntry",
    "CostSource",
    "add_action",
    "add_file",
    "add_link",
    "add_note",
    "apply_draft",
    "approve_assessment",
    "change_action",
    "check_day",
    "choose_target",
    "clear_target",
    "create_assessment",
    "delete_evidence",
    "edit_assessment",
    "give_intake",
    "keep_costs",
    "load_latest_framework",
    "publish_framework",
    "record_measured_usage",
    "reopen_assessment",
    "return_assessment",
    "said_of",
    "save_answer",
    "save_answers",
    "set_weights",
    "start_reassessment",
    "store_scorecard",
    "submit_assessment",
]
