"""What is held about somebody: each room tells what lies in it, as each forgets what is its own (`erasing.py`)."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import duckdb

from rapport.forgotten import Forgotten, Pair
from rapport.links import Links
from rapport.networks import DEFAULT, PERSON, qualified


@dataclass(frozen=True)
class Held:
    """Records in one place. `place` is a path in the home, with a table of it behind a space; `what` says in words
    what they are, `source` where they came from, `fetched_at` when, of what a network sent."""

    place: str
    what: str
    source: str
    records: list[Any]
    fetched_at: str = ""


@dataclass(frozen=True)
class Subject:
    """Somebody: their accounts, the posts and messages that are theirs or repeat them, what they are or were called,
    and the ids that they have as a person. `others`: ids that a list kept by hand gives to other people."""

    about: Forgotten
    person_ids: frozenset[str]
    others: frozenset[str] = frozenset()

    @property
    def keys(self) -> frozenset[str]:
        """network:id of the accounts."""
        return frozenset(qualified(*account) for account in self.about.accounts)


def tables_about(
    con: duckdb.DuckDBPyConnection, database: str, subject: Subject, schemas: Iterable[str]
) -> Iterator[tuple[str, str, list[dict[str, Any]]]]:
    """(schema, table, rows) of every table that has a row about the person: by a person's, account's or post's id, also
    among those that a post mentions, answers or quotes, because a text or a list names a handle of theirs, or because
    it shows the preview of a link to them."""
    about = subject.about
    for kind, pairs in (("posts", about.posts), ("accounts", about.accounts), ("entries", about.entries)):
        networks, ids = zip(*sorted(pairs), strict=True) if pairs else ((), ())
        con.execute(
            f"create or replace temp table held_{kind} as"
            " select unnest($n::varchar[]) as network, unnest($i::varchar[]) as id",
            {"n": list(networks), "i": list(ids)},
        )
    for kind, ids_of in (
        ("people", subject.person_ids | subject.keys | _bare_ids(about)),
        ("others", subject.others),
    ):
        con.execute(
            f"create or replace temp table held_{kind} as select unnest($i::varchar[]) as id",
            {"i": sorted(ids_of)},
        )
    for kind, pairs in (("names", _in_texts(about)), ("handles", about.handles)):
        networks, names = zip(*sorted(pairs), strict=True) if pairs else ((), ())
        con.execute(
            f"create or replace temp table held_{kind} as"
            " select unnest($n::varchar[]) as network, unnest($i::varchar[]) as name",
            {"n": list(networks), "i": list(names)},
        )
    columns = con.execute(
        "select schema_name, table_name, list(column_name), list(data_type) from duckdb_columns()"
        " where database_name = ? and list_contains(?, schema_name) group by all order by all",
        [database, list(schemas)],
    ).fetchall()
    with _looking_for(con, about):
        for schema, table, names, types in columns:
            place = f'"{database}"."{schema}"."{table}"'
            condition = _about(dict(zip(names, types, strict=True)), place)
            if not condition:
                continue
            found = con.execute(f"select * from {place} as held where {condition}")
            heads = [column[0] for column in found.description or ()]
            rows = [dict(zip(heads, row, strict=True)) for row in found.fetchall()]
            if rows:
                yield schema, table, rows


@contextmanager
def _looking_for(con: duckdb.DuckDBPyConnection, about: Forgotten) -> Iterator[None]:
    """Has the functions that look into texts, and takes them away again: the connection may look for somebody else."""
    in_refused = about.names if about.accounts else about.mentions
    links = Links(about)
    of_text_and_network: list[Any] = ["VARCHAR", "VARCHAR"]
    functions: dict[str, tuple[Callable[..., bool], list[Any]]] = {
        "names_them": (lambda text, network: about.mentions(text, network or None), of_text_and_network),
        "names_them_refused": (lambda text, network: in_refused(text, network or None), of_text_and_network),
        "shows_it": (lambda text: links.may_be_shown(text.encode()), ["VARCHAR"]),
    }
    for name, (function, kinds) in functions.items():
        con.create_function(name, function, kinds, "BOOLEAN")
    try:
        yield
    finally:
        for name in functions:
            con.remove_function(name)


def _bare_ids(about: Forgotten) -> frozenset[str]:
    """The ids of people as files of older versions have them, which know one network only."""
    return about.on(DEFAULT).account_ids


def _in_texts(about: Forgotten) -> frozenset[Pair]:
    """What a text has in it that names them, however it spells the handle: of `name@host` the name."""
    return frozenset((network, handle.partition("@")[0]) for network, handle in about.handles) | frozenset(
        (network, short) for network in about.networks for short in about.on(network).shorts
    )


# Lists of ids in schema raw: of what, and where in an entry the id stands.
_LISTS = {
    "mentions": ("accounts", "entry.id"),
    "note_mentions": ("accounts", "entry.id"),
    "participant_ids": ("accounts", "entry"),
    "referenced_tweets": ("posts", "entry.id"),
    "referenced_posts": ("posts", "entry.id"),
}


def _about(columns: dict[str, str], place: str) -> str:
    """The SQL condition that a row is about the person; "" for a table that can't have one."""
    texts = [name for name, kind in columns.items() if kind in ("VARCHAR", "JSON")]
    conditions = []
    for name in texts:
        if name.endswith("person_id"):
            conditions.append(f'"{name}" in (select id from held_people)')
        elif name.endswith(("account_id", "author_id", "sender_id", "user_id")):
            conditions.append(_is_one_of("accounts", name, columns))
        elif name.endswith(("post_id", "message_id")):
            conditions.append(_is_one_of("posts", name, columns))
    conditions += [
        f"held.rowid in (select listed.rowid from (select rowid, network, unnest({name}) as entry from {place})"
        f" as listed semi join held_{kind} as one on one.network = listed.network and one.id = listed.{path})"
        for name, (kind, path) in _LISTS.items()
        if name in columns and "network" in columns
    ]
    conditions += [_names(name, columns) for name in columns if name in _TEXTS or name in _BY_HAND]
    conditions += [_is_called(name, columns) for name in texts if name.endswith("handle")]
    conditions += [_is_entry_of(name) for name in texts if name in _NAMED_BY_HAND]
    conditions += [
        f"('{name}', \"{name}\") in (select (network, id) from held_entries)"
        for name in texts
        if name in _ENTRIES
    ]
    if "content" in columns:  # of a line that was refused, which may be cut anywhere
        there = "one.network = held.network and " if "network" in columns else ""
        conditions.append(
            f'exists (select 1 from ({_IDS}) as one where {there}contains(lower("content"::varchar), lower(one.id)))'
        )
        conditions.append(f'names_them_refused("content"::varchar, {_network(columns)})')
    if "payload" in columns and "post_id" in columns:
        conditions.append("shows_it(payload::varchar)")
    return " or ".join(conditions)


