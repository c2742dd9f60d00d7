"""A proxy nobody here wrote stands between the extraction and the emulator and checks every request and answer.

Prism (@stoplight/prism-cli) with the vendor's own specifications: 2.164 knows the names that tweepy sends, 2.167
the new ones, which the vendor's SDK sends. What it finds wrong it says in the header `sl-violations`.

The specifications are the vendor's and no part of this project (tests/needs.py says where they lie).
"""

import json
import os
import re
import shutil
import signal
import socket
import subprocess
import time
import urllib.error
import urllib.request
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
import requests
import xdk

from emulator.app import user_token
from emulator.world import build_world
from extractors.fetching import pager
from extractors.fetching.context import Context
from extractors.fetching.dialect import Answer
from extractors.state.store import open_state
from extractors.x import streams
from extractors.x.client import Client
from extractors.x.streams import Stream
from rapport.config import Settings
from tests import needs
from tests.clock import UNTIL
from tests.extractors.emulated import Emulated, emulating
from tests.extractors.server import TOKEN
from tests.extractors.x.test_every_stream import US, WINDOW, Case, add_to, cases, smaller

PRISM = "@stoplight/prism-cli@5.16.0"

pytestmark = pytest.mark.slow

# (endpoint or "*", part of the violation's message): why it is let pass.
EXEMPTIONS_OLD: dict[tuple[str, str], str] = {}
EXEMPTIONS_NEW: dict[tuple[str, str], str] = {}


@contextmanager
def prism(specification: str, upstream: str) -> Iterator[str]:
    """The proxy on a free port."""
    described = needs.shared(f"x_openapi/{specification}")
    npx = shutil.which("npx") or needs.do_without("there is no npx, which brings prism (apt-get install npm)")
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    command = [npx, "--yes", PRISM, "proxy", str(described), upstream]
    process = subprocess.Popen(
        [*command, "--host", "127.0.0.1", "--port", str(port)],
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, start_new_session=True,
    )  # fmt: skip
    try:
        deadline = time.monotonic() + 180
        while time.monotonic() < deadline:
            if process.poll() is not None:
                output = process.stdout.read() if process.stdout else ""
                if "npm error" in output:
                    needs.do_without(f"npm could not bring {PRISM}: {output.strip()[-200:]}")
                pytest.fail(f"prism ended: {output[-500:]}")
            try:
                urllib.request.urlopen(f"http://127.0.0.1:{port}/2/users", timeout=5)
            except urllib.error.HTTPError:
                break  # it answers, if only to say that a parameter is missing
            except OSError:
                time.sleep(0.2)
        else:
            pytest.fail("prism did not answer within three minutes")
        yield f"http://127.0.0.1:{port}"
    finally:
        os.killpg(process.pid, signal.SIGTERM)
        process.wait(300)


@pytest.fixture(scope="module")
def emulated() -> Iterator[Emulated]:
    unlimited = {
        f"/2/tweets/{path}": 9_999 for path in (":id/retweeted_by", ":id/liking_users", "search/all")
    }
    world = build_world(UNTIL.date())
    add_to(world)
    with emulating(world, limits=unlimited) as served:
        yield served


@pytest.fixture(scope="module")
def proxies(emulated: Emulated) -> Iterator[dict[str, str]]:
    """Both at once: each takes ten seconds to read its specification."""
    with prism("openapi-2.164.json", emulated.url) as old, prism("openapi-2.167.json", emulated.url) as new:
        yield {"old": old, "new": new}


def violations(headers: Any) -> list[dict[str, Any]]:
    text = headers.get("sl-violations")
    return json.loads(text) if text else []


def left(found: list[tuple[str, dict[str, Any]]], exemptions: dict[tuple[str, str], str]) -> Counter[str]:
    """What is not exempt. An exemption that is not needed any more is an error as well."""
    used: set[tuple[str, str]] = set()
    rest: Counter[str] = Counter()
    for endpoint, violation in found:
        text = f"{violation.get('location')}: {violation['message']}"
        key = next(
            (
                exemption
                for exemption in exemptions
                if exemption[0] in ("*", endpoint) and exemption[1] in text
            ),
            None,
        )
        if key:
            used.add(key)
        else:
            rest[f"{endpoint} {text}"] += 1
    assert used == set(exemptions), f"not needed: {set(exemptions) - used}"
    return rest


