"""What disappears on the network: on order, in lookups, and in batch compliance jobs."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from emulator.app import create_app
from emulator.control import CONTROL_PATH
from emulator.model import Post, World
from emulator.world import build_world
from tests.clock import NOW
from tests.emulator.conftest import TOKEN, UNTIL, Served
from tests.emulator.test_openapi import _validator
from tests.support.listening import listening


@pytest.fixture(scope="module")
def mutable() -> World:
    """A world of these tests' own: they change it."""
    return build_world(UNTIL)


@pytest.fixture(scope="module")
def own(mutable: World) -> Iterator[Served]:
    with (
        listening(create_app(mutable, TOKEN, lambda: NOW)) as url,
        httpx.Client(base_url=url, headers={"Authorization": f"Bearer {TOKEN}"}) as client,
    ):
        yield Served(url, client)


def shown_posts(world: World, count: int, **wanted: Any) -> list[Post]:
    return [
        post
        for post in world.newest_first
        if not post.is_gone and not post.withheld_in and len(post.history) == wanted.get("versions", 1)
    ][:count]


def order(own: Served, verb: str, **what: Any) -> Any:
    answer = own.http.post(f"{CONTROL_PATH}/{verb}", json=what)
    assert answer.status_code == 200, answer.text
    return answer.json()["done"]


def errors_of(own: Served, *post_ids: str) -> dict[str, str]:
    body = own.get("/2/tweets", ids=",".join(post_ids))
    return {error["resource_id"]: error["type"].rsplit("/", 1)[1] for error in body.get("errors", [])}


def test_what_is_deleted_is_not_found_and_comes_back(own: Served, mutable: World) -> None:
    post, other = shown_posts(mutable, 2)
    assert order(own, "delete", post_ids=[post.post_id]) == 1
    assert errors_of(own, post.post_id, other.post_id) == {post.post_id: "resource-not-found"}
    order(own, "restore", post_ids=[post.post_id])
    assert errors_of(own, post.post_id) == {}


def test_with_one_version_the_chain_goes(own: Served, mutable: World) -> None:
    (post,) = shown_posts(mutable, 1, versions=2)
    assert order(own, "delete", post_ids=[post.history[0]]) == 2
    assert errors_of(own, *post.history) == dict.fromkeys(post.history, "resource-not-found")


def test_posts_of_suspended_and_protected_accounts(own: Served, mutable: World) -> None:
    posts = shown_posts(mutable, 200)
    first = posts[0]
    second = next(post for post in posts if post.author is not first.author)
    order(own, "suspend", account_ids=[first.author.account_id])
    order(own, "protect", account_ids=[second.author.account_id])
    assert set(errors_of(own, first.post_id, second.post_id).values()) == {"not-authorized-for-resource"}
    order(own, "restore", account_ids=[first.author.account_id, second.author.account_id])


def test_an_edit_is_a_new_version_under_an_id_of_its_own(own: Served, mutable: World) -> None:
    post = next(post for post in shown_posts(mutable, 50) if post.parent is None and post.reposted is None)
    version = order(own, "edit", post_id=post.post_id, text="said better")
    body = own.get(
        "/2/tweets", ids=f"{post.post_id},{version}", tweet__fields="edit_history_tweet_ids,conversation_id"
    )
    assert [item["edit_history_tweet_ids"] for item in body["data"]] == [[post.post_id, version]] * 2
    assert body["data"][1]["text"] == "said better"


