"""`rapport import`: what it says of each file, and that it follows the deletions that a stream tells of."""

import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from extractors.files import importer
from extractors.state import tombstones
from extractors.state.store import open_state
from operations.cli import extracting
from rapport.config import load_settings
from rapport.errors import ConfigError
from rapport.warehouse import connect
from tests.extractors.server import post, user
from tests.operations.erasure_home import found_in

GONE = "what I should not have said about the heron"


def status(post_id: int, text: str) -> dict[str, object]:
    user = {"id_str": "7", "screen_name": "heron_friend", "name": "Heron"}
    return {
        "id_str": str(post_id),
        "text": text,
        "created_at": "Wed Oct 10 20:19:24 +0000 2018",
        "user": user,
    }


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("RAPPORT_HOME", str(tmp_path / "home"))
    return tmp_path / "home"


def test_every_import_ends_with_a_sum(home: Path, tmp_path: Path) -> None:
    path = tmp_path / "mixed\x1b[31m.jsonl"
    values = [
        status(1, "hello"),
        {"meta": {"result_count": 0}},
        {"id": 41, "text": "hi", "from_id": "u"},
        [1],
        [2],
    ]
    path.write_text("\n".join(json.dumps(value) for value in values) + '\n{"cut": ')
    done = CliRunner().invoke(extracting.app, ["import", str(path)])
    assert done.exit_code == 3, done.output
    [row] = [line for line in done.output.splitlines() if "mixed" in line and "│" in line]
    assert [cell.strip() for cell in row.split("│")[2:7]] == ["6", "1", "0", "1", "4"]
    assert "3 × JSON of a kind" in done.output and "\x1b" not in done.output
    assert "1 distinct posts and 1 accounts in 1 files" in done.output


def test_what_the_door_refuses_is_refused_in_the_sum(home: Path, tmp_path: Path) -> None:
    """A value of which nothing is left is refused; a page of which a part is left is taken, and the part is named."""
    later: dict[str, Any] = {"created_at": "2999-01-01T00:00:00.000Z"}
    path, pages = tmp_path / "flat.jsonl", tmp_path / "pages.jsonl"
    floats = [{**post(number), "id": float(10**18 + number)} for number in range(2)]
    author = {**user(9, "ana"), "public_metrics": {"followers_count": -1}}
    values: list[Any] = [post(1), *floats, post(2, **later), {**post(3, author=9), "author": author}, [1]]
    path.write_text("\n".join(json.dumps(value) for value in values))
    bodies = [
        {"data": [post(4), post(5, **later)], "includes": {"users": [user(7, "bo")]}},
        {"data": [post(6, **later)]},
    ]
    pages.write_text("\n".join(json.dumps(value) for value in bodies))

    def imported() -> list[list[str]]:
        done = CliRunner().invoke(extracting.app, ["import", str(path), str(pages)])
        assert done.exit_code == 3, done.output
        assert "3 distinct posts and 1 accounts in 2 files. " in done.output
        assert "Refused: 0 whole files, 5 values, and 2 objects of values taken" in done.output
        rows = [line for line in done.output.splitlines() if ".jsonl" in line and "│" in line]
        return [[cell.strip() for cell in row.split("│")[2:9]] for row in rows]

    sums = [["6", "2", "0", "0", "4", "2", "0"], ["2", "1", "0", "0", "1", "1", "1"]]
    assert imported() == sums
    # the same files once more: nothing is loaded, and the sum says the same
    assert imported() == sums
    flat, paged = importer.import_files(load_settings(home), [path, pages])["files"]
    reason = "created_at is later than the moment it was fetched"
    assert flat["refused_because"] == {
        "its id is no id of X (digits)": 2, "JSON of a kind that is not known here": 1, reason: 1,
    }  # fmt: skip
    assert flat["left_out_because"] == {"a count of public_metrics is negative": 1}
    assert (paged["refused_because"], paged["left_out_because"]) == ({reason: 1}, {reason: 1})


def test_a_network_is_told_by_the_file_or_named(home: Path, tmp_path: Path) -> None:
    path = tmp_path / "outbox.json"
    note = {"type": "Note", "attributedTo": "https://social.example/users/heron", "content": "<p>hi</p>"}
    notes = [
        note | {"id": "https://social.example/users/heron/statuses/1", "to": ["as:Public"]},
        note
        | {"id": "https://social.example/users/heron/statuses/2", "to": ["https://social.example/users/ana"]},
    ]
    path.write_text(json.dumps({"type": "OrderedCollection", "orderedItems": notes}))
    done = CliRunner().invoke(extracting.app, ["import", str(path)])
    assert done.exit_code == 0, done.output
    [row] = [line for line in done.output.splitlines() if "outbox" in line and "│" in line]
    assert [cell.strip() for cell in row.split("│")[2:10]] == ["2", "1", "0", "0", "0", "1", "0", "1"]
    assert "1 private posts are in the files" in done.output
    wrong = CliRunner().invoke(extracting.app, ["import", str(path), "--network", "bluesky"])
    assert wrong.exit_code == 3 and "1 whole files" in wrong.output
    unknown = CliRunner().invoke(extracting.app, ["import", str(path), "--network", "friendster"])
    assert isinstance(unknown.exception, ConfigError) and "friendster" in unknown.exception.message


def test_what_a_stream_says_was_deleted_is_erased(home: Path, tmp_path: Path) -> None:
    path = tmp_path / "stream.json"
    notice = {"delete": {"status": {"id": 12, "id_str": "12", "user_id": 7, "user_id_str": "7"}}}
    unknown = {"delete": {"status": {"id_str": "99", "user_id_str": "7"}}}
    values = [status(11, "hello"), status(12, GONE), notice, unknown]
    path.write_text("\n".join(json.dumps(value) for value in values))
    done = CliRunner().invoke(extracting.app, ["import", str(path)])
    assert done.exit_code == 0, done.output
    assert "of 2 posts that they were deleted; 1 of them are here" in done.output
    assert "Erased 1 posts" in done.output
    assert found_in(home, (GONE,)) == []
    settings = load_settings(home)
    with connect(settings) as connection:
        assert connection.execute("select post_id from raw.posts").fetchall() == [("11",)]
    with open_state(settings) as state:
        assert not tombstones.pending(state)
        assert tombstones.erased(state).on("x").post_ids == {"12"}
    # the same file once more: nothing is brought back, and nothing is left to do
    again = CliRunner().invoke(extracting.app, ["import", str(path)])
    assert "0 of them are here" in again.output
    assert found_in(home, (GONE,)) == []
