"""Mastodon.py sends nothing by itself, and what it would send is what its own methods make of their arguments."""

from typing import Any

import pytest

from extractors.mastodon.library import Library


def _sent() -> tuple[Library, list[tuple[str, dict[str, Any]]]]:
    sent: list[tuple[str, dict[str, Any]]] = []
    return Library(lambda endpoint, parameters: sent.append((endpoint, parameters)) or "as it came"), sent


def test_every_method_that_we_use_goes_out_by_ours_and_comes_back_as_it_came() -> None:
    library, sent = _sent()
    answers = [
        library.instance_v2(),
        library.account_lookup("us"),
        library.account_statuses("1", limit=40, max_id="7"),
        library.notifications(types=["mention", "quote"], limit=80),
        library.status("2"),
        library.status_context("2"),
        library.status_quotes("2", limit=40),
        library.status_history("2"),
        library.search_v2("https://a.test/1", resolve=True, result_type="statuses", exclude_unreviewed=False),
    ]
    assert answers == ["as it came"] * 9
    assert [endpoint for endpoint, _ in sent] == [
        "/api/v2/instance/", "/api/v1/accounts/lookup", "/api/v1/accounts/1/statuses", "/api/v1/notifications",
        "/api/v1/statuses/2", "/api/v1/statuses/2/context", "/api/v1/statuses/2/quotes",
        "/api/v1/statuses/2/history", "/api/v2/search",
    ]  # fmt: skip
    assert sent[2][1] == {"limit": 40, "max_id": "7"}
    assert sent[3][1] == {"types[]": ["mention", "quote"], "limit": 80}
    assert sent[8][1]["resolve"] == "1"


def test_what_would_change_something_is_not_sent() -> None:
    library, sent = _sent()
    with pytest.raises(ValueError, match="POST /api/v1/statuses"):
        library.status_post("hello")
    assert sent == []
