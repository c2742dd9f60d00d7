"""Exports of Mastodon: the archive, its outbox alone, cut and spoilt; of private posts nothing is ever kept."""

import gzip
import io
import json
import random
import tarfile
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from extractors.files import packing
from extractors.files.importer import import_files
from extractors.landing import landing_files
from rapport.config import Settings

Query = Callable[[str], list[tuple[Any, ...]]]
HERE = "https://social.example/users/heron"
PUBLIC = "https://www.w3.org/ns/activitystreams#Public"
SECRET = "where the nest really is"
CONTEXT = [
    "https://www.w3.org/ns/activitystreams",
    {"ostatus": "http://ostatus.org#", "toot": {"@id": "toot:{}"}},
]
ACTOR = {
    "@context": CONTEXT, "id": HERE, "type": "Service", "preferredUsername": "Heron", "name": "Heron Watch",
    "summary": "<p>We count <b>herons</b>.</p>", "published": "2019-05-01T00:00:00Z", "url": "https://social.example/@heron",
    "publicKey": {"id": f"{HERE}#main-key", "publicKeyPem": "-----BEGIN PUBLIC KEY-----"},
    "outbox": "outbox.json", "likes": "likes.json",
}  # fmt: skip


def note(number: int, content: str, **more: Any) -> dict[str, Any]:
    """A post, as the export has it."""
    uri = f"{HERE}/statuses/{number}"
    addressed = {"to": more.pop("to", [PUBLIC]), "cc": more.pop("cc", [f"{HERE}/followers"])}
    inner = {
        "id": uri, "type": "Note", "summary": None, "inReplyTo": None, "published": f"2026-10-01T09:{number:02d}:00Z",
        "attributedTo": HERE, "content": content, "contentMap": {"en": content}, "tag": [], **addressed, **more,
    }  # fmt: skip
    return {
        "id": f"{uri}/activity", "type": "Create", "actor": HERE, "published": inner["published"], **addressed,
        "object": inner, "signature": {"type": "RsaSignature2017"},
    }  # fmt: skip


def boost(number: int, of: Any, **more: Any) -> dict[str, Any]:
    return {
        "id": f"{HERE}/statuses/{number}/activity", "type": "Announce", "actor": HERE,
        "published": f"2026-10-01T09:{number:02d}:00Z", "to": [PUBLIC], "cc": [], "object": of, **more,
    }  # fmt: skip


PARENT = "https://other.example/users/ana/statuses/7"
MENTION = {"type": "Mention", "href": "https://other.example/users/ana", "name": "@ana@other.example"}
LINK = '<span class="h-card"><a href="https://other.example/@ana" class="u-url mention">@<span>ana</span></a></span>'
ITEMS = [
    note(1, "<p>Who has seen a heron?</p><p>Tell us</p>", likes={"totalItems": 4}, shares={"totalItems": 2}),
    note(2, f"<p>{LINK} yes, twice</p>", inReplyTo=PARENT, tag=[MENTION], cc=[MENTION["href"]]),
    note(3, "<p>and once more</p>", inReplyTo=f"{HERE}/statuses/1", updated="2026-10-02T00:00:00Z"),
    note(4, f"<p>{SECRET}</p>", to=[f"{HERE}/followers"], cc=[]),
    note(5, f"<p>{LINK} {SECRET}</p>", to=[MENTION["href"]], cc=[], tag=[MENTION]),
    note(6, "<p>unlisted</p>", to=[f"{HERE}/followers"], cc=[PUBLIC]),
    boost(7, PARENT),
    boost(8, note(4, f"<p>{SECRET}</p>", to=[f"{HERE}/followers"], cc=[])["object"], to=[f"{HERE}/followers"]),
    boost(9, note(1, "<p>again</p>")["object"]),
]  # fmt: skip
TAKEN, PRIVATE = 6, 3


def outbox(items: list[Any] = ITEMS, **more: Any) -> bytes:
    collection = {
        "@context": CONTEXT,
        "id": "outbox.json",
        "type": "OrderedCollection",
        "totalItems": len(items),
    }
    return json.dumps({**collection, "orderedItems": items, **more}, ensure_ascii=False).encode()


def archive(path: Path, files: dict[str, bytes]) -> Path:
    """An archive of that ending."""
    if path.suffix == ".zip":
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as zipped:
            for name, content in files.items():
                zipped.writestr(name, content)
        return path
    with tarfile.open(path, "w:gz" if path.name.endswith("gz") else "w") as tar:
        for name, content in files.items():
            member = tarfile.TarInfo(name)
            member.size = len(content)
            tar.addfile(member, io.BytesIO(content))
    return path


