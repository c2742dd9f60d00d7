"""Of every import the sum is the file's, whatever refuses a value: the importer, or the door when it is loaded."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from extractors.files.importer import import_files
from rapport.config import Settings
from tests.extractors.server import post, user


@pytest.fixture
def settings(make_settings: Callable[..., Settings]) -> Settings:
    return make_settings()


def test_values_that_the_door_refuses_are_counted_with_the_file_and_again_on_every_import(
    settings: Settings, tmp_path: Path
) -> None:
    negative = post(3) | {"public_metrics": {"like_count": -1}}
    page = {"data": [post(4), post(5) | {"created_at": "infinity"}], "includes": {"users": [user(7, "us")]}}
    path = tmp_path / "posts.jsonl"
    path.write_text("\n".join(json.dumps(value) for value in (post(1), post(2), negative, page, {"odd": 1})))
    copy = tmp_path / "copy.jsonl"
    copy.write_bytes(path.read_bytes())
    for loaded in (2, 0):
        result = import_files(settings, [path, copy])
        assert result["refused_objects"] == loaded
        for found in result["files"]:
            counts = {
                name: found[name] for name in ("read", "taken", "refused", "rejects", "refused_objects")
            }
            assert counts == {"read": 5, "taken": 3, "refused": 2, "rejects": 1, "refused_objects": 2}
            assert sum(found["refused_because"].values()) == 3
            assert "a count of public_metrics is negative" in found["refused_because"]
