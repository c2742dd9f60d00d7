"""The tables of schema raw. extractors/raw/objects.py says how they are filled, extractors/raw/door.py with what.

Each object is in typed columns and, in `payload`, verbatim; both of the API's dialects have columns of their own.
"""

_REFERENCES = "struct(type varchar, id varchar)[]"
_MENTIONS = 'struct("start" integer, "end" integer, username varchar, id varchar)[]'
# The counts that a post and an account have, in both dialects.
POST_COUNTS = (
    "retweet_count", "repost_count", "reply_count", "like_count", "quote_count", "bookmark_count",
    "impression_count",
)  # fmt: skip
USER_COUNTS = ("followers_count", "following_count", "tweet_count", "post_count", "listed_count")
_POST_METRICS = f"struct({', '.join(f'{name} bigint' for name in POST_COUNTS)})"
_USER_METRICS = f"struct({', '.join(f'{name} bigint' for name in USER_COUNTS)})"

# Left to itself DuckDB tries every compression on every column, which takes longer than parsing does. Payloads are
# packed by zstd: smaller than what it would choose, and three times as fast to write. Texts are in the payload too,
# and ids hardly ever repeat: left as they are they are written fastest, and read fastest by every join and search.
TABLES: dict[str, str] = {
    # One row per page. page_key is the landing path without its ending. about_post_id: the post whose replies, quotes,
    # reposts or likes the page lists.
    "pages": """
        page_key varchar not null, network varchar, client_id varchar, stream varchar, run_id varchar,
        page_number integer, source varchar, endpoint varchar, parameters json, window_start_at timestamptz,
        window_end_at timestamptz, requested_at timestamptz, fetched_at timestamptz, status_code integer,
        api_version varchar, next_token varchar, result_count bigint, object_count bigint,
        estimated_cost_usd double, body_sha256 varchar, landing_path varchar, load_id varchar,
        loaded_at timestamptz, about_post_id varchar
    """,
    # One row per post object as it came, so the same post may have many. created_at is the time that the id holds where
    # the object says another one, which is in replaced_created_at then. edited_at: when its newest version was made,
    # where versions have no ids of their own; edit_count: how many there are after the first, where the object lists
    # them. asks_for_login: whether its author asks not to be shown to whoever is not logged in.
    "posts": f"""
        page_key varchar not null, section varchar, position integer, network varchar,
        post_id varchar using compression uncompressed, author_id varchar,
        text varchar using compression uncompressed, created_at timestamptz,
        conversation_id varchar using compression uncompressed,
        in_reply_to_user_id varchar, lang varchar, referenced_tweets {_REFERENCES},
        referenced_posts {_REFERENCES}, edit_history_tweet_ids varchar[], edit_history_post_ids varchar[],
        mentions {_MENTIONS}, note_tweet_text varchar, note_post_text varchar, note_mentions {_MENTIONS},
        public_metrics {_POST_METRICS}, is_withheld boolean, observed_at timestamptz,
        payload json using compression zstd, load_id varchar, replaced_created_at timestamptz,
        edited_at timestamptz, edit_count bigint, asks_for_login boolean
    """,
    # One row per user object as it came. acted_at: when the account did for what it is listed (a like, say), where the
    # network tells; about_post_id: to which post, where that is not the one that its page is about; is_bot: whether it
    # says itself that it is one.
    "users": f"""
        page_key varchar not null, section varchar, position integer, network varchar,
        account_id varchar using compression uncompressed,
        username varchar, name varchar, description varchar using compression uncompressed,
        location varchar, created_at timestamptz,
        public_metrics {_USER_METRICS}, is_protected boolean, url varchar, verified_type varchar,
        observed_at timestamptz, payload json using compression zstd, load_id varchar, acted_at timestamptz,
        is_bot boolean, about_post_id varchar
    """,
    # One row per event of a direct message as it came; only with consent are there any.
    "messages": """
        page_key varchar not null, section varchar, position integer, network varchar, message_id varchar,
        event_type varchar, conversation_id varchar, sender_id varchar, participant_ids varchar[],
        text varchar, created_at timestamptz, observed_at timestamptz, payload json, load_id varchar
    """,
    # One row per partial error of a page.
    "errors": """
        page_key varchar not null, position integer, network varchar, resource_type varchar,
        resource_id varchar, parameter varchar, value varchar, section varchar, title varchar, detail varchar,
        type varchar, observed_at timestamptz, payload json, load_id varchar
    """,
    # One row per line, object or page that was not taken in, with the reason. object_kind: line, page, or what the
    # object is; section and position say where on its page it stands, source_path and line_number where in a file.
    "rejects": """
        page_key varchar not null, source_path varchar, line_number bigint, reason varchar,
        content_sha256 varchar, content varchar, rejected_at timestamptz, load_id varchar, network varchar,
        object_kind varchar, object_id varchar, section varchar, position integer
    """,
    # Posts that somebody has taken out by hand: whatever page brings one, it goes to the rejects.
    "held_posts": (
        "network varchar not null, post_id varchar not null, why varchar, held_by varchar, held_at timestamptz"
    ),
    # One row for each time that rows were taken out of the tables above: by new rules of the door, or by hand.
    "withdrawals": "rules_version integer, why varchar, row_count bigint, withdrawn_at timestamptz",
    # What the last look at landing saw (extractors/raw/unloaded.py): the times of each run's folder, when every folder
    # was looked into, and how many rows the last load left.
    "landing_folders": "folder varchar not null, stamp varchar not null",
    "landing_looks": "full_look_at timestamptz not null, page_count bigint not null, reject_count bigint not null",
    # Ids of what was erased and must never come back; a copy of those in the state store.
    "tombstones": """
        network varchar, object_type varchar, object_id varchar not null, erased_at timestamptz, reason varchar
    """,
    # Stretches of time that nothing reached, replaced whole by every load. target: empty for a whole stream.
    "gaps": """
        client_id varchar not null, network varchar, stream varchar, target varchar, from_at timestamptz,
        to_at timestamptz, why varchar, observed_at timestamptz
    """,
    # What rapport.toml says, replaced whole.
    "clients": "client_id varchar not null, name varchar",
    "client_accounts": (
        "client_id varchar not null, network varchar, handle varchar, account_id varchar, role varchar"
    ),
    "stakeholders": (
        "client_id varchar not null, network varchar, handle varchar, account_id varchar, why varchar, "
        "topic varchar, priority integer"
    ),
    "people_accounts": (
        "person_number integer, name varchar, kind varchar, network varchar, handle varchar, account_id varchar, "
        "person_id varchar"
    ),
    # What RAPPORT_HOME/outcomes.csv says, replaced whole; whom it is about only with a consent basis.
    "outcomes": (
        "client_id varchar not null, outcome_id varchar not null, kind varchar, occurred_date date, "
        "network varchar, handle varchar, account_id varchar, consent_basis varchar, note varchar"
    ),
    # Who of us keeps the tie to whom, and tags, as rapport.toml says, replaced whole. is_of_house: under [[people]],
    # for every client that has come across the account.
    "owners": (
        "client_id varchar not null, network varchar, handle varchar, account_id varchar, is_of_house boolean, "
        "owner_name varchar, owner_network varchar, owner_handle varchar, owner_account_id varchar"
    ),
    "tags": (
        "client_id varchar not null, network varchar, handle varchar, account_id varchar, is_of_house boolean, "
        "tag varchar"
    ),
    # What RAPPORT_HOME/notes.csv says, replaced whole; only what has a consent basis.
    "notes": (
        "client_id varchar not null, note_id varchar not null, noted_date date, noted_by varchar, network varchar, "
        "handle varchar, account_id varchar, consent_basis varchar, note varchar"
    ),
    # When each client answers, by [clients.hours], replaced whole: one row per stretch of hours, for all years
    # of the data.
    "working_hours": (
        "client_id varchar not null, starts_at timestamptz not null, ends_at timestamptz not null, "
        "minutes_a_day integer"
    ),
    "goals": "client_id varchar not null, words varchar, measure varchar, target double, due_date date",
    # The topics of rapport.toml. made_of: a hash of all that the client's matches follow from; is_by_meaning: whether
    # texts were compared with it by meaning.
    "topics": (
        "client_id varchar not null, topic varchar not null, topic_number integer, is_by_meaning boolean, "
        "made_of varchar"
    ),
    # What extractors/topics has made of the texts of posts, each text once, under its hash: how it was read ('meaning',
    # or 'words' alone), which way its meaning points, and what it is about. Of a text that has left raw nothing stays.
    "topic_texts": "text_hash varchar not null using compression uncompressed, read_by varchar",
    "topic_vectors": (
        "text_hash varchar not null using compression uncompressed, model varchar, "
        "vector blob using compression uncompressed"
    ),
    "topic_matches": (
        "client_id varchar not null, topic varchar not null, "
        "text_hash varchar not null using compression uncompressed, found_by varchar, score double"
    ),
    # What RAPPORT_HOME/topics.csv says of single posts, replaced whole.
    "topic_corrections": (
        "client_id varchar not null, topic varchar not null, network varchar, post_id varchar, is_about boolean"
    ),
}

