"""The door of schema raw: by what rules a post, a user, a message or an error comes in, as SQL.

What does not fit goes to raw.rejects with the reason, and the rest of its page comes in: so whoever reads raw need not
ask again whether an id is an id. There are two sets of rules. Those of an object's members look at the JSON, as
from_json makes NULL of what does not fit its type. Those of its values look at the columns of raw, so they serve for
rows that came in before there was a door, too (extractors/raw/healing.py).
"""

import json
from collections.abc import Iterable, Iterator
from typing import Any

from extractors.raw.tables import POST_COUNTS, USER_COUNTS
from rapport.networks import NETWORKS, Network
from rapport.project import variables
from rapport.warehouse import literal

# A home that was filled by rules of another version is gone through once by these. Count it up with every change.
RULES_VERSION = 3

# Counts from here on are no counts: whoever reads them as floating point gets another number.
COUNT_LIMIT = 2**53
# Clocks and time zones differ by less; what is dated later than this after it was fetched was not written yet.
TOLERANCE = "interval '1' day"

# A condition on a row, and the SQL of what is wrong then.
Rule = tuple[str, str]
Path = tuple[str, ...]

_WORDS = {"BIGINT": "whole number", "TIMESTAMPTZ": "time", "BOOLEAN": "true or false"}
# Members that hardly any object has.
_RARE = ("note_tweet", "note_post", "__twarc")


def paths(shape: str) -> str:
    """The paths of the members that are looked at in every object, as an SQL list for json_type."""
    return "[" + ", ".join(_path(path) for path, _ in _usual(shape)) + "]"


def no_object(words: str) -> str:
    """What is wrong with what the column `words` holds, where only that it is no object could be."""
    return verdict([_of_object(words)])


def _of_object(words: str) -> Rule:
    return f"not starts_with({words}::varchar, '{{')", "'it is no object'"


def wrong_member(shape: str, words: str) -> str:
    """What is wrong with a member of the object in the column `words`, parsed as `o`, its usual members of `kinds`.

    A member that is there has to have come through from_json as what it is. Ids are text or a number, and looked at
    with the values. What hardly any object has is looked at where it is.
    """
    found = {path: f"kinds[{number}]" for number, (path, _) in enumerate(_usual(shape), start=1)}
    types = dict(_usual(shape))
    counts = [path for path, kind in types.items() if kind == "BIGINT"]
    rules = [
        _of_object(words),
        *(_of_member(path, types[path], found[path]) for path in types if path not in counts),
    ]
    parts = [verdict(rules)]
    if counts:
        plain = " and ".join(
            f"coalesce({found[path]} = 'UBIGINT' and {_value(path)} is not null, true)" for path in counts
        )
        exact = verdict([_of_member(path, "BIGINT", found[path]) for path in counts])
        parts.append(f"case when not ({plain}) then {exact} end")
    for name, kind in json.loads(shape).items():
        if name in _RARE:
            inner = [
                _of_member(path, inner_kind, f"json_type({words}, {_path(path)})")
                for path, inner_kind in _members(kind, (name,))
            ]
            parts.append(f"case when {found[name,]} is not null then {verdict(inner)} end")
    return f"coalesce({', '.join([*parts, *_places_of_mentions(shape, words)])})"


def _places_of_mentions(shape: str, words: str) -> Iterator[str]:
    """A mention has a start and an end; where it seems to have none, it must not be that they were no numbers."""
    for path, _ in _members(json.loads(shape), ()):
        if path[-1] != "mentions":
            continue
        for name in ("start", "end"):
            lacking = f'len(list_filter({_value(path)}, lambda one: one."{name}" is null)) > 0'
            there = f'json_type({words}, {_path(path)[:-1]}[*]."{name}"\')'
            came_through = f'len(list_filter({_value(path)}, lambda one: one."{name}" is not null))'
            lost = f"len(list_filter({there}, lambda kind: kind <> 'NULL')) <> {came_through}"
            yield verdict([(f"{lacking} and {lost}", f"'the {name} of a mention is no whole number'")])


def _usual(shape: str) -> list[tuple[Path, Any]]:
    """The members that are looked at in every object, by path, with their types."""
    return [
        (path, kind)
        for path, kind in _members(json.loads(shape), ())
        if not (len(path) > 1 and path[0] in _RARE)
        and path[-1] not in ("id", "erased")
        and not path[-1].endswith("_id")
    ]


def _members(shape: dict[str, Any], above: Path) -> Iterator[tuple[Path, Any]]:
    """Each member that a shape for from_json names, by its path, with its type; those in lists are left out."""
    for name, kind in shape.items():
        if kind != "JSON":
            yield (*above, name), kind
        if isinstance(kind, dict):
            yield from _members(kind, (*above, name))


