"""Erasure through all rooms: afterwards no file of the home holds the text, and nothing brings it back."""

import hashlib
import html
import json
import os
import re
import shutil
import subprocess
import sys
from itertools import cycle
from pathlib import Path
from typing import Any

import duckdb
import pytest
from filelock import FileLock, Timeout

from extractors.files import importer
from extractors.raw import raw_store
from extractors.state import tombstones
from extractors.state.store import open_state
from extractors.topics import corrections
from operations.erasure import everywhere as erasure
from quality import editions, publish
from quality.errors import PublishRefused
from rapport.config import Settings, load_settings
from rapport.errors import ConfigError
from tests.operations import erasure_home as home_of
from tests.operations.forks import killed_one_after_another
from tests.paths import ROOT

RAW_TABLES = ("pages", "posts", "users", "errors", "rejects", "tombstones")
# When something was done differs from run to run; what came of it must not.
BOOKKEEPING = {"load_id", "loaded_at", "rejected_at", "erased_at"}


def rows(path: Path, sql: str) -> list[tuple[Any, ...]]:
    with duckdb.connect(str(path), read_only=True) as connection:
        return connection.execute(sql).fetchall()


def raw_of(settings: Settings) -> dict[str, list[str]]:
    """All of schema raw that does not tell when it was written."""
    content = {}
    with duckdb.connect(str(settings.warehouse_path), read_only=True) as connection:
        for table in RAW_TABLES:
            found = connection.execute(f"select * from raw.{table}")
            names = [column[0] for column in found.description]
            content[table] = sorted(
                str([value for name, value in zip(names, row, strict=True) if name not in BOOKKEEPING])
                for row in found.fetchall()
            )
    return content


def test_a_post_is_nowhere_and_stays_away(copy: Settings, published: Path, tmp_path: Path) -> None:
    before = rows(copy.published_path, "select publication_id, row_count from reports.rpt_publication")
    done = erasure.erase(copy, {home_of.SPOKEN: "on request"})
    assert (done.post_count, done.account_count) == (2, 0)  # with it goes the repost: it repeats the text
    assert home_of.found_in(copy.home, home_of.OF_THE_POST) == []
    # The publication stays the one it was, and says that something was erased from it.
    assert (
        rows(copy.published_path, "select publication_id, row_count from reports.rpt_publication") == before
    )
    assert rows(copy.published_path, "select post_count, account_count from quality.erasures") == [(2, 0)]
    kept = rows(copy.published_path, "select post_id from marts.posts where text is not null")
    assert {post_id for (post_id,) in kept} >= {home_of.ROOT, home_of.AGREED, home_of.THANKED, home_of.QUOTED}
    # The author's profile and handle are not what was asked for.
    assert home_of.found_in(copy.home, (home_of.NAME,))

    importer.import_files(copy, [published / "conversation.jsonl"])
    other = tmp_path / "another_name.jsonl"
    other.write_text((published / "conversation.jsonl").read_text() + "\n{}\n")
    result = importer.import_files(copy, [other])
    assert result["posts"] > 0
    assert home_of.found_in(copy.home, home_of.OF_THE_POST) == []
    assert rows(copy.warehouse_path, "select count(*) from raw.posts where post_id = '5001'") == [(0,)]


