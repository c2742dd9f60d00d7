"""A post whose id is none is refused, and can be erased and taken out all the same: by what stood in its place."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from extractors.files import importer, quarantine
from operations.cli.main import app
from rapport.config import Settings
from tests.operations import erasure_home as home_of

SECRET = "only the heron knows where the eels winter"


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return home_of.make_home(tmp_path / "home")


@pytest.mark.parametrize(
    ("post_id", "named"),
    [(1.5859343964210463e18, "1.5859343964210463e+18"), ("seven eels", "seven eels"), (150.0, "150.0")],
)
def test_it_is_erased_by_what_stood_in_place_of_its_id(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, post_id: object, named: str
) -> None:
    path = tmp_path / "odd.jsonl"
    odd = {"id": post_id, "text": SECRET, "author_id": "900", "created_at": "2026-10-01T00:00:00Z"}
    beside = {**odd, "id": "901", "text": "nobody asks"}
    path.write_text(json.dumps({"data": [odd, beside]}).replace("150.0", "1.50e+2"), encoding="utf-8")
    result = importer.import_files(settings, [path])
    assert result["refused_objects"] == 1
    [refused] = quarantine.waiting(settings)
    assert (refused.object_id, refused.source_path, refused.line_number) == (named, str(path), 1)
    assert home_of.found_in(settings.home, (SECRET,))
    monkeypatch.setenv("RAPPORT_HOME", str(settings.home))
    done = CliRunner().invoke(app, ["erase", "--post", named, "--no-build"], catch_exceptions=False)
    assert done.exit_code == 0, done.output
    assert home_of.found_in(settings.home, (SECRET,)) == []
    assert home_of.found_in(settings.home, ("nobody asks",))
    assert quarantine.waiting(settings) == []
    importer.import_files(settings, [path])
    assert home_of.found_in(settings.home, (SECRET,)) == []


def test_a_mention_by_handle_alone_goes_with_its_account(settings: Settings, tmp_path: Path) -> None:
    """What would be left of it names nobody, and the door would refuse the post that it stands in."""
    from operations.erasure import everywhere as erasure

    path = tmp_path / "old.jsonl"
    mention = {"start": 0, "end": 6, "username": "heron"}
    post = {"id": "901", "text": "@heron hello", "author_id": "900", "entities": {"mentions": [mention]}}
    heron = {"id": "77", "username": "heron", "name": "H"}
    path.write_text(json.dumps({"data": [post], "includes": {"users": [heron]}}), encoding="utf-8")
    importer.import_files(settings, [path])
    erasure.erase(settings, accounts={"77": "on request"})
    assert quarantine.waiting(settings) == []
    assert home_of.found_in(settings.home, ("heron",)) == []
    assert home_of.found_in(settings.home, ("hello",))
