"""An erasure that is killed, wherever: run again, with the same words or with none, it ends as if nothing had happened.

Of a post of ours that mentions whoever is erased and a namesake: which of them its `@adebar` is, only its mentions
say, and these are among the first things to go.
"""

import re
import shutil
from dataclasses import replace
from itertools import cycle
from pathlib import Path
from typing import Any

import pytest

from extractors.files import notes, outcomes
from extractors.raw import raw_store
from extractors.state import tombstones, under_way
from extractors.state.store import open_state
from operations.erasure import everywhere as erasure
from quality import editions
from rapport.config import Settings
from rapport.forgotten import ERASURE
from rapport.on_disk import sha256
from tests.extractors.mastodon import payloads as mastodon
from tests.operations import erasure_home as home_of
from tests.operations.erasure.test_every_spelling import AT, NAMESAKE, STORK, tables_of, text_of
from tests.operations.forks import killed_at, killed_one_after_another

CONFIG = """
[[clients]]
id = "lab"
name = "The Lab"
accounts = ["mastodon:lichtung@wald.test"]
"""
KEPT = ("Comes back in May.", "We spoke of a nest on the mill.")
ASKED = {f"mastodon:@{STORK}": "on request"}
# What differs from run to run: times, and what is named by them.
_WHEN = re.compile(
    r"datetime\.datetime\([^)]*\)|20\d\d-\d\d-\d\d[T ][\d:.]+(?:Z|\+00:?00)?|\b20\d{6}T\d{6}[\w-]*"
)
_FOLDER_TIMES = re.compile(r"'\d{19}-\d{19}'\)$")


def pages() -> dict[str, Any]:
    them, namesake = mastodon.account(STORK, "70"), mastodon.account(NAMESAKE, "71")
    said = mastodon.status(
        "7", f"<p>{mastodon.link_to('lichtung')} the stork is back</p>",
        account=them, mentions=[mastodon.mention("lichtung", "1")], created_at=AT,
    )  # fmt: skip
    both = mastodon.status(
        "8", f"<p>Dear {mastodon.link_to(STORK)} and {mastodon.link_to(NAMESAKE)}: ＠adebar, @Adebar, {STORK}</p>",
        mentions=[mastodon.mention(STORK, "70"), mastodon.mention(NAMESAKE, "71")],
        in_reply_to_id="7", in_reply_to_account_id="70", created_at=AT,
    )  # fmt: skip
    other = mastodon.status(
        "9", f"<p>Hello to all of you there, and {mastodon.link_to(NAMESAKE)} of the fen</p>",
        mentions=[mastodon.mention(NAMESAKE, "71")], created_at=AT,
    )  # fmt: skip
    return {
        "context": {"ancestors": [said], "status": both, "descendants": []},
        "accounts": {"data": [them, namesake, mastodon.account()]},
        "statuses": {"data": [other]},
    }


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    settings = home_of.make_home(tmp_path_factory.mktemp("stopped") / "home", CONFIG)
    for name, body in pages().items():
        home_of.land(settings, "mastodon", body, name)
    raw_store.load(settings)
    by_hand(settings)
    home_of.publish_all(settings)
    editions.freeze(settings)
    return settings.home


def by_hand(settings: Settings) -> None:
    """What is kept about them; of the outcome without a basis no table says whom it is about."""
    said: dict[str, Any] = {"client_id": "lab", "handle": f"mastodon:@{STORK}", "consent_basis": "consent"}
    notes.FILE.add(settings, [notes.new(settings, note=KEPT[0], noted_date="2026-11-01", **said)])
    call = outcomes.new(settings, kind="call", occurred_date="2026-11-01", note=KEPT[1], **said)
    outcomes.FILE.add(settings, [replace(call, consent_basis="")])


