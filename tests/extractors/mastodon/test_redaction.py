"""What is forgotten is on no page any more, and what stays can still be read."""

import json
from typing import Any

from extractors.mastodon.objects import translated
from extractors.mastodon.redaction import redact
from rapport.forgotten import Forgotten, OnNetwork
from tests.extractors.mastodon.payloads import HOST, Json, account, link_to, mention, status

ENVELOPE = {"network": "mastodon", "host": HOST, "endpoint": "https://wald.test/api/v1/x", "result_count": 3}
ADA = "ada@fedi.test"


def forgotten(posts: tuple[str, ...] = (), accounts: tuple[str, ...] = ()) -> OnNetwork:
    return Forgotten.of("mastodon", posts, accounts, accounts).on("mastodon")


def thread() -> Json:
    ada, bo = account(ADA, "9"), account("bo", "2")
    root = status("100")
    first = status("101", "<p>Ada's words</p>", account=ada, in_reply_to_id="100", in_reply_to_account_id="1")
    second = status(
        "102",
        f"<p>{link_to(ADA)} and @{ADA}: https://fedi.test/@ada is hers, adam@fedi.test is not</p>",
        account=bo,
        in_reply_to_id="101",
        in_reply_to_account_id="9",
        mentions=[mention(ADA, "9")],
    )
    return {"status": root, "ancestors": [], "descendants": [first, second]}


def rows(body: Json, kind: str) -> list[Json]:
    return [row.common for row in translated(ENVELOPE, body) if row.kind == kind]


def test_an_account_goes_with_its_words_and_its_name() -> None:
    envelope = ENVELOPE | {"target": f"profile {ADA}", "parameters": {"acct": ADA}}
    clean = redact(envelope, thread(), forgotten(accounts=(ADA,)))
    written = json.dumps([clean.envelope, clean.body])
    assert clean.is_changed
    assert "Ada" not in written
    assert "ada@" not in written
    assert "@ada" not in written
    assert "<span>ada" not in written
    assert "adam@fedi.test is not" in written
    assert clean.forgotten.post_ids == {"https://fedi.test/users/ada/statuses/101"}
    assert clean.envelope["erased_object_count"] == 2
    assert clean.envelope["result_count"] == 2


def test_the_thread_around_what_is_gone_stays_in_one_piece() -> None:
    before = {post["id"]: post for post in rows(thread(), "post")}
    clean = redact(ENVELOPE, thread(), forgotten(accounts=(ADA,))).body
    after = {post["id"]: post for post in rows(clean, "post")}
    gone = "https://fedi.test/users/ada/statuses/101"
    assert after[gone] == {"id": gone, "erased": True}
    [answer] = [post for uri, post in after.items() if uri.endswith("/102")]
    assert answer["conversation_id"] == before[answer["id"]]["conversation_id"]
    assert answer["referenced_tweets"] == [{"type": "replied_to", "id": gone}]
    assert answer["entities"] == {"mentions": []}
    assert "in_reply_to_user_id" not in answer
    assert len(answer["text"]) == len(before[answer["id"]]["text"])


def test_a_status_goes_and_its_author_stays() -> None:
    body = {"data": [status("1", "<p>first</p>"), status("2", "<p>second</p>")]}
    clean = redact(ENVELOPE, body, forgotten(posts=(status("1")["uri"],)))
    assert [post.get("text") for post in rows(clean.body, "post")] == [None, "second"]
    assert clean.body["data"][0] == {
        "id": "1",
        "uri": status("1")["uri"],
        "in_reply_to_id": None,
        "in_reply_to_account_id": None,
        "erased": True,
    }
    assert [user["id"] for user in rows(clean.body, "user")] == ["lichtung@wald.test"]


def test_boosts_go_and_quotes_stay_without_what_they_quote() -> None:
    hers = status("5", "<p>Her words</p>", account=account(ADA, "9"))
    boost = status("6", "<p>Her words</p>", reblog=hers)
    quoting = status("7", "<p>mine</p>", quote={"state": "accepted", "quoted_status": hers})
    for wish in (forgotten(accounts=(ADA,)), forgotten(posts=(hers["uri"],))):
        clean = redact(ENVELOPE, {"data": [boost, quoting]}, wish)
        assert "Her words" not in json.dumps(clean.body)
        assert boost["uri"] in clean.forgotten.post_ids
        posts = {post["id"]: post for post in rows(clean.body, "post")}
        assert posts[quoting["uri"]]["text"] == "mine"
        assert posts[boost["uri"]]["erased"] is True


