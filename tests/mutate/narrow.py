"""The tests that are made to miss a guard, by the module and function that it stands in."""

RACES = "tests/guarantees/races"
TENANCY = "tests/organizations/test_tenancy.py"
BASICS = "tests/organizations/test_web_basics.py"
COPIES = "tests/organizations/test_session_copies.py"
MEMBERS = "tests/organizations/test_members.py"
SERVICES = "tests/organizations/test_services.py"
NOTICES = "tests/assessments/test_notices.py"
COMPARISONS = "tests/costing/test_comparisons.py"
USAGE = "tests/costing/test_usage_imports.py"
COSTS = "tests/costing/test_costs_of_parts.py"
ARCHIVE = "tests/costing/test_archive.py"
KEPT = "tests/costing/test_summaries.py::test_kept_is_what_rebuilding_comes_to"
SCOPED = f"{TENANCY}::test_scope_filters_without_row_level_security"


def races(subject: str, *names: str) -> tuple[str, ...]:
    """Tests of `tests/guarantees/races`."""
    return tuple(f"{RACES}/test_{subject}.py::test_{name}" for name in names)


def archive(*names: str) -> tuple[str, ...]:
    """Tests of `tests/costing/test_archive.py`."""
    return tuple(f"{ARCHIVE}::test_{name}" for name in names)