WHOLE = {
    "outbox.json": outbox(),
    "actor.json": json.dumps(ACTOR).encode(),
    "likes.json": json.dumps({"type": "OrderedCollection", "orderedItems": [PARENT]}).encode(),
    "bookmarks.json": json.dumps({"type": "OrderedCollection", "orderedItems": [PARENT]}).encode(),
    "avatar.png": b"\x89PNG",
}


@pytest.fixture
def settings(make_settings: Callable[..., Settings]) -> Settings:
    return make_settings()


def landed(settings: Settings) -> str:
    return "".join(
        landing_files.unpacked(landing_files.path_of(settings.landing_dir, key)).decode()
        for key in landing_files.keys(settings.landing_dir)
    )


@pytest.mark.parametrize("name", ["archive-2026.tar.gz", "archive-2026.zip", "archive.tar"])
def test_an_archive_goes_in(name: str, settings: Settings, tmp_path: Path, query: Query) -> None:
    path = archive(tmp_path / name, WHOLE)
    result = import_files(settings, [path])
    [found] = result["files"]
    assert (found["network"], found["status"]) == ("mastodon", "imported")
    assert (found["read"], found["taken"], found["passed_over"], found["refused"]) == (9, TAKEN, PRIVATE, 0)
    assert found["private_posts"] == PRIVATE
    assert {Path(one["file"]).name for one in result["skipped"]} == WHOLE.keys() - {"outbox.json"}
    me = "heron@social.example"
    mention = [{"start": 0, "end": 4, "username": "ana@other.example", "id": "ana@other.example"}]
    assert query(
        "select post_id, author_id, text, conversation_id, in_reply_to_user_id, lang, referenced_tweets, mentions "
        "from raw.posts order by created_at"
    ) == [
        (f"{HERE}/statuses/1", me, "Who has seen a heron?\n\nTell us", f"{HERE}/statuses/1", None, "en", None, None),
        (f"{HERE}/statuses/2", me, "@ana yes, twice", None, "ana@other.example", "en",
         [{"type": "replied_to", "id": PARENT}], mention),
        (f"{HERE}/statuses/3", me, "and once more", f"{HERE}/statuses/1", me, "en",
         [{"type": "replied_to", "id": f"{HERE}/statuses/1"}], None),
        (f"{HERE}/statuses/6", me, "unlisted", f"{HERE}/statuses/6", None, "en", None, None),
        (f"{HERE}/statuses/7/activity", me, None, f"{HERE}/statuses/7/activity", None, None,
         [{"type": "retweeted", "id": PARENT}], None),
        (f"{HERE}/statuses/9/activity", me, None, f"{HERE}/statuses/9/activity", None, None,
         [{"type": "retweeted", "id": f"{HERE}/statuses/1"}], None),
    ]  # fmt: skip
    assert query(
        "select public_metrics.like_count, public_metrics.retweet_count from raw.posts where public_metrics is not null"
    ) == [(4, 2)]
    assert query("select account_id, username, name, description, is_bot from raw.users") == [
        (me, me, "Heron Watch", "We count herons.", True)
    ]
    kept = landed(settings)
    assert SECRET not in kept and "publicKey" not in kept and "signature" not in kept
    assert import_files(settings, [path])["load"]["pages"] == 0


def test_an_outbox_alone_says_whose_it_is(settings: Settings, tmp_path: Path, query: Query) -> None:
    path = tmp_path / "outbox.json"
    path.write_bytes(outbox(first="outbox.json?page=1", partOf={"id": "a}b"}))
    [found] = import_files(settings, [path])["files"]
    assert (found["read"], found["taken"], found["refused"]) == (9, TAKEN, 0)
    assert query("select distinct author_id from raw.posts") == [("heron@social.example",)]
    assert query("select count(*) from raw.users") == [(0,)]


def test_of_a_cut_outbox_the_whole_posts_go_in(settings: Settings, tmp_path: Path, query: Query) -> None:
    """The post that was cut may be a private one: nothing of it is kept but its line and a reason."""
    path = tmp_path / "outbox.json"
    content = outbox()
    path.write_bytes(content[: content.index(SECRET.encode()) + 10])
    [found] = import_files(settings, [path])["files"]
    assert (found["status"], found["taken"], found["refused"]) == ("imported", 3, 1)
    assert query("select line_number, content from raw.rejects") == [(1, "")]
    assert SECRET[:9] not in landed(settings)


