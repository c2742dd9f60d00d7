"""For every rule, what must be done to a warehouse in order so that the rule breaks.

Each fault is one or more statements. The test holds this list against the suites: a rule without a fault
fails it, and so does a fault without a rule.
"""

from tests.quality import people_faults, report_faults

_NEWEST_MENTIONS = "page_key = 'x/mentions/2026-07-29/1'"
_SUMMARY = "update reports.rpt_engagement_summary set {} where week_start_date = '2026-05-04'"
_LAST_WEEK = "update reports.rpt_engagement_summary set {} where week_start_date = '2026-07-27'"
_TIE = "update reports.rpt_relationships set {} where person_id = '{}'"
_MOVE = "update reports.rpt_relationship_moves set {} where person_id = '{}' and movement = '{}'"
_TALK = "update reports.rpt_conversations set {} where root_post_id = '9003'"
_WAIT = "update reports.rpt_waiting set {} where waiting_rank = 2"
_COVER = "update reports.rpt_coverage set {} where stream = '{}'"

LOAD_PROFILE = {
    "author_id_arrives": [f"update raw.posts set author_id = null where {_NEWEST_MENTIONS} and position = 0"],
    "created_at_arrives": [
        f"update raw.posts set created_at = null where {_NEWEST_MENTIONS} and position = 0"
    ],
    "conversation_id_arrives": [
        f"update raw.posts set conversation_id = null where {_NEWEST_MENTIONS} and position = 0"
    ],
    # renamed by the network
    "lang_arrives_as_before": [f"update raw.posts set lang = null where {_NEWEST_MENTIONS}"],
    "reply_count_arrives_as_before": [f"update raw.posts set public_metrics = null where {_NEWEST_MENTIONS}"],
    "parents_arrive": [f"update raw.posts set referenced_tweets = null where {_NEWEST_MENTIONS}"],
    # another account by that name
    "language_drift_is_small": [f"update raw.posts set lang = 'pt' where {_NEWEST_MENTIONS}"],
    "kind_drift_is_small": [
        f"update raw.posts set referenced_tweets = [{{'type': 'quoted', 'id': '1'}}] where {_NEWEST_MENTIONS}"
    ],
    # a day that nobody asked for
    "windows_leave_no_hole": ["delete from raw.pages where page_key = 'x/mentions/2026-07-20/1'"],
    # a time zone misread by one hour
    "created_at_agrees_with_the_id": [
        f"update raw.posts set created_at = created_at - interval 1 hour where {_NEWEST_MENTIONS} and position = 5"
    ],
    "posts_are_not_from_the_future": [
        f"update raw.pages set fetched_at = window_end_at - interval 3 hours where {_NEWEST_MENTIONS}"
    ],
    "posts_lie_inside_their_window": [
        f"update raw.pages set window_start_at = window_start_at + interval 2 hours where {_NEWEST_MENTIONS}"
    ],
    "errors_are_few": [
        "insert into raw.errors (page_key, title) "
        "select 'x/mentions/2026-07-29/1', 'Authorization Error' from range(80)"
    ],
    "announced_results_were_loaded": [f"delete from raw.posts where {_NEWEST_MENTIONS} and position = 7"],
    # cents taken for dollars
    "cost_is_plausible": [f"update raw.pages set estimated_cost_usd = 45 where {_NEWEST_MENTIONS}"],
    "volume_is_in_line": [
        f"delete from raw.posts where {_NEWEST_MENTIONS} and position > 1",
        f"update raw.pages set result_count = 2 where {_NEWEST_MENTIONS}",
    ],
}

