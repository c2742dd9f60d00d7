"""Answers against the vendor's own specifications, 2.164 (old names) and 2.167 (new names).

The specifications are the vendor's and are not part of this project (tests/needs.py says where they lie).
"""

from __future__ import annotations

import json
from functools import cache
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from referencing import Registry
from referencing.jsonschema import DRAFT202012

from emulator.api.dialect import EXPANSIONS, POST_FIELDS, RENAMED, USER_FIELDS
from emulator.app import user_token
from emulator.model import World
from tests import needs
from tests.emulator.conftest import TOKEN

FILES = {"old": "openapi-2.164.json", "new": "openapi-2.167.json"}
WINDOW = {"start_time": "2020-01-01T00:00:00Z", "max_results": 100}


@cache
def _spec(dialect: str) -> dict[str, Any]:
    return json.loads(needs.shared(f"x_openapi/{FILES[dialect]}").read_text(encoding="utf-8"))


def _validator(dialect: str, path: str, status: str, media: str) -> Draft202012Validator:
    spec = _spec(dialect)
    registry: Registry[Any] = Registry().with_resource("urn:spec", DRAFT202012.create_resource(spec))
    answer = spec["paths"][path]["get"]["responses"][status]["content"][media]["schema"]
    return Draft202012Validator({"$ref": "urn:spec" + answer["$ref"]}, registry=registry)


def _asked(dialect: str) -> dict[str, str]:
    """Everything that the emulator knows, in one dialect's words."""
    names = POST_FIELDS[dialect]
    fields = [RENAMED.get(name, name) for name in names] if dialect == "new" else list(names)
    return {
        "tweet.fields" if dialect == "old" else "post.fields": ",".join(sorted(fields)),
        "user.fields": ",".join(sorted(USER_FIELDS)),
        "expansions": ",".join(EXPANSIONS[dialect]),
    }


def _known(spec: dict[str, Any], name: str, found: dict[str, Any]) -> set[str]:
    return set(found) - set(spec["components"]["schemas"][name]["properties"])