def test_what_was_made_of_a_text_goes_with_the_post(copy: Settings) -> None:
    """The direction of its meaning, its hash, what it is about, and what somebody has said of that."""
    corrections.put(copy, "lab", "Plants", home_of.SPOKEN, is_about=True)
    corrections.put(copy, "lab", "Plants", home_of.THANKED, is_about=False)
    home_of.publish_all(copy)
    [(text_hash, vector)] = rows(
        copy.warehouse_path,
        "select text_hash, vector from raw.topic_vectors where text_hash in "
        f"(select md5(text) from raw.posts where post_id = '{home_of.SPOKEN}')",
    )
    # DuckDB has long values of a blob in one piece, so that they can be looked for
    needles = [text_hash.encode(), bytes(vector[:400])]
    about = f"select topic, found_by from reports.rpt_topic_posts where post_id = '{home_of.SPOKEN}'"
    assert _holding(copy.home, needles) == ["warehouse.duckdb"]
    assert rows(copy.published_path, about) == [("Plants", "hand")]
    count = rows(copy.warehouse_path, "select count(*) from raw.topic_texts")

    erasure.erase(copy, {home_of.SPOKEN: "on request"})
    assert _holding(copy.home, needles) == []
    assert rows(copy.published_path, about) == [(None, None)]
    assert corrections.path_of(copy).read_text(encoding="utf-8").splitlines()[1:] == ["lab,Plants,x:5003,no"]
    assert rows(copy.warehouse_path, "select post_id from raw.topic_corrections") == [(home_of.THANKED,)]
    home_of.publish_all(copy)
    # with it went its repost, which says nothing of its own
    assert rows(copy.warehouse_path, "select count(*) from raw.topic_texts") == [(count[0][0] - 1,)]
    assert rows(copy.published_path, about) == []


def _holding(home: Path, needles: list[bytes]) -> list[str]:
    """The files in which any of these bytes stand."""
    files = sorted(path for path in home.rglob("*") if path.is_file())
    return [str(path.relative_to(home)) for path in files if any(one in path.read_bytes() for one in needles)]


def test_logs_of_failed_tasks_go_with_what_somebody_asked_for(copy: Settings) -> None:
    """In the form that Airflow 3.3 gives them. What the network no longer shows goes every day, and leaves them."""
    logs = copy.home / "airflow" / "logs"
    failed, fine = (
        logs / "dag_id=engagement_build" / f"run_id={number}" / "task_id=build" / "attempt=1.log"
        for number in (1, 2)
    )
    for path, level, event in (
        (failed, "error", f"Conversion Error: could not parse {home_of.SECRET}"),
        (fine, "info", "built 90 nodes"),
    ):
        path.parent.mkdir(parents=True)
        line = json.dumps({"level": level, "event": event}, ensure_ascii=False, separators=(",", ":"))
        path.write_text(f"{line}\n", encoding="utf-8")
    erasure.erase(copy, {home_of.THANKED: "gone"}, is_by_network=True)
    assert failed.exists()
    erasure.erase(copy, {home_of.SPOKEN: "on request"})
    assert home_of.found_in(copy.home, home_of.OF_THE_POST) == []
    assert not failed.exists() and fine.exists()


def test_logs_go_that_name_an_account_by_its_id(copy: Settings) -> None:
    """On Mastodon the id of an account, and the address of its posts, hold its handle."""
    logs = copy.home / "airflow" / "logs" / "dag_id=mastodon_extract"
    said = {
        "lookup": "looked up https://fedi.test/users/wilma/statuses/7",
        "account": "the account Wilma@fedi.test was not found",
        "other": "looked up https://fedi.test/users/wolf/statuses/8, wilma",
    }
    for name, event in said.items():
        path = logs / f"run_id={name}" / "task_id=fetch" / "attempt=1.log"
        path.parent.mkdir(parents=True)
        path.write_text(json.dumps({"level": "info", "event": event}) + "\n", encoding="utf-8")
    erasure.erase(copy, accounts={"mastodon:wilma@fedi.test": "on request"})
    assert [path.parts[-3] for path in logs.rglob("*.log")] == ["run_id=other"]


def test_raw_is_what_landing_makes_of_it(copy: Settings) -> None:
    erasure.erase(copy, accounts={home_of.SHY: "on request"})
    erased = raw_of(copy)
    copy.warehouse_path.unlink()
    raw_store.load(copy)
    assert raw_of(copy) == erased