SUMMARY = {
    "weeks_start_on_monday": [_SUMMARY.format("week_start_date = '2026-05-05'")],
    "weeks_have_no_holes": [
        "delete from reports.rpt_engagement_summary where week_start_date = '2026-05-04'"
    ],
    "last_week_reaches_as_of": [
        "delete from reports.rpt_engagement_summary where week_start_date >= '2026-07-13'"
    ],
    "weeks_end_with_the_data": [_LAST_WEEK.format("as_of_date = '2026-08-03'")],
    "only_the_last_week_is_incomplete": [_SUMMARY.format("is_complete_week = false")],
    "counts_are_not_negative": [_SUMMARY.format("noticed_count = -1")],
    "answered_share_is_a_share": [_SUMMARY.format("answered_within_day_share = 1.2")],
    "answered_share_agrees_with_its_counts": [_SUMMARY.format("answered_within_day_share = 0.9")],
    "answers_belong_to_addresses": [_SUMMARY.format("unanswered_count = 31")],
    "answers_come_after_questions": [_SUMMARY.format("median_answer_hours = -0.5")],
    "real_conversations_have_exchanges": [_SUMMARY.format("real_conversation_count = 10")],
    "exchanges_have_addresses": [_SUMMARY.format("exchange_count = 43")],
    "people_have_addresses": [_SUMMARY.format("person_in_count = 31")],
    "movements_fit_the_stock": [_SUMMARY.format("deepened_count = 18")],
    "stock_follows_from_movements": [_SUMMARY.format("acquainted_count = acquainted_count + 1")],
    "address_volume_is_in_line": [
        "update reports.rpt_engagement_summary set address_in_count = 2, person_in_count = 2, "
        "unanswered_count = 0, answer_due_count = 0, answered_within_day_count = 0, "
        "answered_within_day_share = null where week_start_date = '2026-07-20'"
    ],
}

RELATIONSHIPS = {
    "reached_out_by_is_known": [_TIE.format("reached_out_by = 'both'", "43")],
    "stakeholder_priority_is_known": [_TIE.format("stakeholder_priority = 9", "41")],
    "balance_is_a_share": [_TIE.format("balance = 1.5", "43")],
    # the larger over the smaller direction, turned upside down
    "balance_agrees_with_addresses": [_TIE.format("balance = 0.9", "43")],
    # forty replies in one thread taken for a relationship
    "stage_has_its_evidence": [
        _TIE.format("stage = 'connected', exchange_count = 39, address_in_count = 40, address_out_count = 40, "
                    "balance = 1, real_conversation_count = 1", "43")
    ],
    "real_conversations_have_exchanges_each": [_TIE.format("real_conversation_count = 5", "42")],
    "exchanges_stay_below_addresses": [_TIE.format("exchange_count = 11", "42")],
    "contacts_are_in_order": [_TIE.format("first_contact_at = last_contact_at + interval 1 hour", "42")],
    "mutual_contact_is_a_contact": [_TIE.format("last_mutual_at = last_contact_at + interval 1 hour", "42")],
    "contacts_lie_before_as_of": [_TIE.format("last_contact_at = '2026-08-02 00:00:00+00'", "42")],
    "stage_began_in_the_period": [_TIE.format("stage_since_date = '2025-12-29'", "42")],
    "active_weeks_fit_the_period": [_TIE.format("active_week_count = 60", "42")],
    "strength_fits_addresses": [_TIE.format("strength = 11", "42")],
    "silence_makes_dormant": [_TIE.format("last_mutual_at = '2026-04-22 00:00:00+00'", "42")],
    "dormant_ties_are_silent": [
        _TIE.format("last_mutual_at = '2026-05-01', last_contact_at = '2026-05-01'", "44")
    ],
    "relationships_speak_of_the_same_day": [_TIE.format("as_of_date = '2026-07-29'", "43")],
}  # fmt: skip

MOVES = {
    "moves_are_possible": [_MOVE.format("stage_after = 'conversing'", "44", "lapsed")],
    "moves_have_evidence": [_MOVE.format("evidence_post_ids = []", "44", "revived")],
    "moves_follow_each_other": [_MOVE.format("stage_before = 'connected'", "44", "lapsed")],
    "ageing_is_patient": [
        _MOVE.format("week_start_date = '2026-04-06', as_of_date = '2026-04-13'", "44", "lapsed")
    ],
    "move_weeks_start_on_monday": [
        _MOVE.format("week_start_date = '2026-04-15', as_of_date = '2026-04-22'", "44", "lapsed")
    ],
    "moves_lie_before_as_of": [_MOVE.format("week_start_date = '2026-08-03'", "44", "revived")],
    "relationship_moves_speak_of_the_same_day": [_MOVE.format("as_of_date = '2026-07-01'", "44", "revived")],
}