@pytest.mark.parametrize("seed", range(12))
def test_a_spoilt_outbox_gives_no_private_word(seed: int, settings: Settings, tmp_path: Path) -> None:
    random_ = random.Random(seed)
    content = bytearray(json.dumps(json.loads(outbox(ITEMS * 3)), indent=random_.choice([None, 1])).encode())
    for _ in range(random_.choice([1, 2, 9])):
        at = random_.randrange(len(content))
        content[at : at + random_.choice([0, 1, 9])] = random_.choice(
            [b"", b"{", b'"', b"]", b"\xff", b"},{"]
        )
    path = tmp_path / "outbox.json"
    path.write_bytes(content)
    [found] = import_files(settings, [path], network="mastodon")["files"]
    assert found["read"] == found["taken"] + found["passed_over"] + found["empty"] + found["refused"]
    assert SECRET not in landed(settings)
    assert SECRET.encode() not in settings.warehouse_path.read_bytes()


def test_what_is_no_post_is_refused_by_line(settings: Settings, tmp_path: Path, query: Query) -> None:
    path = tmp_path / "outbox.json"
    others = [
        {"id": f"{HERE}#1", "type": "Like", "actor": HERE, "object": PARENT, "to": [PUBLIC]},
        note(1, "<p>hi</p>") | {"object": f"{HERE}/statuses/1"},
        note(2, "<p>hi</p>", attributedTo="https://social.example/ap/users/12"),
        {"odd": 1},
        PARENT,
    ]
    path.write_text(
        json.dumps({"type": "OrderedCollection", "orderedItems": [*others, note(3, "<p>ok</p>")]}, indent=1)
    )
    [found] = import_files(settings, [path])["files"]
    assert (found["read"], found["taken"], found["refused"]) == (6, 1, 5)
    reasons = [
        reason for _, reason in query("select line_number, reason from raw.rejects order by line_number")
    ]
    assert "this: Like" in reasons[0] and "not in it" in reasons[1] and "author" in reasons[2]
    assert "nothing of Mastodon has the fields odd" in reasons[3]


def test_an_encrypted_archive_says_what_to_do(settings: Settings, tmp_path: Path) -> None:
    """The flag of a real archive is set: the rest is as it was."""
    path = archive(tmp_path / "archive.zip", {"outbox.json": outbox(), "actor.json": b"{}"})
    content = bytearray(path.read_bytes())
    for mark, flags in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = content.find(mark)
        while at >= 0:
            content[at + flags] |= 1
            at = content.find(mark, at + 1)
    path.write_bytes(content)
    [found] = import_files(settings, [path])["files"]
    assert (found["status"], found["reason"]) == (
        "refused",
        "it is encrypted: unpack it with its password first",
    )


@pytest.mark.parametrize(
    "name", ["../outbox.json", "/etc/outbox.json", "a/../../outbox.json", "C:\\outbox.json"]
)
@pytest.mark.parametrize("ending", ["zip", "tar.gz"])
def test_a_name_that_leads_out_of_the_archive_is_refused(
    name: str, ending: str, settings: Settings, tmp_path: Path
) -> None:
    path = archive(tmp_path / f"archive.{ending}", {name: outbox(), "outbox.json": outbox()})
    before = sorted(tmp_path.parent.rglob("outbox.json"))
    files = {one["file"]: one for one in import_files(settings, [path])["files"]}
    assert files.pop(f"{path}/outbox.json")["taken"] == TAKEN
    [refused] = files.values()
    assert refused["status"] == "refused" and "leads out" in refused["reason"]
    assert sorted(tmp_path.parent.rglob("outbox.json")) == before


@pytest.mark.parametrize("name", ["outbox.json.gz", "archive.tar.gz", "archive.zip"])
def test_a_bomb_is_refused_before_it_fills_the_disk(
    name: str, settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(packing, "_NO_BOMB", 1024 * 1024)
    path = tmp_path / name
    content = b'{"orderedItems": [' + b" " * 20 * 1024 * 1024
    if name.startswith("outbox"):
        path.write_bytes(gzip.compress(content))
    else:
        archive(path, {"outbox.json": content})
    [found] = import_files(settings, [path])["files"]
    assert found["status"] == "refused" and "250 times its size" in found["reason"]
    assert not landing_files.keys(settings.landing_dir)