def _path(path: Path) -> str:
    return "'$" + "".join(f'."{name}"' for name in path) + "'"


def _value(path: Path) -> str:
    return ".".join(["o", *(f'"{part}"' for part in path)])


def _of_member(path: Path, kind: Any, found: str) -> Rule:
    """The rule for one member; `found` is what JSON says of it."""
    name = ".".join(path)
    if isinstance(kind, dict):
        return f"{found} not in ('OBJECT', 'NULL')", f"'{name} is no object'"
    if isinstance(kind, list):
        return f"{found} not in ('ARRAY', 'NULL')", f"'{name} is no list'"
    if kind == "VARCHAR":
        return f"{found} in ('OBJECT', 'ARRAY', 'BOOLEAN')", f"'{name} is no text'"
    # A fraction would be rounded, and true taken for 1.
    odd = f" or {found} in ('DOUBLE', 'BOOLEAN')" if kind == "BIGINT" else ""
    return f"({_value(path)} is null and {found} <> 'NULL'){odd}", f"'{name} is no {_WORDS[kind]}'"


def of_posts(networks: Iterable[Network]) -> list[Rule]:
    """The rules of the values of a post of these networks."""
    posts, accounts = _Ids.of_both(networks)
    return [
        *posts.own("post_id"),
        ("author_id is null", "'nothing says who wrote it: it has no author_id'"),
        *accounts.each("author_id"),
        *posts.each("conversation_id"),
        *accounts.each("in_reply_to_user_id"),
        *posts.lists("edit_history_tweet_ids", "edit_history_post_ids", unless="= [post_id]"),
        *_references_in(posts, "referenced_tweets", "referenced_posts"),
        *_mentions_in(accounts, "mentions", "note_mentions"),
        *_times("post_id"),
        *_counts(POST_COUNTS),
    ]


def of_users(networks: Iterable[Network]) -> list[Rule]:
    """The rules of the values of a user of these networks."""
    posts, accounts = _Ids.of_both(networks)
    return [*accounts.own("account_id"), *posts.each("about_post_id"), *_times(), *_counts(USER_COUNTS)]


def of_messages(networks: Iterable[Network]) -> list[Rule]:
    """The rules of the values of a direct message's event of these networks."""
    posts, accounts = _Ids.of_both(networks)
    return [
        *posts.own("message_id"),
        (
            "event_type = 'MessageCreate' and sender_id is null",
            "'nothing says who wrote it: it has no sender_id'",
        ),
        *accounts.each("sender_id"),
        # a conversation of two has the ids of both
        *accounts.rules(
            lambda grammar: f"not regexp_full_match(conversation_id, '{grammar}(-{grammar})?')",
            "dm_conversation_id is no id",
        ),
        *accounts.lists("participant_ids"),
        *_times("message_id"),
    ]


def verdict(rules: list[Rule]) -> str:
    """The reason of the first rule that is broken; NULL for what may come in."""
    whens = " ".join(f"when {condition} then {reason}" for condition, reason in rules)
    return f"case {whens} end" if whens else "null"


def fetched_at(stated: str, otherwise: str) -> str:
    """When a page was fetched. Where that can't be, as a file was dated 1901, it is the other moment."""
    at = f"try_cast({stated} as timestamptz)"
    return f"case when {at} >= {_began_at()} and {at} <= $latest_at then {at} else {otherwise} end"


def read_window(fetched_at: str) -> tuple[str, str]:
    """Where a page's window begins and ends as far as it was over when the page was fetched; NULL of one to come."""
    began = f"window_start_at < {fetched_at}"
    return (
        f"case when {began} then window_start_at end",
        f"case when {began} then least(window_end_at, {fetched_at}) end",
    )


def true_created_at() -> str:
    """When a post was written. Where created_at is off the time that its id holds, the id is right."""
    return (
        f"case when {is_off_id_time()} then date_trunc('second', {_time_in('post_id')}) else created_at end"
    )


def is_off_id_time() -> str:
    """Whether created_at is another time than the one that the post's id holds. A time to come is none."""
    seconds, in_id = variables()["profile_id_time_tolerance_seconds"], _time_in("post_id")
    return f"coalesce(abs(epoch(created_at - {in_id})) > {seconds} and {in_id} <= $latest_at, false)"


def _quoted(grammar: str) -> str:
    return grammar.replace("'", "''")