CONVERSATIONS = {
    "state_is_known": [_TALK.format("state = 'asleep'")],
    "starter_is_known": [_TALK.format("started_by = 'nobody'")],
    "conversations_open_before_they_end": [_TALK.format("opened_at = last_active_at + interval 1 hour")],
    "conversations_become_real_while_they_last": [
        _TALK.format("became_real_at = last_active_at + interval 1 hour")
    ],
    # brought by a look-up from the day after
    "conversations_lie_before_as_of": [_TALK.format("last_active_at = '2026-07-31 05:00:00+00'")],
    "parts_stay_within_the_whole": [_TALK.format("turn_count = 7")],
    "real_conversations_agree_with_themselves": [_TALK.format("real_person_count = 0")],
    "real_conversations_went_back_and_forth": [_TALK.format("exchange_count = 1")],
    "conversation_completeness_is_a_share": [_TALK.format("completeness = 1.25, captured_reply_count = 6")],
    "conversation_completeness_agrees_with_its_counts": [_TALK.format("completeness = 0.5")],
    "missing_replies_agree_with_the_counts": [_TALK.format("missing_reply_count = 0")],
    "what_is_missing_has_a_reason": [_TALK.format("missing_reason = 'nothing missing'")],
    "roots_were_looked_up": ["update reports.rpt_conversations set is_root_missing = root_post_id < '9020'"],
    "conversations_speak_of_the_same_day": [_TALK.format("as_of_date = '2026-07-29'")],
}

WAITING = {
    "kind_of_address_is_known": [_WAIT.format("kind = 'like'")],
    "waits_are_within_reach": [_WAIT.format("waiting_hours = 31 * 24")],
    # counted to the clock of the build
    "waits_end_at_as_of": [_WAIT.format("waiting_hours = waiting_hours + 100")],
    "waiting_list_is_in_order": [
        "update reports.rpt_waiting set waiting_rank = 5 - waiting_rank where waiting_rank in (1, 4)"
    ],
    "links_lead_to_the_post": [_WAIT.format("post_url = 'https://x.com/i/web/status/20'")],
    # the text of a post left where a message has none
    "messages_stay_private": [_WAIT.format("kind = 'message', post_id = 'dm:1', post_url = null")],
    "waiting_speak_of_the_same_day": [_WAIT.format("as_of_date = '2026-07-29'")],
}

COVERAGE = {
    "streams_are_fresh": [_COVER.format("last_window_end_at = '2026-07-25 00:00:00+00'", "mentions")],
    "windows_run_forward": [_COVER.format("first_window_start_at = last_window_end_at", "own_posts")],
    "windows_were_over_when_fetched": [
        _COVER.format("last_fetched_at = last_window_end_at - interval 1 hour", "own_posts")
    ],
    "coverage_completeness_is_a_share": [_COVER.format("completeness = 1.1", "conversations")],
    "coverage_completeness_agrees_with_its_counts": [_COVER.format("completeness = 0.3", "conversations")],
    "incomplete_conversations_are_conversations": [
        _COVER.format("incomplete_conversation_count = 25", "conversations")
    ],
    "coverage_speak_of_the_same_day": [_COVER.format("as_of_date = '2026-07-29'", "profiles")],
}

# table -> rule -> statements
FAULTS: dict[str, dict[str, list[str]]] = {
    "load_profile": LOAD_PROFILE,
    "rpt_engagement_summary": SUMMARY,
    "rpt_relationships": RELATIONSHIPS,
    "rpt_relationship_moves": MOVES,
    "rpt_conversations": CONVERSATIONS,
    "rpt_waiting": WAITING,
    "rpt_coverage": COVERAGE,
    # a row doubled by the last join
    "reports_totals": {"totals_equal_the_marts": [_TIE.format("exchange_count = exchange_count + 6", "42")]},
    "reports_columns": {
        "no_vanity_among_the_headlines": ["alter table reports.rpt_content add column follower_count bigint"]
    },
    **report_faults.FAULTS,
    **people_faults.FAULTS,
}