def test_every_stream_keeps_to_the_specification(
    proxies: dict[str, str], emulated: Emulated, make_settings: Callable[..., Settings]
) -> None:
    known: dict[str, Case] = cases(emulated.world)
    found: list[tuple[str, dict[str, Any]]] = []
    asked: Counter[str] = Counter()

    class Watched(Client):
        """Reads what the proxy says, and hands on every answer."""

        def ask(self, *args: Any, **options: Any) -> Answer:
            answer = super().ask(*args, **options)
            asked[current.endpoint] += 1
            found.extend((current.endpoint, violation) for violation in violations(answer.headers))
            return answer

    settings = make_settings(proxies["old"], user_token=user_token(TOKEN, US))
    with open_state(settings) as state, Watched(settings, lambda message: None) as client:
        context = Context(settings, state, client, "acme", "run", WINDOW, lambda message: None)
        for stream in streams.ALL:
            current: Stream = smaller(stream)
            case = known[current.endpoint]
            for target, window in (
                (case.target, case.window), (case.empty, case.window), (case.erring, case.erring_window),
            ):  # fmt: skip
                if target is not None:
                    pager.walk(context, current, target, window)
    assert set(asked) == {stream.endpoint for stream in streams.ALL} and sum(asked.values()) > 40
    assert left(found, EXEMPTIONS_OLD) == Counter()


def test_the_new_names_keep_to_the_specification(proxies: dict[str, str], emulated: Emulated) -> None:
    """The vendor's SDK asks for what the extraction asks for, in the new names."""
    world = emulated.world
    found: list[tuple[str, dict[str, Any]]] = []

    def watched(answer: requests.Response, **_: Any) -> None:
        path = re.sub(r"/\d{5,}", "/:id", answer.request.path_url.split("?")[0])
        found.extend((path, violation) for violation in violations(answer.headers))

    sdk = xdk.Client(base_url=proxies["new"], bearer_token=TOKEN)
    as_user = xdk.Client(base_url=proxies["new"], access_token=user_token(TOKEN, US))
    for sdk_client in (sdk, as_user):
        sdk_client.session.hooks["response"].append(watched)
    us = world.accounts[US].account_id
    quoted = next(p.quoted.post_id for p in world.newest_first if p.quoted and p.quoted.author.handle == US)
    reposted = next(p.reposted.post_id for p in world.newest_first if p.reposted and p.reposted.likes)
    odd = [p.post_id for p in world.posts.values() if p.is_gone or p.withheld_in or len(p.history) > 1]
    # As long as the emulator cannot tell the dialect of a request without post fields, each request has some.
    asked = {
        "post_fields": ["created_at", "conversation_id", "entities", "lang", "note_post", "public_metrics", "withheld"],
        "expansions": ["author_id", "in_reply_to_user_id", "referenced_posts", "edit_history_post_ids"],
        "user_fields": ["created_at", "description", "public_metrics", "protected", "verified_type"],
    }  # fmt: skip
    people = {"user_fields": asked["user_fields"], "expansions": ["pinned_post_id"]}
    span = {"start_time": "2026-10-01T00:00:00Z", "end_time": "2026-11-01T00:00:00Z"}
    for pages in (
        sdk.users.get_posts(us, max_results=50, **span, **asked),
        sdk.users.get_mentions(us, max_results=50, **span, **asked),
        sdk.posts.search_all(f"from:{US}", max_results=50, **span, **asked),
        sdk.posts.search_recent(f"from:{US}", max_results=10, **asked),
        sdk.posts.get_quoted(quoted, max_results=10, **asked),
        sdk.posts.get_reposted_by(reposted, max_results=50, **people),
        as_user.posts.get_liking_users(reposted, max_results=50, **people),
    ):
        assert sum(len(page.model_dump().get("data") or []) for page in pages) > 0
    assert sdk.posts.get_by_ids(odd[:100], **asked).model_dump()["errors"]
    assert sdk.users.get_by_usernames([US, "nobody_at_all"], **people).model_dump()["errors"]
    assert left(found, EXEMPTIONS_NEW) == Counter()


@pytest.mark.parametrize("dialect", ["old", "new"])
def test_the_proxy_would_notice(proxies: dict[str, str], emulated: Emulated, dialect: str) -> None:
    """What is wrong on purpose is found: a request out of bounds, an answer without what it must have."""
    headers = {"Authorization": f"Bearer {TOKEN}"}
    emulated.order({"kind": "vanished", "name": "public_metrics.reply_count"})
    fields = "tweet.fields" if dialect == "old" else "post.fields"
    search = {"query": f"from:{US}", "max_results": "50", fields: "public_metrics"}
    without = requests.get(f"{proxies[dialect]}/2/tweets/search/recent", search, headers=headers, timeout=30)
    beyond = requests.get(
        f"{proxies[dialect]}/2/tweets/search/recent",
        {**search, "max_results": "5000"},
        headers=headers,
        timeout=30,
    )
    assert (bool(violations(without.headers)), bool(violations(beyond.headers))) == (True, True)
