"""`rapport erase --deleted`: what is deleted on a network is in no byte of the home, whatever fails or is killed."""

import re
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import duckdb
import httpx
import pytest
from click.testing import Result
from typer.testing import CliRunner

from emulator.control import CONTROL_PATH
from emulator.demo import demo_config
from emulator.elsewhere.control import CONTROL_PATH as ELSEWHERE_PATH
from emulator.elsewhere.model import Elsewhere
from emulator.elsewhere.world import build_elsewhere
from emulator.model import World
from emulator.world import build_world
from extractors.bluesky import rota as on_bluesky
from extractors.errors import NetworkTrouble
from extractors.mastodon import rota as on_mastodon
from extractors.raw import raw_store
from extractors.x import rota as on_x
from operations.cli import erasing
from operations.cli.extracting import fetch_window
from operations.cli.running import build_to_report
from operations.cli.terminal import Progress
from operations.erasure import everywhere
from operations.networks_failed import LookUpsFailed
from operations.stack import emulated
from rapport.config import Settings, load_settings
from rapport.errors import BackupFailed, ConfigError
from rapport.networks import BLUESKY, MASTODON, X
from rapport.window import Window
from tests import clock
from tests.clock import UNTIL
from tests.extractors.emulated import emulating
from tests.extractors.server import TOKEN
from tests.operations.erasure_home import found_in

ALL = (X.name, BLUESKY.name, MASTODON.name)
SHARES = "\n[erasure]\nlookups_per_day = 20000\naccount_lookups_per_day = 20000\n"
ROTAS = {X.name: on_x, BLUESKY.name: on_bluesky, MASTODON.name: on_mastodon}


class Killed(BaseException):
    """Ends a command in the middle."""


@dataclass
class Served:
    """The three networks, and which hosts and paths answer no more."""

    world: World
    elsewhere: Elsewhere
    url: str
    down: set[str]

    def delete(self, network: str, post_id: str) -> None:
        on_x = network == X.name
        what = {"post_ids": [post_id]} if on_x else {"network": network, "post_ids": [post_id]}
        self._order("delete", CONTROL_PATH if on_x else ELSEWHERE_PATH, what)

    def suspend(self, account_id: str) -> None:
        self._order("suspend", CONTROL_PATH, {"account_ids": [account_id]})

    def _order(self, verb: str, folder: str, what: dict[str, Any]) -> None:
        headers = {"Authorization": f"Bearer {TOKEN}"}
        answer = httpx.post(f"{self.url}{folder}/{verb}", json=what, headers=headers)
        assert answer.status_code == 200, answer.text


@pytest.fixture
def served() -> Iterator[Served]:
    down: set[str] = set()

    def answer(path: str) -> None:
        if any(part in path for part in down):
            raise ConnectionAbortedError

    world = build_world(UNTIL.date())
    elsewhere = build_elsewhere(world)
    limits = {MASTODON.name: 100_000}
    with emulating(world, limits=limits, elsewhere=elsewhere, before=answer) as network:
        yield Served(world, elsewhere, network.url, down)


