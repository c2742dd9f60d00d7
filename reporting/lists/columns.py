"""What each column of a list is called, and what kind of thing stands in it.

A column bears the name of the published one, or a name of its own where it is made of several (`person`, `post`).
"""

from dataclasses import dataclass
from enum import StrEnum

from rapport.shares import SHARES
from reporting.language import N_


class Kind(StrEnum):
    """What a column holds, and so how it is written on a page, in CSV and in a workbook."""

    TEXT = "text"  # what somebody wrote, or our own words
    WORD = "word"  # one of a few words, see vocabulary.py
    WORDS = "words"  # several texts, such as topics
    PERSON = "person"  # the name, with a link to the profile
    HANDLE = "handle"
    NETWORK = "network"
    NETWORKS = "networks"
    ID = "id"
    IDS = "ids"
    LINK = "link"  # to a post
    NUMBER = "number"
    DECIMAL = "decimal"
    HOURS = "hours"  # a number; on a page also as people say it
    DAYS = "days"  # the same of days
    SHARE = "share"  # from 0 to 1
    TIME = "time"
    DATE = "date"
    YES = "yes or no"
    STREAM = "stream"  # what was read, by its name on a network
    REASONS = "reasons"  # why a part of it was not read
    COLUMN = "column"  # the name of a published column
    MEASURE = "measure"  # a value of a goal: what it counts stands in another column


@dataclass(frozen=True, slots=True)
class Column:
    """One column. `uses`: the published columns that it is made of, where these are not just its own.

    `counts`: those that say of how many a share is. A page shows all in one cell; in files they stand in columns of
    their own.
    `post`: the published column with the id of the post whose words stand in it, `person`: with that of the person
    whom it names. By these a page says what an erasure has to find.
    """

    label: str
    kind: Kind
    uses: tuple[str, ...] = ()
    counts: tuple[str, ...] = ()
    post: str = ""
    person: str = ""

    def shows(self, name: str) -> str:
        """The published column that says what stands in it: of several the first that doesn't just name a network."""
        return next((used for used in self.uses if used not in ("network", "last_post_network")), name)


# Of which network an id is, where the column is not `network`.
NETWORK_OF = {"last_post_id": "last_post_network", "last_root_post_id": "last_post_network"}

# Only a client with working hours has something there.
BY_HOURS = {
    "waiting_working_hours", "answer_working_hours", "is_answered_within_working_day", "is_final_by_working_day",
    "answered_within_working_day_count", "working_day_due_count", "answered_within_working_day_share",
}  # fmt: skip

_T, _N, _D = Kind.TEXT, Kind.NUMBER, Kind.DECIMAL


def _share(label: str, name: str) -> Column:
    return Column(label, Kind.SHARE, counts=SHARES[name])