class _Ids:
    """Rules of the ids of posts, or of accounts, on some networks: one for each, made of the grammar there.

    Of networks that nobody declares, nothing is known.
    """

    def __init__(self, grammars: list[tuple[Network, str, str]]) -> None:
        self._grammars = grammars

    @classmethod
    def of_both(cls, networks: Iterable[Network]) -> tuple["_Ids", "_Ids"]:
        """Those of posts, and those of accounts."""
        known = list(networks)
        return (
            cls([(network, network.post_id_grammar, network.post_id_words) for network in known]),
            cls([(network, network.account_id_grammar, network.account_id_words) for network in known]),
        )

    def rules(self, broken: Any, what: str) -> list[Rule]:
        """A rule for each network: `broken` makes the condition of the grammar."""
        return [
            (
                f"network = {literal(network.name)} and ({broken(_quoted(grammar))})",
                literal(f"{what} of {network.label} ({words})"),
            )
            for network, grammar, words in self._grammars
        ]

    def own(self, column: str) -> list[Rule]:
        """The object's own id, which it has to have."""
        return [(f"{column} is null", "'it has no id'"), *self.each(column, called="its id")]

    def each(self, column: str, called: str | None = None) -> list[Rule]:
        """An id that may be missing."""
        return self.rules(
            lambda grammar: f"not regexp_full_match({column}, '{grammar}')", f"{called or column} is no id"
        )

    def lists(self, *columns: str, unless: str = "") -> list[Rule]:
        """Lists of ids. `unless`: what most of them are, for these need not be looked through."""
        rules = []
        for column in columns:
            wanted = f"not coalesce({column} {unless}, false) and " if unless else ""
            rules += self.rules(
                lambda grammar, column=column, wanted=wanted: (
                    f"{wanted}len(list_filter({column}, "
                    f"lambda one: one is null or not regexp_full_match(one, '{grammar}'))) > 0"
                ),
                f"{column} holds what is no id",
            )
        return rules


def _references_in(posts: _Ids, *columns: str) -> list[Rule]:
    """A repost of an archive names no post, so a reference may have no id."""
    rules = []
    for column in columns:
        rules.append(
            (
                f"len(list_filter({column}, lambda one: one.type is null)) > 0",
                f"'{column} holds what is no reference: it has no type'",
            )
        )
        rules += posts.rules(
            lambda grammar, column=column: (
                f"len(list_filter({column}, lambda one: not regexp_full_match(one.id, '{grammar}'))) > 0"
            ),
            f"{column} holds what is no id",
        )
    return rules


def _mentions_in(accounts: _Ids, *columns: str) -> list[Rule]:
    rules = []
    for column in columns:
        rules.append(
            (
                f"len(list_filter({column}, "
                "lambda one: one.id is null and coalesce(trim(one.username), '') = '')) > 0",
                "'a mention names nobody: it has neither id nor username'",
            )
        )
        rules += accounts.rules(
            lambda grammar, column=column: (
                f"len(list_filter({column}, lambda one: not regexp_full_match(one.id, '{grammar}'))) > 0"
            ),
            "a mention has what is no id",
        )
    return rules


def _times(id_column: str | None = None) -> list[Rule]:
    """Nothing is older than its network, was seen in the future, or was written after it was seen.

    The time in the id is proof that a file is dated wrongly, so it counts as a moment at which the post was there.
    """
    began_at, in_id = _began_at(), _time_in(id_column) if id_column else "null"
    seen_at = f"greatest(observed_at, case when {in_id} <= $latest_at then {in_id} end)"
    return [
        (
            f"observed_at < {began_at} or observed_at > $latest_at",
            "'it was seen (retrieved_at of its note __twarc) at a time that cannot be'",
        ),
        *(
            [(f"created_at is null and {in_id} > $latest_at", "'its id holds a time that is yet to come'")]
            if id_column
            else []
        ),
        (f"created_at < {began_at}", "'created_at is before the network began'"),
        (f"created_at > {seen_at} + {TOLERANCE}", "'created_at is later than the moment it was fetched'"),
    ]


def _counts(names: tuple[str, ...]) -> list[Rule]:
    counts = ", ".join(f"public_metrics.{name}" for name in names)
    return [
        (f"least({counts}) < 0", "'a count of public_metrics is negative'"),
        (f"greatest({counts}) >= {COUNT_LIMIT}", "'a count of public_metrics is too large to be one'"),
    ]


def _began_at() -> str:
    """When the row's network began; NULL for a network that nobody declares."""
    whens = " ".join(
        f"when {literal(network.name)} then timestamptz '{network.began_at.isoformat()}'"
        for network in NETWORKS.values()
    )
    return f"case network {whens} end"


def _time_in(id_column: str) -> str:
    """The time that an id holds, as macros/identifiers.sql takes it out; NULL for ids of another kind."""
    number = f"try_cast({id_column} as ubigint)"
    whens = " ".join(
        f"when network = {literal(network.name)} and {number} >= {2**40} "
        f"then to_timestamp((({number} >> 22) + {network.epoch_ms}) / 1000.0)"
        for network in NETWORKS.values()
        if network.epoch_ms is not None
    )
    return f"case {whens} end" if whens else "null::timestamptz"
