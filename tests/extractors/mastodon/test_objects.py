"""Entities of Mastodon in raw's words: whole objects compared."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from extractors.mastodon.objects import translated
from extractors.translation import Translated
from tests.extractors.mastodon.payloads import HOST, Json, account, link_to, mention, status

ENVELOPE = {"network": "mastodon", "host": HOST, "endpoint": "/api/v1/accounts/1/statuses"}
ROOT = "https://wald.test/users/lichtung/statuses/100"


def found(body: Any, **envelope: Any) -> list[Translated]:
    return list(translated(ENVELOPE | envelope, body if isinstance(body, dict) else {"data": body}))


def of_kind(body: Any, kind: str, section: str = "data", **envelope: Any) -> list[Json]:
    return [one.common for one in found(body, **envelope) if one.kind == kind and one.section == section]


def post(item: Json, **envelope: Any) -> Json:
    [only] = of_kind([item], "post", **envelope)
    return only


def test_a_status_is_a_post_and_its_author_comes_along() -> None:
    one, author = found([status()])
    assert (one.kind, one.section, one.position) == ("post", "data", 0)
    assert one.common == {
        "id": ROOT,
        "author_id": "lichtung@wald.test",
        "text": "Good morning",
        "created_at": "2026-11-02T08:30:00.000Z",
        "conversation_id": ROOT,
        "lang": "en",
        "entities": {"mentions": []},
        "public_metrics": {"retweet_count": 2, "like_count": 5, "quote_count": 1, "reply_count": 3},
    }
    assert (author.kind, author.section, author.position) == ("user", "includes", 0)
    assert author.common == {
        "id": "lichtung@wald.test",
        "username": "lichtung@wald.test",
        "name": "Lichtung",
        "description": "Writes about #moss.",
        "created_at": "2022-11-05T00:00:00.000Z",
        "url": "https://wald.test/@lichtung",
        "is_bot": False,
        "public_metrics": {"followers_count": 12, "following_count": 7, "post_count": 40},
    }
    assert author.payload["fields"][0]["verified_at"] is None


def test_what_lies_in_an_object_is_a_row_of_its_own_and_not_in_its_payload() -> None:
    inner = status("7", "<p>the quoted words</p>", account=account("ada@fedi.test", "9"))
    outer = status(
        "8", "<p>mine</p>", quote={"state": "accepted", "quoted_status": inner}, card={"title": "a page"}
    )
    first = found([outer])[0]
    assert "the quoted words" not in str(first.payload)
    assert first.payload["quote"] == {"state": "accepted", "quoted_status": {"id": "7", "uri": inner["uri"]}}
    assert first.payload["account"]["acct"] == "lichtung"
    assert "note" not in first.payload["account"]
    assert first.payload["content"] == "<p>mine</p>"


def test_an_account_of_another_server_has_its_host_and_no_count_of_answers() -> None:
    one = post(status("5", account=account("Ada@Fedi.test", "9")))
    assert one["author_id"] == "ada@fedi.test"
    assert "reply_count" not in one["public_metrics"]


def test_without_a_host_the_address_of_the_account_tells_it() -> None:
    assert post(status(), host=None)["author_id"] == "lichtung@wald.test"


def test_mentions_have_their_places_in_the_text() -> None:
    ada, bo = mention("ada@fedi.test", "9"), mention("bo", "2")
    one = post(
        status(
            content=f"<p>🌲 {link_to('ada@fedi.test')} and {link_to('bo')}, again {link_to('bo')}</p>",
            mentions=[ada, bo, mention("cy@fedi.test", "3")],
        )
    )
    places = one["entities"]["mentions"]
    assert [(m["id"], one["text"][m["start"] : m["end"]]) for m in places if "start" in m] == [
        ("ada@fedi.test", "@ada"), ("bo@wald.test", "@bo"), ("bo@wald.test", "@bo"),
    ]  # fmt: skip
    # addressed, and not in the text
    assert places[-1] == {"username": "cy@fedi.test", "id": "cy@fedi.test"}


def test_two_of_one_name_are_told_apart_by_their_servers() -> None:
    one = post(
        status(
            content=f"<p>{link_to('ada@fedi.test')} {link_to('ada')}</p>",
            mentions=[mention("ada", "2"), mention("ada@fedi.test", "9")],
        )
    )
    assert sorted((m["start"], m["id"]) for m in one["entities"]["mentions"]) == [
        (0, "ada@fedi.test"), (5, "ada@wald.test"),
    ]  # fmt: skip


def test_a_content_warning_is_the_first_line_and_moves_the_mentions() -> None:
    one = post(
        status(
            content=f"<p>{link_to('bo')} look</p>", spoiler_text=" spiders ", mentions=[mention("bo", "2")]
        )
    )
    assert one["text"] == "spiders\n\n@bo look"
    [named] = one["entities"]["mentions"]
    assert one["text"][named["start"] : named["end"]] == "@bo"
    assert post(status(content="", spoiler_text="spiders"))["text"] == "spiders"


def test_a_poll_or_a_picture_alone_is_a_post_without_words() -> None:
    poll = {"id": "4", "options": [{"title": "moss", "votes_count": 1}], "votes_count": 1}
    assert post(status(content="", poll=poll))["text"] == ""


def test_a_boost_is_a_post_of_its_own_without_text() -> None:
    original = status("5", account=account("ada@fedi.test", "9"))
    boost = status("6", "<p>ignored</p>", reblog=original, uri=f"{ROOT}/activity")
    rows = found([boost])
    assert rows[0].common == {
        "id": f"{ROOT}/activity",
        "author_id": "lichtung@wald.test",
        "created_at": "2026-11-02T08:30:00.000Z",
        "conversation_id": f"{ROOT}/activity",
        "referenced_tweets": [{"type": "retweeted", "id": original["uri"]}],
    }
    assert rows[0].payload["reblog"] == {"id": "5", "uri": original["uri"]}
    assert [(row.kind, row.common["id"]) for row in rows[1:]] == [
        ("user", "lichtung@wald.test"), ("user", "ada@fedi.test"), ("post", original["uri"]),
    ]  # fmt: skip


def test_a_quote_counts_only_when_it_was_accepted() -> None:
    inner = status("7", account=account("ada@fedi.test", "9"))
    accepted = status("8", quote={"state": "accepted", "quoted_status": inner})
    assert post(accepted)["referenced_tweets"] == [{"type": "quoted", "id": inner["uri"]}]
    for state in ("pending", "revoked", "rejected", "deleted", "unauthorized", "a new word"):
        one = post(status("8", quote={"state": state, "quoted_status": None}))
        assert "referenced_tweets" not in one
    shallow = status("9", quote={"state": "accepted", "quoted_status_id": "8"})
    assert of_kind([accepted, shallow], "post")[1]["referenced_tweets"] == [
        {"type": "quoted", "id": accepted["uri"]}
    ]


def test_a_quote_that_is_blocked_for_us_is_an_error() -> None:
    inner = status("7", account=account("ada@fedi.test", "9"))
    rows = found([status("8", quote={"state": "blocked_account", "quoted_status": inner})])
    [error] = [row.common for row in rows if row.kind == "error"]
    assert error["resource_id"] == inner["uri"]
    assert error["type"].endswith("/blocked")
    assert "referenced_tweets" not in rows[0].common


def test_a_placeholder_without_text_is_an_error_and_no_post() -> None:
    [error] = [row for row in found([status("8", content=None)]) if row.kind == "error"]
    assert error.common == {
        "resource_type": "post",
        "resource_id": "https://wald.test/users/lichtung/statuses/8",
        "title": "Not shown",
        "type": "https://docs.joinmastodon.org/errors/not-found",
    }
    assert of_kind([status("8", content=None)], "post") == []


def thread(**root: Any) -> Json:
    ada, bo = account("ada@fedi.test", "9"), account("bo", "2")
    return {
        "status": status("100", **root),
        "ancestors": [],
        "descendants": [
            status("101", account=ada, in_reply_to_id="100", in_reply_to_account_id="1"),
            status("102", account=bo, in_reply_to_id="101", in_reply_to_account_id="9"),
        ],
    }


def test_in_a_thread_everybody_s_parent_and_root_are_known() -> None:
    root, first, second = of_kind(thread(), "post")
    assert "referenced_tweets" not in root
    assert first["referenced_tweets"] == [{"type": "replied_to", "id": ROOT}]
    assert first["in_reply_to_user_id"] == "lichtung@wald.test"
    assert second["referenced_tweets"] == [{"type": "replied_to", "id": first["id"]}]
    assert second["in_reply_to_user_id"] == "ada@fedi.test"
    assert {one["conversation_id"] for one in (root, first, second)} == {ROOT}


def test_a_bare_thread_takes_the_status_asked_about_from_its_envelope() -> None:
    body = thread()
    del body["status"]
    first, second = of_kind(
        body, "post", endpoint="/mastodon/wald.test/api/v1/statuses/100/context", about_post_id=ROOT
    )
    assert first["referenced_tweets"] == [{"type": "replied_to", "id": ROOT}]
    # whether what was asked about is the topmost, nothing on the page says
    assert "conversation_id" not in first
    assert "conversation_id" not in second


def test_a_thread_that_is_cut_off_above_has_no_known_root() -> None:
    body = thread(in_reply_to_id="55", in_reply_to_account_id="1")
    root, first, _ = of_kind(body, "post")
    assert "conversation_id" not in root
    assert "conversation_id" not in first
    assert root["in_reply_to_user_id"] == "lichtung@wald.test"


def test_an_answer_to_a_deleted_status_is_no_root() -> None:
    one = post(status(in_reply_to_id=None, in_reply_to_account_id="1"))
    assert "conversation_id" not in one
    assert one["in_reply_to_user_id"] == "lichtung@wald.test"


def test_the_parent_knows_better_whom_somebody_answers() -> None:
    """Servers leave out answers to oneself: 102 answers 101, and the server names the author of 100."""
    ada = account("ada@fedi.test", "9")
    mine = status("101", account=ada, in_reply_to_id="100", in_reply_to_account_id="1")
    on = status("102", account=ada, in_reply_to_id="101", in_reply_to_account_id="1")
    assert of_kind([status(), mine, on], "post")[2]["in_reply_to_user_id"] == "ada@fedi.test"


def test_numbers_of_one_server_mean_nothing_on_another_page() -> None:
    one = post(status("101", in_reply_to_id="100", in_reply_to_account_id="77"))
    assert not {"referenced_tweets", "in_reply_to_user_id", "conversation_id"} & one.keys()


def test_answers_in_a_circle_end() -> None:
    body = [status("1", in_reply_to_id="2"), status("2", in_reply_to_id="1")]
    assert ["conversation_id" in one for one in of_kind(body, "post")] == [False, False]


def test_private_statuses_are_messages_without_a_word() -> None:
    for visibility in ("private", "direct", "list", "local", "mutuals_only", "limited", "Public", "", 7):
        secret = status(
            "9",
            "<p>a secret</p>",
            visibility=visibility,
            spoiler_text="a secret",
            mentions=[mention("bo", "2")],
        )
        rows = found([secret])
        assert [row.kind for row in rows] == ["message"]
        assert rows[0].common == {
            "id": "https://wald.test/users/lichtung/statuses/9",
            "event_type": "MessageCreate",
            "sender_id": "lichtung@wald.test",
            "participant_ids": ["lichtung@wald.test", "bo@wald.test"],
            "created_at": "2026-11-02T08:30:00.000Z",
        }
        assert "secret" not in str(rows)
    assert [row.kind for row in found([status("9", local_only=True)])] == ["message"]
    for visibility in ("unlisted", None):
        assert [row.kind for row in found([status("9", visibility=visibility)])] == ["post", "user"]


def test_a_boost_or_quote_of_a_private_status_gives_no_word_of_it_away() -> None:
    secret = status("9", "<p>a secret</p>", visibility="private")
    boost = status("10", "<p>a secret</p>", reblog=secret)
    quoting = status("11", "<p>mine</p>", quote={"state": "accepted", "quoted_status": secret})
    rows = found([boost, quoting])
    assert "secret" not in str(rows)
    assert sorted((row.kind, row.common["id"].rsplit("/", 1)[-1]) for row in rows if row.kind != "user") == [
        ("message", "10"), ("message", "9"), ("post", "11"),
    ]  # fmt: skip
    assert all("referenced_tweets" not in row.common for row in rows)


def test_notifications_bring_the_status_inside_and_who_wrote_it() -> None:
    ada = account("ada@fedi.test", "9")
    inside = status(
        "101", f"<p>{link_to('lichtung')} hi</p>", account=ada, mentions=[mention("lichtung", "1")]
    )
    rows = found([{"id": "4", "type": "mention", "created_at": "x", "account": ada, "status": inside}])
    assert [(row.kind, row.section, row.common["id"]) for row in rows] == [
        ("post", "data", inside["uri"]), ("user", "includes", "ada@fedi.test"),
    ]  # fmt: skip
    follow = {"id": "5", "type": "follow", "created_at": "x", "account": ada}
    assert [(row.kind, row.section) for row in found([follow])] == [("user", "includes")]


def test_accounts_of_a_list_are_users_asked_for() -> None:
    rows = found([account(), account("ada@fedi.test", "9", bot=True, followers_count=-1)])
    assert [(row.kind, row.section, row.position, row.common["id"]) for row in rows] == [
        ("user", "data", 0, "lichtung@wald.test"), ("user", "data", 1, "ada@fedi.test"),
    ]  # fmt: skip
    assert rows[1].common["is_bot"] is True
    assert "followers_count" not in rows[1].common["public_metrics"]


def test_an_account_that_moved_brings_the_new_one_along() -> None:
    body = account("ada@fedi.test", "9", moved=account("ada", "2"))
    rows = found(body)
    assert [(row.section, row.common["id"]) for row in rows] == [
        ("data", "ada@fedi.test"), ("includes", "ada@wald.test"),
    ]  # fmt: skip
    assert rows[0].payload["moved"]["acct"] == "ada"


def test_of_all_versions_the_last_is_what_the_status_says() -> None:
    versions = [
        {"content": f"<p>{words}</p>", "spoiler_text": "", "created_at": at, "account": account()}
        for words, at in (("first", "2026-11-02T08:30:00.000Z"), ("last", "2026-11-02T09:00:00.000Z"))
    ]
    assert of_kind(versions, "post", about_post_id=ROOT) == [
        {
            "id": ROOT,
            "author_id": "lichtung@wald.test",
            "created_at": "2026-11-02T08:30:00.000Z",
            "text": "last",
            "edit_count": 1,
            "edited_at": "2026-11-02T09:00:00+00:00",
        }
    ]


def test_what_was_never_edited_has_one_version_and_no_time_of_an_edit() -> None:
    version = {"content": "<p>first</p>", "created_at": "2026-11-02T08:30:00.000Z", "account": account()}
    [post] = of_kind([version], "post", about_post_id=ROOT)
    assert (post["edit_count"], post.get("edited_at")) == (0, None)


def test_a_version_of_a_quote_says_what_was_said_without_the_note_of_what_is_quoted() -> None:
    html = '<p class="quote-inline">RE: <a href="https://a.test/1">https://a.test/1</a></p><p>So it is.</p>'
    version = {"content": html, "created_at": "2026-11-02T08:30:00.000Z", "account": account(), "quote": None}
    [post] = of_kind([version], "post", about_post_id=ROOT)
    assert post["text"] == "So it is."


@pytest.mark.parametrize(
    ("said", "known"),
    [("2026-11-02T09:00:00.000Z", "2026-11-02T09:00:00+00:00"), (None, None), ("yesterday", None), (7, None)],
)
def test_a_status_says_when_it_was_edited_last_and_nothing_odd_costs_the_post(said: Any, known: Any) -> None:
    [post] = of_kind([status(edited_at=said)], "post")
    assert post.get("edited_at") == known


def test_a_look_up_that_found_nothing_is_an_error_about_what_was_asked() -> None:
    [gone] = found({"error": "Record not found"}, about_post_id=ROOT)
    assert (gone.kind, gone.common["resource_type"], gone.common["resource_id"]) == ("error", "post", ROOT)
    assert gone.common["type"].endswith("/not-found")
    [nobody] = found({"error": "Record not found"}, about_account_id="ada@fedi.test")
    assert (nobody.common["resource_type"], nobody.common["resource_id"]) == ("user", "ada@fedi.test")


def test_positions_count_each_kind_and_section_apart() -> None:
    original = status("5", account=account("ada@fedi.test", "9"))
    rows = found([status("6", reblog=original), status("7"), original])
    places = [(row.kind, row.section, row.position) for row in rows]
    assert places == [
        ("post", "data", 0), ("post", "data", 1), ("post", "data", 2),
        ("user", "includes", 0), ("user", "includes", 1),
    ]  # fmt: skip


MEMBERS = [
    "id", "uri", "acct", "note", "content", "visibility", "account", "reblog", "quote", "quoted_status", "state",
    "mentions", "status", "type", "error", "in_reply_to_id", "in_reply_to_account_id", "url",
]  # fmt: skip
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8) | st.just("http://[") | st.just("direct"),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(MEMBERS),
            inner,
            max_size=6,
        )
    ),
    max_leaves=25,
)


@settings(max_examples=100)
@given(st.dictionaries(st.sampled_from(["data", "ancestors", "descendants", "status", "error"]), JSON), JSON)
def test_no_answer_is_too_odd_to_be_read(body: Json, host: Any) -> None:
    envelope = {"host": host, "about_post_id": ROOT, "endpoint": host}
    for row in translated(envelope, body):
        assert isinstance(row.common, dict)


def test_an_answer_that_is_nested_without_end_is_read() -> None:
    nested: Json = status("1")
    for number in range(900):
        nested = status(str(number), reblog=nested)
    assert {row.kind for row in found([nested])} == {"post", "user"}
