"""How the objects of landed pages become rows of schema raw: each is parsed once, by DuckDB, and let in by the door.

`landed` is what raw_pages.Rows describes: what is looked at of an object is its payload or, of a network that has words
of its own, what it is in common words. Parameters: load_id, loaded_at, latest_at (what is later is yet to come), and
the posts that were taken out by hand: held_ids (`network:id`), and in held_whys the reason of each.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from extractors.raw import door
from extractors.raw.tables import ABOUT_POST_ID
from rapport.networks import NETWORKS, Network

# Shapes for from_json: a member of another type becomes NULL, and so does a missing one. What the door looks for in
# an object is taken from its shape.
_ENVELOPE_SHAPE = """{
    "page_key": "VARCHAR", "network": "VARCHAR", "client_id": "VARCHAR", "stream": "VARCHAR",
    "run_id": "VARCHAR", "page_number": "INTEGER", "source": "VARCHAR", "data_kind": "VARCHAR",
    "endpoint": "VARCHAR", "parameters": "JSON", "window_start_at": "TIMESTAMPTZ",
    "window_end_at": "TIMESTAMPTZ", "requested_at": "TIMESTAMPTZ", "fetched_at": "TIMESTAMPTZ",
    "status_code": "INTEGER", "api_version": "VARCHAR", "next_token": "VARCHAR", "result_count": "BIGINT",
    "object_count": "BIGINT", "estimated_cost_usd": "DOUBLE", "body_sha256": "VARCHAR",
    "about_post_id": "VARCHAR"
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
    "withheld": "JSON", "edited_at": "TIMESTAMPTZ", "edit_count": "BIGINT",
    "asks_for_login": "BOOLEAN", "erased": "BOOLEAN",
    "__twarc": {_SEEN_SHAPE}
}}"""
_USER_SHAPE = f"""{{
    "id": "VARCHAR", "username": "VARCHAR", "name": "VARCHAR", "description": "VARCHAR",
    "location": "VARCHAR", "created_at": "TIMESTAMPTZ",
    "public_metrics": {{"followers_count": "BIGINT", "following_count": "BIGINT",
        "tweet_count": "BIGINT", "post_count": "BIGINT", "listed_count": "BIGINT"}},
    "protected": "BOOLEAN", "url": "VARCHAR", "verified_type": "VARCHAR",
    "acted_at": "TIMESTAMPTZ", "about_post_id": "VARCHAR", "is_bot": "BOOLEAN", "erased": "BOOLEAN",
    "__twarc": {_SEEN_SHAPE}
}}"""
_MESSAGE_SHAPE = """{
    "id": "VARCHAR", "event_type": "VARCHAR", "dm_conversation_id": "VARCHAR", "sender_id": "VARCHAR",
    "participant_ids": ["VARCHAR"], "text": "VARCHAR", "created_at": "TIMESTAMPTZ", "erased": "BOOLEAN"
}"""
_ERROR_SHAPE = """{
    "resource_type": "VARCHAR", "resource_id": "VARCHAR", "parameter": "VARCHAR", "value": "VARCHAR",
    "section": "VARCHAR", "title": "VARCHAR", "detail": "VARCHAR", "type": "VARCHAR", "erased": "BOOLEAN"
}"""
_REJECT_SHAPE = """{
    "source_path": "VARCHAR", "line_number": "BIGINT", "reason": "VARCHAR", "content_sha256": "VARCHAR",
    "content": "VARCHAR"
}"""


@dataclass(frozen=True)
class Kind:
    """A kind of object: its table, the column of its id, its shape, its columns (made of `o`), the rules of these."""

    table: str
    id_column: str
    shape: str
    columns: str
    rules: Callable[[Iterable[Network]], list[door.Rule]]


@dataclass(frozen=True)
class Statements:
    """What brings rows in: `insert` into `table`, and (for objects) `refuse` those that the door does not let in."""

    table: str
    insert: str
    refuse: str | None = None


KINDS: dict[str, Kind] = {
    "post": Kind(
        "posts",
        "post_id",
        _POST_SHAPE,
        """
        o.id as post_id, o.author_id, o.text, o.created_at,
        o.conversation_id, o.in_reply_to_user_id, o.lang, o.referenced_tweets, o.referenced_posts,
        o.edit_history_tweet_ids, o.edit_history_post_ids, o.entities.mentions as mentions,
        o.note_tweet.text as note_tweet_text, o.note_post.text as note_post_text,
        coalesce(o.note_tweet.entities.mentions, o.note_post.entities.mentions) as note_mentions,
        o.public_metrics, o.withheld is not null as is_withheld, o.edited_at, o.edit_count,
        o.asks_for_login,
        coalesce(o.__twarc.retrieved_at, {fetched_at}) as observed_at,
    """,
        door.of_posts,
    ),
    "user": Kind(
        "users",
        "account_id",
        _USER_SHAPE,
        """
        o.id as account_id, o.username, o.name, o.description,
        o.location, o.created_at, o.public_metrics, o.protected as is_protected, o.url, o.verified_type,
        o.acted_at, o.about_post_id, o.is_bot,
        coalesce(o.__twarc.retrieved_at, {fetched_at}) as observed_at,
    """,
        door.of_users,
    ),
    "message": Kind(
        "messages",
        "message_id",
        _MESSAGE_SHAPE,
        """
        o.id as message_id, o.event_type,
        o.dm_conversation_id as conversation_id, o.sender_id, o.participant_ids, o.text, o.created_at,
        {fetched_at} as observed_at,
    """,
        door.of_messages,
    ),
    "error": Kind(
        "errors",
        "resource_id",
        _ERROR_SHAPE,
        """
        o.resource_type, o.resource_id, o.parameter, o.value, o.section, o.title, o.detail, o.type,
        {fetched_at} as observed_at,
    """,
        lambda networks: [],
    ),
}

_INSERT_PAGES = """
    insert into raw.pages by name
    select * replace ({starts} as window_start_at, {ends} as window_end_at)
    from (
        select
            o.page_key, o.network, o.client_id, o.stream, o.run_id, o.page_number, o.source, o.endpoint,
            o.parameters, o.window_start_at, o.window_end_at, o.requested_at, {fetched_at} as fetched_at,
            o.status_code, o.api_version, o.next_token, o.result_count, o.object_count, o.estimated_cost_usd,
            o.body_sha256, {about} as about_post_id, 'landing/' || o.page_key || '.json.zst' as landing_path,
            $load_id as load_id, $loaded_at as loaded_at,
        from (select network, fetched_at, from_json(payload, '{shape}') as o from landed)
    )