def test_tombstones_outlive_the_state_store_and_the_warehouse(copy: Settings, published: Path) -> None:
    erasure.erase(copy, {home_of.SPOKEN: "on request"})
    for path in copy.home.glob("state.sqlite*"):
        path.unlink()
    # Without them the import lands the text; the load that follows finds the tombstone in raw, and cleans up.
    other = copy.home.parent / "again.jsonl"
    other.write_text((published / "conversation.jsonl").read_text() + "\n{}\n")
    importer.import_files(copy, [other])
    assert home_of.found_in(copy.home, home_of.OF_THE_POST) == []
    copy.warehouse_path.unlink()
    raw_store.load(copy)
    assert rows(copy.warehouse_path, "select object_id from raw.tombstones order by 1") == [
        ("5001",),
        ("5005",),
    ]


def test_an_account_is_nowhere_and_the_rest_can_be_built(copy: Settings, published: Path) -> None:
    done = erasure.erase(copy, accounts={home_of.SHY: "on request"})
    assert (done.post_count, done.account_count) == (4, 1)
    assert home_of.found_in(copy.home, home_of.OF_THE_ACCOUNT) == []
    home_of.publish_all(copy)  # holds every test of shape, and the gate
    importer.import_files(copy, [published / "conversation.jsonl"])
    assert home_of.found_in(copy.home, home_of.OF_THE_ACCOUNT) == []
    posts = dict(rows(copy.published_path, "select post_id, text from marts.posts"))
    # What others said stays theirs: without the handle, its parent missing, still addressed to an id.
    assert set(posts) == {home_of.ROOT, home_of.AGREED, home_of.THANKED, home_of.QUOTED}
    assert posts[home_of.THANKED] == f"@{'_' * len(home_of.HANDLE)} thank you"
    handles = rows(
        copy.published_path,
        f"select handle, display_name from marts.accounts where account_id = '{home_of.SHY}'",
    )
    assert handles == [(None, None)]
    states = rows(
        copy.warehouse_path,
        "select object_type, count(*) from raw.tombstones group by 1 order by 1",
    )
    assert states == [("account", 1), ("post", 4)]


def test_with_one_version_the_chain_goes(copy: Settings) -> None:
    assert erasure.erase(copy, {home_of.FIRST: "on request"}).post_count == 2
    assert home_of.found_in(copy.home, ("Philomena flowers",)) == []


def test_the_published_file_does_not_wait_for_the_gate(copy: Settings) -> None:
    erasure.erase(copy, {home_of.SPOKEN: "on request"})
    # Nothing new can be published before a build and a check, and readers have a file without the text.
    with pytest.raises(PublishRefused):
        publish.publish(copy, publish.latest_receipt(copy))
    assert rows(copy.published_path, "select count(*) from marts.posts where text like '%sundew%'") == [(0,)]
    assert "This post was erased." in next(copy.reports_dir.glob("lab/*-W*/index.html")).read_text()


def test_pages_and_databases_of_earlier_editions(copy: Settings) -> None:
    folder = copy.published_dir / "editions" / "2026-W40"
    folder.mkdir(parents=True)
    shutil.copy(copy.published_path, folder / "engagement.duckdb")
    page = next(copy.reports_dir.glob("lab/*-W*/index.html"))
    shutil.copy(page, folder / "index.html")
    (folder / "old.html").write_text("<p>a page without marks</p>")
    (copy.published_dir / "engagement.duckdb.tmp").write_text(home_of.SECRET)
    erasure.erase(copy, {home_of.SPOKEN: "on request"})
    assert home_of.found_in(copy.home, home_of.OF_THE_POST) == []
    assert (folder / "index.html").exists() and not (folder / "old.html").exists()