def test_accounts_in_lists_notifications_and_alone() -> None:
    listed = redact(ENVELOPE, {"data": [account(ADA, "9"), account("bo", "2")]}, forgotten(accounts=(ADA,)))
    assert rows(listed.body, "user")[0] == {"erased": True}
    assert rows(listed.body, "user")[1]["id"] == "bo@wald.test"
    alone = redact(ENVELOPE, account(ADA, "9"), forgotten(accounts=(ADA,)))
    assert alone.body == {"id": "9", "acct": "", "erased": True}
    event = {
        "id": "1", "type": "mention", "created_at": "x", "account": account(ADA, "9"),
        "status": status("5", "<p>Her words</p>", account=account(ADA, "9")),
    }  # fmt: skip
    told = redact(ENVELOPE, {"data": [event]}, forgotten(accounts=(ADA,)))
    assert "ada" not in json.dumps(told.body).replace("/users/ada/statuses/5", "")
    assert [post.get("erased") for post in rows(told.body, "post")] == [True]


def test_somebody_of_the_same_name_elsewhere_stays() -> None:
    body: Any = {"data": [status("1", f"<p>{link_to('ada')} hi</p>", mentions=[mention("ada", "3")])]}
    clean = redact(ENVELOPE, body, forgotten(accounts=(ADA,)))
    assert not clean.is_changed
    assert clean.body == body


def test_in_short_a_name_goes_unless_the_status_mentions_another() -> None:
    hers = {"spoiler_text": "for @ada", "mentions": [mention(ADA, "9")]}
    others = {"spoiler_text": "for @ada", "mentions": [mention("ada@moor.test", "4")]}
    unlinked = "<p>@ada, @adam and https://moor.test/@ada</p>"
    body = {"data": [status("1", unlinked, **hers), status("2", unlinked, **others), status("3", unlinked)]}
    clean = redact(ENVELOPE, body, forgotten(accounts=(ADA,))).body["data"]
    masked = unlinked.replace("<p>@ada,", "<p>@___,")
    assert [one["content"] for one in clean] == [masked, unlinked, masked]
    assert [one["spoiler_text"] for one in clean] == ["for @___", "for @ada", ""]


def test_a_name_goes_where_another_host_shows_it() -> None:
    """A server may show its accounts at an address that is not the host of their names; only the page says so."""
    hers = {
        "mentions": [mention(ADA, "9") | {"url": "https://social.test/@ada"}, mention("ada@moor.test", "4")]
    }
    said = f"{link_to('ada@social.test')} and {link_to('ada@moor.test')}: https://social.test/@ada/7, @adam"
    body = {"data": [status("1", f"<p>{said}</p>", **hers)]}
    clean = redact(ENVELOPE, body, forgotten(accounts=(ADA,)))
    gone = link_to("ada@social.test").replace("@ada", "@___").replace("<span>ada<", "<span>___<")
    expected = said.replace(link_to("ada@social.test"), gone).replace(
        "social.test/@ada/7", "social.test/@___/7"
    )
    assert clean.body["data"][0]["content"] == f"<p>{expected}</p>"
    assert not redact(clean.envelope, clean.body, forgotten(accounts=(ADA,))).is_changed


def test_nothing_is_forgotten_twice() -> None:
    once = redact(ENVELOPE, thread(), forgotten(accounts=(ADA,)))
    again = redact(once.envelope, once.body, forgotten(accounts=(ADA,)))
    assert not again.is_changed


def test_names_that_are_longer_are_somebody_elses() -> None:
    others = f"@{ADA}.example @{ADA}:3000 https://fedi.test/@ada@moor.test https://fedi.test/@ada.b"
    clean = redact(ENVELOPE, {"data": [status("1", f"<p>{others}, @{ADA}.</p>")]}, forgotten(accounts=(ADA,)))
    assert clean.body["data"][0]["content"] == f"<p>{others}, @{'_' * len(ADA)}.</p>"


def test_versions_of_a_post_go_with_it() -> None:
    hers = "https://fedi.test/users/ada/statuses/7"
    version = {
        "content": "<p>Her words</p>",
        "account": account(ADA, "9"),
        "created_at": "2026-11-02T08:30:00Z",
    }
    for wish in (forgotten(accounts=(ADA,)), forgotten(posts=(hers,))):
        clean = redact(ENVELOPE | {"about_post_id": hers}, {"data": [version, version]}, wish)
        assert clean.body == {"data": [{"erased": True}, {"erased": True}]}
        assert rows(clean.body, "post") == []


