"""Editions: a week frozen whole or not at all, of one publication, and left as it is."""

import hashlib
import json
import shutil
import signal
from collections import Counter
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pytest

from quality import editions, erased_editions, erasing
from quality.editions import EditionRefused, freeze, read_manifest, week_due
from quality.errors import PublishFailed
from quality.tables import Table, columns_of, tables_of
from rapport.config import Settings
from rapport.forgotten import Forgotten
from rapport.on_disk import sha256
from tests.quality import warehouse
from tests.quality.publishing import give_receipt, publish_build, publish_latest, run_python
from tests.quality.test_publish import bow_to_permissions

WEEK = "2026-W30"  # the last that is over on warehouse.AS_OF, a Thursday

FREEZE = """
import os, signal, sys
from pathlib import Path
from quality import editions
from rapport import on_disk
from rapport.config import Config, Settings
rooms = (editions.__file__, on_disk.__file__)
home, stop_at = Path(sys.argv[1]), int(sys.argv[2])
settings = Settings(home, home / "rapport.toml", Config(), "", "", None)
steps = 0
def trace(frame, event, argument):
    global steps
    if event == "line":
        steps += 1
        if steps == stop_at:
            os.kill(os.getpid(), signal.SIGKILL)
    return trace
def step(message):
    # from the last table on, every line of the way counts
    if "rpt_worth_seeking_out" in message:
        frame = sys._getframe(1)
        while frame:
            if frame.f_code.co_filename in rooms:
                frame.f_trace = trace
            frame = frame.f_back
        sys.settrace(lambda frame, event, argument: trace if frame.f_code.co_filename in rooms else None)
for stop_at in [stop_at] if stop_at else range(1, 400, 12):
    child = os.fork()
    if child == 0:
        editions.freeze(settings, step)
        os._exit(0)
    status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    left = sorted(path.name for path in settings.editions_dir.iterdir())
    whole = [name for name in left if not name.startswith(".")]
    for name in whole:
        manifest = editions.read_manifest(settings.editions_dir / name)
        for file, known in editions.files_in(manifest).items():
            assert editions.sha256(settings.editions_dir / name / file) == known, file
    print(status, *left, flush=True)
    if status == 0:
        break
"""


@pytest.fixture
def published(settings: Settings, spoil: Callable[..., None]) -> Settings:
    """A home with a publication and the report that is made of it."""
    spoil(
        "insert into marts.accounts (person_id, network, account_id) values ('x:1', 'x', '1'), "
        "('person:ana', 'x', '2'), ('person:ana', 'y', '2'), ('person:ben', 'x', '3')",
    )
    give_receipt(settings)
    write_page(settings, publish_latest(settings).publication_id)
    return settings


def write_page(settings: Settings, publication_id: str) -> Path:
    """What stands at the head of a report (the reports themselves need more than this warehouse has)."""
    path = settings.reports_dir / "acme" / WEEK / "index.html"
    path.parent.mkdir(parents=True, exist_ok=True)
    said = '<p>a <a href="../people/ab.html" data-elsewhere="">report</a>'
    path.write_text(f'<!doctype html><meta name="rapport-publication" content="{publication_id}">{said}')
    return path


