"""`rapport import`: what it says of each file, and that it follows the deletions that a stream tells of."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from extractors.state import tombstones
from extractors.state.store import open_state
from operations.cli import extracting
from rapport.config import load_settings
from rapport.warehouse import connect
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