def test_a_compliance_job_names_what_has_to_go(own: Served, mutable: World) -> None:
    gone, fine = shown_posts(mutable, 2)
    order(own, "delete", post_ids=[gone.post_id])
    job = own.http.post("/2/compliance/jobs", json={"type": "tweets", "name": "ours"}).json()["data"]
    assert job["status"] == "created" and job["name"] == "ours"
    # One job of a type at a time.
    assert own.http.post("/2/compliance/jobs", json={"type": "tweets"}).status_code == 409
    # The addresses carry their own secret: no bearer token goes there.
    with httpx.Client() as stranger:
        assert stranger.get(job["download_url"]).status_code == 404
        ids = f"{gone.post_id}\n{fine.post_id}\n12345\n"
        assert stranger.put(job["upload_url"], content=ids).status_code == 200
        lines = stranger.get(job["download_url"]).text.splitlines()
        assert stranger.get(job["download_url"].replace("/results", "x/results")).status_code == 403
    (line,) = [json.loads(line) for line in lines]
    assert (line["id"], line["action"], line["reason"]) == (gone.post_id, "delete", "deleted")
    assert own.get(f"/2/compliance/jobs/{job['id']}")["data"]["status"] == "complete"
    listed = own.http.get("/2/compliance/jobs", params={"type": "tweets", "status": "complete"}).json()
    assert listed["meta"]["result_count"] == 1


def test_jobs_name_accounts_and_places_with_their_reasons(own: Served, mutable: World) -> None:
    by_author = {post.author.account_id: post for post in shown_posts(mutable, 300)}
    away, hidden, fine = list(by_author)[:3]
    order(own, "deactivate", account_ids=[away])
    order(own, "protect", account_ids=[hidden])
    order(own, "scrub_places", post_ids=[by_author[fine].post_id])
    reasons = {}
    for kind, ids in (("users", by_author), ("tweets", [post.post_id for post in by_author.values()])):
        job = own.http.post("/2/compliance/jobs", json={"type": kind}).json()["data"]
        with httpx.Client() as stranger:
            stranger.put(job["upload_url"], content="\n".join(ids))
            lines = [json.loads(line) for line in stranger.get(job["download_url"]).text.splitlines()]
        assert {line["action"] for line in lines} == {"delete"}
        reasons |= {line["id"]: line["reason"] for line in lines}
    assert {account_id: reasons.get(account_id) for account_id in (away, hidden, fine)} == {
        away: "deactivated",
        hidden: "protected",
        fine: None,
    }
    assert (
        reasons[by_author[away].post_id] == "deactivated" and reasons[by_author[fine].post_id] == "scrub_geo"
    )
    assert errors_of(own, by_author[away].post_id) == {by_author[away].post_id: "resource-not-found"}
    assert "data" not in own.get("/2/users", ids=away)
    order(own, "restore", account_ids=[away, hidden])
    assert own.get("/2/users", ids=away)["data"][0]["id"] == away


@pytest.mark.parametrize("dialect", ["old", "new"])
def test_jobs_look_as_the_vendor_specifies(own: Served, dialect: str) -> None:
    own.http.post("/2/compliance/jobs", json={"type": "users"})  # the second time one is waiting already
    listed = own.get("/2/compliance/jobs", type="users")
    assert listed["meta"]["result_count"] == len(listed["data"]) >= 1
    _validator(dialect, "/2/compliance/jobs", "200", "application/json").validate(listed)
    single = own.get(f"/2/compliance/jobs/{listed['data'][0]['id']}")
    _validator(dialect, "/2/compliance/jobs/{id}", "200", "application/json").validate(single)


def test_jobs_that_make_no_sense_are_refused(own: Served) -> None:
    assert own.http.post("/2/compliance/jobs", json={"type": "lists"}).status_code == 400
    assert own.http.get("/2/compliance/jobs").status_code == 400
    assert "errors" in own.get("/2/compliance/jobs/1")


def test_nobody_else_gives_orders(own: Served) -> None:
    for path in (f"{CONTROL_PATH}/delete", "/2/compliance/jobs"):
        answer = httpx.post(own.url + path, json={"type": "tweets"}, headers={"Authorization": "Bearer no"})
        assert answer.status_code == 401
    assert own.http.post(f"{CONTROL_PATH}/delete", json={"post_ids": ["1"]}).status_code == 400