@pytest.fixture(params=["old", "new"])
def dialect(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def requests(world: World) -> dict[str, tuple[str, dict[str, Any]]]:
    """Path of the specification -> (path, parameters)."""
    us = world.accounts["lichtung_inst"].account_id
    every = [post.post_id for post in world.newest_first]
    odd = [p.post_id for p in world.posts.values() if p.is_gone or p.withheld_in or len(p.history) > 1]
    long = [
        p.post_id for p in world.posts.values() if p.author.handle in ("longform_lotta", "bobby_tables_eu")
    ]
    quoted = next(post.quoted.post_id for post in world.newest_first if post.quoted)
    liked = next(post.reposted.post_id for post in world.newest_first if post.reposted)
    accounts = ",".join(list(world.accounts_by_id)[:95])
    return {
        "/2/tweets": ("/2/tweets", {"ids": ",".join([*odd, *long, *every[:60]])}),
        "/2/tweets/{id}": (f"/2/tweets/{quoted}", {}),
        "/2/tweets/{id}/quote_tweets": (f"/2/tweets/{quoted}/quote_tweets", {}),
        "/2/tweets/search/all": ("/2/tweets/search/all", {"query": "from:lichtung_inst", **WINDOW}),
        "/2/tweets/search/recent": (
            "/2/tweets/search/recent",
            {"query": "to:lichtung_inst", "max_results": 50},
        ),
        "/2/users/{id}/tweets": (f"/2/users/{us}/tweets", WINDOW),
        "/2/users/{id}/mentions": (f"/2/users/{us}/mentions", WINDOW),
        "/2/users": ("/2/users", {"ids": f"{accounts},1,2"}),
        "/2/users/by": ("/2/users/by", {"usernames": "lichtung_inst,mute_swan_dao,nobody"}),
        "/2/users/by/username/{username}": ("/2/users/by/username/kupferhof", {}),
        "/2/users/{id}": (f"/2/users/{us}", {}),
        "/2/tweets/{id}/retweeted_by": (f"/2/tweets/{liked}/retweeted_by", {}),
        "/2/tweets/{id}/liking_users": (f"/2/tweets/{liked}/liking_users", {}),
        "/2/dm_events": ("/2/dm_events", {"dm_event.fields": "created_at,dm_conversation_id,text"}),
        "/2/usage/tweets": ("/2/usage/tweets", {"usage.fields": "project_usage,daily_project_usage"}),
        "/2/tweets/counts/all": (
            "/2/tweets/counts/all",
            {"query": "from:lichtung_inst", "granularity": "day"},
        ),
        "/2/tweets/counts/recent": ("/2/tweets/counts/recent", {"query": "from:lichtung_inst"}),
    }


USER_ONLY = ("/2/dm_events", "/2/tweets/{id}/liking_users")
NO_POSTS_NOR_USERS = ("/2/dm_events", "/2/usage/tweets", "/2/tweets/counts/all", "/2/tweets/counts/recent")
WITHOUT_EXPANSIONS = ("/2/usage/tweets", "/2/tweets/counts/all", "/2/tweets/counts/recent")


def test_answers_fit(x: Any, dialect: str, requests: dict[str, tuple[str, dict[str, Any]]]) -> None:
    for template, (path, parameters) in requests.items():
        asked = _asked(dialect)
        if template.startswith("/2/users") and not template.endswith(("tweets", "mentions")):
            asked["expansions"] = "pinned_tweet_id" if dialect == "old" else "pinned_post_id"
        if template in WITHOUT_EXPANSIONS:
            asked.pop("expansions")
        token = user_token(TOKEN, "lichtung_inst") if template in USER_ONLY else TOKEN
        answer = x.http.get(
            path, params={**parameters, **asked}, headers={"Authorization": f"Bearer {token}"}
        )
        assert answer.status_code == 200, (template, answer.text)
        body = answer.json()
        problems = list(_validator(dialect, template, "200", "application/json").iter_errors(body))
        assert not problems, (template, [f"{p.json_path}: {p.message}" for p in problems[:5]])
        assert body["data"], template
        if template not in NO_POSTS_NOR_USERS:
            _no_unknown_keys(dialect, template, body)


def _no_unknown_keys(dialect: str, template: str, body: dict[str, Any]) -> None:
    """The schemas allow further keys; the emulator has none."""
    spec, post_name = _spec(dialect), "Tweet" if dialect == "old" else "Post"
    data = body.get("data", [])
    rows = data if isinstance(data, list) else [data]
    is_about_users = template.startswith("/2/users") and not template.endswith(("tweets", "mentions"))
    is_about_users |= template.endswith(("retweeted_by", "liking_users"))
    posts = [] if is_about_users else rows
    users = rows if is_about_users else []
    included = body.get("includes", {})
    for post in [*posts, *included.get("tweets", []), *included.get("posts", [])]:
        assert not _known(spec, post_name, post), post
        assert None not in post.values()
    for user in [*users, *included.get("users", [])]:
        assert not _known(spec, "User", user), user
    assert set(included) <= set(spec["components"]["schemas"]["Expansions"]["properties"])


@pytest.mark.parametrize(
    ("path", "query"),
    [
        ("/2/tweets/search/all", {"query": "foo:bar"}),
        ("/2/tweets/search/recent", {"query": "from:a", "max_results": "5"}),
        ("/2/tweets", {"ids": "abc"}),
    ],
)
def test_problems_fit(x: Any, dialect: str, path: str, query: dict[str, str]) -> None:
    marker = {"tweet.fields" if dialect == "old" else "post.fields": "lang"}
    answer = x.http.get(path, params={**query, **marker})
    assert answer.status_code == 400 and answer.headers["content-type"] == "application/problem+json"
    problems = list(
        _validator(dialect, path, "default", "application/problem+json").iter_errors(answer.json())
    )
    assert not problems, [problem.message for problem in problems]


def test_parameters_exist_in_the_specification(dialect: str) -> None:
    """What the emulator accepts, the vendor accepts."""
    spec, asked = _spec(dialect), _asked(dialect)
    parameters = spec["components"]["parameters"]
    prefix = "Tweet" if dialect == "old" else "Post"
    fields = parameters[f"{prefix}FieldsParameter"]["schema"]["items"]["enum"]
    expansions = parameters[f"{prefix}ExpansionsParameter"]["schema"]["items"]["enum"]
    assert set(asked["tweet.fields" if dialect == "old" else "post.fields"].split(",")) <= set(fields)
    assert set(asked["expansions"].split(",")) <= set(expansions)
    assert set(parameters["UserFieldsParameter"]["schema"]["items"]["enum"]) >= USER_FIELDS
