"""What takes too long for every run of `make test`, and which test stands for it there.

`make test` is to take ten minutes on two cores. What is here asks the same again: killed at every step, in every order,
on each network, on a wider screen, in another language. `make test-thorough` runs all of it, each run of CI a part.
"""

# File below tests/ → the beginning of a test's name → what `make test` has in its place, or why a rare run will do.
THOROUGH = {
    "benchmarks/test_engines.py": {
        "": "a measurement; what it compares, end_to_end/test_engines.py does",
    },
    "benchmarks/test_load.py": {
        "test_memory": "a measurement",
    },
    "benchmarks/test_small.py": {
        "": "a measurement; make test-airflow has the same half year",
    },
    "dbt/test_anything_built.py": {
        "test_no_object_stops": "extractors/raw/test_anything.py",
        "test_rows_from_before": "extractors/raw/test_door.py",
        "test_what_is_taken_out": "extractors/files/test_holding.py",
        "test_a_date_whose_year": "dbt's unit tests",
        "test_files_about_others": "dbt's unit tests",
    },
    "dbt/test_attached.py": {
        "": "test_portable.py: no SQL names a database",
    },
    "dbt/test_changed_definitions.py": {
        "": "test_incremental.py::test_who_is_who_counts_at_once_…",
    },
    "dbt/test_clients_apart.py": {
        "test_killed": "quality/test_publish.py",
        "test_clients_of_one_house": "test_a_clients_own_file_is_the_one_it_has_alone",
    },
    "dbt/test_incremental.py": {
        "test_a_build_that_was_killed": "modelling/test_builds.py",
        "test_days_in_their_order": "test_incremental_orders.py::test_any_order_…",
    },
    "dbt/test_incremental_orders.py": {
        "test_the_emulators_days": "test_any_order_of_pages_gives_what_a_full_refresh_gives",
    },
    "dbt/test_measures_by_network.py": {
        "test_a_copy_found_out_later": "test_a_copy_is_nobody_…",
        "test_the_report_says": "dbt/test_networks.py::test_the_report_leads_…",
    },
    "dbt/test_networks.py": {
        "": "dbt/test_measures_by_network.py, and make test-airflow",
    },
    "dbt/test_shape.py": {
        "test_another_shape_stops_the_build_and_the_table_stays[view]": "[table]",
        "test_another_shape_stops_the_build_and_the_table_stays[incremental]": "[table]",
        "test_another_table_than_its_contract_promises_stops_the_build[view]": "[table]",
        "test_another_table_than_its_contract_promises_stops_the_build[incremental]": "[table]",
        "test_each_test_holds_on_its_own": "the build, which has them all in one query",
    },
    "dbt/test_working_hours.py": {
        "test_other_hours": "test_incremental.py::test_who_is_who_counts_at_once_…",
    },
    "end_to_end/test_networks.py": {
        "": "make test-airflow: the same half year on three networks",
    },
    "operations/backup/test_backup.py": {
        "test_killed": "test_what_came_after_the_backup_goes",
    },
    "operations/backup/test_erasing.py": {
        "test_killed": "test_a_restore_brings_nothing_back[a newer backup]",
        "test_a_state_store_on_postgres": "extractors/state/test_state.py",
        "test_a_backup_that_cannot_be_rewritten": "test_a_damaged_backup_is_kept_…",
        "test_a_backup_taken_during": "test_it_goes_from_every_backup",
        "test_a_backup_that_somebody_looks": "test_it_goes_from_every_backup",
        "test_a_home_that_lost": "test_it_goes_from_every_backup",
        "test_a_file_of_a_backup_is_read_once": "a cost, and no result",
        "test_a_restore_brings_nothing_back[state": "[a newer backup]",
        "test_a_restore_brings_nothing_back[ware": "[a newer backup]",
    },
    "dags/test_fetching.py": {
        "test_what_fails": "extractors/fetching/, and make test-airflow",
    },
    "extractors/x/test_kill.py": {
        "test_killed_in_between": "test_killed_at_every_page_boundary",
    },
    "operations/cli/test_following.py": {
        "test_killed_at_any_moment": "operations/erasure/test_stopped.py",
        "test_a_backup_that_cannot": "operations/backup/test_erasing.py",
    },
    "operations/delivery/test_deliver.py": {
        "test_killed_anywhere": "test_two_at_once_send_each_message_once",
        "test_one_publication_gives_one_list_wherever_the_client_is[A": "[UTC]",
        "test_one_publication_gives_one_list_wherever_the_client_is[P": "[UTC]",
    },
    "operations/erasure/test_airflow_logs.py": {
        "": "test_everywhere.py::test_logs_of_failed_tasks_go_…",
    },
    "operations/erasure/test_every_spelling.py": {
        "": "rapport/test_forgotten.py, and test_everywhere.py",
    },
    "operations/erasure/test_everywhere.py": {
        "test_killed_at": "test_stopped.py",
        "test_what_was_made_of_a_text": "quality/test_erasing.py",
        "test_a_younger_account": "quality/test_erased_ties.py",
    },
    "operations/erasure/test_request.py": {
        "test_killed_it_goes_on_by_the_same_words_and_by_none[bluesky]": "[x]",
        "test_killed_it_goes_on_by_the_same_words_and_by_none[mastodon]": "[x]",
    },
    "operations/erasure/test_stopped.py": {
        "test_killed_once": "test_killed_when_raw_is_clean_it_ends_the_same",
        "test_killed_at_one_step": "test_killed_when_raw_is_clean_it_ends_the_same",
        "test_what_was_kept_by_hand": "test_known_by_hand_alone.py",
        "test_an_edition_that_was_altered": "quality/test_editions.py",
        "test_published_is_said": "test_everywhere.py",
    },
    "operations/erasure/test_ties.py": {
        "": "quality/test_erased_ties.py",
    },
    "operations/test_access.py": {
        "test_a_note_that_only_an_edition_has": "test_every_place_that_holds_the_persons_words_is_told",
        "test_a_person_with_several": "test_every_place_that_holds_the_persons_words_is_told",
    },
    "operations/test_known_by_hand_alone.py": {
        "test_killed": "test_stopped.py",
        "test_a_restore_meanwhile": "backup/test_erasing.py",
        "test_it_is_told": "test_access.py",
        "test_a_backup_out_of_reach": "backup/test_erasing.py",
        "test_after_an_erasure": "erasure/test_naming.py",
        "test_the_command": "erasure/test_request.py",
        "test_another_handle": "rapport/test_forgotten.py",
        "test_of_a_namesake": "rapport/test_forgotten.py",
        "test_what_only_a_backup": "backup/test_erasing.py",
        "test_a_word_of_a_refused_line": "rapport/test_forgotten.py",
    },
    "operations/test_reach.py": {
        "test_what_an_erasure_changes": "test_a_row_of_any_list_is_told_…",
    },
    "quality/test_editions.py": {
        "test_killed_anywhere": "quality/test_publish.py",
    },
    "quality/test_readers.py": {
        "test_readers_under_fire": "quality/test_publish.py",
        "test_older_readers_open_the_published_file[1.5]": "[1.4]",
        "test_sqlalchemy_lists_tables_with_comments_and_queries_them[1.5.*]": "[2.0.0]",
    },
    "quality/test_record.py": {
        "test_a_file_that_cannot_be_read_does_not_stop_the_next[locked]": "[cut]",
        "test_a_file_that_cannot_be_read_does_not_stop_the_next[of an": "[cut]",
        "test_a_file_that_cannot_be_read_does_not_stop_the_next[not a": "[cut]",
    },
    "reporting/language/test_every_page.py": {
        "test_every_page_stands_whatever_its_numbers_and_names[1-": "[2-de]",
        "test_every_page_stands_whatever_its_numbers_and_names[2147483647-": "[2-de]",
        "test_every_page_stands_whatever_its_numbers_and_names[2-en": "[None-en]",
        "test_every_page_stands_whatever_its_numbers_and_names[2-fr": "[2-de]",
        "test_every_page_stands_whatever_its_numbers_and_names[None-de": "[2-de]",
        "test_every_page_stands_whatever_its_numbers_and_names[None-fr": "[2-de]",
    },
    "reporting/lists/test_handles_in_browser.py": {
        "test_no_handle_in_a_column": "test_no_handle_is_broken_by_whom_…",
    },
    "reporting/lists/test_lists_in_browser.py": {
        "test_axe_finds_nothing_and_the_page_fits[1200-dark]": "[390-dark]",
        "test_axe_finds_nothing_and_the_page_fits[320": "[390-dark]",
        "test_axe_finds_nothing_and_the_page_fits[390-light]": "[390-dark]",
    },
    "reporting/lists/test_narrowing.py": {
        "test_a_filter_of_the_last_weeks_says_from_when_to_when[fr": "[de]",
        "test_a_filter_of_the_last_weeks_says_from_when_to_when[en": "[de]",
    },
    "reporting/lists/test_parts_in_browser.py": {
        "test_a_figure_leads_to_just_the_rows_that_it_is_made_of[cut": "[on one page",
        "test_a_part_fits_and_pleases_axe[cut": "[on one page",
        "test_a_part_fits_and_pleases_axe[on one page-320-light]": "the dark one",
    },
    "reporting/lists/test_vocabulary.py": {
        "test_no_list_of_a_client_has_a_word_of_the_published_file[fr": "[de]",
    },
    "reporting/overview/test_overview_in_browser.py": {
        "test_ten_clients_fit_a_screen[address]": "[busy]",
    },
    "reporting/people/test_people_in_browser.py": {
        "test_pages_are_silent_fit_and_please_axe[1200-dark]": "[390-dark]",
        "test_pages_are_silent_fit_and_please_axe[320": "[390-dark]",
        "test_pages_are_silent_fit_and_please_axe[390-light]": "[390-dark]",
    },
    "reporting/test_walk.py": {
        "test_every_link_leads_to_a_page_that_is_there_and_to_a_place_on_it[fr": "[de]",
        "test_every_link_leads_to_a_page_that_is_there_and_to_a_place_on_it[en": "[de]",
    },
    "reporting/ties/test_ties.py": {
        "test_who_is_erased": "operations/erasure/test_reports_after.py",
    },
    "reporting/ties/test_ties_in_browser.py": {
        "test_it_fits_is_silent_and_axe_finds_nothing[1200-dark]": "[390-dark]",
        "test_it_fits_is_silent_and_axe_finds_nothing[390-light]": "[390-dark]",
    },
    "test_clock.py": {
        "test_it_may_be_another_day[+3 days]": "[+4 months]",
        "test_it_may_be_another_day[+2 weeks]": "[+4 months]",
    },
}


def is_thorough(node_id: str) -> bool:
    """Whether a test (its id begins with tests/) is left to `make test-thorough`."""
    file, _, name = node_id.removeprefix("tests/").partition("::")
    return name.startswith(tuple(THOROUGH.get(file, ())))
