"""Which text is about which topic of which client: worked out before a build, for what is new or has changed.

A text is about a topic if a word of the topic stands in it, and about the topic that its meaning is nearest to, if it
is nearer to it than to everyday talk by the definition *topic_margin*. Killed at any moment, the next run goes on:
vectors are kept in batches, and the rest is one transaction.
"""

import hashlib
import json
import logging
import re
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field

import duckdb

from extractors.raw import raw_store, raw_topics
from extractors.raw.raw_topics import Match
from extractors.topics import meaning
from extractors.topics.words import pattern_of, plain, said
from rapport import warehouse
from rapport.config import Settings
from rapport.config_clients import Client
from rapport.definitions import definition

log = logging.getLogger("rapport.topics")

# A change of how topics are found: raise it, and every text is compared anew.
RULES_VERSION = 1
_READ_AT_ONCE = 2_000  # texts whose vectors are made and kept together: some seconds of work
_MATCHED_AT_ONCE = 20_000


@dataclass(frozen=True)
class Matched:
    """What a run has done: how many texts there are, were read by meaning, and were compared with topics."""

    text_count: int = 0
    read_count: int = 0
    compared_count: int = 0


@dataclass(frozen=True)
class Finder:
    """The topics of one client, ready to be looked for."""

    client_id: str
    names: list[str]
    patterns: list["re.Pattern[str] | None"]
    # of the topics that have examples, where there is a model
    by_meaning: list[str] = field(default_factory=list)
    directions: meaning.Directions | None = None

    @classmethod
    def of(cls, client: Client, model: str) -> "Finder":
        """Of a client's topics in rapport.toml; by words alone where there is no model."""
        with_examples = [topic for topic in client.topics if topic.examples and model]
        return cls(
            client.id,
            [topic.name for topic in client.topics],
            [pattern_of(topic.words) for topic in client.topics],
            [topic.name for topic in with_examples],
            meaning.Directions.of([[topic.name, *topic.examples] for topic in with_examples])
            if with_examples
            else None,
        )

    def by_words(self, text: str) -> list[str]:
        """The topics of which a word stands in the text."""
        words = plain(said(text))
        return [
            name
            for name, pattern in zip(self.names, self.patterns, strict=True)
            if pattern and pattern.search(words)
        ]

    def scores(self, directions: meaning.Vectors) -> list[tuple[str, float]]:
        """For each text the topic that it is nearest to, and by how much it is nearer to it than to everyday talk."""
        if self.directions is None:
            return []
        best, margins = self.directions.nearest(directions)
        return [
            (self.by_meaning[topic], round(float(margin), 3))
            for topic, margin in zip(best, margins, strict=True)
        ]

    def matches(self, rows: Sequence[tuple[str, str, bytes | None]]) -> list[Match]:
        """What texts (hash, text, vector) are about. A topic that a word names is not looked for by meaning."""
        found = [
            Match(self.client_id, name, text_hash, "word")
            for text_hash, text, _ in rows
            for name in self.by_words(text)
        ]
        named = {(match.text_hash, match.topic) for match in found}
        read = [(text_hash, vector) for text_hash, _, vector in rows if vector is not None]
        if self.directions is None or not read:
            return found
        scores = self.scores(meaning.unpacked([vector for _, vector in read]))
        return found + [
            Match(self.client_id, name, text_hash, "meaning", score)
            for (text_hash, _), (name, score) in zip(read, scores, strict=True)
            if score >= definition("topic_margin") and (text_hash, name) not in named
        ]


