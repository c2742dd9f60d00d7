"""No server rewrites a stranger's post or profile that a better one has shown: looks by chance, judged one by one."""

import json
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from random import Random

import duckdb
import pytest

from extractors.files import lists
from extractors.landing import landing_files
from extractors.raw import raw_store
from modelling import dbt
from rapport.config import Settings, load_settings
from tests.dbt.histories import START
from tests.extractors.mastodon import payloads

SEED = 20261130
HOME = "home.test"  # the server of the client's account
SERVERS = (HOME, "a.test", "b.test", "far.test")
CONFIG = f"""
[[clients]]
id = "lab"
name = "The Lab"
accounts = ["mastodon:@us@{HOME}"]
"""


@dataclass(frozen=True)
class Look:
    """One look at one post: by whom it was shown, when, and what was shown. `server` None: it lay in a file."""

    post_id: str
    number: int
    server: str | None
    author: str
    text: str
    lang: str | None
    edited: int | None
    parent: str | None

    @property
    def own_server(self) -> str:
        return self.post_id.split("/")[2]


def by_chance(chance: Random, count: int) -> list[Look]:
    looks = []
    for number in range(count):
        host, post = chance.choice(SERVERS[:3]), chance.randrange(12)
        server = chance.choice((*SERVERS, SERVERS[3], None))
        author = f"ann@{host}" if server != "far.test" or chance.random() < 0.5 else "eve@far.test"
        edited = chance.choice((None, None, chance.randrange(1, 50)))
        parent = chance.choice((None, f"https://{host}/users/ann/statuses/{900 + chance.randrange(3)}"))
        looks.append(
            Look(
                f"https://{host}/users/ann/statuses/{100 + post}",
                number,
                server,
                author,
                f"look {number}",
                chance.choice((None, "en", "de")),
                edited,
                parent,
            )
        )
    return looks


def land(settings: Settings, look: Look) -> None:
    """A page with the post alone, and what it answers beside it."""

    def shown(post_id: str, author: str, **members: object) -> dict[str, object]:
        name, _, host = author.partition("@")
        acct = name if host == look.server else author
        by = payloads.account(
            acct,
            f"7{host}",
            display_name=look.text,
            url=f"https://{host}/@{name}",
            uri=f"https://{host}/users/{name}",
        )
        return payloads.status(
            post_id.rpartition("/")[2], account=by, uri=post_id, created_at=START.isoformat(), **members
        )

    at = START + timedelta(days=60, minutes=look.number)
    edited_at = (START + timedelta(days=look.edited)).isoformat() if look.edited else None
    status = shown(
        look.post_id, look.author, content=f"<p>{look.text}</p>", language=look.lang, edited_at=edited_at,
        in_reply_to_id=look.parent and look.parent.rpartition("/")[2],
    )  # fmt: skip
    above = [shown(look.parent, f"ann@{look.own_server}")] if look.parent else []
    key = landing_files.page_key("mastodon", "conversations", "run", f"page-{look.number}")
    envelope = {
        "network": "mastodon", "client_id": "lab", "stream": "conversations", "run_id": "run", "source": "api",
        "data_kind": "post", "page_number": look.number, "fetched_at": at.isoformat(), "host": look.server,
    }  # fmt: skip
    if look.server:
        envelope["endpoint"] = f"https://{look.server}/api/v1/statuses/{look.number}/context"
    else:
        envelope |= {"source": "file", "host": look.own_server}
    body = {"ancestors": above, "status": status, "descendants": []}
    landing_files.write(settings.landing_dir, key, envelope, json.dumps(body).encode())


def judged(looks: list[Look]) -> dict[str, tuple[str, str, str | None, int | None, str | None]]:
    """Post → text, author, language, edit, parent: the newest of the best that have one; of parents the first."""
    found = {}
    for post_id in {look.post_id for look in looks}:
        mine = sorted((look for look in looks if look.post_id == post_id), key=lambda look: look.number)
        good = [look for look in mine if look.server in (None, look.own_server, HOME)] or mine
        langs = [look.lang for look in good if look.lang]
        edits = [look.edited for look in good if look.edited]
        parents = [look.parent for look in good if look.parent] or [
            look.parent for look in mine if look.parent
        ]
        found[post_id] = (
            good[-1].text,
            good[-1].author,
            langs[-1] if langs else None,
            max(edits) if edits else None,
            parents[0] if parents else None,
        )
    return found


def named(looks: list[Look]) -> dict[str, str]:
    """Account → its name, as the newest of the best says."""
    found: dict[str, str] = {}
    for account in {author for look in looks for author in shown_by(look)}:
        mine = sorted((look for look in looks if account in shown_by(look)), key=lambda look: look.number)
        own = account.partition("@")[2]
        found[account] = ([look for look in mine if look.server in (None, own, HOME)] or mine)[-1].text
    return found


def shown_by(look: Look) -> set[str]:
    return {look.author} | ({f"ann@{look.own_server}"} if look.parent else set())


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    home = tmp_path_factory.mktemp("hearsay")
    Path(home / "rapport.toml").write_text(CONFIG, encoding="utf-8")
    return load_settings(home)


def test_what_each_post_says_is_what_the_best_of_those_who_showed_it_said(settings: Settings) -> None:
    """All at once, and then a day more, which builds what has changed."""
    looks = by_chance(Random(SEED), 240)
    for so_far in (200, 240):
        for look in looks[so_far - (200 if so_far == 200 else 40) : so_far]:
            land(settings, look)
        raw_store.load(settings)
        lists.sync(settings)
        assert dbt.build(settings).is_full_refresh == (so_far == 200)
        expected = judged(looks[:so_far])
        with duckdb.connect(str(settings.warehouse_path), read_only=True) as connection:
            rows = connection.execute(
                "select post_id, text, account_id, lang, date_diff('day', ?::timestamptz, edited_at), "
                "replied_to_post_id from staging.stg_networks__posts where contains(text, 'look')",
                [START],
            ).fetchall()
            names = connection.execute("select account_id, display_name from staging.stg_networks__accounts")
            assert dict(names.fetchall()) == named(looks[:so_far])
        assert {row[0]: row[1:] for row in rows} == expected
    # It can tell: the newest of all is another one for many.
    newest = {look.post_id: look.text for look in looks}
    assert sum(newest[post_id] != text for post_id, (text, *_) in judged(looks).items()) > 8