# Ids of what was kept by hand. Where no person is named, nothing else in the row says whom it is about.
_ENTRIES = {"note_id", "outcome_id"}
# Ids of whom a client has named and never seen: `network:@handle`, in older versions `@handle` of the default network.
_NAMED_BY_HAND = {"entry_id", "stakeholder_id"}
# Whatever may say of whom a text is.
_IDS = "from held_posts union all from held_accounts"
# What people wrote on the row's network; and what is kept by hand, which may name people of any.
_TEXTS = {"text", "payload", "last_text", "root_text", "parameters"}
_BY_HAND = {
    "note", "noted_by", "owner_name", "stakeholder_topic", "stakeholder_why", "tag", "tags", "topic", "why", "words",
}  # fmt: skip


def _network(columns: dict[str, str]) -> str:
    """The row's network; empty where it says none."""
    return "coalesce(held.network, '')" if "network" in columns else "''"


def _names(name: str, columns: dict[str, str]) -> str:
    """Whether a text names them: only where it may, it is read as closely as an erasure does."""
    is_of_any = name in _BY_HAND or "network" not in columns
    there, network = (
        ("", "''") if is_of_any else ("held_names.network = held.network and ", _network(columns))
    )
    return (
        f'case when exists (select 1 from held_names where {there}contains(lower("{name}"::varchar), name))'
        f' then names_them("{name}"::varchar, {network}) else false end'
    )


def _is_called(name: str, columns: dict[str, str]) -> str:
    """Whether the row names them by the whole handle alone, as the lists do that are kept by hand. Where it says whose
    it is by an id, the id counts: another may have the handle by now, or had it."""
    before = name.removesuffix("handle")
    network = next((one for one in (f"{before}network", "network") if one in columns), None)
    where = [f"held_handles.name = lower(ltrim(\"{name}\", '@'))"]
    # Where no network stands there, the handle says which: no two networks have a whole one in common.
    where += [f'held_handles.network = held."{network}"'] if network else []
    ids = [one for one in (f"{before}account_id", f"{before}person_id") if one in columns]
    # A list that somebody keeps by hand may have given the person another id since, if nobody else has it.
    for one in ids[:1]:
        where.append(f"coalesce(held.\"{one}\", '{PERSON}:') like '{PERSON}:%'")
        where.append(f"coalesce(held.\"{one}\", '') not in (select id from held_others)")
    return f"exists (select 1 from held_handles where {' and '.join(where)})"


def _is_entry_of(name: str) -> str:
    """Whether the row is about them by the handle that is its id."""
    bare = f"case when network = '{DEFAULT}' then '@' || name end"
    return f"lower(\"{name}\") in (select unnest([network || ':@' || name, {bare}]) from held_handles)"


def _is_one_of(kind: str, name: str, columns: dict[str, str]) -> str:
    network = "one.network = held.network and " if "network" in columns else ""
    return f'exists (select 1 from held_{kind} as one where {network}one.id = held."{name}")'
