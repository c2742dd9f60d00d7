"""Three waves over HTTP: what is fetched of the small world, and of which server; twice, and after a failure."""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from extractors import errors
from extractors.fetching import steps
from extractors.mastodon import fetchers
from extractors.mastodon.dialect import DIALECT
from extractors.raw import raw_store
from extractors.state.store import open_state
from rapport.config import Settings
from rapport.warehouse import connect
from rapport.window import Window
from tests.clock import NOW, UNTIL, Clock
from tests.extractors.mastodon.running import NETWORK, RUN, WINDOW, fetch, pages, posts
from tests.mastodon_world import US, Served, Talk, Uris, serving, small_world


def looks(settings: Settings) -> set[tuple[str, str]]:
    """(status asked about, server that answered) of all looks at threads."""
    return {
        (page.envelope["about_post_id"], page.envelope["host"]) for page in pages(settings, "conversations")
    }


def test_a_run_brings_all_that_may_be_seen_and_nothing_private(
    home: Callable[..., Settings], talk: Talk, uris: Uris
) -> None:
    settings = home()
    fetch(settings)
    found = posts(settings)
    public = {
        post.post_id for post in talk.elsewhere.of(NETWORK) if not post.is_private and post.exists_at(NOW)
    }
    assert set(found) == public - {uris.revoked}  # nobody told our server of that one
    for uri, post in found.items():
        said = talk[uri]
        if said.reposted_id:
            continue
        kinds = {one["type"]: one["id"] for one in post.get("referenced_tweets") or []}
        is_orphan = uri == uris.orphan
        assert kinds.get("replied_to") == (None if is_orphan else said.parent_id)
        assert post.get("conversation_id") == (None if is_orphan else said.root_id or uri)
        assert kinds.get("quoted") == said.quoted_id
        assert post["author_id"] == said.author_id
    assert found[uris.orphan]["in_reply_to_user_id"] == "dora@fedi.test"
    landed = b"".join(path.read_bytes() for path in settings.landing_dir.rglob("*.zst"))
    assert landed
    for stream in DIALECT.streams:
        assert "secret" not in json.dumps([page.body for page in pages(settings, stream)])


def test_a_conversation_is_asked_of_our_server_and_of_the_one_where_it_began(
    home: Callable[..., Settings], served: Served, uris: Uris
) -> None:
    settings = home()
    fetch(settings)
    asked = looks(settings)
    assert {host for about, host in asked if about == uris.root} == {"wald.test"}
    assert {host for about, host in asked if about == uris.foreign} == {"wald.test", "fedi.test"}
    # what a look at the whole has shown is not asked for once more
    assert not {about for about, _ in asked} & {uris.answers[1], uris.answers[2], *uris.unsent}
    numbers = [
        (page.envelope["host"], len(page.body["descendants"]))
        for page in pages(settings, "conversations")
        if page.envelope["about_post_id"] == uris.foreign
    ]
    assert sorted(numbers) == [("fedi.test", 3), ("wald.test", 1), ("wald.test", 3)]
    by_host = {
        page.envelope["host"]: post["public_metrics"].get("reply_count")
        for page in pages(settings, "conversations")
        for post in DIALECT.read(page.envelope, page.body).own
        if post["id"] == uris.foreign
    }
    assert by_host == {"wald.test": None, "fedi.test": 2}  # only its own server has all of them


def test_what_our_posts_were_given(home: Callable[..., Settings], uris: Uris) -> None:
    settings = home()
    fetch(settings)
    [likers] = [page for page in pages(settings, "likers") if page.envelope["about_post_id"] == uris.root]
    [boosters] = [
        page for page in pages(settings, "reposters") if page.envelope["about_post_id"] == uris.root
    ]
    likes, boosts = (DIALECT.read(page.envelope, page.body).own_ids for page in (likers, boosters))
    assert likes == {"tomas@wald.test", "ada@fedi.test", "bo@fedi.test"}
    assert boosts == {"tomas@wald.test"}
    assert set(posts(settings, "quotes")) == {uris.quote, uris.root}
    mentions = {
        uri for page in pages(settings, "mentions") for uri in DIALECT.read(page.envelope, page.body).own_ids
    }
    assert mentions == {uris.answers[0], uris.quote, uris.edited}
    [edited] = [post for uri, post in posts(settings, "mentions").items() if uri == uris.edited]
    assert edited["text"].endswith("?")


