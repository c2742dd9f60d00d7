"""Of a landed page only what came from outside loses a name: figures hang on our own words in its envelope."""

import json
import re
from dataclasses import replace
from typing import Any

import pytest

from extractors.landing.redaction import redact
from rapport.forgotten import OnNetwork

Json = dict[str, Any]
ENVELOPE: Json = {
    "network": "x", "client_id": "lichtung", "stream": "conversations", "run_id": "manual__2026-11-02", "source": "api",
    "page_key": "x/conversations/manual__2026-11-02/lichtung-conversation_id-1-00001", "data_kind": "post",
    "endpoint": "/2/tweets/search/recent", "api_version": "2.167", "result_count": 1, "object_count": 1,
    "target": "conversation_id:211 OR conversation_id:212", "page_token": None,
    "parameters": {"query": "conversation_id:211 OR conversation_id:212", "max_results": 100,
                   "tweet.fields": "author_id,text", "expansions": "author_id"},
}  # fmt: skip
ERROR = {"resource_type": "tweet", "parameter": "ids", "section": "data", "title": "Not Found Error",
         "type": "https://api.x.com/2/problems/resource-not-found", "resource_id": "213", "value": "213"}  # fmt: skip
BODY: Json = {"data": [{"id": "211", "text": "Hello to all of you.", "author_id": "1"}], "errors": [ERROR]}
# Every word of them that may be a handle on X.
WORDS = sorted({*re.findall(r"\b[A-Za-z0-9_]{1,15}\b", f"{ENVELOPE} {ERROR}")} - {"211", "212", "213"})


# What twarc notes of how it asked for somebody, and what may stay of that.
API = "https://api.twitter.com/2"
NOTED = {
    f"{API}/tweets/search/recent?query=%40shy_otter": f"{API}/tweets/search/recent",
    f"{API}/tweets/search/all?query=%28from%3AShy_Otter+OR+to%3Areed%29&max_results=9": f"{API}/tweets/search/all",
    f"{API}/users/by?usernames=reed%2Cshy_otter": f"{API}/users/by",
    f"{API}/users/by/username/Shy_otter?expansions=pinned_tweet_id": f"{API}/users/by/username/:username",
}


def noting(url: str) -> list[Json]:
    """Bodies of files: as twarc writes them, flattened, and a line that was refused."""
    note = {"url": url, "version": "2.14.0", "retrieved_at": "2026-11-03T10:00:00Z"}
    post = {"id": "211", "text": "Rain.", "author_id": "55"}
    flat = {"data": [post | {"__twarc": note}], "includes": {"users": [{"id": "55", "__twarc": note}]}}
    refused = {"line_number": 3, "content": json.dumps({"text": "Rain.", "__twarc": note})}
    return [{"data": [post], "__twarc": note}, flat, {"rejects": [refused]}]


def called(handle: str, *, is_known: bool = True) -> OnNetwork:
    """An account of that name; or the handle alone, of which no network has shown the account."""
    return OnNetwork(
        "x", account_ids=frozenset(["900"] if is_known else []), handles=frozenset([handle.lower()])
    )


@pytest.mark.parametrize("is_known", [True, False])
def test_whatever_somebody_is_called_the_page_stays_the_same(is_known: bool) -> None:
    assert {"x", "lichtung", "conversations", "api", "post", "conversation_id", "OR", "tweet", "ids"} <= {
        *WORDS
    }
    altered = {word for word in WORDS if redact(ENVELOPE, BODY, called(word, is_known=is_known)).is_changed}
    assert altered == set()


