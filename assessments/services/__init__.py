"""Writes of framework versions, assessments, answers and scorecards."""

from assessments.services.answers import (
    AnswerEntry,
    add_file,
    add_link,
    add_note,
    delete_evidence,
    save_answer,
    save_answers,
)
from assessments.services.assessments import (
    SCORECARD_JOB,
    approve_assessment,
    create_assessment,
    edit_assessment,
    give_intake,
    note_publication,
    publish_framework,
    reopen_assessment,
    return_assessment,
    set_weights,
    store_scorecard,
    submit_assessment,
)
from assessments.services.notices import NOTICE_JOB, queue_notices, request_notice
from assessments.services.reassessments import start_reassessment
from assessments.services.roadmap import (
    ActionInput,
    action_content,
    add_action,
    apply_draft,
    change_action,
    check_day,
    set_team_size,
)
from assessments.services.summaries import (
    keep_assessment_summary,
    lock_client_summary,
    lock_to_keep,
    note_activity,
)
from assessments.services.targets import (
    CostSource,
    choose_target,
    clear_target,
    forget_costs,
    keep_costs,
    record_measured_usage,
)
