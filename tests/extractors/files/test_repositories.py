"""Repositories of Bluesky (CAR): written here as a PDS writes them, imported whole, cut and spoilt, and looked at."""

import random
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from extractors.files import answers, repositories
from extractors.files.importer import import_files
from extractors.files.incoming import Incoming
from extractors.files.sources import NotReadable, Opened, Source
from extractors.landing import landing_files
from extractors.state.store import open_state
from rapport.config import Settings
from tests import clock
from tests.extractors.files import written_car
from tests.extractors.files.written_car import DID

Query = Callable[[str], list[tuple[Any, ...]]]
OTHER = "did:plc:somebodyelse2222222222222"
AT = "2026-10-01T09:00:00.000Z"
WHEN = datetime(2026, 10, 1, 9, tzinfo=UTC)
KEYS = [written_car.tid(WHEN, 1000 + number) for number in range(9)]
POST, REPOST, LIKE = "app.bsky.feed.post", "app.bsky.feed.repost", "app.bsky.feed.like"
ROOT = f"at://{OTHER}/{POST}/3m2aaaaaaaaa2"
MINE = f"at://{DID}/{POST}"


def ref(uri: str) -> dict[str, str]:
    return {"uri": uri, "cid": "bafyreibnoelefnzgwbcacyt4vh52ymxvzbjq7mmqhtcnwarfq4lzegsiqe"}


def post(text: str, **more: Any) -> dict[str, Any]:
    return {"$type": POST, "text": text, "createdAt": AT, "langs": ["en-GB"], **more}


RECORDS: dict[str, dict[str, Any]] = {
    "app.bsky.actor.profile/self": {
        "$type": "app.bsky.actor.profile", "displayName": "Heron Watch", "description": "We count herons.",
        "avatar": {"$type": "blob", "ref": b"\x01\x55\x12\x20" + b"p" * 32, "mimeType": "image/png", "size": 9},
    },
    f"{POST}/{KEYS[0]}": post("Who has seen a heron? 🪶"),
    f"{POST}/{KEYS[1]}": post(
        "é @ana.example yes", reply={"root": ref(ROOT), "parent": ref(f"at://{OTHER}/{POST}/3m2aaaaaaaab2")},
        facets=[{"index": {"byteStart": 3, "byteEnd": 15},
                 "features": [{"$type": "app.bsky.richtext.facet#mention", "did": OTHER}]}],
    ),
    f"{POST}/{KEYS[2]}": post("this", embed={"$type": "app.bsky.embed.record", "record": ref(ROOT)}),
    f"{REPOST}/{KEYS[3]}": {"$type": REPOST, "subject": ref(ROOT), "createdAt": AT},
    f"{LIKE}/{KEYS[4]}": {"$type": LIKE, "subject": ref(ROOT), "createdAt": AT},
    f"{LIKE}/{KEYS[5]}": {"$type": LIKE, "subject": ref(f"at://{OTHER}/{POST}/3m2aaaaaaaab2"), "createdAt": AT},
    f"{LIKE}/{KEYS[8]}": {
        "$type": LIKE, "subject": ref(f"at://{OTHER}/app.bsky.feed.generator/birds"), "createdAt": AT,
    },
    f"app.bsky.graph.follow/{KEYS[6]}": {"$type": "app.bsky.graph.follow", "subject": OTHER, "createdAt": AT},
    f"app.bsky.graph.block/{KEYS[7]}": {"$type": "app.bsky.graph.block", "subject": OTHER, "createdAt": AT},
}  # fmt: skip
READ = 7
MANY = {f"{POST}/{written_car.tid(WHEN, number)}": post(f"heron {number}") for number in range(90)}


@pytest.fixture
def settings(make_settings: Callable[..., Settings]) -> Settings:
    return make_settings()


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "repo.car"
    path.write_bytes(written_car.car(written_car.repository(RECORDS)))
    return path


