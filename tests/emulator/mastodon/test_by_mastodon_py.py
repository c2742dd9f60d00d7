"""The emulator held to what Mastodon.py, a client that nobody here wrote, makes of it. Real HTTP."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest
from mastodon import (
    Mastodon,
    MastodonAPIError,
    MastodonNotFoundError,
    MastodonRatelimitError,
    MastodonUnauthorizedError,
)

from emulator.elsewhere.model import MASTODON
from tests.clock import NOW, Clock
from tests.mastodon_world import OUR_TOKEN, TOKEN, US, Served, Talk, Uris, serving, small_world

ADA = f"{TOKEN}:ada@fedi.test"
Library = Callable[..., Mastodon]


@pytest.fixture
def talk() -> tuple[Talk, Uris]:
    return small_world()


@contextmanager
def _libraries(talk: Talk, **options: Any) -> Iterator[tuple[Served, Library]]:
    with serving(talk.elsewhere, **options) as served:

        def library(host: str = "wald.test", token: str | None = None) -> Mastodon:
            return Mastodon(access_token=token, api_base_url=served.base(host), ratelimit_method="throw")

        yield served, library


@pytest.fixture
def library(talk: tuple[Talk, Uris]) -> Iterator[Library]:
    with _libraries(talk[0]) as (_, made):
        yield made


def _uris(statuses: Any) -> list[str]:
    return [status.uri for status in statuses]


def test_an_account_is_the_same_on_every_server_but_for_its_number(library: Library) -> None:
    home = library().account_lookup("us")
    abroad = library("fedi.test").account_lookup(US)
    assert (home.acct, abroad.acct) == ("us", US)
    assert home.uri == abroad.uri
    assert home.id != abroad.id
    assert library().account(home.id).acct == "us"
    assert home.fields[0].verified_at is not None
    assert library(token=OUR_TOKEN).account_verify_credentials().acct == "us"


def test_all_statuses_of_an_account_come_in_pages(talk: tuple[Talk, Uris], library: Library) -> None:
    pen, uris = talk
    me = library()
    account = me.account_lookup("us")
    first = me.account_statuses(account.id, limit=2)
    everything = me.fetch_remaining(first)
    theirs = [post for post in pen.elsewhere.by(MASTODON, US) if not post.is_private]
    assert _uris(everything) == [post.post_id for post in theirs]
    assert len(first) == 2
    before = me.fetch_previous(me.fetch_next(first))
    assert _uris(before) == _uris(first)
    ours = library(token=OUR_TOKEN).account_statuses(account.id, limit=40)
    assert set(_uris(ours)) - set(_uris(everything)) == {uris.followers_only}
    plain = me.account_statuses(account.id, exclude_replies=True, exclude_reblogs=True)
    assert _uris(plain) == [uris.root]


def test_a_thread_is_shown_both_ways(talk: tuple[Talk, Uris], library: Library) -> None:
    _, uris = talk
    me = library()
    context = me.status_context(uris.root.rsplit("/", 1)[-1])
    assert context.ancestors == []
    assert _uris(context.descendants) == list(uris.answers)
    middle = context.descendants[0]
    around = me.status_context(middle.id)
    assert _uris(around.ancestors) == [uris.root]
    assert {status.in_reply_to_id for status in around.descendants} == {middle.id}


def test_a_server_learns_the_rest_of_a_thread_when_somebody_of_it_asks(talk: tuple[Talk, Uris]) -> None:
    pen, uris = talk
    clock = Clock()
    with _libraries(pen, now=clock) as (_, library):
        stranger, me = library(), library(token=OUR_TOKEN)
        number = me.search_v2(uris.foreign).statuses[0].id
        assert _uris(stranger.status_context(number).descendants) == [uris.our_answer]
        assert stranger.get_async_refresh_info(stranger.status_context(number)) is None
        first = me.status_context(number)
        assert _uris(first.descendants) == [uris.our_answer]
        refresh, retry = me.get_async_refresh_info(first)
        assert me.get_async_refresh_status(refresh).status == "running"
        clock.at += timedelta(seconds=retry)
        assert me.get_async_refresh_status(refresh).status == "finished"
        second = me.status_context(number)
        assert set(_uris(second.descendants)) == {uris.our_answer, *uris.unsent}
        assert me.get_async_refresh_info(second) is None
        at_home = library("fedi.test").status_context(uris.foreign.rsplit("/", 1)[-1])
        assert set(_uris(at_home.descendants)) == {uris.our_answer, *uris.unsent}


def test_without_a_login_a_thread_is_cut(talk: tuple[Talk, Uris]) -> None:
    pen, _ = talk
    root = pen.say(US, "A long talk.")
    last = root
    for _ in range(50):
        last = pen.say(US, "On.", to=last)
    wide = pen.say(US, "Many answers.")
    for _ in range(70):
        pen.say(US, "One.", to=wide)
    with _libraries(pen) as (_, library):
        for token, above, deep, many in ((None, 40, 20, 60), (OUR_TOKEN, 50, 50, 70)):
            me = library(token=token)
            assert len(me.status_context(last.rsplit("/", 1)[-1]).ancestors) == above
            assert len(me.status_context(root.rsplit("/", 1)[-1]).descendants) == deep
            assert len(me.status_context(wide.rsplit("/", 1)[-1]).descendants) == many


def test_an_answer_to_a_deleted_status_answers_nothing_but_says_whom(
    talk: tuple[Talk, Uris], library: Library
) -> None:
    pen, uris = talk
    me = library()
    orphan = me.status(uris.orphan.rsplit("/", 1)[-1])
    assert orphan.in_reply_to_id is None
    assert me.account(orphan.in_reply_to_account_id).acct == "dora@fedi.test"
    gone = pen[uris.orphan].parent_id or ""
    with pytest.raises(MastodonNotFoundError):
        library("fedi.test").status(gone.rsplit("/", 1)[-1])


def test_who_may_see_what(talk: tuple[Talk, Uris], library: Library) -> None:
    _, uris = talk
    for uri, host, readers in (
        (uris.direct, "fedi.test", {ADA}), (uris.followers_only, "wald.test", {OUR_TOKEN}),
    ):  # fmt: skip
        number = uri.rsplit("/", 1)[-1]
        for token in (None, ADA if host == "fedi.test" else OUR_TOKEN):
            if token in readers:
                assert library(host, token).status(number).uri == uri
            else:
                with pytest.raises(MastodonNotFoundError):
                    library(host, token).status(number)


def test_notifications_are_the_account_s_own(talk: tuple[Talk, Uris], library: Library) -> None:
    _, uris = talk
    me = library(token=OUR_TOKEN)
    mentions = me.notifications(types=["mention"])
    assert set(_uris(item.status for item in mentions)) == {uris.answers[0], uris.direct, uris.edited}
    assert _uris(item.status for item in me.notifications(types=["quote"])) == [uris.quote]
    everything = me.fetch_remaining(me.notifications(limit=2))
    assert sorted(item.type for item in everything) == [
        "favourite", "favourite", "favourite", "mention", "mention", "mention", "quote", "reblog",
    ]  # fmt: skip
    assert [item.created_at for item in everything] == sorted(
        (item.created_at for item in everything), reverse=True
    )
    with pytest.raises(MastodonUnauthorizedError):
        library().notifications()
    with pytest.raises(MastodonAPIError, match="422"):
        library(token=TOKEN).notifications()


def test_quotes_boosts_and_favourites(talk: tuple[Talk, Uris], library: Library) -> None:
    _, uris = talk
    me, number = library(token=OUR_TOKEN), uris.root.rsplit("/", 1)[-1]
    root = me.status(number)
    assert (root.quotes_count, root.reblogs_count, root.favourites_count) == (1, 1, 3)
    [quote] = me.status_quotes(number)
    assert (quote.uri, quote.quote.state, quote.quote.quoted_status.uri) == (
        uris.quote,
        "accepted",
        uris.root,
    )
    assert "quote-inline" in quote.content
    with pytest.raises(MastodonUnauthorizedError):
        library().status_quotes(number)
    revoked = library("uni.test").status(uris.revoked.rsplit("/", 1)[-1])
    assert (revoked.quote.state, revoked.quote.quoted_status) == ("revoked", None)
    assert [one.acct for one in me.status_reblogged_by(number)] == ["tomas"]
    assert {one.acct for one in me.status_favourited_by(number)} == {"tomas", "ada@fedi.test", "bo@fedi.test"}
    boost = me.status(uris.boost.rsplit("/", 1)[-1])
    assert boost.reblog.uri == uris.foreign


def test_an_edit_shows_in_the_status_and_its_history(talk: tuple[Talk, Uris], library: Library) -> None:
    _, uris = talk
    number = uris.edited.rsplit("/", 1)[-1]
    me = library("fedi.test")
    assert me.status(number).edited_at is not None
    first, last = me.status_history(number)
    assert (first.content[-5:], last.content[-5:]) == (".</p>", "?</p>")
    assert last.content == me.status(number).content


def test_text_is_html_with_links(talk: tuple[Talk, Uris], library: Library) -> None:
    _, uris = talk
    content = library().status(uris.root.rsplit("/", 1)[-1]).content
    assert content.startswith("<p>Moss &amp; fern: which is older?</p><p>See <a href=")
    assert '<span class="ellipsis">wald.test/a/very/long/address/</span>' in content
    answer = library().status_context(uris.root.rsplit("/", 1)[-1]).descendants[0]
    assert '<a href="https://wald.test/@us" class="u-url mention">@<span>us</span></a>' in answer.content
    assert [one.acct for one in answer.mentions] == ["us"]


def test_too_many_requests_are_refused_until_the_window_ends(talk: tuple[Talk, Uris]) -> None:
    clock = Clock()
    with _libraries(talk[0], now=clock, limit=3) as (_, library):
        me = library()
        for _ in range(3):
            me.account_lookup("us")
        assert me.ratelimit_remaining == 0
        with pytest.raises(MastodonRatelimitError):
            me.account_lookup("us")
        assert library(token=OUR_TOKEN).account_lookup("us").acct == "us"  # a count of its own
        clock.at += timedelta(minutes=5)
        assert me.account_lookup("us").acct == "us"


def test_what_is_not_there_and_who_is_not_known(library: Library) -> None:
    for call in (
        lambda me: me.status("1"),
        lambda me: me.account("1"),
        lambda me: me.account_lookup("nobody"),
    ):
        with pytest.raises(MastodonNotFoundError, match="Record not found"):
            call(library())
    for token in ("wrong", f"{TOKEN}:nobody@wald.test", ADA):
        with pytest.raises(MastodonUnauthorizedError, match="The access token is invalid"):
            library(token=token).account_lookup("us")
    with pytest.raises(MastodonNotFoundError):
        library("nowhere.test").account_lookup("us")


def test_the_clock_decides_what_is_there(talk: tuple[Talk, Uris]) -> None:
    pen, uris = talk
    clock = Clock(NOW - timedelta(days=30))
    with _libraries(pen, now=clock) as (_, library):
        with pytest.raises(MastodonNotFoundError):
            library().status(uris.root.rsplit("/", 1)[-1])
        clock.at = NOW
        assert library().status(uris.root.rsplit("/", 1)[-1]).uri == uris.root