def exported() -> Json:
    """A part of lichtung's export: an answer to Ada, a boost of her, and a post of her that came along."""
    us, hers = "https://wald.test/users/lichtung", "https://fedi.test/users/ada"
    public = {"published": "2026-11-02T08:30:00Z", "to": ["https://www.w3.org/ns/activitystreams#Public"]}
    answer = {
        "id": f"{us}/statuses/8", "type": "Note", "attributedTo": us, "inReplyTo": f"{hers}/statuses/7",
        "content": f"<p>{link_to(ADA)} thanks</p>", "cc": [hers], **public,
        "tag": [{"type": "Mention", "href": hers, "name": f"@{ADA}"}],
    }  # fmt: skip
    words = {
        "id": f"{hers}/statuses/7",
        "type": "Note",
        "attributedTo": hers,
        "content": "Her words",
        **public,
    }
    items = [
        {"id": f"{us}/statuses/8/activity", "type": "Create", "actor": us, "object": answer, **public},
        {"id": f"{us}/statuses/9/activity", "type": "Announce", "actor": us, "object": words["id"], **public},
        words,
    ]
    actor = {
        "id": us,
        "type": "Person",
        "preferredUsername": "lichtung",
        "name": "Clearing",
        "summary": "moss",
    }
    return {"actor": actor, "orderedItems": items}


def test_an_account_goes_from_somebody_elses_export() -> None:
    clean = redact(ENVELOPE, exported(), forgotten(accounts=(ADA,)))
    written = json.dumps(clean.body)
    assert "Her words" not in written and ADA not in written and "@ada" not in written
    [answer] = [post for post in rows(clean.body, "post") if "id" in post]
    before = next(post for post in rows(exported(), "post") if post["id"] == answer["id"])
    assert (
        len(answer["text"]) == len(before["text"])
        and answer["referenced_tweets"] == before["referenced_tweets"]
    )
    assert "entities" not in answer
    assert len(clean.forgotten.post_ids) == 2
    assert not redact(clean.envelope, clean.body, clean.forgotten).is_changed


def test_a_post_goes_from_an_export_and_an_export_with_its_account() -> None:
    ours = "https://wald.test/users/lichtung/statuses/8"
    clean = redact(ENVELOPE, exported(), forgotten(posts=(ours,)))
    assert clean.body["orderedItems"] == [
        {"id": f"{ours}/activity", "type": "Create", "erased": True}, *exported()["orderedItems"][1:],
    ]  # fmt: skip
    clean = redact(ENVELOPE, exported(), forgotten(accounts=("lichtung@wald.test",)))
    assert clean.body["actor"] == {"type": "Person", "erased": True}
    assert [post.get("text") for post in rows(clean.body, "post")] == [None, None, "Her words"]
    assert [user.get("name") for user in rows(clean.body, "user")] == [None]
    assert not redact(clean.envelope, clean.body, clean.forgotten).is_changed


def test_a_page_says_how_many_results_are_left() -> None:
    """Of whatever kind: this is held against what is loaded."""
    ada = account(ADA, "9")
    hers, ours = status("5", "<p>Her words</p>", account=ada), status("6")
    told = {"id": "1", "type": "mention", "created_at": "x", "account": ada, "status": hers}
    version = {"content": "<p>Her words</p>", "account": ada, "created_at": "2026-11-02T08:30:00Z"}
    bodies: list[Json] = [
        {"data": [hers, ours, status("7", reblog=hers)]},
        {"data": [told, told | {"id": "2", "account": account("bo", "2"), "status": ours}]},
        {"data": [told | {"status": hers | {"visibility": "direct"}}]},
        {"data": [ada, account("bo", "2")]},
        {"data": [version, version]},
        {"status": ours, "ancestors": [hers], "descendants": [status("8")]},
        {"status": hers, "ancestors": [], "descendants": [ours]},
        hers,
        ada,
    ]
    for body in bodies:
        about = {"about_post_id": hers["uri"]} if version in body.get("data", ()) else {}
        envelope = ENVELOPE | about | {"result_count": _result_count(body, about)}
        clean = redact(envelope, body, forgotten(accounts=(ADA,)))
        assert clean.is_changed and clean.envelope["erased_object_count"] > 0
        assert clean.envelope["result_count"] == _result_count(clean.body, about), body.keys()


def _result_count(body: Json, about: Json) -> int:
    return sum(
        item.section == "data" and item.kind != "error" and item.common.get("erased") is not True
        for item in translated(ENVELOPE | about, body)
    )
