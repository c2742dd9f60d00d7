"""The tables of schema raw, and the SQL that fills them from landing files.

A page's body is parsed once into JSON objects, each object once into typed columns, both by DuckDB. What does
not fit a type becomes NULL and is still in `payload`; both of the API's dialects have columns of their own.
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

# Left to itself DuckDB tries every compression on every column, which takes longer than parsing does. Payloads and
# texts are packed by zstd: smaller than what it would choose, and three times as fast to write. Ids hardly ever
# repeat: left as they are they are written fastest, and read fastest by every join.
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
        text varchar using compression zstd, created_at timestamptz,
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
        username varchar, name varchar, description varchar using compression zstd,
        created_at timestamptz,
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
        "person_number integer, name varchar, kind varchar, network varchar, handle varchar, account_id varchar"
    ),
    # What RAPPORT_HOME/outcomes.csv says, replaced whole; whom it is about only with a consent basis.
    "outcomes": (
        "client_id varchar not null, outcome_id varchar not null, kind varchar, occurred_date date, "
        "network varchar, handle varchar, account_id varchar, consent_basis varchar, note varchar"
    ),
    "goals": "client_id varchar not null, words varchar, measure varchar, target double, due_date date",
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
_BODY_SHAPE = (
    '{"data": ["JSON"], "includes": {"tweets": ["JSON"], "posts": ["JSON"], "users": ["JSON"]}, '
    '"errors": "JSON", "rejects": ["JSON"]}'
)
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
    "created_at": "TIMESTAMPTZ", "public_metrics": {{"followers_count": "BIGINT", "following_count": "BIGINT",
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

# One row per object of a page, and one for the page itself (section page), which alone carries the envelope.
# Objects as rows, not lists, so that the threads of the statements that follow can share them.
# `data` and `errors` are lists, or one object (lookup of one post, streaming output).
# Whole files by read_json_objects, shaped by from_json: half the time of read_json with these columns.
READ_PAGES = f"""
    create temp table landed as
    with read as (
        select json, from_json(json, '{{"envelope": {_ENVELOPE_SHAPE}, "body": {_BODY_SHAPE}}}') as page
        from read_json_objects($files, format = 'unstructured', maximum_object_size = $object_size)
    ),
    listed as (
        select
            page.envelope as envelope,
            case
                when coalesce(page.envelope.data_kind, 'other') not in ('post', 'user', 'message') then null
                -- Looks again only where there is no list: a second look at every body would cost a parse.
                when page.body.data is null and json_type(json, '$.body.data') = 'OBJECT'
                    then [json_extract(json, '$.body.data')]
                else page.body.data
            end as data,
            page.body.includes as includes,
            case
                when json_type(page.body.errors) = 'OBJECT' then [page.body.errors]
                else from_json(page.body.errors, '["JSON"]')
            end as errors,
            page.body.rejects as rejects,
        from read
    ),
    parted as (
        select
            envelope.page_key as page_key,
            envelope.network as network,
            envelope.fetched_at as fetched_at,
            unnest([
                {{kind: case when rejects is null then 'page' end, section: 'page', envelope: envelope,
                    objects: [null::json]}},
                {{kind: envelope.data_kind, section: 'data', envelope: null, objects: data}},
                {{kind: 'post', section: 'includes', envelope: null, objects: includes.tweets}},
                {{kind: 'post', section: 'includes', envelope: null, objects: includes.posts}},
                {{kind: 'user', section: 'includes', envelope: null, objects: includes.users}},
                {{kind: 'error', section: '', envelope: null, objects: errors}},
                {{kind: 'reject', section: '', envelope: null, objects: rejects}}
            ]) as part,
        from listed
    )
    select
        page_key, network, fetched_at, part.kind as kind, part.section as section, part.envelope as envelope,
        unnest(part.objects) as payload, generate_subscripts(part.objects, 1) - 1 as position,
    from parted
