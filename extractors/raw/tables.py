"""The tables of schema raw, and the SQL that fills them from what is in landed pages.

Each object is parsed once, by DuckDB, into typed columns. What does not fit a type becomes NULL and is still in
`payload`, verbatim; both of the API's dialects have columns of their own.
"""

_REFERENCES = "struct(type varchar, id varchar)[]"
_MENTIONS = 'struct("start" integer, "end" integer, username varchar, id varchar)[]'
_POST_METRICS = (
    "struct(retweet_count bigint, repost_count bigint, reply_count bigint, like_count bigint, "
    "quote_count bigint, bookmark_count bigint, impression_count bigint)"
)
_USER_METRICS = (
    "struct(followers_count bigint, following_count bigint, tweet_count bigint, post_count bigint, "
    "listed_count bigint)"
)

# Left to itself DuckDB tries every compression on every column, which takes longer than parsing does. Payloads are
# packed by zstd: smaller than what it would choose, and three times as fast to write. Texts are in the payload too,
# and ids hardly ever repeat: left as they are they are written fastest, and read fastest by every join and search.
TABLES: dict[str, str] = {
    # One row per page. page_key is the landing path without its ending.
    "pages": """
        page_key varchar not null, network varchar, client_id varchar, stream varchar, run_id varchar,
        page_number integer, source varchar, endpoint varchar, parameters json, window_start_at timestamptz,
        window_end_at timestamptz, requested_at timestamptz, fetched_at timestamptz, status_code integer,
        api_version varchar, next_token varchar, result_count bigint, object_count bigint,
        estimated_cost_usd double, body_sha256 varchar, landing_path varchar, load_id varchar,
        loaded_at timestamptz
    """,
    # One row per post object as it came, so the same post may have many.
    "posts": f"""
        page_key varchar not null, section varchar, position integer, network varchar,
        post_id varchar using compression uncompressed, author_id varchar,
        text varchar using compression uncompressed, created_at timestamptz,
        conversation_id varchar using compression uncompressed,
        in_reply_to_user_id varchar, lang varchar, referenced_tweets {_REFERENCES},
        referenced_posts {_REFERENCES}, edit_history_tweet_ids varchar[], edit_history_post_ids varchar[],
        mentions {_MENTIONS}, note_tweet_text varchar, note_post_text varchar, note_mentions {_MENTIONS},
        public_metrics {_POST_METRICS}, is_withheld boolean, observed_at timestamptz,
        payload json using compression zstd, load_id varchar
    """,
    # One row per user object as it came.
    "users": f"""
        page_key varchar not null, section varchar, position integer, network varchar,
        account_id varchar using compression uncompressed,
        username varchar, name varchar, description varchar using compression uncompressed,
        location varchar, created_at timestamptz,
        public_metrics {_USER_METRICS}, is_protected boolean, url varchar, verified_type varchar,
        observed_at timestamptz, payload json using compression zstd, load_id varchar
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
    # One row per line or landing file that could not be taken in, with the reason.
    "rejects": """
        page_key varchar not null, source_path varchar, line_number bigint, reason varchar,
        content_sha256 varchar, content varchar, rejected_at timestamptz, load_id varchar
    """,
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
    "goals": "client_id varchar not null, words varchar, measure varchar, target double, due_date date",
}

# Columns that a warehouse of an older version lacks, and what they are made of for the rows it has.
LATER_COLUMNS = {
    ("users", "location"): ("varchar", "json_extract_string(payload, '$.location')"),
    # written with all the rest of rapport.toml before each build
    ("people_accounts", "person_id"): ("varchar", "null"),
}

# Shapes for from_json: a member of another type becomes NULL, and so does a missing one.
_ENVELOPE_SHAPE = """{
    "page_key": "VARCHAR", "network": "VARCHAR", "client_id": "VARCHAR", "stream": "VARCHAR",
    "run_id": "VARCHAR", "page_number": "INTEGER", "source": "VARCHAR", "data_kind": "VARCHAR",
    "endpoint": "VARCHAR", "parameters": "JSON", "window_start_at": "TIMESTAMPTZ",
    "window_end_at": "TIMESTAMPTZ", "requested_at": "TIMESTAMPTZ", "fetched_at": "TIMESTAMPTZ",
    "status_code": "INTEGER", "api_version": "VARCHAR", "next_token": "VARCHAR", "result_count": "BIGINT",
    "object_count": "BIGINT", "estimated_cost_usd": "DOUBLE", "body_sha256": "VARCHAR"
}"""
_REFERENCES_SHAPE = '[{"type": "VARCHAR", "id": "VARCHAR"}]'
_MENTIONS_SHAPE = '[{"start": "INTEGER", "end": "INTEGER", "username": "VARCHAR", "id": "VARCHAR"}]'
_NOTE_SHAPE = f'{{"text": "VARCHAR", "entities": {{"mentions": {_MENTIONS_SHAPE}}}}}'
_SEEN_SHAPE = '{"retrieved_at": "TIMESTAMPTZ"}'
_POST_SHAPE = f"""{{
    "id": "VARCHAR", "author_id": "VARCHAR", "text": "VARCHAR", "created_at": "TIMESTAMPTZ",
    "conversation_id": "VARCHAR", "in_reply_to_user_id": "VARCHAR", "lang": "VARCHAR",
    "referenced_tweets": {_REFERENCES_SHAPE}, "referenced_posts": {_REFERENCES_SHAPE},
    "edit_history_tweet_ids": ["VARCHAR"], "edit_history_post_ids": ["VARCHAR"],
    "entities": {{"mentions": {_MENTIONS_SHAPE}}},
    "note_tweet": {_NOTE_SHAPE}, "note_post": {_NOTE_SHAPE},
    "public_metrics": {{"retweet_count": "BIGINT", "repost_count": "BIGINT", "reply_count": "BIGINT",
        "like_count": "BIGINT", "quote_count": "BIGINT", "bookmark_count": "BIGINT",
        "impression_count": "BIGINT"}},
    "withheld": "JSON", "erased": "BOOLEAN", "__twarc": {_SEEN_SHAPE}
}}"""
_USER_SHAPE = f"""{{
    "id": "VARCHAR", "username": "VARCHAR", "name": "VARCHAR", "description": "VARCHAR",
    "location": "VARCHAR", "created_at": "TIMESTAMPTZ",
    "public_metrics": {{"followers_count": "BIGINT", "following_count": "BIGINT",
        "tweet_count": "BIGINT", "post_count": "BIGINT", "listed_count": "BIGINT"}},
    "protected": "BOOLEAN", "url": "VARCHAR", "verified_type": "VARCHAR", "erased": "BOOLEAN",
    "__twarc": {_SEEN_SHAPE}
}}"""
_MESSAGE_SHAPE = """{
    "id": "VARCHAR", "event_type": "VARCHAR", "dm_conversation_id": "VARCHAR", "sender_id": "VARCHAR",
    "participant_ids": ["VARCHAR"], "text": "VARCHAR", "created_at": "TIMESTAMPTZ", "erased": "BOOLEAN"
}"""
_ERROR_SHAPE = """{
    "resource_type": "VARCHAR", "resource_id": "VARCHAR", "parameter": "VARCHAR", "value": "VARCHAR",
    "section": "VARCHAR", "title": "VARCHAR", "detail": "VARCHAR", "type": "VARCHAR"
}"""
_REJECT_SHAPE = """{
    "source_path": "VARCHAR", "line_number": "BIGINT", "reason": "VARCHAR", "content_sha256": "VARCHAR",
    "content": "VARCHAR"
}"""

# The columns that objects of every kind begin with; `landed` is what raw_pages.Rows describes.
_ORIGIN = "page_key, position, network, payload, $load_id as load_id"
_SECTION = "case when is_included = 1 then 'includes' else 'data' end as section"
_FETCHED_AT = "try_cast(fetched_at as timestamptz)"

_INSERT_PAGES = f"""
    insert into raw.pages by name
    select
        o.page_key, o.network, o.client_id, o.stream, o.run_id, o.page_number, o.source, o.endpoint,
        o.parameters, o.window_start_at, o.window_end_at, o.requested_at, o.fetched_at, o.status_code,
        o.api_version, o.next_token, o.result_count, o.object_count, o.estimated_cost_usd, o.body_sha256,
        'landing/' || o.page_key || '.json.zst' as landing_path, $load_id as load_id, $loaded_at as loaded_at,
    from (select from_json(payload, '{_ENVELOPE_SHAPE}') as o from landed)
"""


_INSERT_POSTS = f"""
    insert into raw.posts by name
    select
        {_ORIGIN}, {_SECTION}, o.id as post_id, o.author_id, o.text, o.created_at,
        o.conversation_id, o.in_reply_to_user_id, o.lang, o.referenced_tweets, o.referenced_posts,
        o.edit_history_tweet_ids, o.edit_history_post_ids, o.entities.mentions as mentions,
        o.note_tweet.text as note_tweet_text, o.note_post.text as note_post_text,
        coalesce(o.note_tweet.entities.mentions, o.note_post.entities.mentions) as note_mentions,
        o.public_metrics, o.withheld is not null as is_withheld,
        coalesce(o.__twarc.retrieved_at, {_FETCHED_AT}) as observed_at,
    from (select *, from_json(payload, '{_POST_SHAPE}') as o from landed)
    -- what was erased left an id in its place, and no row
    where o.erased is distinct from true
"""

_INSERT_USERS = f"""
    insert into raw.users by name
    select
        {_ORIGIN}, {_SECTION}, o.id as account_id, o.username, o.name, o.description,
        o.location, o.created_at, o.public_metrics, o.protected as is_protected, o.url, o.verified_type,
        coalesce(o.__twarc.retrieved_at, {_FETCHED_AT}) as observed_at,
    from (select *, from_json(payload, '{_USER_SHAPE}') as o from landed)
    -- what was erased left an id in its place, and no row
    where o.erased is distinct from true
"""

_INSERT_MESSAGES = f"""
    insert into raw.messages by name
    select
        {_ORIGIN}, {_SECTION}, o.id as message_id, o.event_type,
        o.dm_conversation_id as conversation_id, o.sender_id, o.participant_ids, o.text, o.created_at,
        {_FETCHED_AT} as observed_at,
    from (select *, from_json(payload, '{_MESSAGE_SHAPE}') as o from landed)
    -- what was erased left an id in its place, and no row
    where o.erased is distinct from true
"""

_INSERT_ERRORS = f"""
    insert into raw.errors by name
    select
        {_ORIGIN}, o.resource_type, o.resource_id, o.parameter, o.value, o.section, o.title, o.detail, o.type,
        {_FETCHED_AT} as observed_at,
    from (select *, from_json(payload, '{_ERROR_SHAPE}') as o from landed)
"""

_INSERT_REJECTS = f"""
    insert into raw.rejects by name
    select
        page_key, o.source_path, o.line_number, o.reason, o.content_sha256, o.content,
        $loaded_at as rejected_at, $load_id as load_id,
    from (select *, from_json(payload, '{_REJECT_SHAPE}') as o from landed)
"""

# Kind of row -> the table it goes into, and the statement; the parameters it takes are found by name.
INSERTS: dict[str, tuple[str, str]] = {
    "page": ("pages", _INSERT_PAGES),
    "post": ("posts", _INSERT_POSTS),
    "user": ("users", _INSERT_USERS),
    "message": ("messages", _INSERT_MESSAGES),
    "error": ("errors", _INSERT_ERRORS),
    "reject": ("rejects", _INSERT_REJECTS),
}
