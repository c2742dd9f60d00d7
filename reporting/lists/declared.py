"""The lists of a client: each declared once, for the report's sections, the pages, CSV and the workbook.

A list is a published table of the client, row by row in one order; a section that shows the first of them takes the
order from here.
"""

from reporting.language import N_
from reporting.lists.listed import List, names

# From near to far; who is at no stage that a report names comes last.
_STAGES = "['connected', 'conversing', 'acquainted', 'noticed', 'dormant']"

LISTS = (
    List(
        "waiting",
        N_("Waiting for us"),
        N_(
            "What was addressed to us and waits for an answer: stakeholders first, then questions, then the oldest."
        ),
        "rpt_waiting",
        "waiting_rank, post_id, network",
        names(
            "person network kind text occurred_at waiting_hours waiting_working_hours is_question is_stakeholder post"
        ),
        names("handle stakeholder_priority waiting_rank post_id root_post_id person_id"),
    ),
    List(
        "moves",
        N_("Ties that moved"),
        N_("Every relationship that came closer, came back, cooled or fell silent: the newest weeks first."),
        "rpt_relationship_moves",
        "week_start_date desc, is_stakeholder desc nulls last, lower(display_name), person_id",
        names("week_start_date person movement stage_before stage_after is_stakeholder"),
        names("handle evidence_post_ids person_id"),
    ),
    List(
        "nurture",
        N_("Whom we are losing"),
        N_(
            "Close ties without an exchange, meeting or call for longer than usual:"
            " stakeholders first, then the connected."
        ),
        "rpt_nurture",
        "nurture_rank, person_id",
        names(
            "person stage silent_days usual_gap_days last_mutual_at last_text is_waiting_for_us is_stakeholder"
            " last_post"
        ),
        names(
            "handle networks silence_ratio last_contact_at last_met_date last_answer_by stakeholder_priority"
            " stakeholder_topic nurture_rank person_kind last_post_network last_post_id person_id"
        ),
        short_title=N_("Ties we are losing"),
    ),
    List(
        "people",
        N_("People"),
        N_("Everybody with whom something passed, from near to far; within a stage the strongest tie first."),
        "rpt_relationships",
        f"coalesce(list_position({_STAGES}, stage), 9), strength desc nulls last, person_id",
        names(
            "person stage last_contact_at real_conversation_count exchange_count address_in_count address_out_count"
            " networks is_stakeholder"
        ),
        names(
            "handle stage_since_date movement reached_out_by active_week_count first_contact_at last_mutual_at balance"
            " strength usual_gap_days shared_third_party_count stakeholder_priority stakeholder_topic person_kind"
            " last_post last_post_network last_post_id person_id"
        ),
    ),
    List(
        "keepers",
        N_("Who keeps which tie"),
        N_(
            "Everybody we know of or have on a list, with who of us keeps the tie, tags, and how many notes there are."
        ),
        "rpt_people",
        f"coalesce(list_position({_STAGES}, stage), 9), lower(display_name), entry_id",
        names("person stage owner_name tags note_count last_contact_at is_stakeholder"),
        names("handle owner_basis stakeholder_priority person_kind person_id entry_id"),
    ),
    List(
        "tags",
        N_("Tags"),
        N_("How we stand with the people of each tag."),
        "rpt_tags",
        "lower(tag), tag",
        names(
            "tag person_count connected_count conversing_count acquainted_count waiting_person_count"
            " recent_exchange_count recent_real_conversation_count won_count lost_count"
        ),
        names("tagged_person_count met_count waiting_count week_real_conversation_count week_start_date"),
    ),
    List(
        "notes",
        N_("Notes"),
        N_("What we have noted about people: the newest first."),
        "rpt_notes",
        "noted_date desc, note_id",
        names("noted_date person note noted_by"),
        names("handle consent_basis is_joined person_id note_id"),
    ),
    List(
        "stakeholders",
        N_("Stakeholders"),
        N_("Everybody whom we want to talk with, and how far we have come with each: by priority."),
        "rpt_stakeholders",
        "stakeholder_priority, lower(display_name), stakeholder_id",
        names(
            "person stakeholder_priority stakeholder_topic standing last_contact_at real_conversation_count"
            " waiting_count shared_third_party_count"
        ),
        names(
            "handle stakeholder_why stage networks address_in_count address_out_count exchange_count reached_out_at"
            " sought_out_at answered_at in_conversation_at last_mutual_at person_kind last_post last_post_network"
            " last_post_id person_id stakeholder_id"
        ),
    ),
    List(
        "seek_out",
        N_("Worth seeking out"),
        N_("People with whom people we talk with talk, and we do not yet: the closest first."),
        "rpt_worth_seeking_out",
        "seek_rank, person_id",
        names("person via via_stage via_person_count shared_topics last_text is_stakeholder last_post"),
        names(
            "handle stage stakeholder_priority shared_topic_count seek_rank person_kind last_post_network last_post_id"
            " via_person_id person_id"
        ),
    ),
    List(
        "conversations",
        N_("Conversations"),
        N_(
            "Every conversation that we take part in or are addressed in: the real ones first, then the newest."
        ),
        "rpt_conversations",
        "is_real desc nulls last, exchange_count > 0 desc, last_active_at desc, root_post_id, network",
        names(
            "root_text started_by opened_at last_active_at state is_real real_person_count exchange_count post_count"
            " participant_count root_post"
        ),
        names(
            "network root_handle our_post_count their_post_count turn_count depth became_real_at captured_reply_count"
            " reported_reply_count missing_reply_count completeness is_complete_enough missing_reason is_root_missing"
            " root_post_id root_account_id"
        ),
    ),
    List(
        "real_conversations",
        N_("Real conversations"),
        N_(
            "Every real conversation, once for each person with whom it is real: a conversation with two stands here"
            " twice. What became real last comes first."
        ),
        "rpt_real_conversations",
        "week_start_date desc, became_real_at desc, person_id, root_post_id, network",
        names(
            "person became_real_at root_text our_side exchange_count is_stakeholder root_post spark_post answer_post"
        ),
        names(
            "handle network week_start_date root_handle root_post_id spark_post_id answer_post_id our_side_id"
            " root_account_id person_id"
        ),
    ),
    List(
        "lone_posts",
        N_("Posts without an answer"),
        N_("Posts of ours that nobody else is seen to have answered: the newest first."),
        "rpt_lone_posts",
        "opened_at desc, root_post_id, network",
        names("our_account text opened_at state post_count missing_reply_count post"),
        names("network last_active_at missing_reason post_id root_post_id account_id"),
    ),
    List(
        "content",
        N_("Our posts and what they started"),
        N_("Every post of ours: what started most real conversations first. Likes and views play no part."),
        "rpt_content",
        "content_rank, created_at desc, post_id, network",
        names(
            "text created_at topics real_conversation_count answering_person_count returner_count new_person_count post"
        ),
        names("our_account network kind is_question has_link content_rank post_id root_post_id account_id"),
        short_title=N_("What our posts started"),
    ),
    List(
        "topics",
        N_("Our topics"),
        N_("Our topics, and of how many posts, conversations and people each is a part."),
        "rpt_topics",
        "topic_number",
        names(
            "topic about_post_count all_our_post_count sparking_post_count sparked_conversation_count"
            " about_conversation_count all_conversation_count about_person_count all_person_count"
        ),
        names(
            "about_real_conversation_count any_topic_post_count any_topic_conversation_count any_topic_person_count"
            " by_word_count by_meaning_count by_hand_count is_by_meaning by_words_alone_post_count"
            " unknown_language_post_count last_post_at"
        ),
    ),
    List(
        "topic_posts",
        N_("Posts by topic"),
        N_("Every post about one of our topics: by topic, the newest first."),
        "rpt_topic_posts",
        "topic, created_at desc, post_id, network",
        names("post_topic created_at is_ours person found_by nearness post"),
        names("network is_to_us lang root_post_id post_id person_id"),
    ),
    List(
        "readership",
        N_("Readership"),
        N_("Who keeps coming back to our posts, week by week: the newest first."),
        "rpt_readership",
        "week_start_date desc",
        names("week_start_date acting_person_count reader_count joined_count stayed_count left_count"),
        names("is_complete_week"),
    ),
    List(
        "accounts",
        N_("Our accounts"),
        N_("What each account of ours had on its hands, week by week: the newest first."),
        "rpt_manageability",
        "week_start_date desc, real_conversation_count desc, account_id, network",
        names(
            "week_start_date our_account network real_conversation_count usual_real_conversation_count tie_count"
            " address_in_count answered_within_day_share answered_within_working_day_share is_stretched"
        ),
        names(
            "answered_within_day_count answer_due_count answered_within_working_day_count working_day_due_count"
            " is_beyond_ties is_complete_week is_settled_week account_id"
        ),
    ),
    List(
        "answers",
        N_("Answers"),
        N_("Everything that was addressed to us, and what became of it: the newest first."),
        "rpt_answers",
        "occurred_at desc, post_id, network",
        names(
            "person occurred_at kind our_handle answered_at answered_by_handle answer_hours is_answered_within_day"
            " is_answered_within_working_day post"
        ),
        names(
            "handle network week_start_date is_question is_stakeholder is_unanswered is_final answer_working_hours"
            " is_final_by_working_day answer_post post_id"
            " root_post_id answer_post_id our_account_id answered_by_account_id person_id"
        ),
    ),
    List(
        "circles",
        N_("New people"),
        N_("Whom we met, and from where, week by week: the newest first."),
        "rpt_new_circles",
        "week_start_date desc",
        names(
            "week_start_date new_count new_without_shared_count new_with_place_count new_from_new_place_count"
        ),
        names("is_complete_week"),
    ),
    List(
        "outcomes",
        N_("Outcomes"),
        N_("What was logged by hand, beside the relationship as it stood before: the newest first."),
        "rpt_outcomes",
        "occurred_date desc, outcome_id",
        names(
            "occurred_date kind person note stage_before exchange_count real_conversation_count is_stakeholder"
        ),
        names(
            "handle consent_basis is_joined address_in_count address_out_count exchange_since_count first_contact_at"
            " last_mutual_at is_end_of_silence relationship_as_of_date person_id outcome_id"
        ),
    ),
    List(
        "goals",
        N_("Goals"),
        N_("What we wanted, and how far we are."),
        "rpt_goals",
        "goal_number",
        names("goal_number words measure value part_count whole_count target progress_share due_date status"),
        names("expected_value week_start_date"),
    ),
    List(
        "weeks",
        N_("Weeks"),
        N_("Every week in figures: the newest first."),
        "rpt_engagement_summary",
        "week_start_date desc",
        names(
            "week_start_date real_conversation_count exchange_count person_in_count new_count connected_count"
            " conversing_count answered_within_day_share answered_within_working_day_share waiting_count"
        ),
        names(
            "is_complete_week is_settled_week address_in_count address_out_count noticed_count acquainted_count"
            " dormant_count deepened_count cooled_count lapsed_count revived_count"
            " answered_within_day_count answer_due_count unanswered_count median_answer_hours"
            " answered_within_working_day_count working_day_due_count"
        ),
    ),
    List(
        "weeks_by_network",
        N_("Weeks on each network"),
        N_("Every week in figures on each network: the newest first."),
        "rpt_engagement_by_network",
        "week_start_date desc, network",
        names(
            "week_start_date network real_conversation_count exchange_count person_in_count answered_within_day_share"
            " waiting_count"
        ),
        names(
            "is_complete_week is_settled_week address_in_count address_out_count answered_within_day_count"
            " answer_due_count unanswered_count median_answer_hours"
        ),
    ),
    List(
        "context",
        N_("Followers, likes and views"),
        N_(
            "What the networks count. Context, not results: nothing else depends on it. The newest weeks first."
        ),
        "rpt_context_counts",
        "week_start_date desc, account_id, network",
        names(
            "week_start_date our_account network follower_count post_count like_count repost_count impression_count"
        ),
        names("quote_count reply_count bookmark_count is_complete_week account_id"),
    ),
    List(
        "coverage",
        N_("What was read"),
        N_("How far the data reaches, and what is missing of it."),
        "rpt_coverage",
        "network, stream",
        names(
            "stream network first_window_start_at last_window_end_at post_count error_count gap_hours gap_reasons"
        ),
        names("captured_reply_count reported_reply_count completeness"),
    ),
    List(
        "restatements",
        N_("What changed in earlier weeks"),
        N_("Numbers of weeks that were over, and have changed since: the newest change first."),
        "rpt_restatements",
        "restated_at desc, week_start_date desc, account_id nulls first, network nulls first, column_name",
        names("restated_at week_start_date network column_name value_before value_after"),
        names(
            "part_count_before whole_count_before part_count_after whole_count_after account_id is_redefined"
            " is_provisional"
        ),
        # of a client on one network both tables say the same
        "table_name <> 'rpt_engagement_by_network' or exists (select 1 from reports.rpt_engagement_by_network as other"
        " where other.client_id = listed.client_id and other.network <> listed.network)",
        short_title=N_("Changes in earlier weeks"),
    ),
)

BY_NAME = {one.name: one for one in LISTS}