"""

_INSERT_PAGES = """
    insert into raw.pages by name
    select
        envelope.page_key, envelope.network, envelope.client_id, envelope.stream, envelope.run_id,
        envelope.page_number, envelope.source, envelope.endpoint, envelope.parameters,
        envelope.window_start_at, envelope.window_end_at, envelope.requested_at, envelope.fetched_at,
        envelope.status_code, envelope.api_version, envelope.next_token, envelope.result_count,
        envelope.object_count, envelope.estimated_cost_usd, envelope.body_sha256,
        'landing/' || page_key || '.json.zst' as landing_path, $load_id as load_id, $loaded_at as loaded_at,
    from landed
    where kind = 'page'
"""


_INSERT_POSTS = f"""
    insert into raw.posts by name
    select
        page_key, section, position, network, o.id as post_id, o.author_id, o.text, o.created_at,
        o.conversation_id, o.in_reply_to_user_id, o.lang, o.referenced_tweets, o.referenced_posts,
        o.edit_history_tweet_ids, o.edit_history_post_ids, o.entities.mentions as mentions,
        o.note_tweet.text as note_tweet_text, o.note_post.text as note_post_text,
        coalesce(o.note_tweet.entities.mentions, o.note_post.entities.mentions) as note_mentions,
        o.public_metrics, o.withheld is not null as is_withheld,
        coalesce(o.__twarc.retrieved_at, fetched_at) as observed_at, payload, $load_id as load_id,
    from (
        select *, from_json(payload, '{_POST_SHAPE}') as o from landed where kind = 'post'
    )
    -- what was erased left an id in its place, and no row
    where o.erased is distinct from true
"""

_INSERT_USERS = f"""
    insert into raw.users by name
    select
        page_key, section, position, network, o.id as account_id, o.username, o.name, o.description,
        o.created_at, o.public_metrics, o.protected as is_protected, o.url, o.verified_type,
        coalesce(o.__twarc.retrieved_at, fetched_at) as observed_at, payload, $load_id as load_id,
    from (
        select *, from_json(payload, '{_USER_SHAPE}') as o from landed where kind = 'user'
    )
    -- what was erased left an id in its place, and no row
    where o.erased is distinct from true
"""

_INSERT_MESSAGES = f"""
    insert into raw.messages by name
    select
        page_key, section, position, network, o.id as message_id, o.event_type,
        o.dm_conversation_id as conversation_id, o.sender_id, o.participant_ids, o.text, o.created_at,
        fetched_at as observed_at, payload, $load_id as load_id,
    from (
        select *, from_json(payload, '{_MESSAGE_SHAPE}') as o from landed where kind = 'message'
    )
    -- what was erased left an id in its place, and no row
    where o.erased is distinct from true
"""

_INSERT_ERRORS = f"""
    insert into raw.errors by name
    select
        page_key, position, network, o.resource_type, o.resource_id, o.parameter, o.value, o.section, o.title,
        o.detail, o.type, fetched_at as observed_at, payload, $load_id as load_id,
    from (
        select * exclude (section), from_json(payload, '{_ERROR_SHAPE}') as o
        from landed where kind = 'error'
    )
"""

_INSERT_REJECTS = f"""
    insert into raw.rejects by name
    select
        page_key, o.source_path, o.line_number, o.reason, o.content_sha256, o.content,
        $loaded_at as rejected_at, $load_id as load_id,
    from (select *, from_json(payload, '{_REJECT_SHAPE}') as o from landed where kind = 'reject')
"""

COUNT_PAGES = "select count(*) from landed where section = 'page' and page_key is not null"

# In this order; the parameters each takes are found by name.
INSERTS: dict[str, str] = {
    "pages": _INSERT_PAGES,
    "posts": _INSERT_POSTS,
    "users": _INSERT_USERS,
    "messages": _INSERT_MESSAGES,
    "errors": _INSERT_ERRORS,
    "rejects": _INSERT_REJECTS,
}