COLUMNS: dict[str, Column] = {
    # people
    "person": Column(N_("Person"), Kind.PERSON, ("display_name", "handle", "person_id"), person="person_id"),
    "via": Column(
        N_("Through whom"),
        Kind.PERSON,
        ("via_display_name", "via_handle", "via_person_id"),
        person="via_person_id",
    ),
    "handle": Column(N_("Handle"), Kind.HANDLE, person="person_id"),
    "our_account": Column(N_("Account of ours"), Kind.HANDLE, ("handle",), person="account_id"),
    "our_handle": Column(N_("Addressed account"), Kind.HANDLE, person="our_account_id"),
    "our_side": Column(N_("Who of us"), Kind.HANDLE, ("our_handle",), person="our_account_id"),
    "answered_by_handle": Column(N_("Answered by"), Kind.HANDLE, person="answered_by_account_id"),
    "root_handle": Column(N_("Who began it"), Kind.HANDLE, person="root_account_id"),
    "person_kind": Column(N_("Kind of person"), Kind.WORD),
    "via_person_count": Column(N_("People between"), _N),
    "via_stage": Column(N_("Stage of that tie"), Kind.WORD),
    "stage": Column(N_("Stage"), Kind.WORD),
    "stage_before": Column(N_("Stage before"), Kind.WORD),
    "stage_after": Column(N_("Stage after"), Kind.WORD),
    "stage_since_date": Column(N_("At this stage since"), Kind.DATE),
    "movement": Column(N_("What moved"), Kind.WORD),
    "standing": Column(N_("How far we have come"), Kind.WORD),
    "reached_out_by": Column(N_("Who wrote first"), Kind.WORD),
    "last_answer_by": Column(N_("Last word"), Kind.WORD),
    "is_stakeholder": Column(N_("Stakeholder"), Kind.YES),
    "stakeholder_priority": Column(N_("Priority"), _N),
    "stakeholder_topic": Column(N_("What about"), _T),
    "stakeholder_why": Column(N_("Why"), _T),
    "networks": Column(N_("Networks"), Kind.NETWORKS),
    "network": Column(N_("Network"), Kind.NETWORK),
    # posts
    "post": Column(N_("Post"), Kind.LINK, ("network", "post_id"), post="post_id"),
    "root_post": Column(N_("First post"), Kind.LINK, ("network", "root_post_id"), post="root_post_id"),
    "last_post": Column(
        N_("Last post"), Kind.LINK, ("last_post_network", "last_post_id"), post="last_post_id"
    ),
    "spark_post": Column(
        N_("Our post that drew them in"), Kind.LINK, ("network", "spark_post_id"), post="spark_post_id"
    ),
    "answer_post": Column(N_("Answer"), Kind.LINK, ("network", "answer_post_id"), post="answer_post_id"),
    "text": Column(N_("Text"), _T, post="post_id"),
    "root_text": Column(N_("How it began"), _T, post="root_post_id"),
    "last_text": Column(N_("What was last talked about"), _T, post="last_post_id"),
    "topics": Column(N_("Topics"), Kind.WORDS, post="post_id"),
    "shared_topics": Column(N_("Topics in common"), Kind.WORDS, person="person_id"),
    "shared_topic_count": Column(N_("Number of topics in common"), _N),
    "kind": Column(N_("Kind"), Kind.WORD),
    "state": Column(N_("State"), Kind.WORD),
    "started_by": Column(N_("Begun by"), Kind.WORD),
    "missing_reason": Column(N_("Why something is missing"), Kind.WORD),
    "is_question": Column(N_("Question"), Kind.YES),
    "has_link": Column(N_("Points elsewhere"), Kind.YES),
    "is_real": Column(N_("Real conversation"), Kind.YES),
    "is_complete_enough": Column(N_("Complete enough for averages"), Kind.YES),
    "is_root_missing": Column(N_("First post missing"), Kind.YES),
    # times
    "occurred_at": Column(N_("When"), Kind.TIME),
    "occurred_date": Column(N_("Day"), Kind.DATE),
    "created_at": Column(N_("Written"), Kind.TIME),
    "opened_at": Column(N_("Begun"), Kind.TIME),
    "last_active_at": Column(N_("Last active"), Kind.TIME),
    "became_real_at": Column(N_("Real since"), Kind.TIME),
    "answered_at": Column(N_("Answered"), Kind.TIME),
    "in_conversation_at": Column(N_("In conversation since"), Kind.TIME),
    "reached_out_at": Column(N_("They first wrote"), Kind.TIME),
    "sought_out_at": Column(N_("We first wrote"), Kind.TIME),
    "first_contact_at": Column(N_("First contact"), Kind.TIME),
    "last_contact_at": Column(N_("Last contact"), Kind.TIME),
    "last_mutual_at": Column(N_("Last exchange"), Kind.TIME),
    "last_met_date": Column(N_("Last meeting or call"), Kind.DATE),
    "week_start_date": Column(N_("Week from"), Kind.DATE),
    "relationship_as_of_date": Column(N_("Relationship as of"), Kind.DATE),
    "due_date": Column(N_("Wanted by"), Kind.DATE),
    "restated_at": Column(N_("Changed"), Kind.TIME),
    "first_window_start_at": Column(N_("Read from"), Kind.TIME),
    "last_window_end_at": Column(N_("Read until"), Kind.TIME),
    "waiting_hours": Column(N_("Hours waiting"), Kind.HOURS),
    "waiting_working_hours": Column(N_("Working hours waiting"), _D),
    "answer_working_hours": Column(N_("Working hours until the answer"), _D),
    "answer_hours": Column(N_("Hours until the answer"), Kind.HOURS),
    "median_answer_hours": Column(N_("Half answered within (hours)"), Kind.HOURS),
    "usual_gap_days": Column(N_("Usual days between talks"), Kind.DAYS),
    "silent_days": Column(N_("Days without an exchange"), Kind.DAYS),
    "silence_ratio": Column(N_("Times the usual gap"), _D),
    # counts
    "address_in_count": Column(N_("From them"), _N),
    "address_out_count": Column(N_("From us"), _N),
    "exchange_count": Column(N_("Exchanges"), _N),
    "exchange_since_count": Column(N_("Exchanges in the days just before"), _N),
    "real_conversation_count": Column(N_("Real conversations"), _N),
    "usual_real_conversation_count": Column(N_("Real conversations usually"), _D),
    "active_week_count": Column(N_("Weeks with talk"), _N),
    "balance": Column(N_("Balance"), Kind.SHARE),
    "strength": Column(N_("Strength"), _D),
    "shared_third_party_count": Column(N_("People in common"), _N),
    "waiting_count": Column(N_("Waiting for us"), _N),
    "post_count": Column(N_("Posts"), _N),
    "our_post_count": Column(N_("Posts of ours"), _N),
    "their_post_count": Column(N_("Posts of theirs"), _N),
    "participant_count": Column(N_("People taking part"), _N),
    "real_person_count": Column(N_("People with whom it is real"), _N),
    "turn_count": Column(N_("Turns"), _N),
    "depth": Column(N_("Depth"), _N),
    "captured_reply_count": Column(N_("Replies we hold"), _N),
    "reported_reply_count": Column(N_("Replies the network counts"), _N),
    "missing_reply_count": Column(N_("Replies missing"), _N),
    "completeness": Column(N_("Completeness"), Kind.SHARE),
    "answering_person_count": Column(N_("People who turned to us"), _N),
    "person_in_count": Column(N_("People who wrote to us"), _N),
    "returner_count": Column(N_("People who came back"), _N),
    "new_person_count": Column(N_("People new to us"), _N),
    "noticed_count": Column(N_("Noticed"), _N),
    "acquainted_count": Column(N_("Acquainted"), _N),
    "conversing_count": Column(N_("Conversing"), _N),
    "connected_count": Column(N_("Connected"), _N),
    "dormant_count": Column(N_("Dormant"), _N),
    "new_count": Column(N_("First exchanges"), _N),
    "new_without_shared_count": Column(N_("Through nobody we knew"), _N),
    "new_with_place_count": Column(N_("Who say where they are"), _N),
    "new_from_new_place_count": Column(N_("From a place new to us"), _N),
    "deepened_count": Column(N_("Came closer"), _N),
    "cooled_count": Column(N_("Cooled"), _N),
    "lapsed_count": Column(N_("Fell silent"), _N),
    "revived_count": Column(N_("Came back"), _N),
    "answered_within_day_count": Column(N_("Answered in time"), _N),
    "answer_due_count": Column(N_("Answers due"), _N),
    "answered_within_working_day_count": Column(N_("Answered within a working day"), _N),
    "working_day_due_count": Column(N_("Due by working hours"), _N),
    "answered_within_working_day_share": _share(
        N_("Share answered within a working day"), "answered_within_working_day_share"
    ),
    "answered_within_day_share": _share(N_("Share answered in time"), "answered_within_day_share"),
    "unanswered_count": Column(N_("Not answered"), _N),
    "acting_person_count": Column(N_("People who did something"), _N),
    "reader_count": Column(N_("Readers"), _N),
    "joined_count": Column(N_("Joined"), _N),
    "stayed_count": Column(N_("Stayed"), _N),
    "left_count": Column(N_("Left"), _N),
    "tie_count": Column(N_("People in conversation"), _N),
    "follower_count": Column(N_("Followers"), _N),
    "like_count": Column(N_("Likes"), _N),
    "repost_count": Column(N_("Reposts"), _N),
    "quote_count": Column(N_("Quotes"), _N),
    "reply_count": Column(N_("Replies"), _N),
    "bookmark_count": Column(N_("Bookmarks"), _N),
    "impression_count": Column(N_("Views"), _N),
    "error_count": Column(N_("Not handed out"), _N),
    "gap_hours": Column(N_("Hours not read"), _D),
    "gap_reasons": Column(N_("Why not read"), Kind.REASONS),
    # whether
    "is_complete_week": Column(N_("Whole week"), Kind.YES),
    "is_settled_week": Column(N_("Answers final"), Kind.YES),
    "is_answered_within_day": Column(N_("In time"), Kind.YES),
    "is_unanswered": Column(N_("Left lying"), Kind.YES),
    "is_answered_within_working_day": Column(N_("Within a working day"), Kind.YES),
    "is_final_by_working_day": Column(N_("Final by working hours"), Kind.YES),
    "is_final": Column(N_("Final"), Kind.YES),
    "is_waiting_for_us": Column(N_("Waits for us"), Kind.YES),
    "is_stretched": Column(N_("Stretched"), Kind.YES),
    "is_beyond_ties": Column(N_("More people than anybody keeps up with"), Kind.YES),
    "is_joined": Column(N_("Joined to a person"), Kind.YES),
    "is_end_of_silence": Column(N_("Ended a silence"), Kind.YES),
    "is_redefined": Column(N_("Counted otherwise since"), Kind.YES),
    "is_provisional": Column(N_("Was not final"), Kind.YES),
    # goals, outcomes and what changed
    "words": Column(N_("In our own words"), _T),
    "measure": Column(N_("Measured by"), Kind.COLUMN),
    "target": Column(N_("Target"), Kind.MEASURE, ("target", "measure")),
    "value": Column(N_("Now"), Kind.MEASURE, ("value", "measure")),
    "part_count": Column(N_("Of a share: how many"), _N),
    "whole_count": Column(N_("Of a share: of how many"), _N),
    "expected_value": Column(N_("Expected by then"), Kind.MEASURE, ("expected_value", "measure")),
    "progress_share": Column(N_("Reached"), Kind.SHARE),
    "status": Column(N_("Status"), Kind.WORD),
    "note": Column(N_("Note"), _T, person="person_id"),
    "note_id": Column(N_("Note id"), Kind.ID),
    "noted_date": Column(N_("Day"), Kind.DATE),
    "noted_by": Column(N_("Written by"), _T),
    "note_count": Column(N_("Notes"), _N),
    "tag": Column(N_("Tag"), _T),
    "tags": Column(N_("Tags"), Kind.WORDS, person="person_id"),
    "person_count": Column(N_("People"), _N),
    "tagged_person_count": Column(N_("People with any tag"), _N),
    "waiting_person_count": Column(N_("People waiting for us"), _N),
    "recent_exchange_count": Column(N_("Exchanges lately"), _N),
    "won_count": Column(N_("Won in the week"), _N),
    "lost_count": Column(N_("Lost in the week"), _N),
    "met_count": Column(N_("People with whom we have talked"), _N),
    "week_real_conversation_count": Column(N_("Real conversations of the week"), _N),
    "recent_real_conversation_count": Column(N_("Real conversations lately"), _N),
    "owner_name": Column(N_("Who keeps the tie"), _T),
    "owner_basis": Column(N_("How that is known"), Kind.WORD),
    "entry_id": Column(N_("Entry id"), Kind.ID),
    "consent_basis": Column(N_("Consent basis"), Kind.WORD),
    "column_name": Column(N_("Number"), Kind.COLUMN),
    "value_before": Column(
        N_("Before"),
        Kind.MEASURE,
        ("value_before", "column_name"),
        counts=("part_count_before", "whole_count_before"),
    ),
    "value_after": Column(
        N_("Since then"),
        Kind.MEASURE,
        ("value_after", "column_name"),
        counts=("part_count_after", "whole_count_after"),
    ),
    "part_count_before": Column(N_("Of a share before: how many"), _N),
    "whole_count_before": Column(N_("Of a share before: of how many"), _N),
    "part_count_after": Column(N_("Of a share since then: how many"), _N),
    "whole_count_after": Column(N_("Of a share since then: of how many"), _N),
    "stream": Column(N_("What was read"), Kind.STREAM, ("network", "stream")),
    # places in a list
    "waiting_rank": Column(N_("Place"), _N),
    "nurture_rank": Column(N_("Place"), _N),
    "seek_rank": Column(N_("Place"), _N),
    "content_rank": Column(N_("Place"), _N),
    "goal_number": Column(N_("No."), _N),
    # ids: in the files only
    "post_id": Column(N_("Post id"), Kind.ID),
    "root_post_id": Column(N_("Id of the first post"), Kind.ID),
    "last_post_id": Column(N_("Id of the last post"), Kind.ID),
    "last_post_network": Column(N_("Network of the last post"), Kind.NETWORK),
    "answer_post_id": Column(N_("Id of the answer"), Kind.ID),
    "spark_post_id": Column(N_("Id of our post"), Kind.ID),
    "evidence_post_ids": Column(N_("Ids of the posts behind it"), Kind.IDS),
    "person_id": Column(N_("Person id"), Kind.ID),
    "via_person_id": Column(N_("Id of the person between"), Kind.ID),
    "account_id": Column(N_("Account id"), Kind.ID),
    "our_account_id": Column(N_("Id of the addressed account"), Kind.ID),
    "our_side_id": Column(N_("Id of our account"), Kind.ID, ("our_account_id",)),
    "answered_by_account_id": Column(N_("Id of the account that answered"), Kind.ID),
    "root_account_id": Column(N_("Id of who began it"), Kind.ID),
    "outcome_id": Column(N_("Outcome id"), Kind.ID),
    # topics
    "topic": Column(N_("Topic"), _T),
    "post_topic": Column(N_("Topic"), _T, ("topic",), post="post_id"),
    "found_by": Column(N_("Found by"), Kind.WORD),
    "nearness": Column(N_("How near"), _D, ("score",)),
    "is_ours": Column(N_("Ours"), Kind.YES),
    "is_to_us": Column(N_("Addressed to us"), Kind.YES),
    "lang": Column(N_("Language of the text"), _T, post="post_id"),
    "is_by_meaning": Column(N_("Looked for by meaning"), Kind.YES),
    "sparking_post_count": Column(N_("Posts that started a real conversation"), _N),
    "sparked_conversation_count": Column(N_("Real conversations they started"), _N),
    "about_post_count": Column(N_("Posts of ours about it"), _N, ("our_post_count",)),
    "about_conversation_count": Column(N_("Conversations about it"), _N, ("conversation_count",)),
    "about_real_conversation_count": Column(
        N_("Of these, where somebody came back"), _N, ("real_conversation_count",)
    ),
    "about_person_count": Column(N_("People who turned to us with it"), _N, ("person_count",)),
    "all_our_post_count": Column(N_("All posts of ours"), _N),
    "any_topic_post_count": Column(N_("Posts of ours with any topic"), _N),
    "all_conversation_count": Column(N_("All conversations"), _N),
    "any_topic_conversation_count": Column(N_("Conversations with any topic"), _N),
    "all_person_count": Column(N_("All people who turned to us"), _N),
    "any_topic_person_count": Column(N_("People with any topic"), _N),
    "by_word_count": Column(N_("By a word"), _N),
    "by_meaning_count": Column(N_("By meaning"), _N),
    "by_hand_count": Column(N_("By hand"), _N),
    "by_words_alone_post_count": Column(N_("Posts looked through for words alone"), _N),
    "unknown_language_post_count": Column(N_("Posts of unknown language"), _N),
    "last_post_at": Column(N_("Last post of ours about it"), Kind.TIME),
    "stakeholder_id": Column(N_("Stakeholder id"), Kind.ID),
}