def test_of_what_was_edited_the_versions_come_and_of_nothing_else(
    home: Callable[..., Settings], served: Served, talk: Talk, uris: Uris
) -> None:
    for uri, minutes in ((uris.answers[0], (3, 9)), (uris.unsent[1], (4,))):
        said = talk[uri]
        said.edits = tuple(
            (said.created_at + timedelta(minutes=one), f"{said.text} ({one})") for one in minutes
        )
    talk[uris.followers_only].edits = ((NOW, "Another secret for some."),)
    settings = home()
    fetch(settings)
    versions = {
        page.envelope["about_post_id"]: DIALECT.read(page.envelope, page.body).own[0]
        for page in pages(settings, "edits")
    }
    assert {uri: post["edit_count"] for uri, post in versions.items()} == {
        uris.edited: 1,
        uris.answers[0]: 2,
        uris.unsent[1]: 1,  # shown by the server where the conversation began
    }
    answer = talk[uris.answers[0]]
    assert versions[answer.post_id]["created_at"].startswith(f"{answer.created_at:%Y-%m-%dT%H:%M}")
    assert versions[answer.post_id]["edited_at"] == answer.edits[-1][0].isoformat()
    assert versions[answer.post_id]["text"].endswith("Moss, by far. (9)")
    assert len(served.asked("/history")) == 3  # each of one server, though several show it


def test_without_a_token_the_public_part_comes_all_the_same(
    home: Callable[..., Settings], served: Served, uris: Uris
) -> None:
    settings = home(tokens={})
    fetch(settings)
    assert not any(has_token for _, _, has_token in served.requests)
    found = posts(settings)
    assert {uris.root, *uris.answers, uris.foreign, uris.our_answer, *uris.unsent} <= set(found)
    assert pages(settings, "mentions") == pages(settings, "quotes") == []


def test_a_second_run_of_the_same_name_asks_for_nothing(
    home: Callable[..., Settings], served: Served
) -> None:
    settings = home()
    fetch(settings)
    before = {path: path.read_bytes() for path in settings.landing_dir.rglob("*.zst")}
    served.requests.clear()
    fetch(settings)
    assert {path: path.read_bytes() for path in settings.landing_dir.rglob("*.zst")} == before
    assert served.requests == []


def test_the_next_day_asks_only_for_what_is_newer(
    home: Callable[..., Settings], served: Served, talk: Talk
) -> None:
    settings = home()
    for number in range(100):
        talk.say(US, f"Number {number}.", at=UNTIL - timedelta(days=5, minutes=number))
    newest = talk.say(US, "The newest.", at=UNTIL - timedelta(hours=2))
    spec = {"client_id": "wald", "stream": "own_posts"}
    steps.fetch(NETWORK, settings, spec, Window(UNTIL - timedelta(days=1), UNTIL), RUN)
    assert len(pages(settings, "own_posts")) == 1
    assert newest in posts(settings, "own_posts")
    steps.fetch(NETWORK, settings, spec, WINDOW, "run-2")
    assert len(pages(settings, "own_posts", "run-2")) == 3


