"""What was refused waits with its reason, goes in once it can be read, or is dropped for good."""

import hashlib
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from extractors.files import quarantine
from extractors.files.importer import import_files
from extractors.landing import landing_files
from extractors.raw import raw_store
from rapport.config import Settings
from rapport.errors import ConfigError
from tests.extractors.server import post, user

Query = Callable[[str], list[tuple[Any, ...]]]
CUT = '{"data": {"id": "6", "text": "a secret that was cut sh'
WHOLE = json.dumps({"data": post(6, author=8), "includes": {"users": [user(8, "eight")]}})


@pytest.fixture
def settings(make_settings: Callable[..., Settings]) -> Settings:
    return make_settings()


@pytest.fixture
def broken(settings: Settings, tmp_path: Path) -> Path:
    """A file of which the second line is cut and the third is no post; imported."""
    path = tmp_path / "posts.jsonl"
    path.write_text("\n".join([json.dumps({"data": post(5)}), CUT, '{"what": "ever"}']) + "\n")
    import_files(settings, [path])
    return path


def test_what_is_still_unreadable_goes_on_waiting_and_leaves_nothing_behind(
    settings: Settings, broken: Path, query: Query
) -> None:
    found = quarantine.waiting(settings)
    assert [(refused.line_number, refused.source_path, refused.kept_line) for refused in found] == [
        (2, str(broken), CUT.encode()),
        (3, str(broken), b'{"what": "ever"}'),
    ]
    landed = landing_files.keys(settings.landing_dir)
    outcomes = quarantine.retry(settings, found, "ana")
    assert [outcome.is_taken_in for outcome in outcomes] == [False, False]
    assert "not whole JSON" in outcomes[0].reason
    assert quarantine.waiting(settings) == found
    assert landing_files.keys(settings.landing_dir) == landed
    assert query("select count(*) from raw.rejects") == [(2,)]


def test_a_line_that_was_mended_in_its_file_goes_in(settings: Settings, broken: Path, query: Query) -> None:
    broken.write_text(broken.read_text().replace(CUT, WHOLE))
    cut, other = quarantine.waiting(settings)
    assert [outcome.is_taken_in for outcome in quarantine.retry(settings, [cut, other], "ana")] == [
        True,
        False,
    ]
    assert query("select post_id from raw.posts order by 1") == [("5",), ("6",)]
    assert quarantine.waiting(settings) == [other]
    assert query("select reject_id, line_number, decision, decided_by from quality.quarantine") == [
        (cut.reject_id, 2, "taken in", "ana")
    ]
    # the mended file itself may follow: the post is known, the line that waits is not asked for twice
    import_files(settings, [broken])
    assert query("select count(distinct post_id) from raw.posts") == [(2,)]


def test_a_line_that_this_version_can_read_goes_in_as_it_was_kept(settings: Settings, query: Query) -> None:
    """As an older version has left it; the file it stood in is long gone."""
    value = {
        "source_path": "/gone/old.jsonl",
        "line_number": 7,
        "reason": "it holds something unknown",
        "content_sha256": hashlib.sha256(WHOLE.encode()).hexdigest(),
        "content": WHOLE,
    }
    shortened = value | {"line_number": 8, "content": WHOLE[:40]}
    envelope = {
        "network": "x",
        "stream": "import",
        "source": "file",
        "fetched_at": "2026-06-01T00:00:00+00:00",
    }
    landing_files.write(
        settings.landing_dir, "x/import/file-0/rejects", envelope, json.dumps({"rejects": [value, shortened]}).encode()
    )  # fmt: skip
    raw_store.load(settings)
    whole, cut = quarantine.waiting(settings)
    outcomes = quarantine.retry(settings, [whole, cut], "ana")
    assert [outcome.is_taken_in for outcome in outcomes] == [True, False]
    assert "any more" in outcomes[1].reason
    # seen when the file was written, not when it was retried
    assert query("select post_id, observed_at::varchar from raw.posts") == [("6", "2026-06-01 00:00:00+00")]


def test_a_landing_file_is_read_again(settings: Settings, query: Query) -> None:
    envelope = {
        "network": "x", "client_id": "lab", "stream": "mentions", "source": "api", "data_kind": "post",
        "fetched_at": "2026-05-02T00:00:00+00:00",
    }  # fmt: skip
    key = "x/mentions/run/1"
    path = landing_files.write(settings.landing_dir, key, envelope, WHOLE.encode())
    whole = path.read_bytes()
    path.write_bytes(whole[:-9])
    raw_store.load(settings)
    [refused] = quarantine.waiting(settings)
    assert refused.line_number is None
    assert [out.is_taken_in for out in quarantine.retry(settings, [refused], "ana")] == [False]
    assert len(quarantine.waiting(settings)) == 1
    path.write_bytes(whole)
    assert [out.is_taken_in for out in quarantine.retry(settings, [refused], "ana")] == [True]
    assert query("select post_id from raw.posts") == [("6",)]
    assert quarantine.waiting(settings) == []


def test_what_is_dropped_is_gone_but_for_who_and_why(settings: Settings, broken: Path, query: Query) -> None:
    cut, other = quarantine.waiting(settings)
    quarantine.drop(settings, [cut], "ana", "a test of ours")
    assert quarantine.waiting(settings) == [other]
    assert query("select reject_id, decision, decided_by, why from quality.quarantine") == [
        (cut.reject_id, "dropped", "ana", "a test of ours")
    ]
    for key in landing_files.keys(settings.landing_dir):
        assert b"a secret" not in landing_files.unpacked(landing_files.path_of(settings.landing_dir, key))
    assert query("select line_number, content from raw.rejects order by 1") == [
        (2, None),
        (3, '{"what": "ever"}'),
    ]
    # nor does importing the file again bring it back
    import_files(settings, [broken])
    assert quarantine.waiting(settings) == [other]
    with pytest.raises(ConfigError, match=cut.reject_id):
        quarantine.waiting(settings, [cut.reject_id])
