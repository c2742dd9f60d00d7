"""`rapport topic`, as a process of its own: what posts are about, from the list to the correction."""

import json
from pathlib import Path

import pytest

from tests.operations import erasure_home as home_of
from tests.operations.cli.command import rapport

pytestmark = pytest.mark.slow  # two builds by dbt


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home in which a conversation was built."""
    folder = tmp_path_factory.mktemp("topics")
    settings = home_of.make_home(folder / "home")
    file = folder / "conversation.jsonl"
    page = home_of.page()
    page["data"][0]["text"] = "Which plant would you save first? [/bold]\x1b[31m"
    file.write_text(json.dumps(page) + "\n", encoding="utf-8")
    assert rapport(settings.home, "import", str(file)).returncode == 0
    built = rapport(settings.home, "build")
    assert built.returncode == 0, built.stderr
    assert "topics: 7 texts, 7 read by meaning, 7 compared" in built.stderr
    return settings.home


def test_a_match_is_seen_corrected_and_taken_back(home: Path) -> None:
    listed = rapport(home, "topic", "list")
    assert listed.returncode == 0, listed.stderr
    assert "Plants" in listed.stdout and "1 of 2" in listed.stdout

    shown = rapport(home, "topic", "posts", "plants")
    assert shown.returncode == 0, shown.stderr
    assert f"x:{home_of.ROOT}" in shown.stdout
    assert "\x1b[31m" not in shown.stdout  # no control sequence reaches the terminal

    for post in (f"https://x.com/lab/status/{home_of.ROOT}", f"x:{home_of.SPOKEN}"):
        said = rapport(home, "topic", "no", post, "plants")
        assert said.returncode == 0, said.stderr
        assert "is not about Plants. Next: rapport build" in said.stdout
    assert rapport(home, "topic", "yes", home_of.THANKED, "Plants", "--client", "lab").returncode == 0
    assert rapport(home, "topic", "corrections").stdout.count(" no ") == 2

    built = rapport(home, "build")
    assert built.returncode == 0, built.stderr
    assert "changed lists (topic corrections)" in built.stderr  # nothing was read or compared again
    assert "topics:" not in built.stderr
    shown = rapport(home, "topic", "posts", "Plants").stdout
    assert f"x:{home_of.ROOT}" not in shown and f"x:{home_of.THANKED}" in shown and "hand" in shown

    assert rapport(home, "topic", "undo", home_of.ROOT, "Plants").returncode == 0
    assert rapport(home, "topic", "undo", home_of.ROOT, "Plants").returncode == 2
    assert rapport(home, "topic", "corrections").stdout.count(" no ") == 1


def test_a_text_is_tried_without_a_build(home: Path) -> None:
    by_word = rapport(home, "topic", "try", "A sundew, at last")
    assert (by_word.returncode, "Plants: a word of it stands there" in by_word.stdout) == (0, True), (
        by_word.stderr
    )
    by_meaning = rapport(home, "topic", "try", "Im Moor hinter dem Haus blühen seltene Blumen").stdout
    assert "nearest by meaning" in by_meaning and "enough" in by_meaning and "not enough" not in by_meaning
    nothing = rapport(home, "topic", "try", "Thank you so much, see you on Thursday!").stdout
    assert "not enough" in nothing


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("posts", "Nothing"), "lab has no topic 'Nothing'"),
        (("no", "a post", "Plants"), "names no post"),
        (("try", "words", "--client", "nobody"), "there is no client 'nobody'"),
    ],
)
def test_what_cannot_be_says_what_to_do(home: Path, arguments: tuple[str, ...], words: str) -> None:
    told = rapport(home, "topic", *arguments)
    assert (told.returncode, words in " ".join(told.stderr.split())) == (2, True), told.stderr


def test_every_command_shows_an_example(home: Path) -> None:
    for command in ("list", "posts", "yes", "no", "undo", "corrections", "try"):
        helped = rapport(home, "topic", command, "--help")
        assert (helped.returncode, f"rapport topic {command}" in helped.stdout) == (0, True)
