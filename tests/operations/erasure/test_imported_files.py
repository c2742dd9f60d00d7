"""What was imported from a repository of Bluesky or an export of Mastodon is forgotten as what was fetched is; and what
twarc notes in its files, of whom it asked.
"""

import json
from pathlib import Path
from typing import Any

import pytest

from extractors.files.importer import import_files
from extractors.landing import landing_files
from extractors.raw import raw_store
from operations.erasure import everywhere as erasure
from rapport.config import Settings, load_settings
from rapport.warehouse import connect
from tests.extractors.files import test_outboxes as mastodon
from tests.extractors.files import test_repositories as bluesky
from tests.extractors.files import written_car
from tests.extractors.server import post, user

WHY = "on request"
Rows = list[tuple[Any, ...]]
API = "https://api.twitter.com/2"


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


@pytest.mark.parametrize(
    ("url", "path"),
    [
        (f"{API}/tweets/search/recent?query=from%3Ashy_otter&max_results=100", "/2/tweets/search/recent"),
        (f"{API}/tweets/search/recent?query=%40Shy_Otter", "/2/tweets/search/recent"),
        (f"{API}/users/by?usernames=shy_otter", "/2/users/by"),
        (f"{API}/users/by/username/Shy_Otter?expansions=pinned_tweet_id", "/2/users/by/username/Shy_Otter"),
    ],
)
def test_of_whom_twarc_asked_goes_from_others_posts_of_an_older_import(
    settings: Settings, url: str, path: str
) -> None:
    note = {"url": url, "version": "2.14.0", "retrieved_at": "2026-11-03T10:00:00+00:00"}
    theirs, others = (post(number, author=author, __twarc=note) for number, author in ((1, 990077), (2, 55)))
    users = [user(990077, "shy_otter") | {"__twarc": note}, user(55, "reed") | {"__twarc": note}]
    bodies = [
        {"data": [theirs], "includes": {"users": users[:1]}},
        {"data": [others], "includes": {"users": users[1:]}},
    ]
    for number, body in enumerate(bodies, start=1):
        key = landing_files.page_key("x", "import", "file-1", f"page-{number}")
        envelope = {
            "network": "x", "stream": "import", "source": "file", "endpoint": path, "data_kind": "post",
            "parameters": {"file": "in.jsonl"}, "result_count": 1, "object_count": 2,
            "fetched_at": "2026-11-03T10:00:00+00:00",
        }  # fmt: skip
        landing_files.write(settings.landing_dir, key, envelope, json.dumps(body).encode())
    raw_store.load(settings)
    assert kept(settings).lower().count("shy_otter") > 2
    erasure.erase(settings, accounts={"x:990077": WHY})
    assert "shy_otter" not in kept(settings).lower()
    query = "select post_id, observed_at = timestamptz '2026-11-03 10:00:00+00' from raw.posts"
    assert rows(settings, query) == [("2", True)], "when it was seen stays"
    assert rows(settings, "select username, payload->'__twarc'->>'url' from raw.users") == [
        ("reed", f"https://api.twitter.com{path.replace('Shy_Otter', ':username')}")
    ]


def test_the_name_of_somebody_in_that_of_a_file_and_in_an_endpoint_goes(settings: Settings) -> None:
    """Of a page and of refused lines on which nothing else names them."""
    file = "shy_otter: posts.jsonl"
    origin = {
        "network": "x", "stream": "import", "source": "file", "target": file, "source_path": file,
        "parameters": {"file": file}, "fetched_at": "2026-11-03T10:00:00+00:00",
    }  # fmt: skip
    bodies: dict[str, dict[str, Any]] = {
        "page-1": {"data": [post(1, author=990077)], "includes": {"users": [user(990077, "shy_otter")]}},
        "page-2": {"data": [post(2, author=55)]},
        "rejects": {"rejects": [{"source_path": file, "line_number": 3, "reason": "cut", "content": None}]},
    }
    for name, body in bodies.items():
        envelope = origin | {"data_kind": "other" if name == "rejects" else "post", "object_count": 1}
        if name == "page-2":
            envelope |= {"endpoint": "/2/users/by/username/shy_otter", "parameters": {}}
        key = landing_files.page_key("x", "import", "file-1", name)
        landing_files.write(settings.landing_dir, key, envelope, json.dumps(body).encode())
    raw_store.load(settings)
    before = rows(settings, "select endpoint from raw.pages where endpoint is not null")
    assert before == [("/2/users/by/username/shy_otter",)]
    erasure.erase(settings, accounts={"x:990077": WHY})
    assert "shy_otter" not in kept(settings).lower()
    assert rows(settings, "select source_path, line_number from raw.rejects") == [
        (file.replace("shy_otter", "_________"), 3)
    ]
    assert rows(settings, "select endpoint from raw.pages where endpoint is not null") == [
        ("/2/users/by/username/:username",)
    ]


def test_a_page_without_its_landing_file_loses_the_name_of_a_file_and_of_an_endpoint(
    settings: Settings,
) -> None:
    with connect(settings) as connection:
        raw_store.create_tables(connection)
        connection.execute(
            "insert into raw.pages (page_key, network, source, endpoint) values"
            " ('x/import/1/p', 'x', 'file', '/2/users/by/username/shy_otter')"
        )
        connection.execute(
            "insert into raw.rejects (page_key, network, source_path) values ('x/import/1/p', 'x', 'shy_otter.jsonl')"
        )
        connection.execute(
            "insert into raw.users (page_key, network, account_id, username, payload)"
            " values ('x/import/1/p', 'x', '990077', 'shy_otter', '{}')"
        )
    erasure.erase(settings, accounts={"x:990077": WHY})
    assert rows(settings, "select endpoint from raw.pages") == [(None,)]
    assert rows(settings, "select count(*) from raw.rejects") == [(0,)]
