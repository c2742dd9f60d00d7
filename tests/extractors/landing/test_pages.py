"""Whatever is landed can be read again."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from extractors.landing import landing_files, pages
from extractors.state.store import open_state
from extractors.translation import translator_of
from rapport.config import Settings
from rapport.errors import RapportError
from tests.extractors.bluesky import shapes as bluesky
from tests.extractors.mastodon import payloads as mastodon
from tests.extractors.server import post


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "utf-16-be", "utf-32"])
def test_a_body_in_any_encoding_is_landed_as_utf8(
    encoding: str, make_settings: Callable[..., Settings]
) -> None:
    settings = make_settings()
    value = {"data": [post(1, text="grüße 🌱")]}
    key = landing_files.page_key("x", "mentions", "run", "1")
    body = json.dumps(value, ensure_ascii=False).encode(encoding)
    with open_state(settings) as state:
        pages.land(state, settings.landing_dir, key, {"network": "x"}, body, value)
    landed = landing_files.unpacked(landing_files.path_of(settings.landing_dir, key))
    assert json.loads(landed.decode())["body"] == value
    assert (body in landed) == (encoding == "utf-8")


@pytest.mark.parametrize("path", ["/2/tweets/search/recent", "/2/users/by", "/2/users/by/username/:username"])
def test_whom_twarc_asked_for_is_not_landed(path: str, make_settings: Callable[..., Settings]) -> None:
    settings = make_settings()

    def noted(url: str) -> dict[str, Any]:
        note = {"url": f"https://api.x.com{url}", "retrieved_at": "2026-11-03T10:00:00Z"}
        users = [{"id": "7", "username": "us", "__twarc": note}]
        return {"data": [post(1) | {"__twarc": note}], "includes": {"users": users}, "__twarc": note}

    value = noted(path.replace(":username", "shy_otter") + "?query=%40shy_otter&max_results=100")
    key = landing_files.page_key("x", "import", "run", "1")
    with open_state(settings) as state:
        pages.land(state, settings.landing_dir, key, {"network": "x"}, json.dumps(value).encode(), value)
    assert landing_files.read(settings.landing_dir, key).body == noted(path)


Json = dict[str, Any]
ENVELOPE: Json = {"host": mastodon.HOST, "endpoint": "/api/v1/x", "parameters": {}, "result_count": 3}
QUOTED = mastodon.status("7", "<p>a secret</p>", account=mastodon.account("ana@fedi.test", "9"))
ACTOR = {
    "type": "Person",
    "id": "https://moor.test/users/shy",
    "preferredUsername": "shy",
    "name": "a secret",
}
NOTE = {
    "type": "Note",
    "id": "https://moor.test/users/shy/statuses/7",
    "attributedTo": ACTOR["id"],
    "content": "hi",
}
FEED = {"feed": [
    {"post": bluesky.post("us", "3k1")},
    {"post": bluesky.post("ana", "3k2", "a secret", embed={"record": bluesky.quoted_view("us", "3k1", "post 3k1")})},
    {"post": bluesky.post("us", "3k3")},
]}  # fmt: skip
THREAD = bluesky.thread(
    bluesky.post("us", "3k1"),
    bluesky.thread(bluesky.post("ana", "3k2", "a secret")),
    bluesky.thread(bluesky.post("us", "3k3")),
)
RECORDS = {"records": [
    {"uri": bluesky.uri("ana", key), "cid": "b", "value": {"text": text}}
    for key, text in (("3k1", "hi"), ("3k2", "a secret"))
]}  # fmt: skip
CONTEXT = {"ancestors": [mastodon.status("6")], "status": QUOTED, "descendants": [mastodon.status("8")]}
QUOTING = {"data": [mastodon.status("8", quote={"state": "accepted", "quoted_status": QUOTED})]}
ACCOUNTS = {"data": [mastodon.account("ana", "9", display_name="a secret"), mastodon.account()]}
OUTBOX = {
    "orderedItems": [NOTE | {"content": "a secret"}, NOTE | {"id": "https://moor.test/users/shy/statuses/8"}]
}
LIKES = {"likes": [{"actor": bluesky.author("ana", displayName="a secret")}, {"actor": bluesky.author("us")}]}


@pytest.mark.parametrize(
    ("network", "body", "kind", "section", "position"),
    [
        ("x", {"data": [post(1), post(2, text="a secret"), post(3)]}, "post", "data", 1),
        ("bluesky", FEED, "post", "data", 1),
        ("bluesky", {"thread": THREAD}, "post", "data", 1),
        ("bluesky", RECORDS, "post", "data", 1),
        ("bluesky", LIKES, "user", "data", 0),
        ("bluesky", bluesky.author("ana", displayName="a secret"), "user", "data", 0),
        ("mastodon", CONTEXT, "post", "data", 1),
        ("mastodon", QUOTING, "post", "includes", 0),
        ("mastodon", ACCOUNTS, "user", "data", 0),
        ("mastodon", {"actor": ACTOR, "orderedItems": [NOTE]}, "user", "includes", 0),
        ("mastodon", OUTBOX, "post", "data", 0),
    ],
)  # fmt: skip
def test_one_object_is_taken_out_and_the_others_stay_where_they_are(
    network: str, body: Json, kind: str, section: str, position: int, make_settings: Callable[..., Settings]
) -> None:
    settings = make_settings()
    key = landing_files.page_key(network, "conversations", "run", "1")
    landing_files.write(settings.landing_dir, key, ENVELOPE | {"network": network}, json.dumps(body).encode())

    def shown() -> dict[tuple[str, str, int], Any]:
        page = landing_files.read(settings.landing_dir, key)
        translate = translator_of(network)
        if translate is None:
            return {("post", "data", number): one for number, one in enumerate(page.body["data"])}
        return {
            (one.kind, one.section, one.position): one.common
            for one in translate(page.envelope, page.body)
            if not (one.kind == "user" and kind == "post")
        }

    place = (kind, section, position)
    before = shown()
    with open_state(settings) as state:
        for _ in range(2):  # as by a command that was killed and is run again
            pages.take_out(state, settings.landing_dir, key, [(*place, before[place].get("id"))])
            page = landing_files.read(settings.landing_dir, key)
            assert "a secret" not in json.dumps(page.body)
            assert page.envelope["erased_object_count"] == 1
            assert page.envelope["result_count"] == (2 if section == "data" else 3)
            if body.get("did"):
                return  # it was the page's only one
    after = shown()
    assert {where: one for where, one in after.items() if where != place} == {
        where: one for where, one in before.items() if where != place
    }
    assert "text" not in after[place] and "name" not in after[place]


@pytest.mark.parametrize(
    ("network", "body"), [("x", {"data": [post(1)]}), ("bluesky", FEED), ("mastodon", {"data": [QUOTED]})]
)
@pytest.mark.parametrize(
    "place", [("post", "data", 0, "12"), ("post", "data", 9, None), ("error", "errors", 0, None)]
)
def test_what_is_not_there_is_not_said_to_be_taken_out(
    network: str, body: Json, place: tuple[str, str, int, str | None], make_settings: Callable[..., Settings]
) -> None:
    settings = make_settings()
    key = landing_files.page_key(network, "conversations", "run", "1")
    path = landing_files.write(settings.landing_dir, key, ENVELOPE, json.dumps(body).encode())
    whole = path.read_bytes()
    with open_state(settings) as state, pytest.raises(RapportError, match="is not taken out"):
        pages.take_out(state, settings.landing_dir, key, [place])
    assert path.read_bytes() == whole