def test_whom_a_request_asked_for_is_on_the_page_no_more() -> None:
    asked = ENVELOPE | {
        "stream": "shy_otter", "target": "from:shy_otter OR @Shy_Otter OR shy_otters",
        "parameters": {"usernames": ["shy_otter", "reed"], "query": "to:shy_otter"}, "source_path": "shy_otter.jsonl",
    }  # fmt: skip
    error = ERROR | {"value": "Shy_otter", "detail": "Could not find user with usernames: [shy_otter]."}
    clean = redact(asked, {"errors": [error]}, called("shy_otter"))
    gone = "_" * len("shy_otter")
    assert clean.envelope == asked | {
        "target": f"from:{gone} OR @{gone} OR shy_otters",
        "parameters": {"usernames": [gone, "reed"], "query": f"to:{gone}"}, "source_path": f"{gone}.jsonl",
    }  # fmt: skip
    said = {"value": gone, "detail": f"Could not find user with usernames: [{gone}]."}
    assert clean.body == {"errors": [error | said]}


def test_whoever_is_called_as_an_operator_goes_from_behind_it() -> None:
    target = "from:or OR (from:OR to:from) OR @OR"
    clean = redact(ENVELOPE | {"target": target}, BODY, called("or"))
    assert clean.envelope["target"] == "from:__ OR (from:__ to:from) OR @__"


def test_a_file_of_somebodys_name_is_named_no_more_whatever_stands_behind_it() -> None:
    name = "shy_otter: posts.jsonl"
    envelope = ENVELOPE | {
        "source": "file",
        "source_path": name,
        "target": name,
        "parameters": {"file": name},
    }
    rejects = [
        {"source_path": f"out/{name}", "content": json.dumps({"text": "Rain."})},
        {"source_path": name, "content": None},
    ]
    clean = redact(envelope, {"rejects": rejects}, called("shy_otter"))
    gone = f"{'_' * 9}: posts.jsonl"
    assert clean.envelope == envelope | {"source_path": gone, "target": gone, "parameters": {"file": gone}}
    assert [line["source_path"] for line in clean.body["rejects"]] == [f"out/{gone}", gone]
    assert clean.body["rejects"][0]["content"] == rejects[0]["content"]


def test_the_endpoint_of_a_file_names_nobody() -> None:
    asked = ENVELOPE | {"source": "file", "endpoint": "/2/users/by/username/Shy_Otter"}
    clean = redact(asked, BODY, called("shy_otter"))
    assert clean.envelope == asked | {"endpoint": "/2/users/by/username/:username"}
    # it is of a post that is known by its id, and what was fetched is not that of a file
    for endpoint in ("/2/tweets/211/liking_users", "/2/users/by/username/reed"):
        for handle in ("liking_users", "users", "2", "username"):
            assert not redact(asked | {"endpoint": endpoint}, BODY, called(handle)).is_changed


def test_a_refused_line_of_a_word_is_not_that_of_a_handle_alone() -> None:
    body = {"rejects": [{"line_number": 3, "content": '{"text": "an otter"}'}]}
    assert not redact(ENVELOPE, body, called("otter", is_known=False)).is_changed
    assert redact(ENVELOPE, body, called("otter")).body["rejects"][0]["content"] is None


@pytest.mark.parametrize("url", NOTED)
def test_of_whom_twarc_asked_is_on_the_page_no_more(url: str) -> None:
    paged, flat, refused = (redact(ENVELOPE, body, called("shy_otter")).body for body in noting(url))
    assert [paged, flat] == noting(NOTED[url])[:2]
    assert refused["rejects"][0]["content"] is None
    for body in noting(url):
        assert not redact(ENVELOPE, body, called("shy")).is_changed


def test_a_handle_that_nobody_was_seen_with_is_no_word_beside_another_that_is_forgotten() -> None:
    known = replace(called("lark"), handles=frozenset(["lark", "otter"]), unseen=frozenset(["otter"]))
    asked = ENVELOPE | {"parameters": {"query": "otter OR @otter OR lark"}}
    refused = [{"content": json.dumps({"text": text})} for text in ("an otter", "an @otter", "a lark")]
    clean = redact(asked, {"rejects": refused, "errors": [ERROR | {"detail": "otter not found"}]}, known)
    assert clean.envelope["parameters"] == {"query": "otter OR @_____ OR ____"}
    assert clean.body["rejects"] == [refused[0], {"content": None}, {"content": None}]
    assert clean.body["errors"] == [ERROR | {"detail": "otter not found"}]