def settings_in(folder: Path, url: str) -> Settings:
    settings = replace(load_settings(folder), now=clock.now)
    for fields in emulated.fields(settings.config, url, TOKEN).values():
        settings = replace(settings, **fields)
    return settings


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with the last days of the three networks, built and published."""
    home = tmp_path_factory.mktemp("published")
    (home / "rapport.toml").write_text(demo_config(UNTIL.date(), ALL) + SHARES, encoding="utf-8")
    world = build_world(UNTIL.date())
    with emulating(world, limits={MASTODON.name: 100_000}, elsewhere=build_elsewhere(world)) as network:
        settings = settings_in(home, network.url)
        fetch_window(settings, Window(UNTIL - timedelta(days=14), UNTIL), None, again=False)
    raw_store.load(settings)
    build_to_report(settings, Progress())
    return home


@pytest.fixture
def settings(published: Path, served: Served, tmp_path: Path) -> Settings:
    shutil.copytree(published, tmp_path / "home")
    return settings_in(tmp_path / "home", served.url)


@pytest.fixture
def erase(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Result]:
    """`rapport erase`, each call an hour after the one before."""
    hours = iter(range(1, 100))

    def call(*arguments: str, share: int | None = None) -> Result:
        later = timedelta(hours=next(hours))
        at = replace(settings, now=lambda: clock.now() + later)
        if share is not None:
            shares = {"lookups_per_day": share, "account_lookups_per_day": share, "batch_compliance": False}
            erasure = at.config.erasure.model_copy(update=shares)
            at = replace(at, config=at.config.model_copy(update={"erasure": erasure}))
        monkeypatch.setattr(erasing, "load_settings", lambda: at)
        return CliRunner().invoke(erasing.app, arguments)

    return call


def of_each(served: Served, settings: Settings) -> dict[str, tuple[str, str, str]]:
    """Network → id, author and words of a post that we hold and no other depends on, not of ours."""
    with duckdb.connect(str(settings.warehouse_path), read_only=True) as connection:
        rows = connection.execute(
            "select distinct network, post_id from raw.posts where text is not null"
        ).fetchall()
    world, elsewhere = served.world, served.elsewhere
    ours = {handle for client in world.clients for handle in (*client.us, *client.bots)}
    ours |= {
        handle
        for clients in elsewhere.clients.values()
        for client in clients
        for handle in (*client.us, *client.bots)
    }
    there = list(elsewhere.posts.values())
    related = {
        one for post in there for one in (post.parent_id, post.quoted_id, post.reposted_id, post.bridged_from)
    }
    texts = "\n".join([*(post.text for post in world.posts.values()), *(post.text for post in there)])
    found: dict[str, tuple[str, str, str]] = {}
    for network, post_id in sorted(rows):
        if network == X.name:
            post = world.posts[post_id]
            plain = (
                len(post.history) == 1
                and not post.is_gone
                and not post.reposted
                and not world.related(post_id)
            )
            author_id, handle, text = post.author.account_id, post.author.handle, post.text
        else:
            said = elsewhere.posts.get((network, post_id))
            if said is None:
                continue
            plain = not (
                said.edits or said.is_private or said.bridged_from or said.deleted_at or post_id in related
            )
            author = elsewhere.people[network, said.author_id]
            author_id, handle, text = said.author_id, author.handle, said.text
        words = max(re.split(r"[^A-Za-z0-9 ,.]+", text), key=len).strip()[-40:]
        if plain and handle not in ours and len(words) > 12 and texts.count(words) == 1:
            found.setdefault(network, (post_id, author_id, words))
    assert {*found} == {*ALL}
    return found


def held(settings: Settings) -> set[str]:
    with duckdb.connect(str(settings.warehouse_path), read_only=True) as connection:
        rows = connection.execute("select distinct post_id from raw.posts where text is not null").fetchall()
    return {post_id for (post_id,) in rows}


def everywhere_in(settings: Settings, *words: str) -> list[str]:
    return found_in(settings.home, words)


def test_what_is_deleted_on_any_network_is_in_no_byte_of_the_home_and_readers_have_the_rest(
    served: Served, settings: Settings, erase: Callable[..., Result]
) -> None:
    gone = of_each(served, settings)
    words = [words for _, _, words in gone.values()]
    assert {line.rpartition(": ")[2] for line in everywhere_in(settings, *words)} == {*words}
    for network, (post_id, _, _) in gone.items():
        served.delete(network, post_id)
    before = held(settings)
    done = erase("--deleted")
    assert done.exit_code == 0, done.output
    assert everywhere_in(settings, *words) == []
    assert before - held(settings) == {post_id for post_id, _, _ in gone.values()}
    for label in ("X", "Bluesky", "Mastodon"):
        assert re.search(
            rf"^{label}: [\d,]+ of [\d,]+ posts and accounts due were looked up; erased 1 posts",
            done.output,
            re.M,
        )
    with duckdb.connect(str(settings.published_path), read_only=True) as connection:
        [(count,)] = connection.execute("select count(*) from marts.posts where text is not null").fetchall()
    assert count > 0 and (settings.reports_dir / "index.html").exists()


def test_one_network_that_fails_keeps_no_other_back_and_is_named(
    served: Served, settings: Settings, erase: Callable[..., Result]
) -> None:
    gone = of_each(served, settings)
    for network, (post_id, _, _) in gone.items():
        served.delete(network, post_id)
    served.down.add("/2/users")
    done = erase("--deleted", "--no-build")
    failed = done.exception
    assert isinstance(failed, LookUpsFailed) and failed.exit_code == 3
    assert (
        failed.message
        == "X could not be asked what was deleted; what was looked up on Bluesky and Mastodon is followed"
    )
    assert {gone[X.name][0]} == {post_id for post_id, _, _ in gone.values()} & held(settings)
    served.down.clear()
    assert erase("--deleted", "--no-build").exit_code == 0
    assert everywhere_in(settings, *(words for _, _, words in gone.values())) == []


def test_a_network_that_answers_nothing_is_not_green(
    served: Served, settings: Settings, erase: Callable[..., Result]
) -> None:
    """Servers of Mastodon that can't be reached are left out one by one; all of them are a network that fails."""
    served.down.add("/mastodon/")
    done = erase("--deleted", "--network", "mastodon", "--no-build", share=1)
    failed = done.exception
    assert isinstance(failed, NetworkTrouble) and "Mastodon answered none of" in failed.message