@pytest.fixture(scope="module")
def undisturbed(made: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[dict[str, str], list[str]]:
    """What an erasure that nobody stops leaves, and what it says on its way."""
    settings = copied(made, tmp_path_factory.mktemp("undisturbed") / "home")
    messages: list[str] = []
    erasure.erase(settings, accounts=ASKED, on_progress=messages.append)
    return left(settings), messages


def copied(made: Path, home: Path) -> Settings:
    shutil.copytree(made, home)
    return home_of.make_home(home, CONFIG)


def left(settings: Settings) -> dict[str, str]:
    """All that the home holds, but for the state store and the time of it all."""
    paths = [path for path in sorted(settings.home.rglob("*")) if path.is_file()]
    return {
        str(path.relative_to(settings.home)): _lines(path)
        for path in paths
        if not path.name.startswith("state.sqlite") and path.suffix != ".lock"
    }


def differing(found: dict[str, str], wanted: dict[str, str]) -> dict[str, list[str]]:
    """The files that are not the same, with the lines that one of the two has alone."""
    return {
        path: sorted({*found.get(path, "").split("\n")} ^ {*wanted.get(path, "").split("\n")})
        for path in found.keys() | wanted.keys()
        if found.get(path) != wanted.get(path)
    }


def _lines(path: Path) -> str:
    text = tables_of(path).decode() if path.suffix == ".duckdb" else text_of(path)
    # How often the tables were dropped is noted beside the builds. Of which folders of landing the times are noted
    # hangs on how long it took: they have to be a minute old.
    lines = [
        line
        for line in text.split("\n")
        if not line.startswith(f"('{ERASURE}") and not _FOLDER_TIMES.search(line)
    ]
    return "\n".join(sorted(_WHEN.sub("", line) for line in lines))


def test_what_was_kept_by_hand_about_them_is_nowhere(
    made: Path, undisturbed: tuple[dict[str, str], list[str]]
) -> None:
    """Also where what was published of it names nobody: by its own id."""
    settings, after = home_of.make_home(made, CONFIG), undisturbed[0]
    before = left(settings)
    for entry_id in (notes.FILE.read(settings)[0].note_id, outcomes.read(settings)[0].outcome_id):
        kinds = {path.rpartition(".")[2] for path, text in before.items() if entry_id in text}
        assert kinds >= {"csv", "duckdb", "parquet", "xlsx"}, entry_id
        assert [path for path, text in after.items() if entry_id in text] == []
    assert [path for path, text in after.items() if any(words in text for words in KEPT)] == []
    manifests = [text for path, text in after.items() if path.endswith("manifest.json")]
    assert manifests and all('"rpt_outcomes": 1' in text and '"rpt_notes": 1' in text for text in manifests)


def test_killed_when_raw_is_clean_it_ends_the_same(
    made: Path, tmp_path: Path, undisturbed: tuple[dict[str, str], list[str]]
) -> None:
    wanted, messages = undisturbed
    settings = copied(made, tmp_path / "home")
    step = next(number for number, one in enumerate(messages) if "the file rewritten" in one)
    killed_at(step, erasure.erase, settings, accounts=ASKED)
    assert STORK in (settings.home / under_way.FILE).read_text()
    erasure.erase(settings)
    assert differing(left(settings), wanted) == {}
    assert not list(settings.home.glob(f"*{under_way.FILE}*"))


def test_an_edition_that_was_altered_by_hand_is_so_after_it(
    made: Path, tmp_path: Path, undisturbed: tuple[dict[str, str], list[str]]
) -> None:
    """Stopped when the pages are rewritten and no manifest says so: the files of the erasure agree with it afterwards,
    the others do not; nor does a page that somebody altered once it was rewritten."""
    settings = copied(made, tmp_path / "home")
    [folder] = settings.editions_dir.glob("2*")
    altered = "tables/rpt_goals.parquet"
    (folder / altered).write_bytes(next(folder.glob("tables/rpt_clients.parquet")).read_bytes())
    step = next(number for number, one in enumerate(undisturbed[1]) if one.startswith("reports:"))
    killed_at(step, erasure.erase, settings, accounts=ASKED)
    [page] = settings.clients_dir.glob("lab/editions/*/reports/index.html")
    page.write_text(page.read_text(encoding="utf-8") + "<p>as it should be", encoding="utf-8")
    by_others = {folder: altered, page.parents[1]: "reports/index.html"}
    messages: list[str] = []
    erasure.erase(settings, on_progress=messages.append)
    for one in editions.folders(settings):
        manifest = editions.read_manifest(one)
        moved = {path for path, known in editions.files_in(manifest).items() if sha256(one / path) != known}
        assert moved == {by_others[one]}, one
        [erased] = manifest["erasures"]
        assert any(path.endswith(".html") for path in erased["files"]) == (one == folder)
        assert erased["files"] and by_others[one] not in erased["files"]
    for path in by_others.values():
        assert [line for line in messages if line.startswith("warning") and path in line]


def test_published_is_said_what_raw_says(made: Path, tmp_path: Path) -> None:
    """In our post, whoever is erased and their namesake: the same before the next build as after it."""
    settings = copied(made, tmp_path / "home")
    erasure.erase(settings, accounts=ASKED)
    before = saying(settings)
    gone = "_" * len("adebar")
    texts = {line for lines in before.values() for line in lines}
    assert texts == {f"Dear @{gone} and @adebar: ＠{gone}, @{gone}, {'_' * len(STORK)}"}
    assert {path.rpartition(".")[2] for path in before} >= {"html", "csv", "parquet", "duckdb", "xlsx"}
    assert [path for path in before if "/editions/" in path and path.endswith(".html")]
    home_of.publish_all(settings)
    assert saying(settings) == before


def saying(settings: Settings) -> dict[str, set[str]]:
    """What is published of our post to both, by the file."""
    said = {
        str(path.relative_to(settings.home)): {
            *re.findall(r"Dear [@＠].*?(?:_{10,}|@moor\.test)", text_of(path))
        }
        for path in settings.published_dir.rglob("*")
        if path.is_file() and path.suffix != ".pdf"
    }
    return {path: texts for path, texts in said.items() if texts}


# How the messages begin at which a room has just become another one.
@pytest.mark.slow
@pytest.mark.parametrize("state", ["to be erased", "landing:", "published:", "edition", "lists:"])
def test_killed_once_a_rerun_ends_the_same(
    made: Path, tmp_path: Path, undisturbed: tuple[dict[str, str], list[str]], state: str
) -> None:
    wanted, messages = undisturbed
    step = next(number for number, message in enumerate(messages) if message.startswith(state))
    settings = copied(made, tmp_path / "home")
    killed_at(messages[step], erasure.erase, settings, accounts=ASKED)
    # By the same words, or by none.
    assert erasure.erase(settings, accounts=ASKED if step % 2 else {}).account_count == 1
    assert differing(left(settings), wanted) == {}
    with open_state(settings) as state_store:
        assert not tombstones.pending(state_store)


@pytest.mark.slow
def test_killed_at_one_step_after_another_it_ends_the_same(
    made: Path, tmp_path: Path, undisturbed: tuple[dict[str, str], list[str]]
) -> None:
    """At every message once, in one home: what a killed run leaves is met by the next, which is killed a step later."""
    settings, (wanted, messages) = copied(made, tmp_path / "home"), undisturbed
    said, done = list[str](), list[bool]()
    # In turn by the same words, and by none.
    in_turn = cycle([{"accounts": ASKED}, {"accounts": {}}])
    for message in killed_one_after_another(erasure.erase, settings, in_turn=in_turn):
        said.append(message)
        with open_state(settings) as state:
            done.append(bool(tombstones.erased(state)) and not tombstones.pending(state))
    assert {re.sub(r"\d", "", message) for message in messages} <= {*said}
    assert done.index(True) >= len(said) - 3, [*zip(said, done, strict=True)]
    assert differing(left(settings), wanted) == {}
    with open_state(settings) as state:
        assert not tombstones.pending(state)
