"""Faults on order do what they say, to the requests they are meant for, and no longer than told."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pytest

from emulator.errors import EmulatorError
from emulator.fault import Fault
from emulator.fault_kinds import KINDS
from emulator.faults import FaultPlan, read_plan
from emulator.faulty import CONTROL_PATH
from emulator.model import World
from tests.clock import NOW
from tests.emulator.conftest import TOKEN

SEARCH = "/2/tweets/search/all"
QUERY = {"query": "from:lichtung_inst", "max_results": 10, "start_time": "2026-09-01T00:00:00Z"}
FIELDS = {"tweet.fields": "public_metrics,created_at"}


@pytest.fixture(scope="module")
def served(serving: Callable[..., Any]) -> Any:
    return serving(limits={SEARCH: 100_000})


@pytest.fixture
def x(served: Any) -> Any:
    """The emulator, without faults again afterwards."""
    yield served
    served.http.request("DELETE", CONTROL_PATH)


def order(x: Any, *faults: dict[str, Any]) -> None:
    assert x.http.put(CONTROL_PATH, json=list(faults)).status_code == 200


def ask(x: Any, token: str | None = None, **more: Any) -> httpx.Response:
    return x.http.get(SEARCH, params={**QUERY, **FIELDS, **({"next_token": token} if token else {}), **more})


@pytest.mark.parametrize(
    ("kind", "status", "words"),
    [
        ("too many", 429, "Too Many Requests"),
        ("too many, without headers", 429, "Too Many Requests"),
        ("no credits", 402, "/problems/credits"),
        ("credits depleted", 402, "/problems/credits-depleted"),
        ("spend cap", 403, "reset_date"),
        ("usage capped", 429, "/problems/usage-capped"),
        ("unauthorized", 401, "Unauthorized"),
        ("forbidden", 403, "client-forbidden"),
        ("bad request", 400, "invalid-request"),
        ("server error", 500, "Internal"),
        ("unavailable", 503, "Unavailable"),
        ("html error", 502, "<!DOCTYPE html>"),
        ("html", 200, "<!DOCTYPE html>"),
    ],
)
def test_answers_in_place_of_the_real_one(x: Any, kind: str, status: int, words: str) -> None:
    order(x, {"kind": kind, "endpoint": SEARCH, "after": 1, "times": 2})
    answers = [ask(x) for _ in range(4)]
    assert [answer.status_code for answer in answers] == [200, status, status, 200]
    assert words in answers[1].text
    assert answers[0].json() == answers[3].json()


@pytest.mark.clock
def test_rate_headers_are_usable_or_not(x: Any) -> None:
    order(x, *({"kind": kind, "after": after, "times": 1} for after, kind in enumerate(
        ("too many", "too many, without headers", "too many, unusable headers", "one per second")
    )))  # fmt: skip
    headers = [ask(x).headers for _ in range(4)]
    assert int(headers[0]["x-rate-limit-reset"]) - NOW.timestamp() == 60
    assert "x-rate-limit-reset" not in headers[1]
    assert headers[2]["x-rate-limit-reset"] == "soon"
    assert headers[3]["x-rate-limit-remaining"] == "299"


def test_the_connection_breaks_and_the_silence_lasts(x: Any) -> None:
    order(x, {"kind": "reset"}, {"kind": "stall", "after": 1, "seconds": 5})
    with pytest.raises(httpx.ReadError):
        ask(x)
    started = time.monotonic()
    with pytest.raises(httpx.ReadTimeout):
        x.http.get(SEARCH, params=QUERY, timeout=0.3)
    assert time.monotonic() - started < 1
    order(x, {"kind": "truncated"})
    with pytest.raises(ValueError):
        ask(x).json()


def test_only_the_requests_that_are_meant(x: Any, world: World) -> None:
    us = world.accounts["lichtung_inst"].account_id
    order(x, {"kind": "unavailable", "endpoint": "/2/users/:id/tweets", "times": 0})
    assert ask(x).status_code == 200
    assert [x.http.get(f"/2/users/{us}/{what}").status_code for what in ("tweets", "mentions", "tweets")] == [
        503, 200, 503,
    ]  # fmt: skip
    order(x, {"kind": "token expired", "pages": "later"})
    token = ask(x).json()["meta"]["next_token"]
    answer = ask(x, token)
    assert answer.status_code == 400 and token in answer.json()["errors"][0]["message"]
    assert ask(x, token).status_code == 200


def test_pages_that_repeat_overlap_or_are_empty(x: Any) -> None:
    first = ask(x).json()
    token = first["meta"]["next_token"]
    second = ask(x, token).json()
    order(x, {"kind": "token repeats", "pages": "later"})
    assert ask(x, token).json()["meta"]["next_token"] == token
    order(x, {"kind": "page repeats", "pages": "later"})
    ask(x)
    assert ask(x, token).json()["data"] == first["data"]
    order(x, {"kind": "overlap", "pages": "later"})
    ask(x)
    assert ask(x, token).json()["data"] == first["data"][-3:] + second["data"]
    order(x, {"kind": "empty page", "pages": "later", "times": 2})
    empty = ask(x, token).json()
    assert "data" not in empty and empty["meta"]["result_count"] == 0
    emptier = ask(x, empty["meta"]["next_token"]).json()
    assert ask(x, emptier["meta"]["next_token"]).json()["data"] == second["data"]
    order(x, {"kind": "doubled"})
    assert len(ask(x).json()["data"]) == 20


def test_posts_and_fields_that_come_and_go(x: Any) -> None:
    posts = ask(x).json()["data"]
    order(x, {"kind": "late", "ids": [posts[0]["id"], posts[4]["id"]], "times": 1})
    late = ask(x).json()
    assert [item["id"] for item in late["data"]] == [post["id"] for post in posts[1:4] + posts[5:]]
    assert late["meta"]["newest_id"] == posts[1]["id"] and late["meta"]["result_count"] == 8
    order(x, {"kind": "vanished", "name": "public_metrics.reply_count"}, {"kind": "added", "after": 1},
          {"kind": "version", "name": "3.0", "times": 0})  # fmt: skip
    first, second = ask(x), ask(x)
    assert not any("reply_count" in item["public_metrics"] for item in first.json()["data"])
    assert all("created_at" in item and "novelty" in item for item in second.json()["data"])
    assert first.headers["api-version"] == "3.0"


def test_plans_are_read_from_a_file_and_wrong_ones_refused(x: Any, tmp_path: Path) -> None:
    path = tmp_path / "faults.toml"
    path.write_text('[[faults]]\nkind = "stall"\nseconds = 2\n[[faults]]\nkind = "html"\ntimes = 0\n')
    assert [fault.kind for fault in read_plan(path).due("/2/users", False)] == ["stall", "html"]
    for wrong in ({"kind": "flood"}, {"kind": "html", "often": True}):
        with pytest.raises(EmulatorError, match=r"flood|often"):
            FaultPlan([wrong])
        assert x.http.put(CONTROL_PATH, json=[wrong]).status_code == 400
    other = httpx.put(f"{x.url}{CONTROL_PATH}", json=[], headers={"Authorization": f"Bearer not {TOKEN}"})
    assert other.status_code == 401


def test_every_kind_can_befall_a_page_without_data(x: Any) -> None:
    for kind in KINDS:
        if kind != "reset":
            order(x, {"kind": kind, "name": "text"})
            assert ask(x, query="from:lichtung_inst zyzzyva").content
    assert Fault("html").met == 0