def test_a_younger_account_of_a_person_in_archived_editions(joint: Settings) -> None:
    """The person bears the id and the name that their list gives them."""
    settings = joint
    names = "select display_name from reports.rpt_relationships where person_id = 'person:shy'"
    assert rows(settings.published_path, names) == [(home_of.NAME,)]
    folder = settings.published_dir / "editions" / "2026-W40"
    folder.mkdir(parents=True)
    shutil.copy(settings.published_path, folder / "engagement.duckdb")
    shutil.copy(next(settings.reports_dir.glob("lab/*-W*/index.html")), folder / "index.html")
    assert home_of.NAME in (folder / "index.html").read_text()
    settings = home_of.make_home(joint.home)  # as the refusal says: taken out of the list first
    erasure.erase(settings, accounts={home_of.SHY: "on request"})
    assert home_of.found_in(settings.home, home_of.OF_THE_ACCOUNT) == []
    assert rows(folder / "engagement.duckdb", names) == [(None,)]
    handles = "select handle from marts.accounts where account_id = '800'"
    assert rows(folder / "engagement.duckdb", handles) == [("agreeable",)], (
        "the other account is nobody's request"
    )


def frozen_words(folder: Path) -> str:
    """Every value of every table of an edition, and its pages and manifest, as one text."""
    parts = [html.unescape(path.read_text()) for path in (*folder.rglob("*.html"), *folder.rglob("*.json"))]
    with duckdb.connect() as con:
        for path in folder.rglob("*.parquet"):
            found = con.execute("from read_parquet(?)", [str(path)]).fetchall()
            parts.append(json.dumps(found, ensure_ascii=False, default=str))
    return "\n".join(parts)


def test_an_edition_loses_it_and_its_manifest_says_so(joint: Settings) -> None:
    """Of an account that is one of two of a person: an edition has no marts to look it up."""
    settings = joint
    folder = editions.freeze(settings).path
    before, manifest = frozen_words(folder), editions.read_manifest(folder)
    assert home_of.SECRET[:40] in before
    assert home_of.NAME in before
    assert manifest["joint_people"] == {"person:shy": ["x:800", "x:900"]}
    (settings.editions_dir / ".2026-W01.tmp" / "tables").mkdir(parents=True)
    (settings.editions_dir / ".2026-W01.tmp" / "tables" / "left.html").write_text(home_of.SECRET)

    settings = home_of.make_home(joint.home)
    erasure.erase(settings, accounts={home_of.SHY: "on request"})
    after = frozen_words(folder)
    assert [word for word in home_of.OF_THE_ACCOUNT if word.lower() in after.lower()] == []
    assert [path.name for path in settings.editions_dir.iterdir()] == [folder.name]
    # the rest stands, row for row, but for what was kept by hand about them; the manifest is that of the files
    told = editions.read_manifest(folder)
    assert told["joint_people"] == {}, "nothing in it is made of the two accounts any more"
    [erased] = told["erasures"]
    assert erased["account_count"] == 1 and "reports/lab/index.html" in erased["files"]
    assert erased["removed_row_counts"] == {"rpt_notes": 2}
    for name, table in told["tables"].items():
        lost = erased["removed_row_counts"].get(name, 0)
        assert table["row_count"] == manifest["tables"][name]["row_count"] - lost, name
        with duckdb.connect() as con:
            counted = con.execute("select count(*) from read_parquet(?)", [str(folder / table["file"])])
            assert counted.fetchall() == [(table["row_count"],)], name
    files = {table["file"]: table["sha256"] for table in told["tables"].values()} | told["pages"]
    assert {path: hashlib.sha256((folder / path).read_bytes()).hexdigest() for path in files} == files
    known = {table["file"]: table["sha256"] for table in manifest["tables"].values()} | manifest["pages"]
    assert sorted(path for path, digest in files.items() if known[path] != digest) == erased["files"]
    assert "tables/rpt_publication.parquet" not in erased["files"]
    # a second erasure has nothing to do, and the next freeze leaves the edition as it is
    erasure.erase(settings, accounts={home_of.SHY: "on request"})
    assert editions.read_manifest(folder) == told
    assert not editions.freeze(settings).is_new


