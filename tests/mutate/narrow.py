"""The tests that are made to miss the guards of a module: those to run first without one."""

RACES = "tests/guarantees/test_races.py"
TENANCY = "tests/organizations/test_tenancy.py"
BASICS = "tests/organizations/test_web_basics.py"


def races(*names: str) -> tuple[str, ...]:
    """Tests of `tests/guarantees/test_races.py`."""
    return tuple(f"{RACES}::test_{name}" for name in names)


NARROW: dict[str, tuple[str, ...]] = {
    "assessments/selectors/assessments.py": ("tests/costing/test_clients.py",),
    "assessments/services/answers.py": (
        *races("of_two_who_delete_a_shared_file_the_last_removes_it"),
        "tests/assessments/test_concurrent_answers.py",
        "tests/assessments/test_answers.py",
    ),
    "assessments/services/assessments.py": races(
        "an_answer_that_comes_while_it_is_submitted_is_refused",
        "a_submission_that_is_reopened_meanwhile_stores_no_scorecard",
    ),
    "assessments/services/roadmap.py": (
        *races(
            "of_two_who_change_an_action_one_is_refused",
            "a_roadmap_has_no_more_actions_than_it_may",
            "drafting_again_keeps_a_title_that_is_typed_meanwhile",
        ),
        "tests/assessments/test_roadmap_rows.py",
    ),
    "assessments/services/targets.py": races(
        "a_target_is_chosen_twice_at_once",
        "a_target_is_cleared_once",
        "measured_usage_is_recorded_once",
        "costs_of_an_older_result_do_not_replace_newer_ones",
    ),
    "config/settings/base.py": (BASICS,),
    "config/settings/production.py": (BASICS,),
    "costing/catalog/models.py": (TENANCY,),
    "costing/catalog/price_overrides.py": (
        *races("two_contract_prices_do_not_overlap", "a_contract_price_ends_once"),
        "tests/costing/test_price_overrides.py",
    ),
    "costing/scenarios/selectors.py": (
        "tests/costing/test_clients.py",
        "tests/costing/test_comparisons.py",
        "tests/costing/test_views.py",
    ),
    "costing/scenarios/services.py": (
        *races("of_two_who_save_a_scenario_one_is_refused"),
        "tests/costing/test_services.py",
    ),
    "costing/usage/services.py": races(
        "usage_is_stored_once",
        "usage_is_discarded_once",
        "usage_that_is_removed_twice_is_missing_the_second_time",
        "usage_that_is_sent_again_while_it_is_removed_is_refused",
    ),
    "jobs/run.py": races(
        "a_run_whose_lease_is_reaped_meanwhile_stores_nothing",
        "a_lease_that_is_reaped_meanwhile_is_not_extended",
        "a_refusal_that_comes_after_the_lease_was_reaped_ends_nothing",
    ),
    "jobs/selectors.py": ("tests/jobs/test_services.py", "tests/guarantees/test_fairness.py"),
    "jobs/services.py": races(
        "a_job_is_taken_by_one_worker",
        "a_job_that_ended_meanwhile_is_not_cancelled",
        "a_message_is_sent_by_one_relay",
        "a_job_that_ends_meanwhile_is_not_reaped",
        "a_refusal_that_comes_after_the_lease_was_reaped_ends_nothing",
    ),
    "organizations/api/views.py": races(
        "a_client_that_is_renamed_meanwhile_is_no_longer_what_if_match_names"
    ),
    "organizations/models.py": (TENANCY,),
    "organizations/selectors.py": (
        *races(
            "nobody_is_deactivated_while_what_they_asked_for_is_stored",
            "no_key_is_revoked_while_what_it_asked_for_is_stored",
        ),
        "tests/guarantees/test_revocation.py",
        BASICS,
        "tests/organizations/test_members.py",
        "tests/organizations/test_several_firms.py",
        "tests/api/test_foundation.py",
        "tests/assessments/test_notices.py",
        "tests/assessments/test_roadmap_pages.py",
        "tests/costing/test_clients.py",
    ),
    "organizations/services/api_keys.py": races("an_api_key_is_revoked_once"),
    "organizations/services/outbox.py": ("tests/guarantees/test_mail_down.py",),
    "organizations/services/invitations.py": races(
        "an_invitation_that_is_taken_back_is_not_renewed", "an_invitation_is_accepted_once"
    ),
    "organizations/services/organizations.py": (
        *races("of_two_owners_who_leave_one_stays", "an_organization_of_one_name_is_founded_once"),
        "tests/organizations/test_members.py",
        "tests/organizations/test_services.py",
    ),
    "organizations/tenancy.py": (TENANCY,),
    "reports/sharing/services.py": races("a_share_link_is_revoked_once"),
    "reports/snapshots/services.py": races("two_snapshots_of_one_content_are_one"),
}
