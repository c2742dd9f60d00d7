"""The extraction against the emulator over real HTTP: nothing of ours is lost, nothing is fetched or kept twice."""

import tomllib
from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import Any

import duckdb
import pytest
from pydantic import SecretStr

from emulator.demo import demo_config
from emulator.model import ClientScript, World
from emulator.world import build_world
from extractors.fetching import steps
from extractors.landing import landing_files
from extractors.raw import raw_store
from extractors.state.store import open_state
from rapport.config import Config, Settings
from rapport.window import Window
from tests import clock
from tests.clock import UNTIL
from tests.extractors.emulated import Emulated, emulating
from tests.extractors.server import TOKEN

RUN = "scheduled__2026-05-18T00:00:00+00:00"


@pytest.fixture(scope="module")
def emulated() -> Iterator[Emulated]:
    with emulating(build_world(UNTIL.date())) as served:
        yield served


def settings_in(home: Path, url: str) -> Settings:
    return Settings(
        home=home,
        config_path=home / "rapport.toml",
        config=Config.model_validate(tomllib.loads(demo_config(UNTIL.date()))),
        state_url=f"sqlite:///{home / 'state.sqlite'}",
        x_base_url=url,
        x_bearer_token=SecretStr(TOKEN),
        now=clock.now,
    )


def run_all(settings: Settings, window: Window, run_id: str = RUN) -> list[dict[str, Any]]:
    """All three waves, one after the other."""
    waves: list[Callable[[], list[dict[str, Any]]]] = [
        lambda: steps.plan_accounts("x", settings),
        lambda: steps.plan_threads("x", settings, window, run_id),
        lambda: steps.plan_missing("x", settings, window, run_id),
    ]
    return [
        steps.fetch("x", settings, spec, window, run_id, lambda message: None)
        for wave in waves
        for spec in wave()
    ]


@pytest.fixture(scope="module")
def extracted(emulated: Emulated, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """A home into which the whole world was extracted and loaded."""
    settings = settings_in(tmp_path_factory.mktemp("extracted"), emulated.url)
    run_all(settings, Window(emulated.world.start, emulated.world.until))
    raw_store.load(settings)
    return settings


def rows(settings: Settings, sql: str) -> list[tuple[Any, ...]]:
    with duckdb.connect(str(settings.warehouse_path), read_only=True) as connection:
        return connection.execute(sql).fetchall()


def ids_of(world: World, client: ClientScript) -> set[str]:
    return {world.accounts[handle].account_id for handle in client.us}


def test_every_post_of_every_conversation_with_us_is_there(emulated: Emulated, extracted: Settings) -> None:
    world = emulated.world
    landed = {row[0] for row in rows(extracted, "select distinct post_id from raw.posts")}
    for client in world.clients:
        ours = ids_of(world, client)
        acts = [act for act in world.acts if act.from_id in ours or act.to_id in ours]
        assert len(acts) > 50
        roots = {act.root_id for act in acts} | {
            post.root_id
            for post in world.posts.values()
            if post.author.account_id in ours and not post.reposted
        }
        newest = {post.history[-1] for post in world.posts.values()}
        expected = {
            post.post_id
            for post in world.posts.values()
            if post.root_id in roots and not post.reposted and not post.is_gone and post.post_id in newest
        }
        assert len(expected) > 200
        assert expected - landed == set()


def test_totals_are_those_of_the_world(emulated: Emulated, extracted: Settings) -> None:
    world = emulated.world
    for client in world.clients:
        ours = ids_of(world, client)
        expected = {
            post.history[-1]
            for post in world.posts.values()
            if post.author.account_id in ours and not post.is_gone
        }
        found = rows(
            extracted,
            "select post_id from raw.posts join raw.pages using (page_key) "
            f"where stream = 'own_posts' and section = 'data' and client_id = '{client.client_id}'",
        )
        assert sorted(row[0] for row in found) == sorted(expected)


def test_the_rows_are_whole(extracted: Settings) -> None:
    bare = "post_id is null or author_id is null or text is null or created_at is null or conversation_id is null"
    assert rows(extracted, f"select count(*) from raw.posts where {bare} or observed_at is null") == [(0,)]
    assert rows(extracted, "select count(*) from raw.users where account_id is null or username is null") == [
        (0,)
    ]
    bare_pages = "select count(*) from raw.pages where object_count is null or fetched_at is null"
    assert rows(extracted, bare_pages) == [(0,)]
    ties = "select count(*) from raw.posts where len(coalesce(referenced_tweets, referenced_posts)) > 0"
    assert rows(extracted, f"{ties} and len(mentions) > 0")[0][0] > 100
    counted = "select sum(object_count) from raw.pages"
    kept = "select (select count(*) from raw.posts) + (select count(*) from raw.users)"
    # A page's own posts may ride along in its includes as well: counted once, kept as they came.
    assert rows(extracted, counted)[0][0] <= rows(extracted, kept)[0][0]


def test_the_same_run_again_asks_nothing_and_adds_nothing(emulated: Emulated, extracted: Settings) -> None:
    before = len(emulated.requests)
    tables = [
        rows(extracted, f"select count(*) from raw.{name}") for name in ("pages", "posts", "users", "errors")
    ]
    with open_state(extracted) as state:
        spent = state.spent_usd()
    run_all(extracted, Window(emulated.world.start, emulated.world.until))
    assert raw_store.load(extracted)["pages"] == 0
    assert len(emulated.requests) == before
    assert tables == [
        rows(extracted, f"select count(*) from raw.{name}") for name in ("pages", "posts", "users", "errors")
    ]
    with open_state(extracted) as state:
        assert state.spent_usd() == pytest.approx(spent)


def lookups(emulated: Emulated) -> int:
    return sum(path == "/2/tweets" for path, _ in emulated.requests)


def test_what_is_gone_is_asked_for_once(emulated: Emulated, extracted: Settings) -> None:
    gone = rows(
        extracted,
        "select distinct resource_id from raw.errors where parameter = 'ids'",
    )
    assert gone
    before = lookups(emulated)
    run_all(extracted, Window(emulated.world.start, emulated.world.until), "another run")
    assert lookups(emulated) == before


def test_weeks_one_by_one_hold_what_one_window_holds(
    emulated: Emulated, extracted: Settings, tmp_path: Path
) -> None:
    world = emulated.world
    settings = settings_in(tmp_path / "weekly", emulated.url)
    settings = replace(settings, config=Config(clients=[settings.config.clients[-1]]))
    bounds = [world.start + (world.until - world.start) * number / 4 for number in range(5)]
    for number, (start, end) in enumerate(pairwise(bounds)):
        run_all(settings, Window(start, end), f"part {number}")
        raw_store.load(settings)
    client_id = settings.config.clients[0].id
    of_streams = (
        "select distinct post_id from raw.posts join raw.pages using (page_key) "
        f"where client_id = '{client_id}' and section = 'data' and stream in ('own_posts', 'mentions')"
    )
    assert sorted(rows(settings, of_streams)) == sorted(rows(extracted, of_streams))


def test_no_file_under_the_home_holds_the_token(extracted: Settings) -> None:
    for path in extracted.home.rglob("*"):
        if path.is_file():
            assert TOKEN.encode() not in path.read_bytes()
    for key in landing_files.keys(extracted.landing_dir):
        assert TOKEN not in str(landing_files.read(extracted.landing_dir, key).envelope)