NARROW: dict[str, tuple[str, ...]] = {
    "assessments/selectors/assessments.py::assessment_before": (
        "tests/reports/test_scorecard.py"
        "::test_a_snapshot_freezes_the_scores_of_the_last_approved_assessment",
    ),
    "organizations/services/branding.py::change_branding": races(
        "organizations", "of_two_who_change_the_brand_both_are_kept"
    ),
    "reports/documents/workbook/summary.py::_cases": (
        "tests/reports/workbook/test_workbook_file.py"
        "::test_cases_of_another_engine_are_not_counted_again",
    ),
    "assessments/selectors/assessments.py::assessment_list": (
        "tests/costing/test_clients.py::test_clients_page_lists_its_own_assessments_alone",
    ),
    "assessments/selectors/assessments.py::assessments_standing": archive(
        "an_archived_assessment_leaves_the_clients_history",
        "an_archived_client_leaves_lists_sums_pages_and_links",
    ),
    "assessments/selectors/assessments.py::note_rows": archive("an_archived_note_leaves_the_notes"),
    "assessments/selectors/roadmap.py::action_list": archive(
        "an_archived_action_promises_nothing_and_is_not_drafted_anew"
    ),
    "assessments/services/answers.py::_save_answer": (
        "tests/assessments/test_answers.py"
        "::test_stale_version_gets_the_current_value_and_changes_nothing",
    ),
    "assessments/services/answers.py::_is_repeated": (
        "tests/assessments/test_answers.py"
        "::test_repeating_an_answer_that_was_replaced_since_is_a_conflict",
    ),
    "assessments/services/answers.py::delete_evidence": races(
        "assessments", "of_two_who_delete_a_shared_file_the_last_removes_it"
    ),
    "assessments/services/summaries.py::lock_to_keep": races(
        "assessments", "a_summary_that_is_rebuilt_while_an_answer_is_saved_counts_it"
    ),
    "assessments/services/summaries.py::lock_client_summary": races(
        "assessments", "of_two_who_change_a_client_the_later_keeps_what_the_earlier_did"
    ),
    "costing/scenarios/summaries.py::rebuild_summaries": (KEPT,),
    "costing/scenarios/summaries.py::_latest": (KEPT,),
    "costing/scenarios/summaries.py::_newest": (KEPT,),
    "costing/scenarios/portfolio.py::client_summaries": archive(
        "an_archived_client_leaves_lists_sums_pages_and_links"
    ),
    "assessments/selectors/assessments.py": races(
        "assessments", "an_answer_that_comes_while_it_is_submitted_is_refused"
    ),
    "assessments/services/assessments.py": races(
        "assessments",
        "a_submission_that_is_reopened_meanwhile_stores_no_scorecard",
        "a_target_is_chosen_twice_at_once",
    ),
    "assessments/services/roadmap.py::lock_roadmap": races(
        "assessments", "drafting_again_keeps_a_title_that_is_typed_meanwhile"
    ),
    "assessments/services/roadmap.py::change_action": races(
        "assessments", "of_two_who_change_an_action_one_is_refused"
    ),
    "assessments/services/targets.py::forget_costs": races(
        "scenarios", "costs_of_two_parts_computed_at_once_are_both_added_up"
    ),
    "config/places.py::_counted": (
        "tests/config/test_places.py::test_tabs_say_how_far_each_part_is",
        f"{USAGE}::test_an_archived_import_is_on_no_page_and_can_be_undone",
    ),
    "config/settings/base.py": (f"{BASICS}::test_private_page_is_protected_and_kept_by_no_cache",),
    "config/settings/production.py": (f"{BASICS}::test_production_is_https_alone",),
    "costing/catalog/models.py::PriceOverride": (SCOPED,),
    "costing/catalog/price_overrides.py::price_overrides_of": (
        "tests/costing/test_price_overrides.py"
        "::test_contract_price_of_a_client_wins_for_that_client_alone",
    ),
    "costing/catalog/price_overrides.py::create_price_override": races(
        "scenarios", "two_contract_prices_do_not_overlap"
    ),
    "costing/catalog/price_overrides.py::end_price_override": races(
        "scenarios", "a_contract_price_ends_once"
    ),
    "costing/catalog/price_overrides.py::_refuse_overlap": (
        "tests/costing/test_price_overrides.py::test_contract_prices_of_a_model_never_overlap",
    ),
    "costing/scenarios/parts.py::lock_workload": races(
        "scenarios", "two_parts_do_not_replace_each_other"
    ),
    "costing/scenarios/replays.py::_locked": races("usage", "a_replay_is_deleted_once"),
    "costing/scenarios/selectors.py::economics_change": (
        "tests/costing/test_views.py"
        "::test_scenario_detail_after_a_change_says_that_figures_are_stale",
    ),
    "costing/scenarios/selectors.py::scenario_list_of_client": (
        f"{COMPARISONS}::test_page_offers_the_clients_own_scenarios_alone",
    ),
    "costing/scenarios/selectors.py::workload_economics": archive(
        "the_newest_scenario_that_is_left_decides_what_the_assessment_knows"
    ),
    "costing/scenarios/selectors.py::part_economics": (
        f"{COSTS}::test_what_is_restored_alone_is_read_again",
        f"{COSTS}::test_an_alternative_reads_nothing_until_it_is_a_part",
    ),
    "costing/scenarios/selectors.py::scenarios_standing": archive(
        "an_archived_scenario_leaves_client_portfolio_and_comparisons",
        "scenarios_of_an_archived_assessment_leave_client_portfolio_and_comparisons",
    ),
    "costing/scenarios/selectors.py::scenario_list": archive(
        "the_newest_scenario_that_is_left_decides_what_the_assessment_knows"
    ),
    "costing/scenarios/selectors.py::part_list": archive("an_archived_part_cannot_be_replaced"),
    "costing/scenarios/selectors.py::scenarios_compared": (
        f"{COMPARISONS}::test_page_knows_no_scenario_of_anybody_else",
        f"{COMPARISONS}::test_result_of_older_figures_is_marked",
    ),
    "costing/scenarios/services.py::scenario_locked": (
        *races("scenarios", "of_two_who_save_a_scenario_one_is_refused"),
        "tests/costing/test_services.py::test_save_scenario_of_a_stale_version_changes_nothing",
    ),
    "costing/usage/pulls/services.py::lock_pull": races(
        "usage", "pull_that_was_stopped_runs_no_more_often"
    ),
    "costing/usage/pulls/storing.py::_import_of": races(
        "usage", "what_a_file_covers_is_kept_while_a_pull_adds_to_it"
    ),
    "costing/usage/selectors/imports.py::usage_import_list": (
        f"{USAGE}::test_archiving_an_import_keeps_it_with_its_cells",
    ),
    "costing/usage/selectors/imports.py::time_zone_of": (
        "tests/api/test_usage.py::test_what_a_file_covers_is_said_and_the_month_follows",
    ),
    "costing/usage/services/coverage.py::change_coverage": races(
        "usage", "of_two_who_say_what_a_file_covers_the_second_sees_the_first"
    ),
    "costing/usage/services/sending.py::_standing": races(
        "usage", "usage_that_is_sent_again_while_it_is_archived_is_refused"
    ),
    "costing/usage/services/storing.py::store_usage": races("usage", "usage_is_stored_once"),
    "costing/usage/services/storing.py::discard_usage_import": races(
        "usage", "usage_is_discarded_once"
    ),
    "jobs/run.py::held": races(
        "jobs",
        "a_run_whose_lease_is_reaped_meanwhile_stores_nothing",
        "a_lease_that_is_reaped_meanwhile_is_not_extended",
        "a_refusal_that_comes_after_the_lease_was_reaped_ends_nothing",
    ),
    "jobs/selectors.py::turn_next": ("tests/guarantees/test_fairness.py",),
    "jobs/services.py::claim_job": races("jobs", "a_job_is_taken_by_one_worker"),
    "jobs/services.py::reap_jobs": races("jobs", "a_job_that_ends_meanwhile_is_not_reaped"),
    "jobs/services.py::take_due_tickets": races("jobs", "a_message_is_sent_by_one_relay"),
    "jobs/services.py::cancel_job": races("jobs", "a_job_that_ended_meanwhile_is_not_cancelled"),
    "organizations/api/views.py::_unchanged": races(
        "organizations", "a_client_that_is_renamed_meanwhile_is_no_longer_what_if_match_names"
    ),
    "organizations/models.py::TenantModel": (
        f"{TENANCY}::test_new_table_of_a_tenant_is_scoped_unless_it_says_otherwise",
    ),
    "organizations/models.py::Client": (SCOPED,),
    "organizations/models.py::ClientModel": (SCOPED,),
    "organizations/models.py::OptionalClientModel": (SCOPED,),
    "organizations/prepared.py::_compiled": (
        "tests/organizations/test_prepared.py::test_each_tenant_and_each_client_finds_its_own_rows",
    ),
    "organizations/selectors.py::client_list": archive(
        "an_archived_client_leaves_lists_sums_pages_and_links"
    ),
    "organizations/selectors.py::client_active_at": (KEPT,),
    "organizations/selectors.py::organizations_of": (
        f"{SERVICES}"
        "::test_organizations_are_those_of_active_memberships_without_row_level_security",
    ),
    "organizations/selectors.py::owner_names": (
        f"{MEMBERS}::test_work_may_be_owned_by_active_people_who_see_its_client",
    ),
    "organizations/selectors.py::members_to_notify": (
        f"{NOTICES}::test_a_review_is_told_to_the_clients_respondents_alone",
        f"{NOTICES}::test_members_who_left_are_told_nothing",
    ),
    "organizations/selectors.py::_makers": (
        "tests/guarantees/test_revocation.py"
        "::test_work_that_waits_is_refused_once_the_right_is_lost",
    ),
    "organizations/selectors.py::actor_standing": (
        *races(
            "jobs",
            "nobody_is_deactivated_while_what_they_asked_for_is_stored",
            "no_key_is_revoked_while_what_it_asked_for_is_stored",
        ),
        "tests/guarantees/test_revocation.py"
        "::test_work_that_waits_is_refused_once_the_right_is_lost",
    ),
    "organizations/services/archive.py::_locked": races(
        "organizations", "a_row_is_archived_once_and_restored_once"
    ),
    "organizations/services/erasures.py::request_erasure": races(
        "organizations", "an_erasure_that_two_ask_for_stands_once"
    ),
    "organizations/services/erasures.py::withdraw_erasure": races(
        "organizations", "an_erasure_is_withdrawn_or_begins"
    ),
    "organizations/services/erasures.py::_close": races(
        "organizations", "an_erasure_is_withdrawn_or_begins"
    ),
    "organizations/services/erasures.py::_erase_loose_rows": (
        "tests/organizations/test_erasures.py"
        "::test_an_erased_organization_leaves_nothing_and_others_lose_nothing",
    ),
    "organizations/selectors.py::erasure_list": (
        "tests/organizations/test_erasures.py"
        "::test_page_asks_for_the_address_and_offers_to_withdraw",
    ),
    "organizations/services/erasures.py::_tell_owners": (
        "tests/organizations/test_erasures.py"
        "::test_an_erasure_waits_for_its_day_and_can_be_withdrawn_until_then",
    ),
    "organizations/services/outbox.py::_claim": (
        "tests/guarantees/test_mail_down.py::test_many_workers_send_each_mail_once",
    ),
    "organizations/services/api_keys.py::revoke_api_key": races(
        "organizations", "an_api_key_is_revoked_once"
    ),
    "organizations/services/invitations.py::_presented": races(
        "organizations", "an_invitation_is_accepted_once"
    ),
    "organizations/services/invitations.py::_lock_unfinished": races(
        "organizations", "an_invitation_that_is_taken_back_is_not_renewed"
    ),
    "organizations/services/organizations.py::found_another_organization": races(
        "organizations", "an_organization_of_one_name_is_founded_once"
    ),
    "organizations/services/organizations.py::_set_active": (
        f"{MEMBERS}::test_deactivated_member_finds_no_firm_on_the_next_request",
    ),
    "organizations/services/organizations.py::_lock": races(
        "organizations", "of_two_owners_who_leave_one_stays"
    ),
    "organizations/services/organizations.py::_require_another_owner": (
        f"{MEMBERS}::test_owner_who_cannot_sign_in_does_not_count",
        f"{MEMBERS}::test_owner_who_was_deactivated_may_change_though_no_other_can_sign_in",
    ),
    "organizations/tenancy.py::enter": (TENANCY,),
    "organizations/tenancy.py::enter_found": (
        f"{COPIES}::test_pages_ask_for_their_own_tenant_without_row_level_security",
    ),
    "organizations/tenancy.py": (
        f"{TENANCY}::test_context_ends_with_its_transaction_even_where_that_ends_early",
    ),
    "reports/sharing/services.py::revoke_share_link": races(
        "organizations", "a_share_link_is_revoked_once"
    ),
    "reports/snapshots/services.py::lock_assessment": races(
        "assessments", "two_snapshots_of_one_content_are_one"
    ),
}