"""

_INSERT_REJECTS = """
    insert into raw.rejects by name
    select
        page_key, network, 'line' as object_kind, o.source_path, o.line_number, o.reason, o.content_sha256, o.content,
        $loaded_at as rejected_at, $load_id as load_id,
    from (select page_key, network, from_json(payload, '{shape}') as o from landed)
"""

# The offset keeps DuckDB from parsing twice: it would move conditions below this, and parse there once more.
_PARSED = """
    select
        page_key, position, network, payload, {place} as place, o.erased is true as is_erased,
        {columns}
        {wrong_member} as wrong_member,
    from (
        select *, from_json({words}, '{shape}') as o, json_type({words}, {paths}) as kinds from landed offset 0
    )
"""

_INSERT = """
    insert into raw.{table} by name
    select * exclude (place, is_erased, wrong_member){more}, $load_id as load_id
    from ({parsed})
    -- what was erased left an id in its place, and no row
    where not is_erased and {verdict} is null
"""

_REFUSE = """
    insert into raw.rejects by name
    select
        page_key, network, '{kind}' as object_kind, place as section, position, {object_id} as object_id,
        {verdict} as reason, {content}, $loaded_at as rejected_at, $load_id as load_id,
    from ({parsed})
    where not is_erased and {verdict} is not null
"""

# So much of what was refused is kept beside its hash: enough to recognise it, whatever its size.
CONTENT = "sha256(payload::varchar) as content_sha256, left(payload::varchar, 4000) as content"


def statements(has_held: bool, is_translated: bool = False) -> dict[str, Statements]:
    """Kind of row -> the statements that bring it in, of networks whose objects are translated or of the others.

    `has_held`: whether any post was taken out by hand.
    """
    fetched_at = door.fetched_at("fetched_at", "$loaded_at")
    starts, ends = door.read_window("fetched_at")
    made = {
        name: _of(name, kind, fetched_at, has_held and name == "post", is_translated)
        for name, kind in KINDS.items()
    }
    if is_translated:
        return made
    return made | {
        "page": Statements(
            "pages",
            _INSERT_PAGES.format(
                shape=_ENVELOPE_SHAPE,
                fetched_at=fetched_at,
                starts=starts,
                ends=ends,
                about=f"coalesce(o.about_post_id, {ABOUT_POST_ID.format('o.endpoint')})",
            ),
        ),
        "reject": Statements("rejects", _INSERT_REJECTS.format(shape=_REJECT_SHAPE)),
    }


def _of(name: str, kind: Kind, fetched_at: str, has_held: bool, is_translated: bool) -> Statements:
    words = "common" if is_translated else "payload"
    # no row is looked at by the rules of networks that it can't be of
    rules = kind.rules(network for network in NETWORKS.values() if network.is_translated == is_translated)
    if has_held:
        why = "map($held_ids::varchar[], $held_whys::varchar[])[network || ':' || post_id]"
        rules.insert(0, (f"{why} is not null", why))
    parsed = _PARSED.format(
        place="'errors'" if name == "error" else "['data', 'includes', 'beyond'][place + 1]",
        columns=kind.columns.format(fetched_at=fetched_at),
        # of an error, whatever it says is worth keeping
        wrong_member=door.no_object(words) if name == "error" else door.wrong_member(kind.shape, words),
        words=words,
        shape=kind.shape,
        paths=door.paths(kind.shape),
    )
    more = "" if name == "error" else ", place as section"
    if name == "post":
        more = (
            f" replace ({door.true_created_at()} as created_at){more}, "
            f"case when {door.is_off_id_time()} then created_at end as replaced_created_at"
        )
    verdict = f"coalesce(wrong_member, {door.verdict(rules)})"
    return Statements(
        kind.table,
        _INSERT.format(table=kind.table, more=more, parsed=parsed, verdict=verdict),
        _REFUSE.format(
            kind=name,
            object_id=f"left({kind.id_column}, 200)",
            parsed=parsed,
            verdict=verdict,
            content=CONTENT,
        ),
    )
