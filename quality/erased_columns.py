"""What an erasure does with the columns and rows of published tables: whoever adds one decides it here."""

# What people wrote, and the column of the same row with the id of the post. A test fails on a published column that
# stands in none of these lists: whoever adds a column decides what an erasure does with it.
POST_CONTENT = {
    "text": "post_id",
    "lang": "post_id",
    "topics": "post_id",
    "root_text": "root_post_id",
    "last_text": "last_post_id",
    "last_root_text": "last_root_post_id",
}
# What was made of a post in words of our own, and the column with its id: it goes with the post, but stands elsewhere,
# too.
MADE_OF_POSTS = {"topic": "post_id", "found_by": "post_id"}
# What leads to a post, and the columns that may have its id. Without a newest version a post has nothing to show: by
# that reports know it, until the next build has no row of it.
LEADS_TO_POSTS = {
    "post_url": ("post_id", "last_post_id", "answer_post_id"),
    "latest_version_id": ("post_id",),
}
# The column that says of which network an id is, where it is not `network`. Files of older versions may have none: they
# know one network only.
NETWORK_OF = {
    "last_post_id": "last_post_network",
    "last_root_post_id": "last_post_network",
    "other_account_id": "other_network",
    "owner_account_id": "owner_network",
}
# What people call themselves, and the columns of the same row that may say who they are.
PERSON_CONTENT = {
    "handle": ("account_id", "person_id"),
    "display_name": ("account_id", "person_id"),
    "description": ("account_id",),
    "verified_type": ("account_id",),
    "reasons": ("account_id", "other_account_id"),
    "other_handle": ("other_account_id",),
    "root_handle": ("root_account_id",),
    "via_handle": ("via_person_id",),
    "our_handle": ("our_account_id",),
    "answered_by_handle": ("answered_by_account_id",),
    "owner_name": ("owner_account_id", "person_id"),
    "owner_basis": ("person_id",),
    "stakeholder_topic": ("person_id",),
    "stakeholder_why": ("person_id",),
    "via_display_name": ("via_person_id",),
    "shared_topics": ("person_id", "via_person_id"),
    "note": ("person_id",),
    "tags": ("person_id",),
}
# Further columns of a row about a person that say what was kept by hand, or are made of it, and what stays in their
# place: what the next build would say of somebody of whom nothing was kept.
_SILENT_DAYS = (
    "silent_days + case when last_met_date > last_mutual_at "
    "then date_diff('microsecond', last_mutual_at, last_met_date::timestamptz) / 86400e6 else 0 end"
)
KEPT_BY_HAND = {
    "is_stakeholder": "false",
    "stakeholder_priority": "null",
    "note_count": "0",
    "last_met_date": "null",
    "owner_network": "null",
    "owner_account_id": "null",
    "owner_answer_count": "null",
    "silent_days": _SILENT_DAYS,
    "silence_ratio": f"({_SILENT_DAYS}) / usual_gap_days",
}
# What these are worked out from: tables of older versions may not have it.
MADE_OF_MEETINGS = {"silent_days", "silence_ratio"}
# Our own words (rapport.toml), measures, and words of the glossary.
NO_CONTENT = {
    "client_name", "consent_basis", "earlier_value", "gap_reasons", "kind", "last_answer_by", "last_post_network",
    "measure", "missing_reason", "movement", "network", "networks", "noted_by",
    "other_network", "owner_network", "person_kind", "reached_out_by",
    "role", "stage", "stage_after", "stage_before", "standing",
    "started_by", "state", "status", "stream", "tag", "via_stage", "words",
}  # fmt: skip
# Tables in which every text is our own.
NO_CONTENT_TABLES = {"rpt_definitions", "rpt_topics"}
# Rows that say more of somebody than an id: what was kept by hand about them, and which other account may be theirs.
# That somebody is a stakeholder is kept by hand, and a row says it that says nothing else. They go whole, by the
# columns that tell whose they are; where no person is named, by the id that they have in a file, or the handle in it.
GOES_WHOLE = {
    "rpt_notes": ("person_id", "note_id"),
    "rpt_outcomes": ("person_id", "outcome_id"),
    "rpt_stakeholders": ("person_id", "stakeholder_id"),
    "rpt_people": ("entry_id",),
    "person_suggestions": ("account_id", "other_account_id"),
}
# Ids that are `network:@handle` of whom a client has named and never seen.
NAMED_BY_HAND = {"stakeholder_id", "entry_id"}