def test_no_report_is_written_while_pages_are_cleaned(copy: Settings) -> None:
    could = dict[str, bool]()

    def try_to_report(line: str) -> None:
        lock = FileLock(copy.home / "reporting.lock", blocking=False)
        try:
            with lock:
                could[line.split(":")[0]] = True
        except Timeout:
            could[line.split(":")[0]] = False

    erasure.erase(copy, {home_of.SPOKEN: "on request"}, on_progress=try_to_report)
    assert not could["reports"] and not could["lists"] and could["finished"]


def test_a_second_time_nothing_is_left_to_do(copy: Settings) -> None:
    erasure.erase(copy, {home_of.SPOKEN: "on request"})
    before = copy.published_path.stat().st_ino
    done = erasure.erase(copy, {home_of.SPOKEN: "on request"})
    assert (done.page_count, done.report_count) == (0, 0)
    assert copy.published_path.stat().st_ino == before
    assert erasure.erase(copy) == erasure.Erasure(0, 0, 0, 0)


def test_whom_rapport_toml_names_is_not_erased(copy: Settings) -> None:
    with pytest.raises(ConfigError, match="names 101"):
        erasure.erase(copy, accounts={home_of.OURS: "on request"})
    with pytest.raises(ConfigError, match="no handle that is known here"):
        erasure.erase(copy, accounts={"@nobody": "on request"})


def test_nobody_lands_a_page_past_the_tombstones() -> None:
    root = ROOT / "extractors"
    writers = {
        path.name for path in root.rglob("*.py") if "landing_files.write(" in path.read_text(encoding="utf-8")
    }
    assert writers == {"pages.py"}


def test_no_room_that_can_erase_is_left_out() -> None:
    """A new room that nobody lists would keep what was erased."""
    rooms = ("extractors", "modelling", "quality", "reporting", "operations/backup")
    found = {
        ".".join(path.relative_to(ROOT).with_suffix("").parts)
        for room in rooms
        for path in (ROOT / room).rglob("erasing.py")
    }
    listed = {room.__module__ for room in (*erasure.ROOMS.values(), *erasure.HELD_ROOMS.values())}
    # one only notes what others have altered before: quality.erasing erases there
    listed.remove("quality.erased_editions")
    assert found == listed | {"extractors.state.erasing", "operations.backup.erasing"}


def test_the_command_says_what_it_did(copy: Settings, capfd: pytest.CaptureFixture[str]) -> None:
    program = [sys.executable, "-m", "operations.cli", "erase", "--no-build"]
    environment = os.environ | {"RAPPORT_HOME": str(copy.home)}
    done = subprocess.run([*program, "--post", home_of.SPOKEN], check=False, env=environment)
    assert done.returncode == 0
    assert "Erased 2 posts and 0 accounts" in capfd.readouterr().out
    wrong = subprocess.run([*program, "--post", "https://x.com/a"], check=False, env=environment)
    assert wrong.returncode == 2
    assert "no id of a post" in capfd.readouterr().err


@pytest.mark.slow
def test_killed_at_one_step_after_another_it_ends_the_same(
    published: Path, tmp_path: Path, copy: Settings
) -> None:
    """At every message once, in one home."""
    messages: list[str] = []
    asked = {"accounts": {home_of.SHY: "on request"}}
    erasure.erase(copy, **asked, on_progress=messages.append)
    shutil.copytree(published / "home", tmp_path / "killed")
    settings = load_settings(tmp_path / "killed")
    # Whatever is erased next, or nothing: what was left is taken up.
    said = {*killed_one_after_another(erasure.erase, settings, in_turn=cycle([asked, {}]))}
    assert said >= {re.sub(r"\d", "", message) for message in messages}
    assert home_of.found_in(settings.home, home_of.OF_THE_ACCOUNT) == []
    assert raw_of(settings) == raw_of(copy)
    with open_state(settings) as state:
        assert not tombstones.pending(state)
