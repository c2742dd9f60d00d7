"""Where a network takes no window, a page reaches beyond it: what lies there is kept, and nothing is asked of it."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import duckdb
import pytest

from emulator.demo import demo_config
from emulator.elsewhere.world import build_elsewhere
from emulator.world import build_world
from extractors.fetching.streams import OVERLAP
from extractors.raw import raw_store
from operations.cli.asking import fetch_network
from operations.stack import emulated
from rapport.config import Settings, load_settings
from rapport.networks import BLUESKY, MASTODON
from rapport.window import Window
from tests import clock
from tests.clock import UNTIL
from tests.extractors.emulated import emulating
from tests.extractors.server import TOKEN

WINDOW = Window(UNTIL - timedelta(weeks=6), UNTIL - timedelta(weeks=3))


@pytest.mark.parametrize("network", [BLUESKY.name, MASTODON.name])
def test_only_what_the_window_was_asked_for_is_data(
    network: str, make_settings: Callable[..., Settings]
) -> None:
    home = make_settings().home
    home.mkdir(exist_ok=True)
    (home / "rapport.toml").write_text(demo_config(UNTIL.date(), ("x", network)), encoding="utf-8")
    world = build_world(UNTIL.date())
    with emulating(world, elsewhere=build_elsewhere(world)) as served:
        settings = replace(load_settings(home), now=clock.now)
        settings = replace(settings, **emulated.fields(settings.config, served.url, TOKEN)[network])
        fetch_network(network, settings, WINDOW, "lichtung", "run", lambda line: None)
    raw_store.load(settings, lambda line: None)
    with duckdb.connect(str(settings.warehouse_path), read_only=True) as con:
        timelines = "from raw.posts inner join raw.pages using (page_key) where stream = 'own_posts' and"
        [(data, oldest, newest)] = con.execute(
            f"select count(*), min(created_at), max(created_at) {timelines} section = 'data'"
        ).fetchall()
        [(older, younger, within)] = con.execute(
            "select count(*) filter (created_at < $start), count(*) filter (created_at >= $end), "
            f"count(*) filter (created_at between $start and $end - interval 1 second) {timelines} section = 'beyond'",
            {"start": WINDOW.start - OVERLAP, "end": WINDOW.end},
        ).fetchall()
        asked = con.execute(
            "select count(*) from raw.pages where about_post_id in "
            "(select post_id from raw.posts where section = 'beyond' except all "
            "select post_id from raw.posts where section <> 'beyond')"
        ).fetchall()
        lost = con.execute(
            "select stream from raw.pages left join raw.posts using (page_key) where stream = 'own_posts' "
            "group by stream, page_key, result_count having count(*) filter (section = 'data') <> result_count"
        ).fetchall()
    assert data > 5 and oldest >= WINDOW.start - OVERLAP and newest < WINDOW.end
    assert older > 0 and younger > 0 and within == 0
    assert asked == [(0,)]
    assert lost == []
