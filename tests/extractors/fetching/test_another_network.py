"""A network that the machinery has never heard of, served over HTTP: what its package has to bring is enough."""

import json
import re
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import sqlalchemy as sa

from extractors.errors import TokenMissing
from extractors.fetching import registry, steps
from extractors.fetching.streams import POLL
from extractors.landing import landing_files
from extractors.state import tables
from extractors.state.store import open_state
from operations.cli import extracting
from operations.networks_failed import NetworksFailed
from rapport.config import Config, Settings
from rapport.errors import ConfigError, RapportError
from rapport.networks import NETWORKS
from rapport.window import Window
from tests.clock import UNTIL
from tests.extractors.fetching import invented
from tests.extractors.fetching.invented import RUN, settings_in
from tests.invented_network import Y
from tests.paths import ROOT

WINDOW = Window(UNTIL - timedelta(days=1), UNTIL)
US, OTHER = "1", "2"


def thing(key: str, hours_ago: float, by: str = US, about: str = "", top: str = "") -> dict[str, Any]:
    when = (UNTIL - timedelta(hours=hours_ago)).isoformat()
    return {"key": key, "by": by, "when": when, "words": f"words {key}", "about": about, "top": top or key}


# Three pages of a feed. The second reaches behind the window; the third must not be asked for.
FEED: dict[str, dict[str, Any]] = {
    "": {"things": [thing("105", 1), thing("104", 2, about="90", top="90")], "more": "2"},
    "2": {"things": [thing("103", 20), thing("102", 30)], "more": "3"},
    "3": {"things": [thing("101", 50)]},
}
THREADS: dict[str, list[dict[str, Any]]] = {
    "105": [thing("105", 1), thing("106", 0.5, OTHER, about="105", top="105")],
    "90": [thing("104", 2, about="90", top="90")],  # its first post is gone
}


class Served:
    """What was asked, and how often Y has to fail first."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.failures = 0

    def answer(self, path: str, query: dict[str, list[str]]) -> dict[str, Any]:
        kind, _, key = path.strip("/").partition("/")
        if kind == "whois":
            return {"people": [{"pid": US, "nick": "lab"}]}
        if kind == "feed":
            return FEED[query.get("cursor", [""])[0]]
        if kind == "thread":
            return {"things": THREADS.get(key, [])}
        return {"things": [], "gone": query["keys"][0].split(",")}


@pytest.fixture
def served(monkeypatch: pytest.MonkeyPatch) -> Iterator[Served]:
    y = Served()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            url = urlsplit(self.path)
            y.asked.append(self.path)
            y.failures -= 1
            content = json.dumps(y.answer(url.path, parse_qs(url.query))).encode()
            self.send_response(503 if y.failures >= 0 else 200)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            with suppress(ConnectionError):
                self.wfile.write(content)

        def log_message(self, *_: object) -> None:
            """Silent."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    monkeypatch.setitem(NETWORKS, Y.name, Y)
    monkeypatch.setitem(registry.MODULES, Y.name, invented.__name__)
    monkeypatch.setattr(invented.Client, "url", f"http://127.0.0.1:{server.server_port}")
    yield y
    server.shutdown()
    server.server_close()
    thread.join(5)


@pytest.fixture
def settings(served: Served, tmp_path: Path) -> Settings:
    return settings_in(tmp_path / "home")


def fetched(settings: Settings, spec: dict[str, Any], run_id: str = RUN) -> dict[str, Any]:
    return steps.fetch(Y.name, settings, spec, WINDOW, run_id, lambda message: None)


def landed(settings: Settings, stream: str) -> list[str]:
    """Ids of the landed things of a stream, in the order of pages."""
    pages = [
        landing_files.read(settings.landing_dir, key) for key in landing_files.keys(settings.landing_dir)
    ]
    return [
        thing["key"]
        for page in pages
        if page.envelope["stream"] == stream
        for thing in page.body.get("things", [])
    ]


