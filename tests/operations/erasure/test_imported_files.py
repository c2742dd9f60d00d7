"""What was imported from a repository of Bluesky or an export of Mastodon is forgotten as what was fetched is."""

from pathlib import Path
from typing import Any

import pytest

from extractors.files.importer import import_files
from extractors.landing import landing_files
from operations.erasure import everywhere as erasure
from rapport.config import Settings, load_settings
from rapport.warehouse import connect
from tests.extractors.files import test_outboxes as mastodon
from tests.extractors.files import test_repositories as bluesky
from tests.extractors.files import written_car

WHY = "on request"
Rows = list[tuple[Any, ...]]


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    monkeypatch.setenv("RAPPORT_HOME", str(tmp_path / "home"))
    return load_settings(tmp_path / "home")


@pytest.fixture(params=["bluesky", "mastodon"])
def imported(
    request: pytest.FixtureRequest, settings: Settings, tmp_path: Path
) -> tuple[str, Path, str, str, str]:
    """(network, file, whose it is, a post of it, the words of that) of one that was imported."""
    if request.param == "bluesky":
        path = tmp_path / "repo.car"
        path.write_bytes(written_car.car(written_car.repository(bluesky.RECORDS)))
        found = (bluesky.DID, f"{bluesky.MINE}/{bluesky.KEYS[0]}", "Who has seen a heron?")
    else:
        path = mastodon.archive(tmp_path / "archive.zip", mastodon.WHOLE)
        found = ("heron@social.example", f"{mastodon.HERE}/statuses/1", "Who has seen a heron?")
    import_files(settings, [path])
    return request.param, path, *found


def kept(settings: Settings) -> str:
    """All that landing and the warehouse hold."""
    pages = [
        landing_files.unpacked(landing_files.path_of(settings.landing_dir, key)).decode()
        for key in landing_files.keys(settings.landing_dir)
    ]
    return "".join([*pages, settings.warehouse_path.read_bytes().decode("latin-1")])


def rows(settings: Settings, query: str) -> Rows:
    with connect(settings) as connection:
        return connection.execute(query).fetchall()


def test_a_post_is_forgotten_and_the_rest_stays(
    settings: Settings, imported: tuple[str, Path, str, str, str]
) -> None:
    network, path, _, post_id, words = imported
    before = rows(settings, "select post_id from raw.posts order by 1")
    assert (post_id,) in before and words in kept(settings)
    gone = erasure.erase(settings, {f"{network}:{post_id}": WHY}).post_count
    for _ in range(2):
        assert words not in kept(settings)
        after = rows(settings, "select post_id from raw.posts order by 1")
        assert len(after) == len(before) - gone and (post_id,) not in after
        assert rows(settings, "select count(*) from raw.rejects") == [(0,)]
        import_files(settings, [path])


def test_an_account_is_forgotten_with_all_that_it_wrote(
    settings: Settings, imported: tuple[str, Path, str, str, str]
) -> None:
    network, path, account_id, _, words = imported
    erasure.erase(settings, accounts={f"{network}:{account_id}": WHY})
    for _ in range(2):
        everything = kept(settings)
        assert [
            word for word in (words, "Heron Watch", "count herons", "once more") if word in everything
        ] == []
        assert rows(
            settings, "select (select count(*) from raw.posts), (select count(*) from raw.users)"
        ) == [(0, 0)]
        import_files(settings, [path])