def test_a_repository_goes_in(settings: Settings, path: Path, query: Query) -> None:
    [found] = import_files(settings, [path])["files"]
    assert (found["network"], found["status"]) == ("bluesky", "imported")
    assert (found["read"], found["taken"], found["passed_over"], found["refused"]) == (READ + 3, READ, 3, 0)
    assert query(
        "select post_id, author_id, text, conversation_id, in_reply_to_user_id, lang, referenced_tweets, mentions, "
        "created_at::varchar from raw.posts order by post_id"
    ) == [
        (f"{MINE}/{KEYS[0]}", DID, "Who has seen a heron? 🪶", f"{MINE}/{KEYS[0]}", None, "en", None, None,
         "2026-10-01 09:00:00+00"),
        (f"{MINE}/{KEYS[1]}", DID, "é @ana.example yes", ROOT, OTHER, "en",
         [{"type": "replied_to", "id": f"at://{OTHER}/{POST}/3m2aaaaaaaab2"}],
         [{"start": 2, "end": 14, "username": "ana.example", "id": OTHER}], "2026-10-01 09:00:00+00"),
        (f"{MINE}/{KEYS[2]}", DID, "this", f"{MINE}/{KEYS[2]}", None, "en",
         [{"type": "quoted", "id": ROOT}], None, "2026-10-01 09:00:00+00"),
        (f"at://{DID}/{REPOST}/{KEYS[3]}", DID, None, f"at://{DID}/{REPOST}/{KEYS[3]}", None, None,
         [{"type": "retweeted", "id": ROOT}], None, "2026-10-01 09:00:00+00"),
    ]  # fmt: skip
    assert query("select name, description from raw.users where name is not null") == [
        ("Heron Watch", "We count herons.")
    ]
    assert query(
        "select stream, account_id, users.about_post_id, acted_at::varchar from raw.users inner join raw.pages "
        "using (page_key) where name is null order by 3"
    ) == [
        ("likers", DID, ROOT, "2026-10-01 09:00:00+00"),
        ("likers", DID, f"at://{OTHER}/{POST}/3m2aaaaaaaab2", "2026-10-01 09:00:00+00"),
    ]
    # the record as the network writes it, with the picture as a link
    [(avatar,)] = query(
        "select payload->>'$.value.avatar.ref.\"$link\"' from raw.users where name is not null"
    )
    assert avatar.startswith("bafk")
    assert "graph" not in "".join(
        landing_files.unpacked(landing_files.path_of(settings.landing_dir, key)).decode()
        for key in landing_files.keys(settings.landing_dir)
    )


def test_a_post_is_no_younger_than_the_name_of_its_record(
    settings: Settings, tmp_path: Path, query: Query
) -> None:
    """A program may say any time; the name was made when the record was. Names of other kinds hold no time."""
    dated = {
        KEYS[0]: "2026-10-02T00:00:00Z", KEYS[1]: "2014-05-01T00:00:00Z", KEYS[2]: "soon", "my-post": AT,
    }  # fmt: skip
    path = tmp_path / "dated.car"
    records = {f"{POST}/{key}": post("hi", createdAt=created_at) for key, created_at in dated.items()}
    path.write_bytes(written_car.car(written_car.repository(records)))
    import_files(settings, [path])
    assert query("select created_at::varchar from raw.posts order by post_id") == [
        ("2026-10-01 09:00:00.001+00",), ("2014-05-01 00:00:00+00",), ("2026-10-01 09:00:00.001002+00",),
        ("2026-10-01 09:00:00+00",),
    ]  # fmt: skip


def test_an_interrupted_import_is_taken_up_and_nothing_is_doubled(
    settings: Settings, path: Path, query: Query
) -> None:
    def stop(message: str) -> None:
        raise KeyboardInterrupt(message)

    with pytest.raises(KeyboardInterrupt):
        import_files(settings, [path], stop)
    landed = landing_files.keys(settings.landing_dir)
    for key in landed[1:]:
        landing_files.path_of(settings.landing_dir, key).unlink()
    for pages in (len(landed), 0):
        assert import_files(settings, [path])["load"]["pages"] == pages
        assert landing_files.keys(settings.landing_dir) == landed
        assert query("select count(*), count(distinct post_id) from raw.posts") == [(4, 4)]