def content(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_an_edition_is_what_was_published(published: Settings) -> None:
    edition = freeze(published)
    assert (edition.week, edition.path, edition.is_new) == (WEEK, published.editions_dir / WEEK, True)
    manifest = read_manifest(edition.path)
    with duckdb.connect(str(published.published_path), read_only=True) as con:
        con.execute("set timezone = 'UTC'")
        tables = [table for table in tables_of(con) if table.schema == "reports"]
        assert (
            set(manifest["tables"]) == {table.name for table in tables} >= {"rpt_publication", "rpt_waiting"}
        )
        for table in tables:
            entry = manifest["tables"][table.name]
            path = str(edition.path / entry["file"])
            expected = con.execute(f"from {table.full_name}").fetchall()
            assert con.execute("from read_parquet(?)", [path]).fetchall() == expected
            assert entry["row_count"] == len(expected)
            assert entry["comment"] == (table.comment or "")
            columns = columns_of(con, table)
            assert {
                name: (column["type"], column["comment"]) for name, column in entry["columns"].items()
            } == columns
            codecs = con.execute("select distinct compression from parquet_metadata(?)", [path]).fetchall()
            assert codecs in ([("ZSTD",)], [])
        [publication] = con.execute("from reports.rpt_publication").df().to_dict("records")
    for name in ("publication_id", "receipt_id", "models_hash", "rapport_version"):
        assert manifest["publication"][name] == publication[name]
    assert manifest["publication"]["as_of_at"] == warehouse.AS_OF.isoformat()
    assert manifest["joint_people"] == {"person:ana": ["x:2", "y:2"], "person:ben": ["x:3"]}
    assert content(edition.path / "reports").keys() == {"acme/index.html"} and edition.page_count == 1
    # the people's pages go on changing, and are not frozen: nothing leads there
    assert (edition.path / "reports/acme/index.html").read_text().endswith("<p>a <a>report</a>")
    files = {*(entry["file"] for entry in manifest["tables"].values()), *manifest["pages"], "manifest.json"}
    assert content(edition.path).keys() == files
    assert manifest["tables"]["rpt_waiting"]["columns"]["waiting_hours"]["comment"].startswith("Hours from")


def test_a_second_run_and_a_later_publication_leave_it_as_it_is(published: Settings) -> None:
    first = freeze(published)
    before = content(first.path)
    again = freeze(published, due=WEEK)
    assert (again.is_new, again.publication_id) == (False, first.publication_id)
    publish_build(published, "build-2", "delete from reports.rpt_waiting")
    # not even its pages need be there
    shutil.rmtree(published.reports_dir)
    assert not freeze(published).is_new
    assert content(first.path) == before


def test_what_is_not_there_yet_is_waited_for(new_settings: Any, published: Settings) -> None:
    assert week_due(date(2026, 8, 3)) == "2026-W31" and week_due(date(2027, 1, 4)) == "2026-W53"
    with pytest.raises(
        EditionRefused, match=r"edition of 2026-W31 is due, and what is published reaches .*W30"
    ):
        freeze(published, due=week_due(date(2026, 8, 3)))
    assert freeze(published, due=week_due(date(2026, 7, 27))).is_new
    published.published_path.unlink()
    with pytest.raises(EditionRefused, match="nothing is published yet"):
        freeze(published)


def test_reports_of_another_publication_are_not_frozen_with_it(published: Settings) -> None:
    publication = publish_build(
        published, "build-2", "delete from reports.rpt_waiting where waiting_rank = 1"
    )
    with pytest.raises(EditionRefused, match="the reports of acme are not those of publication") as caught:
        freeze(published)
    assert "rapport report" in caught.value.remedy and caught.value.exit_code == 6
    assert not list(published.editions_dir.glob("*"))
    write_page(published, publication.publication_id)
    assert freeze(published).publication_id == publication.publication_id


def test_killed_anywhere_an_edition_is_there_whole_or_not_at_all(published: Settings) -> None:
    done = run_python(FREEZE, str(published.home), "0")
    assert done.returncode == 0, done.stderr
    deaths = [line.split() for line in done.stdout.splitlines()]
    assert len(deaths) > 3, done.stdout
    assert {status for status, *_ in deaths[:-1]} == {str(-signal.SIGKILL)}
    assert deaths[0][1:] == [f".{WEEK}.tmp"]
    # whichever run made it, the next one finds it, and what was left is gone
    assert deaths[-1] == ["0", WEEK]


def test_a_full_disk_or_a_folder_of_others_leaves_nothing_half_done(published: Settings) -> None:
    published.published_dir.chmod(0o555)
    try:
        done = run_python(FREEZE, str(published.home), "9999", preexec_fn=bow_to_permissions)
    finally:
        published.published_dir.chmod(0o755)
    assert "PublishFailed" in done.stderr and "this user may write there" in done.stderr
    published.editions_dir.write_text("a file stands where the folder should be")
    with pytest.raises(PublishFailed, match="could not be written"):
        freeze(published)


def test_a_manifest_holds_what_json_can_say(published: Settings) -> None:
    text = (freeze(published).path / editions.MANIFEST).read_text(encoding="utf-8")
    assert json.loads(text)["edition"] == WEEK
    assert warehouse.TEXT not in text and Table("reports", "rpt_waiting").name in text


def test_what_was_kept_by_hand_about_somebody_goes_and_the_manifest_counts_it(published: Settings) -> None:
    """On Mastodon the id in such a row says whom it is about; where there is none, its own id does."""
    folder = freeze(published).path
    before = read_manifest(folder)["tables"]

    def kept() -> list[list[tuple[str, str | None]]]:
        """Ids of outcomes and notes, and of whom: in what is published now, and in the edition."""
        with duckdb.connect(str(published.published_path), read_only=True) as con:
            return [
                con.execute(f"select {key}, person_id from {place} order by 1").fetchall()
                for table, key in (("rpt_outcomes", "outcome_id"), ("rpt_notes", "note_id"))
                for place in (f"reports.{table}", f"read_parquet('{folder}/tables/{table}.parquet')")
            ]

    outcomes, same, notes, _ = kept()
    assert outcomes == same == [("a", "41"), ("b", "49"), ("c", None)]
    assert notes == [("a", "41"), ("b", None)]
    erasing.erase_from(published, Forgotten.of("x", account_ids=["41"]), lambda message: None)
    assert kept() == [outcomes[1:], outcomes[1:], notes[1:], notes[1:]]
    entries = frozenset({("outcome_id", "c"), ("note_id", "b")})
    erasing.erase_from(
        published, Forgotten(accounts=frozenset({("x", "42")}), entries=entries), lambda message: None
    )
    assert kept() == [[("b", "49")], [("b", "49")], [], []]
    manifest = read_manifest(folder)
    taken = [erasure["removed_row_counts"] for erasure in manifest["erasures"]]
    kept_by_hand = {"rpt_outcomes": 1, "rpt_notes": 1}
    assert taken == [{**kept_by_hand, "rpt_stakeholders": 1}, kept_by_hand]
    for name, table in manifest["tables"].items():
        lost = sum(counts.get(name, 0) for counts in taken)
        assert table["row_count"] + lost == before[name]["row_count"], name
        assert table["row_count"] == rows_in(folder / table["file"]), name


def rows_in(path: Path) -> int:
    with duckdb.connect() as con:
        [(count,)] = con.execute("select count(*) from read_parquet(?)", [str(path)]).fetchall()
    return int(count)


def test_an_erasure_covers_up_no_other_change_of_an_edition(published: Settings) -> None:
    """What differs from the manifest before it differs after it: also a file from which it takes rows, also when the
    erasure is stopped and run again."""
    folder = freeze(published).path
    before = read_manifest(folder)
    altered = [f"tables/{name}.parquet" for name in ("rpt_notes", "rpt_waiting")]
    counts = {path: rows_in(folder / path) for path in altered}
    for path in altered:
        with duckdb.connect() as con:
            con.execute(f"create table kept as from read_parquet('{folder / path}') limit {counts[path] - 1}")
            con.execute(f"copy kept to '{folder / path}' (format parquet)")
    page, removed = "reports/acme/index.html", "tables/rpt_goals.parquet"
    (folder / page).write_text("something else")
    (folder / removed).unlink()
    assert differing(folder) == {*altered, page, removed}
    said: list[str] = []
    outcomes = folder / before["tables"]["rpt_outcomes"]["file"]

    def stopped(message: str) -> None:
        if message.startswith("published:"):  # the tables are rewritten, the manifest is not
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        erasing.erase_from(published, Forgotten.of("x", account_ids=["41"]), stopped)
    assert sha256(outcomes) != before["tables"]["rpt_outcomes"]["sha256"]
    erasing.erase_from(published, Forgotten.of("x", account_ids=["41"]), said.append)
    after = read_manifest(folder)
    assert differing(folder) == {*altered, page, removed}
    for path, name in (*zip(altered, ("rpt_notes", "rpt_waiting"), strict=True), (removed, "rpt_goals")):
        assert after["tables"][name] == before["tables"][name], path
    assert after["pages"] == before["pages"]
    [erased] = after["erasures"]
    assert "tables/rpt_outcomes.parquet" in erased["files"]
    assert not {*erased["files"]} & {*altered, page, removed}
    assert erased["altered_before"] == sorted({*altered, page, removed})
    assert erased["removed_row_counts"] == {"rpt_outcomes": 1, "rpt_stakeholders": 1}
    [warning] = [line for line in said if line.startswith("warning")]
    assert all(path in warning for path in (*altered, page, removed))
    assert not list(published.published_dir.rglob(f"*{erased_editions.NOTE}*"))
    # nor does the next one
    erasing.erase_from(published, Forgotten.of("x", account_ids=["49"]), lambda message: None)
    assert differing(folder) == {*altered, page, removed}


def test_what_others_alter_between_two_runs_of_an_erasure_is_theirs(published: Settings) -> None:
    """A file that the killed run has rewritten, one that the rerun rewrites, and those that it leaves alone."""
    folder = freeze(published).path
    before = read_manifest(folder)
    goals, outcomes, notes, waiting = (
        before["tables"][f"rpt_{name}"]["file"] for name in ("goals", "outcomes", "notes", "waiting")
    )
    last = (folder / notes).read_bytes()
    gone = Forgotten.of("x", account_ids=["41"])

    def stopped(message: str) -> None:
        if message.startswith("published:"):
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        erasing.erase_from(published, gone, stopped)
    assert {outcomes, notes} < differing(folder)
    (folder / outcomes).write_bytes((folder / goals).read_bytes())
    (folder / waiting).unlink()
    (folder / notes).write_bytes(last)  # as it was: the manifest knows it, and it is rewritten once more
    said: list[str] = []
    erasing.erase_from(published, gone, said.append)
    assert differing(folder) == {outcomes, waiting}
    [erased] = read_manifest(folder)["erasures"]
    assert erased["altered_before"] == sorted({outcomes, waiting})
    assert notes in erased["files"] and erased["removed_row_counts"] == {
        "rpt_notes": 1,
        "rpt_stakeholders": 1,
    }
    assert [line for line in said if line.startswith("warning") and outcomes in line and waiting in line]
    # nothing is left of what the erasure had to know, and a later one starts anew
    assert not list(published.published_dir.rglob("*erasing.json*"))


def test_an_erasure_reads_a_file_of_an_edition_once_and_again_what_it_rewrote(
    published: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = freeze(published).path
    files = {*editions.files_in(read_manifest(folder))}
    read: Counter[str] = Counter()
    hashed = hashlib.file_digest

    def counted(file: Any, digest: str) -> Any:
        read[str(Path(file.name).relative_to(folder))] += 1
        return hashed(file, digest)

    monkeypatch.setattr(hashlib, "file_digest", counted)
    erasing.erase_from(published, Forgotten.of("x", account_ids=["41"]), lambda message: None)
    rewritten = {*read_manifest(folder)["erasures"][0]["files"]}
    assert rewritten and len(rewritten) < len(files) / 2
    assert {path: read[path] for path in files} == {path: 2 if path in rewritten else 1 for path in files}
    read.clear()
    erasing.erase_from(published, Forgotten.of("x", account_ids=["41"]), lambda message: None)
    assert dict(read) == dict.fromkeys(files, 1)


def differing(folder: Path) -> set[str]:
    """The files of an edition that are not what its manifest says."""
    known = editions.files_in(read_manifest(folder))
    return {
        path
        for path, wanted in known.items()
        if not (folder / path).exists() or sha256(folder / path) != wanted
    }