# The post whose lists an endpoint gives, where its id is part of the path: /2/tweets/:id/retweeted_by.
ABOUT_POST_ID = "nullif(regexp_extract({}, '/tweets/([0-9]+)/', 1), '')"

# The tables whose rows each belong to a page.
PAGE_TABLES = [name for name, columns in TABLES.items() if columns.strip().startswith("page_key ")]

# Columns that a warehouse of an older version lacks, and what they are made of for the rows it has.
LATER_COLUMNS = {
    ("pages", "about_post_id"): ("varchar", ABOUT_POST_ID.format("endpoint")),
    ("users", "acted_at"): ("timestamptz", "null"),
    ("users", "is_bot"): ("boolean", "null"),
    ("users", "about_post_id"): ("varchar", "null"),
    ("users", "location"): ("varchar", "json_extract_string(payload, '$.location')"),
    # written with all the rest of rapport.toml before each build
    ("people_accounts", "person_id"): ("varchar", "null"),
    ("posts", "replaced_created_at"): ("timestamptz", "null"),
    ("posts", "edited_at"): (
        "timestamptz",
        "try_cast(json_extract_string(payload, '$.edited_at') as timestamptz)",
    ),
    ("posts", "edit_count"): ("bigint", "null"),
    ("posts", "asks_for_login"): ("boolean", "null"),
    ("rejects", "network"): ("varchar", "split_part(page_key, '/', 1)"),
    ("rejects", "object_kind"): ("varchar", "case when line_number is null then 'page' else 'line' end"),
    ("rejects", "object_id"): ("varchar", "null"),
    ("rejects", "section"): ("varchar", "null"),
    ("rejects", "position"): ("integer", "null"),
}