@pytest.mark.parametrize(
    ("network", "moment"),
    [
        *((network, moment) for network in ALL for moment in ("before the erasure", "while erasing")),
        (X.name, "before the posts"),
        (X.name, "before the build"),
    ],
)
def test_killed_at_any_moment_the_next_call_ends_as_if_nothing_had_happened(
    served: Served,
    settings: Settings,
    erase: Callable[..., Result],
    monkeypatch: pytest.MonkeyPatch,
    network: str,
    moment: str,
) -> None:
    post_id, author_id, words = of_each(served, settings)[network]
    if moment == "before the posts":
        served.suspend(author_id)
    else:
        served.delete(network, post_id)

    def die(*_: Any, **__: Any) -> None:
        raise Killed

    def die_once_accounts_are_seen(self: Any, context: Any, object_type: str, *more: Any) -> None:
        if object_type == "post":
            raise Killed
        look(self, context, object_type, *more)

    look = ROTAS[network].Lookups.look
    arguments = ["--deleted", "--network", network, "--no-build"]
    with monkeypatch.context() as patch:
        if moment == "before the posts":
            patch.setattr(ROTAS[network].Lookups, "look", die_once_accounts_are_seen)
        elif moment == "before the erasure":
            patch.setattr(everywhere, "follow_network", die)
        elif moment == "while erasing":
            patch.setitem(everywhere.HELD_ROOMS, "quality", die)
        else:
            arguments.pop()
            patch.setattr(erasing, "build_to_report", die)
        with pytest.raises(Killed):
            erase(*arguments)
    # With a share of one, only what is due first is looked up: what was found before is.
    share = 1 if moment.startswith("before the") and moment != "before the build" else None
    done = erase(*arguments, share=share)
    assert done.exit_code == 0, done.output
    assert everywhere_in(settings, words) == []
    if moment == "before the build":
        assert "Built " in done.output and (settings.reports_dir / "index.html").exists()


def test_a_backup_that_cannot_be_rewritten_keeps_no_network_back(
    served: Served, settings: Settings, erase: Callable[..., Result], monkeypatch: pytest.MonkeyPatch
) -> None:
    gone = of_each(served, settings)
    for network, (post_id, _, _) in gone.items():
        served.delete(network, post_id)

    def is_damaged(*_: Any) -> int:
        raise BackupFailed("a backup is damaged", "remove it")

    monkeypatch.setattr(everywhere.backups, "erase_from", is_damaged)
    done = erase("--deleted", "--no-build")
    assert isinstance(done.exception, BackupFailed) and done.exception.exit_code == 7
    assert not {post_id for post_id, _, _ in gone.values()} & held(settings)


def test_what_makes_no_sense_is_refused(settings: Settings, erase: Callable[..., Result]) -> None:
    for arguments, words in (
        (("--deleted", "--post", "1"), "--deleted asks the networks"),
        (("--network", "x"), "--network says which network"),
        (("--deleted", "--network", "usenet"), "names no account on 'usenet'"),
    ):
        done = erase(*arguments)
        assert isinstance(done.exception, ConfigError) and words in done.exception.message


def test_look_ups_that_are_turned_off_are_told(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    off = settings.config.erasure.model_copy(update={"lookups_per_day": 0, "account_lookups_per_day": 0})
    without = replace(settings, config=settings.config.model_copy(update={"erasure": off}))
    monkeypatch.setattr(erasing, "load_settings", lambda: without)
    done = CliRunner().invoke(erasing.app, ["--deleted"])
    assert isinstance(done.exception, ConfigError) and "turns look-ups off" in done.exception.message
