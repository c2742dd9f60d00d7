"""A fetch that may make only so many requests: it makes no more, in the order of what matters, and goes on later."""

from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest

from emulator.elsewhere.world import build_elsewhere
from emulator.world import build_world
from extractors.bluesky.dialect import DIALECT
from extractors.fetching import deferred, steps
from extractors.fetching.allowance import Allowance
from extractors.landing import landing_files
from extractors.state import gaps
from extractors.state.store import open_state
from operations.cli.asking import fetch_network
from rapport.config import Config, Settings
from rapport.networks import BLUESKY
from rapport.window import Window
from tests.clock import UNTIL
from tests.extractors.emulated import Emulated, emulating

WINDOW = Window.parse("2026-09-07", "2026-11-02")
CLIENT = {"id": "lichtung", "name": "Lichtung", "accounts": ["bluesky:@lichtung.test"]}
THREADS = "/xrpc/app.bsky.feed.getPostThread"


@pytest.fixture(scope="module")
def network() -> Iterator[Emulated]:
    world = build_world(UNTIL.date())
    with emulating(world, elsewhere=build_elsewhere(world)) as served:
        yield served


@pytest.fixture
def home(
    make_settings: Callable[..., Settings], network: Emulated, tmp_path_factory: pytest.TempPathFactory
) -> Callable[[], Settings]:
    """Settings of a new home that asks this network, which has been asked for nothing."""

    def make() -> Settings:
        network.requests.clear()
        folder = tmp_path_factory.mktemp("home")
        return replace(
            make_settings(),
            home=folder,
            config=Config.model_validate({"clients": [CLIENT]}),
            state_url=f"sqlite:///{folder / 'state.sqlite'}",
            bluesky_base_url=network.url,
        )

    return make


def fetched(
    settings: Settings, most: int, window: Window = WINDOW, run_id: str = "run"
) -> tuple[Allowance, list[str]]:
    """A run with so many requests; what it said."""
    said: list[str] = []
    allowance = Allowance(most)
    fetch_network(BLUESKY.name, settings, window, "lichtung", run_id, said.append, allowance=allowance)
    return allowance, said


def left_over(settings: Settings, run_id: str = "run") -> dict[str, set[str] | None]:
    with open_state(settings) as state:
        return deferred.left_over(state, BLUESKY.name, "lichtung", run_id)


def landed(settings: Settings) -> set[str]:
    """All pages of the run, by what was asked and what came."""
    streams = list(DIALECT.streams)
    pages = landing_files.run_pages(settings.landing_dir, BLUESKY.name, streams, "run", "lichtung")
    return {f"{page.envelope['stream']} {page.envelope['parameters']} {page.body}" for page in pages}


def test_no_more_is_asked_than_allowed_and_the_rest_comes_later(
    home: Callable[[], Settings], network: Emulated
) -> None:
    whole = home()
    enough, _ = fetched(whole, 10_000)
    assert enough.made == len(network.requests) > 50
    assert left_over(whole) == {}

    settings = home()
    first, said = fetched(settings, 20)
    assert first.made == len(network.requests) == 20
    assert any("20 requests were made, as many as allowed" in line for line in said)
    # of the threads that were planned, one is left or asked for; of the others nothing but a plan is there
    left = left_over(settings)
    planned = steps.plan_threads(BLUESKY.name, whole, WINDOW, "run")
    [threads] = [spec["targets"] for spec in planned if spec["stream"] == "conversations"]
    asked = {query["uri"] for query in network.asked(THREADS)}
    assert left["conversations"] == set(threads) - asked
    assert left.keys() == {"conversations", "quotes", "reposters", "likers"}
    with open_state(settings) as state:
        known = {gap.stream: (gap.from_at, gap.to_at, gap.why) for gap in gaps.everything(state)}
    assert known["conversations"] == (WINDOW.start, WINDOW.end, gaps.BUDGET)

    second, _ = fetched(settings, 10_000)
    # nothing is asked for twice
    assert first.made + second.made == len(network.requests) == enough.made
    assert left_over(settings) == {}
    assert landed(settings) == landed(whole)
    with open_state(settings) as state:
        assert gaps.everything(state) == []


def test_the_newest_talk_comes_first(home: Callable[[], Settings], network: Emulated) -> None:
    settings = home()
    fetched(settings, 25)
    asked = [query["uri"] for query in network.asked(THREADS)]
    with open_state(settings) as state:
        by_time = state.active_conversations(BLUESKY.name, "lichtung", BLUESKY.began_at, UNTIL)
    assert len(asked) == 22  # of 25: the handle, its profile and the posts are asked for before
    assert asked == by_time[:22]


def test_what_an_earlier_window_left_comes_after_what_is_new(
    home: Callable[[], Settings], network: Emulated
) -> None:
    settings = home()
    before, after = Window.parse("2026-09-07", "2026-10-26"), Window.parse("2026-10-26", "2026-11-02")
    fetched(settings, 10, before, "before")
    network.requests.clear()
    fetched(settings, 2, after, "after")
    # its own posts and profile, and nothing that the window before it has left
    assert [path for path, _ in network.requests] == [
        "/xrpc/app.bsky.actor.getProfiles", "/xrpc/app.bsky.feed.getAuthorFeed",
    ]  # fmt: skip
    assert left_over(settings, "before")["conversations"]