def test_of_a_cut_file_the_whole_records_go_in(settings: Settings, tmp_path: Path, query: Query) -> None:
    path = tmp_path / "cut.car"
    whole = written_car.car(written_car.repository(MANY))
    path.write_bytes(whole[: len(whole) * 2 // 3])
    [found] = import_files(settings, [path])["files"]
    assert found["status"] == "imported" and 20 < found["posts"] < len(MANY)
    [(reason,)] = query("select distinct regexp_replace(reason, '^[^;]*; ', '') from raw.rejects")
    assert "the file is cut short or damaged" in reason
    named = {path for (path,) in query(f"select regexp_extract(reason, '{POST}/[a-z0-9]+') from raw.rejects")}
    known = {path.removeprefix(f"at://{DID}/") for (path,) in query("select post_id from raw.posts")}
    assert not named & known and named - {""} <= set(MANY)
    assert query("select distinct source_path from raw.rejects") == [(str(path),)]


@pytest.mark.parametrize("seed", range(25))
def test_nothing_of_a_spoilt_file_is_lost_without_a_word(
    seed: int, settings: Settings, tmp_path: Path
) -> None:
    """What is landed are records as they were; each of the others is named, or said to be beyond what can be named."""
    random_ = random.Random(seed)
    content = bytearray(written_car.car(written_car.repository(MANY)))
    for _ in range(random_.choice([1, 1, 3, 12])):
        at = random_.randrange(100, len(content))
        content[at : at + random_.choice([1, 2, 40])] = random_.randbytes(random_.choice([0, 1, 2, 40]))
    path = tmp_path / "spoilt.car"
    path.write_bytes(content)
    opened = Opened(path, "0" * 64, clock.now())
    with open_state(settings) as state:
        incoming = Incoming(Source(path), opened, settings.landing_dir, state, "bluesky")
        try:
            repositories.take_in(incoming)
        except NotReadable as problem:
            assert "whose repository" in str(problem)
            return
        answers.finish(incoming)
    landed = {
        item["uri"].removeprefix(f"at://{DID}/"): item["value"]
        for key in landing_files.keys(settings.landing_dir)
        for item in landing_files.read(settings.landing_dir, key).body["records"]
    }
    assert {name: MANY.get(name) for name in landed} == landed
    reasons = [reject["reason"] for page in incoming.rejects.pages() for reject in page]
    named = {name for name in MANY if any(name in reason for reason in reasons)}
    is_told = any("part of the tree" in reason for reason in reasons)
    assert is_told or named | set(landed) == set(MANY)
    assert not named & set(landed)
    assert incoming.value_count == len(landed) + len(reasons)


def test_records_that_cannot_be_are_refused_with_their_path(
    settings: Settings, tmp_path: Path, query: Query
) -> None:
    records = {
        f"{POST}/{KEYS[0]}": post("good"),
        f"{POST}/{KEYS[1]}": ["no", "record"],
        f"{POST}/{KEYS[2]}": post("later", createdAt=3) | {"text": ["a", "list"]},
    }
    path = tmp_path / "odd.car"
    path.write_bytes(written_car.car(written_car.repository(records)))
    [found] = import_files(settings, [path])["files"]
    assert (found["read"], found["taken"], found["refused"]) == (3, 1, 2)
    rejects = query("select coalesce(object_id, ''), reason, source_path from raw.rejects order by 1")
    assert [(one, where) for one, _, where in rejects] == [
        ("", str(path)), (f"{MINE}/{KEYS[2]}", str(path)),
    ]  # fmt: skip
    assert f"{POST}/{KEYS[1]}" in rejects[0][1]


def test_whose_it_is_has_to_be_known(settings: Settings, tmp_path: Path) -> None:
    path = tmp_path / "nobody.car"
    blocks = written_car.repository(RECORDS)
    for content in (written_car.car(blocks[1:]), written_car.car(written_car.repository(RECORDS, "alice"))):
        path.write_bytes(content)
        [found] = import_files(settings, [path])["files"]
        assert found["status"] == "refused" and "whose repository" in found["reason"]
    path.write_bytes(written_car.car(blocks))
    [found] = import_files(settings, [path], network="mastodon")["files"]
    assert found["status"] == "refused" and "of Bluesky" in found["reason"]
    assert not landing_files.keys(settings.landing_dir)
