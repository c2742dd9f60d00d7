"""Faults for the rules of the reports on content, readership and the rest: see `faults`."""

_POST = "update reports.rpt_content set {} where post_id = '8001'"

CONTENT = {
    "who_came_back_had_answered": [_POST.format("returner_count = 3, content_rank = 1")],
    # the post that went round, put first
    "content_is_ranked_by_conversations": [
        "update reports.rpt_content set content_rank = 1 where post_id = '8002'"
    ],
    # a conversation counted for every post of ours in it
    "a_conversation_has_one_spark": [_POST.format("real_conversation_count = 1000, content_rank = 1")],
    "content_lies_before_as_of": [_POST.format("created_at = '2026-08-02 00:00:00+00'")],
    "content_links_lead_to_the_post": [_POST.format("post_url = 'https://x.com/i/web/status/20'")],
    "content_speak_of_the_same_day": [_POST.format("as_of_date = '2026-07-29'")],
}

_READERS = "update reports.rpt_readership set {} where week_start_date = '2026-05-04'"

READERSHIP = {
    "reader_counts_are_not_negative": [_READERS.format("left_count = -1, stayed_count = stayed_count + 2")],
    "readers_joined_or_stayed": [_READERS.format("joined_count = 2")],
    "former_readers_stayed_or_left": [_READERS.format("left_count = 4")],
    # readers who did nothing in the week they joined
    "readers_join_by_acting": [_READERS.format("acting_person_count = 0")],
    "nobody_leaves_before_the_week_is_over": [
        "update reports.rpt_readership set left_count = 1, stayed_count = stayed_count - 1, "
        "reader_count = reader_count - 1 where week_start_date = '2026-07-27'"
    ],
    "readership_speaks_of_the_summarys_weeks": [
        "delete from reports.rpt_readership where week_start_date = '2026-05-04'"
    ],
}

_COUNTS = "update reports.rpt_context_counts set {} where week_start_date = '2026-05-04'"

CONTEXT_COUNTS = {
    "context_counts_are_not_negative": [_COUNTS.format("impression_count = -1")],
    # today's followers in every week of a backfill
    "followers_were_seen_by_the_weeks_end": [_COUNTS.format("follower_observed_at = '2026-07-30'")],
    "counts_were_seen_after_the_posts": [_COUNTS.format("counts_observed_at = '2026-05-01'")],
    "context_speaks_of_the_summarys_weeks": [_COUNTS.format("as_of_date = '2026-05-12'")],
}

_GOAL = "update reports.rpt_goals set {} where goal_number = {}"

GOALS = {
    "goal_values_are_not_negative": [_GOAL.format("value = -1", 1)],
    "goal_progress_is_a_share": [_GOAL.format("progress_share = 1.2", 3)],
    "goals_without_a_value_say_so": [_GOAL.format("status = 'behind'", 5)],
    "reached_goals_have_their_target": [_GOAL.format("value = 5", 3)],
    # called missed on its last day
    "missed_goals_are_over": [_GOAL.format("due_date = as_of_date", 4)],
    "goals_speak_of_a_complete_week": [_GOAL.format("week_start_date = week_start_date + 7", 1)],
    "goals_speak_of_the_same_day": [_GOAL.format("as_of_date = '2026-07-29'", 1)],
}

_OUTCOME = "update reports.rpt_outcomes set {} where outcome_id = '{}'"

OUTCOMES = {
    "nobody_is_named_without_consent": [_OUTCOME.format("handle = 'ana'", "c")],
    "joined_outcomes_stand_beside_a_relationship": [_OUTCOME.format("stage_before = null", "b")],
    # joined as it stands today
    "outcomes_use_nothing_later": [_OUTCOME.format("last_mutual_at = '2026-07-29 00:00:00+00'", "a")],
    "stages_before_have_their_evidence": [_OUTCOME.format("stage_before = 'conversing'", "b")],
    "outcomes_speak_of_the_same_day": [_OUTCOME.format("as_of_date = '2026-07-29'", "a")],
}

_LOAD = "update reports.rpt_manageability set {} where account_id = '2' and week_start_date = '2026-05-04'"

MANAGEABILITY = {
    "accounts_answer_a_share": [_LOAD.format("answered_within_day_share = 1.5")],
    "accounts_share_agrees_with_its_counts": [_LOAD.format("answered_within_day_share = 0.9")],
    "accounts_answer_what_came_in": [_LOAD.format("answer_due_count = 16")],
    # a conversation counted for everybody of us who spoke in it
    "accounts_add_up_to_us": [_LOAD.format("real_conversation_count = 2")],
    "warnings_wait_for_the_weeks_end": [_LOAD.format("is_stretched = true, is_complete_week = false")],
    "manageability_speaks_of_the_summarys_weeks": [_LOAD.format("as_of_date = '2026-05-12'")],
}

_CIRCLES = "update reports.rpt_new_circles set {} where week_start_date = '2026-05-04'"

NEW_CIRCLES = {
    "new_people_are_the_summarys": [_CIRCLES.format("new_count = 2")],
    "circles_are_parts_of_the_new": [_CIRCLES.format("new_without_shared_count = 2")],
    "new_places_are_declared_places": [
        _CIRCLES.format("new_with_place_count = 0, new_from_new_place_count = 1")
    ],
    "circles_share_agrees_with_its_counts": [_CIRCLES.format("new_without_shared_share = 0.5")],
    "circles_speak_of_the_summarys_weeks": [
        "delete from reports.rpt_new_circles where week_start_date = '2026-05-04'"
    ],
}

DEFINITIONS = {
    "definitions_are_within_their_range": [
        "update reports.rpt_definitions set value = 0.01 where name = 'connected_balance'"
    ],
}

FAULTS: dict[str, dict[str, list[str]]] = {
    "rpt_content": CONTENT,
    "rpt_readership": READERSHIP,
    "rpt_context_counts": CONTEXT_COUNTS,
    "rpt_goals": GOALS,
    "rpt_outcomes": OUTCOMES,
    "rpt_manageability": MANAGEABILITY,
    "rpt_new_circles": NEW_CIRCLES,
    "rpt_definitions": DEFINITIONS,
}