def match(settings: Settings, on_progress: Callable[[str], None] = log.info) -> Matched:
    """Finds what the posts in raw are about, as far as that is not known yet; does nothing where no client has topics.

    Reads by meaning only texts that are new, and compares only those, and with a client's topics that have changed all.
    """
    if not settings.warehouse_path.exists():
        return Matched()
    clients = [client for client in settings.config.clients if client.topics]
    model = meaning.version()
    with warehouse.connect(settings) as connection:
        raw_store.create_tables(connection)
        if not clients:
            if raw_topics.clear(connection):
                on_progress("no client has topics any more: what was made of them is gone")
            return Matched()
        raw_topics.gather(
            connection,
            [client.id for client in clients],
            settings.config.privacy.share_between_clients,
            meaning.is_read,
        )
        raw_topics.sweep(connection, model)
        is_by_meaning = bool(model) and any(topic.examples for client in clients for topic in client.topics)
        if not model and any(topic.examples for client in clients for topic in client.topics):
            on_progress(
                "topics are found by their words alone: the model that reads meaning comes with "
                "`uv sync --extra topics`"
            )
        read_count = _read(connection, model, on_progress) if is_by_meaning else 0
        connection.begin()
        try:
            compared_count = _compare(connection, clients, model)
            raw_topics.note_texts(connection, is_by_meaning)
            connection.commit()
        except BaseException:
            with suppress(duckdb.Error):
                connection.rollback()
            raise
        [(text_count,)] = connection.execute("select count(*) from texts").fetchall()
        connection.execute("drop table texts")
    if read_count or compared_count:
        on_progress(
            f"topics: {text_count:,} texts, {read_count:,} read by meaning, {compared_count:,} compared"
        )
    return Matched(text_count, read_count, compared_count)


def made_of(client: Client, model: str) -> str:
    """A hash of all that a client's matches follow from, besides the texts."""
    topics = [[topic.name, topic.words, topic.examples] for topic in client.topics]
    content = [RULES_VERSION, definition("topic_margin"), model, meaning.EVERYDAY if model else "", topics]
    return hashlib.sha256(json.dumps(content).encode()).hexdigest()[:32]


def _read(connection: duckdb.DuckDBPyConnection, model: str, on_progress: Callable[[str], None]) -> int:
    """Makes the vectors that are missing; returns how many."""
    [(wanted,)] = connection.execute(
        "select count(*) from texts anti join raw.topic_vectors using (text_hash) where is_read"
    ).fetchall()
    count = 0
    while rows := raw_topics.without_vector(connection, _READ_AT_ONCE):
        vectors = meaning.packed(meaning.vectors([text for _, text in rows]))
        raw_topics.add_vectors(connection, model, [text_hash for text_hash, _ in rows], vectors)
        count += len(rows)
        if wanted > _READ_AT_ONCE:
            on_progress(f"topics: {count:,} of {wanted:,} new texts read by meaning")
    return count


def _compare(connection: duckdb.DuckDBPyConnection, clients: Sequence[Client], model: str) -> int:
    """Compares texts with topics, and returns how many: the new ones, or all where a client's topics have changed."""
    before, now = raw_topics.made_of(connection), {client.id: made_of(client, model) for client in clients}
    same = [client_id for client_id, what in now.items() if before.get(client_id) == what]
    raw_topics.forget_clients(connection, same)
    old, new = (
        [Finder.of(client, model) for client in clients if (client.id in same) is is_same]
        for is_same in (True, False)
    )
    count = max(
        _compare_with(connection, old, everything=False), _compare_with(connection, new, everything=True)
    )
    if before != now:
        raw_topics.replace_topics(
            connection,
            [
                raw_topics.Topic(
                    client.id, topic.name, number, bool(topic.examples and model), now[client.id]
                )
                for client in clients
                for number, topic in enumerate(client.topics, start=1)
            ],
        )
    return count


def _compare_with(
    connection: duckdb.DuckDBPyConnection, finders: Sequence[Finder], *, everything: bool
) -> int:
    count, last_hash = 0, ""
    while finders and (
        rows := raw_topics.unmatched(connection, last_hash, _MATCHED_AT_ONCE, everything=everything)
    ):
        if found := [one for finder in finders for one in finder.matches(rows)]:
            raw_topics.add_matches(connection, found)
        count, last_hash = count + len(rows), rows[-1][0]
    return count
