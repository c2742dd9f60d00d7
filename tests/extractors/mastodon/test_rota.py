"""Look-ups: gone is what its own server says is not there, and nothing else."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from extractors.fetching import rota
from extractors.fetching.context import Context
from extractors.fetching.rota import ObjectType, Round
from extractors.mastodon.client import Client
from extractors.mastodon.rota import Lookups
from extractors.state.store import open_state
from rapport.config import Settings
from tests.extractors.conftest import WINDOW
from tests.extractors.server import Reply, ScriptedX
from tests.mastodon_world import US, Served, Talk, Uris


@pytest.fixture
def begin(mastodon_settings: Callable[..., Settings]) -> Iterator[Callable[[str], Context]]:
    opened: list[Any] = []

    def make(url: str) -> Context:
        settings = mastodon_settings(url)
        state = open_state(settings)
        opened.append(state)
        client = Client(settings, lambda message: None, lambda seconds: None, (2.0, 2.0))
        return Context(settings, state.__enter__(), client, "wald", "run-1", WINDOW, lambda message: None)

    yield make
    for state in opened:
        state.__exit__(None, None, None)


def looked(context: Context, object_type: ObjectType, ids: list[str]) -> tuple[Round, Round]:
    first, again = Round(), Round()
    Lookups().look(context, object_type, rota.FIRST, ids, first)
    Lookups().look(context, object_type, rota.SECOND, sorted(first.gone), again)
    return first, again


def test_gone_is_what_its_own_server_says_is_gone(
    begin: Callable[[str], Context], served: Served, talk: Talk, uris: Uris
) -> None:
    gone = talk[uris.orphan].parent_id or ""
    first, again = looked(begin(served.url), "post", [gone, uris.root, uris.boost, uris.foreign])
    assert first.answered == {gone, uris.root, uris.boost, uris.foreign}
    assert first.gone == again.gone == {gone: "not-found"}
    assert len(served.asked(f"/statuses/{gone.rsplit('/', 1)[-1]}", "fedi.test")) == 2
    assert not any(has_token for path, _, has_token in served.requests if "/fedi.test/" in path)


def test_an_account_that_its_server_does_not_know_is_gone(
    begin: Callable[[str], Context], served: Served
) -> None:
    first, again = looked(begin(served.url), "account", [US, "ada@fedi.test", "nobody@fedi.test"])
    assert first.answered == {US, "ada@fedi.test", "nobody@fedi.test"}
    assert first.gone == again.gone == {"nobody@fedi.test": "not-found"}


@pytest.mark.parametrize(
    "reply",
    [
        Reply({"error": "This API requires an authenticated user"}, 401),
        Reply({"error": "forbidden"}, 403),
        Reply(raw=b"<html>no such page</html>", status=404),  # no Mastodon
        Reply({"error": "sorry"}, 500),
    ],
)
def test_what_a_server_does_not_say_is_no_proof_and_has_had_its_turn(
    begin: Callable[[str], Context], x: ScriptedX, reply: Reply
) -> None:
    context = begin(x.url)
    post, other = "https://fedi.test/users/ada/statuses/7", "https://misskey.test/notes/9abc"
    x.answer("/mastodon/fedi.test/api/v1/statuses/7", reply)
    first, _ = looked(context, "post", [post, other])
    assert (first.answered, first.gone) == (set(), {})
    assert not any("misskey" in request.path for request in x.requests)
    seen = {
        one: context.settings.now().replace(year=2020)
        for one in (post, other, "https://z.test/users/z/statuses/1")
    }
    assert rota.due(context.state, "mastodon", "post", seen, 1) == ["https://z.test/users/z/statuses/1"]


def test_a_suspended_account_is_gone(begin: Callable[[str], Context], x: ScriptedX) -> None:
    body = {"id": "9", "acct": "ada", "username": "ada", "display_name": "", "note": "", "suspended": True}
    x.answer("/mastodon/fedi.test/api/v1/accounts/lookup", Reply(body))
    first, again = looked(begin(x.url), "account", ["ada@fedi.test"])
    assert first.gone == again.gone == {"ada@fedi.test": "suspended"}


def test_a_server_that_does_not_answer_is_asked_once(begin: Callable[[str], Context], x: ScriptedX) -> None:
    posts = [f"https://fedi.test/users/ada/statuses/{number}" for number in range(1, 6)]
    for number in range(1, 6):
        x.answer(f"/mastodon/fedi.test/api/v1/statuses/{number}", Reply(raw=b"", status=502))
    x.answer("/mastodon/fedi.test/api/v2/instance/", Reply({"domain": "fedi.test"}))
    first, _ = looked(begin(x.url), "post", posts)
    assert (first.answered, first.gone) == (set(), {})
    assert len([one for one in x.requests if "/statuses/" in one.path]) == 2  # one retry, and no other post
