"""Topics corrected by hand: topics.csv."""

import stat
from collections.abc import Callable
from dataclasses import replace

import pytest

from extractors.files import lists
from extractors.topics import corrections
from rapport import warehouse
from rapport.config import Config, Settings
from rapport.errors import ConfigError
from rapport.forgotten import Forgotten
from rapport.on_disk import make_home


@pytest.fixture
def settings(make_settings: Callable[..., Settings]) -> Settings:
    topics = [{"name": "Peatlands", "words": ["peat"]}, {"name": "Schools", "words": ["school"]}]
    clients = [
        {"id": "lab", "name": "Lab", "accounts": ["1"], "topics": topics},
        {"id": "rival", "name": "Rival", "accounts": ["2"], "topics": topics[:1]},
    ]
    return replace(make_settings(), config=Config.model_validate({"clients": clients}))


def content(settings: Settings) -> list[str]:
    return corrections.path_of(settings).read_text(encoding="utf-8").splitlines()


def test_an_answer_stands_in_the_file_until_another_is_given(settings: Settings) -> None:
    corrections.put(settings, "lab", "peatlands", "12", is_about=False)
    corrections.put(settings, "lab", "Schools", "x:12", is_about=True)
    corrections.put(settings, "rival", "Peatlands", "x:12", is_about=True)
    assert content(settings) == [
        "client_id,topic,post,is_about", "lab,Peatlands,x:12,no", "lab,Schools,x:12,yes", "rival,Peatlands,x:12,yes",
    ]  # fmt: skip
    corrections.put(settings, "lab", "PEATLANDS", "x:12", is_about=True)
    assert content(settings)[1] == "lab,Peatlands,x:12,yes"
    assert corrections.remove(settings, "lab", "peatlands", "12").is_about
    assert len(content(settings)) == 3
    assert stat.S_IMODE(corrections.path_of(settings).stat().st_mode) == 0o600


@pytest.mark.parametrize(
    ("client", "topic", "post", "words"),
    [
        ("nobody", "Peatlands", "12", "there is no client 'nobody'"),
        ("rival", "Schools", "12", "rival has no topic 'Schools'"),
        ("lab", "Peatlands", "a post", "'a post' names no post"),
        ("lab", "Peatlands", "elsewhere:12", "names no post"),
    ],
)
def test_what_cannot_be_is_refused(
    settings: Settings, client: str, topic: str, post: str, words: str
) -> None:
    with pytest.raises(ConfigError, match=words):
        corrections.put(settings, client, topic, post, is_about=True)
    assert not corrections.path_of(settings).exists()
    with pytest.raises(ConfigError, match="nothing was corrected"):
        corrections.remove(settings, "lab", "Peatlands", "12")


@pytest.mark.parametrize(
    ("lines", "words"),
    [
        (["client_id,topic,post"], "has no column is_about"),
        (
            ["client_id,topic,post,is_about", "lab,Peatlands,x:12,perhaps"],
            "topics.csv:2: 'perhaps' is no answer",
        ),
        (
            ["client_id,topic,post,is_about", "lab,Peatlands,nowhere,yes"],
            "topics.csv:2: 'nowhere' names no post",
        ),
    ],
)
def test_a_file_that_is_wrong_says_where(settings: Settings, lines: list[str], words: str) -> None:
    make_home(settings)
    corrections.path_of(settings).write_text("\n".join(lines), encoding="utf-8")
    with pytest.raises(ConfigError, match=words):
        corrections.read(settings)


def test_raw_has_the_corrections_of_topics_that_there_are(settings: Settings) -> None:
    make_home(settings)
    corrections.path_of(settings).write_text(
        "is_about,post,topic,client_id\nNo,12,PEATLANDS,lab\nyes,x:12,Gone,lab\nyes,12,Peatlands,lab\n",
        encoding="utf-8",
    )
    lists.sync(settings)
    with warehouse.connect(settings) as connection:
        found = connection.execute("select * from raw.topic_corrections").fetchall()
    # of two answers about the same the last
    assert found == [("lab", "Peatlands", "x", "12", True)]


def test_what_is_said_of_a_forgotten_post_is_gone(settings: Settings) -> None:
    for post in ("12", "13"):
        corrections.put(settings, "lab", "Peatlands", post, is_about=False)
    left = settings.home / ".topics.csv.tmp"
    left.write_text("what a killed process has left", encoding="utf-8")
    assert corrections.remove_forgotten(settings, Forgotten.of("x", ["12"])) == 1
    assert content(settings)[1:] == ["lab,Peatlands,x:13,no"]
    assert not left.exists()
    assert corrections.remove_forgotten(settings, Forgotten.of("x", ["12"])) == 0