def test_accounts_whose_server_has_another_name_are_found_by_webfinger(
    mastodon_settings: Callable[..., Settings], clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The same world is fetched where @us@wald.test lives at social.wald.test, with our token and without."""
    monkeypatch.setattr(
        fetchers, "_sleep", lambda seconds: setattr(clock, "at", clock.at + timedelta(seconds=seconds))
    )
    moved = {"wald.test": "social.wald.test", "fedi.test": "toots.fedi.test"}
    talk, uris = small_world(moved)
    with serving(talk.elsewhere, clock) as served:
        served.api.api_hosts.update(moved)
        settings = mastodon_settings(served.url)
        said = fetch(settings)
        public = {
            post.post_id for post in talk.elsewhere.of(NETWORK) if not post.is_private and post.exists_at(NOW)
        }
        found = posts(settings)
        assert set(found) == public - {uris.revoked}, said
        assert {found[uris.root]["author_id"], found[uris.foreign]["author_id"]} == {US, "ada@fedi.test"}
        assert pages(settings, "mentions") and pages(settings, "quotes")
        # the foreign conversation is asked of the server where it began, and of ours by our token
        assert {
            page.envelope["endpoint"].split("/")[2]
            for page in pages(settings, "conversations")
            if page.envelope["about_post_id"] == uris.foreign
        } == {"social.wald.test", "toots.fedi.test"}
        with_token = {path.split("/")[2] for path, _, has_token in served.requests if has_token}
        assert with_token <= {"wald.test", "social.wald.test"}
        served.requests.clear()
        fetch(settings)
        assert served.requests == []
        # a poll knows of no pages
        for spec in steps.plan_polls(NETWORK, settings):
            steps.fetch(NETWORK, settings, spec, WINDOW, "poll-1")
        assert any("/context" in path and has_token for path, _, has_token in served.requests)


def test_a_server_that_is_gone_keeps_nothing_from_the_others(
    home: Callable[..., Settings], talk: Talk, uris: Uris
) -> None:
    """cy's server answers nothing at all; what it said is known from others."""
    settings = home()
    lost = talk.say("cy@uni.test", f"@{US} Is anybody there?")
    answer = talk.say(US, "@cy@uni.test We are.", to=lost)
    talk.elsewhere.people = {
        key: one for key, one in talk.elsewhere.people.items() if one.host != "uni.test"
    } | {("mastodon", "cy@uni.test"): replace(talk.elsewhere.people["mastodon", "cy@uni.test"])}

    def refuse(path: str) -> None:
        if "/mastodon/uni.test/" in path:
            raise ConnectionError

    with serving(talk.elsewhere, settings.now, before=refuse) as served:
        said = fetch(replace(settings, mastodon_base_url=f"{served.url}/mastodon/{{host}}"))
    found = posts(settings)
    assert {lost, answer, uris.root} <= set(found)
    assert any("uni.test answered 500" in message for message in said)


def test_our_own_server_out_of_order_is_an_error_and_the_next_attempt_goes_on(
    home: Callable[..., Settings], talk: Talk, uris: Uris
) -> None:
    settings = home()
    fetch_pages = [0]

    def refuse(path: str) -> None:
        if path.endswith("/notifications"):
            fetch_pages[0] += 1
            if fetch_pages[0] == 1:
                raise ConnectionError

    with serving(talk.elsewhere, settings.now, before=refuse) as served:
        there = replace(settings, mastodon_base_url=f"{served.url}/mastodon/{{host}}")
        fetch(there)
        assert len(served.asked("/notifications")) == 2  # tried again at once
    assert uris.edited in posts(settings)


def test_a_handle_that_nobody_has_is_said_at_once(home: Callable[..., Settings]) -> None:
    with pytest.raises(errors.AccountUnknown, match="mastodon:@nobody@wald"):
        fetch(home(client={"accounts": ["mastodon:@nobody@wald.test"]}))


def test_polls_ask_again_for_what_is_still_active(
    home: Callable[..., Settings], served: Served, talk: Talk, uris: Uris
) -> None:
    settings = home()
    fetch(settings)
    with open_state(settings) as state:
        known = state.active_conversations(NETWORK, "wald", WINDOW.start, WINDOW.end)
    assert {uris.root, uris.foreign} <= set(known)
    late = talk.say(
        "bo@fedi.test", "@us@wald.test One more thing.", to=uris.root, at=NOW - timedelta(seconds=30)
    )
    plan = steps.plan_polls(NETWORK, settings)
    assert {target[0] for spec in plan for target in spec["targets"]} >= {uris.root}
    for spec in plan:
        steps.fetch(NETWORK, settings, spec, WINDOW, "poll-1", lambda message: None)
    assert late in posts(settings, "conversations", run_id="poll-1")
    assert {host for about, host in _looks_of(settings, "poll-1") if about == uris.foreign} == {
        "wald.test", "fedi.test",
    }  # fmt: skip


def _looks_of(settings: Settings, run_id: str) -> set[tuple[str, str]]:
    return {
        (page.envelope["about_post_id"], page.envelope["host"])
        for page in pages(settings, "conversations", run_id)
    }


def test_what_a_page_says_it_holds_is_loaded(home: Callable[..., Settings]) -> None:
    """Private posts among it, where they may be kept."""
    settings = home(client={"direct_messages": {"consent": "in writing, 2026-10-01"}})
    fetch(settings)
    raw_store.load(settings)
    with connect(settings, read_only=True) as connection:
        wrong = connection.execute(
            """
            with loaded as (
                select page_key from raw.posts where section = 'data'
                union all select page_key from raw.users where section = 'data'
                union all select page_key from raw.messages
            )
            select page_key, any_value(result_count), count(loaded.page_key)
            from raw.pages left join loaded using (page_key)
            group by page_key having any_value(result_count) <> count(loaded.page_key)
            """
        ).fetchall()
        [(messages,)] = connection.execute("select count(*) from raw.messages").fetchall()
    assert wrong == [] and messages > 0
