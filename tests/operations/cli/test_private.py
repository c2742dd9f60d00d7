"""What commands make can be read by their user alone, whatever the system's umask is."""

import json
import os
import stat
from pathlib import Path

from tests.operations.cli.command import rapport

POST = {
    "id": "1585025008899448832", "author_id": "101", "text": "about somebody",
    "created_at": "2022-10-25T21:58:33.000Z",
}  # fmt: skip


def test_a_home_is_its_users_alone(tmp_path: Path) -> None:
    home = tmp_path / "somewhere" / "home"
    posts = tmp_path / "posts.jsonl"
    posts.write_text(json.dumps({"data": [POST]}) + "\n")
    before = os.umask(0o022)
    try:
        for command in (["init"], ["import", str(posts)], ["doctor", "--offline"], ["backup"]):
            done = rapport(home, *command)
            assert done.returncode == 0, done.stdout + done.stderr
    finally:
        os.umask(before)
    made = sorted(path for path in (home, *home.rglob("*")))
    assert {"landing", "warehouse.duckdb", "state.sqlite", "rapport.toml", "backups"} <= {
        path.name for path in made
    }
    assert [str(path) for path in made if stat.S_IMODE(path.stat().st_mode) & 0o077] == []