def test_three_waves_bring_what_was_said_and_cost_nothing(served: Served, settings: Settings) -> None:
    plan = steps.plan_accounts(Y.name, settings, None, RUN, lambda message: None)
    assert [spec["stream"] for spec in plan] == ["profiles", "own_posts"]
    assert served.asked == ["/whois?name=lab"]
    served.failures = 2  # it is asked again
    results = [fetched(settings, spec) for spec in plan]
    assert [result["pages"] for result in results] == [1, 2]
    assert landed(settings, "own_posts") == ["105", "104", "103", "102"]
    assert not any("cursor=3" in path for path in served.asked), "the window begins before that page"

    [conversations] = steps.plan_threads(Y.name, settings, WINDOW, RUN)
    assert conversations["targets"] == sorted(["105", "90", "103", "102"])
    assert fetched(settings, conversations)["objects"] == 3
    [missing] = steps.plan_missing(Y.name, settings, WINDOW, RUN)
    assert missing == {"client_id": "lab", "stream": "missing"}
    fetched(settings, missing)
    assert served.asked[-1] == "/things?keys=90"
    assert steps.plan_missing(Y.name, settings, WINDOW, RUN) == [], "it is known to be gone"

    before = len(served.asked)
    for spec in (*plan, conversations, missing):
        fetched(settings, spec)
    assert len(served.asked) == before, "a finished run costs no request"
    with open_state(settings) as state, state.engine.connect() as connection:
        for table in (tables.ledger, tables.reservations, tables.billed):
            assert connection.execute(sa.select(sa.func.count()).select_from(table)).scalar_one() == 0
        networks = connection.execute(sa.select(tables.walks.c.network).distinct()).scalars().all()
    assert networks == [Y.name]


def test_what_is_quiet_is_polled_as_a_whole_and_not_asked_for_again(
    served: Served, settings: Settings
) -> None:
    fetched(settings, {"client_id": "lab", "stream": "own_posts"})
    later = replace(settings, now=lambda: UNTIL + timedelta(hours=1))
    [poll] = steps.plan_polls(Y.name, later)
    assert poll["stream"] == POLL and [target[0] for target in poll["targets"]]
    fetched(later, poll, "poll__1")
    assert {"105", "106"} <= set(landed(settings, "conversations"))
    assert steps.plan_polls(Y.name, later) == []


@pytest.mark.parametrize("death", ["asking", "landed"])
def test_a_walk_that_was_killed_goes_on_from_its_cursor(
    served: Served, settings: Settings, death: str
) -> None:
    spec = {"client_id": "lab", "stream": "own_posts"}
    order = {
        "home": str(settings.home),
        "url": invented.Client.url,
        "spec": spec,
        "window": [WINDOW.start.isoformat(), WINDOW.end.isoformat()],
        "die": death,
    }
    command = [sys.executable, "-m", invented.__name__]
    killed = subprocess.run([*command, json.dumps(order)], cwd=ROOT, capture_output=True, text=True)
    assert killed.returncode == -signal.SIGKILL, killed.stderr
    assert len(landing_files.keys(settings.landing_dir)) == {"asking": 1, "landed": 2}[death]
    again = subprocess.run(
        [*command, json.dumps(order | {"die": ""})], cwd=ROOT, capture_output=True, text=True
    )
    assert again.returncode == 0, again.stderr
    assert landed(settings, "own_posts") == ["105", "104", "103", "102"]
    assert len([path for path in served.asked if path.startswith("/feed/")]) == 2, "no page twice"


def test_a_network_that_nothing_fetches_from_is_named(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setitem(NETWORKS, Y.name, Y)
    with pytest.raises(RapportError, match="nothing is fetched from Y"):
        steps.plan_polls(Y.name, settings_in(tmp_path))


def test_a_network_that_fails_leaves_the_others_to_be_fetched(
    served: Served, settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    """X has no token here. The command line fetches Y all the same, says so, and ends with X's error."""
    both = [{**invented.CLIENTS[0], "accounts": ["@lab", "y:@lab"]}]
    settings = replace(settings, config=Config.model_validate({"clients": both}))
    assert settings.config.networks == ["x", "y"]
    with pytest.raises(NetworksFailed, match="X could not be fetched; what Y showed is kept") as failed:
        extracting.fetch_window(settings, WINDOW, None, again=False)
    assert failed.value.exit_code == 3 and failed.value.came["y"]["pages"] == 8
    assert "X: there is no bearer token" in str(failed.value) and "set X_BEARER_TOKEN" in str(failed.value)
    with pytest.raises(TokenMissing):  # nobody else was asked
        extracting.fetch_window(settings, WINDOW, None, again=False, network="x")
    said = capsys.readouterr().err
    assert "X: left, as it failed: there is no bearer token" in said
    assert re.search(r"Y: lab own_posts: finished, \d+ pages, \d+ objects$", said, re.M), (
        "no price of what is free"
    )
    assert landed(settings, "own_posts") == ["105", "104", "103", "102"]

    before = len(served.asked)
    alone = extracting.fetch_window(settings, WINDOW, None, again=False, network="y")
    assert (alone["pages"], alone["billed_usd"], len(served.asked)) == (7, 0.0, before)
    with pytest.raises(ConfigError, match="no account on 'bluesky'"):
        extracting.fetch_window(settings, WINDOW, None, again=False, network="bluesky")
