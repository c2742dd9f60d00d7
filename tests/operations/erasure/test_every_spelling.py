"""However a network's texts spell a handle, after an erasure it stands nowhere in the home: in no edition, no list, no
page and no database. A namesake's stays.
"""

import json
import re
import shutil
import zipfile
from pathlib import Path
from typing import Any

import duckdb
import pypdf
import pytest

from extractors.files import importer, notes, outcomes
from extractors.landing import landing_files
from extractors.raw import raw_store
from extractors.state.store import open_state
from operations.erasure import everywhere as erasure
from quality import editions
from rapport.config import Settings
from tests.extractors.bluesky import shapes as bluesky
from tests.extractors.mastodon import payloads as mastodon
from tests.operations import erasure_home as home_of

Json = dict[str, Any]
CONFIG = f"""
[[clients]]
id = "lab"
name = "The Lab"
accounts = ["101", "bluesky:{bluesky.did("us")}", "mastodon:lichtung@wald.test"]

[[people]]
id = "adebar"
name = "The stork"
accounts = ["mastodon:adebar@moor.test", "mastodon:storch@moor.test"]

[[clients.stakeholders]]
handle = "800"
why = "knows @adebar@moor.test, @oriole.bsky.social and @shy_sparrow"
topic = "what @adebar@moor.test and @oriole.bsky.social say"
tags = ["met by @adebar@moor.test", "met by @oriole.bsky.social"]
"""
DID, STORK, NAMESAKE = bluesky.did("pirol"), "adebar@moor.test", "adebar@fen.test"
ACCOUNTS = {"x": home_of.SHY, "bluesky": DID, "mastodon": STORK}
# What must be nowhere: the handle alone, in short, in HTML. The id of an account on Mastodon is its handle, and stays.
SPELLED = {
    "x": "shy_sparrow",
    "bluesky": "oriole",
    "mastodon": r"(?<![\w./-])[@＠](<span>)?adebar|moor\.test/@adebar",
}
AT = home_of.START.strftime("%Y-%m-%dT%H:%M:%S.000Z")
# DuckDB notes of a column how its least and its greatest value begin, so nobody's text begins so.
# What names their namesake, who is not erased: in a text in short, in HTML, and elsewhere whole.
OTHERS = "@adebar of the fen"
NAMESAKES = rf"{OTHERS}|@<span>adebar</span></a></span> of the fen|@{NAMESAKE}"
PAGES = {"html", "csv", "xlsx", "parquet", "duckdb"}


def bluesky_pages() -> dict[str, Json]:
    root = bluesky.uri("us", "3kroot")
    them = bluesky.author("pirol", handle="oriole.bsky.social", displayName="Yellow Bird")
    record = bluesky.answers(root) | {"createdAt": AT}
    said = bluesky.post("pirol", "3ksaid", "the yellow one is back", record) | {"author": them}
    text = "@oriole.bsky.social indeed! @oriole, and ＠Oriole: https://bsky.app/profile/oriole.bsky.social"
    record = bluesky.answers(root, bluesky.uri("pirol", "3ksaid")) | {"createdAt": AT}
    record |= {"facets": [bluesky.mention(text, "@oriole.bsky.social", DID)]}
    ours = bluesky.post("us", "3kours", text, record)
    thread = bluesky.thread(
        bluesky.post("us", "3kroot", "Who is back?", {"createdAt": AT}),
        bluesky.thread(said, bluesky.thread(ours)),
    )
    return {"thread": {"thread": thread}, "profiles": {"profiles": [them]}}


def mastodon_pages() -> dict[str, Json]:
    them, namesake = mastodon.account(STORK, "70"), mastodon.account(NAMESAKE, "71", display_name="Fen")
    us = mastodon.mention("lichtung", "1")
    said = mastodon.status(
        "7",
        f"<p>{mastodon.link_to('lichtung')} the stork is back</p>",
        account=them,
        mentions=[us],
        created_at=AT,
    )
    answer = mastodon.status(
        "8", f"<p>{mastodon.link_to(STORK)} indeed, @{STORK}! ＠Adebar https://moor.test/@adebar/7</p>",
        mentions=[mastodon.mention(STORK, "70")], in_reply_to_id="7", in_reply_to_account_id="70",
        spoiler_text="for @adebar", created_at=AT,
    )  # fmt: skip
    other = mastodon.status(
        "9",
        f"<p>Hello to all of you there, and {mastodon.link_to(NAMESAKE)} of the fen</p>",
        mentions=[mastodon.mention(NAMESAKE, "71")],
        created_at=AT,
    )
    return {
        "context": {"ancestors": [said], "status": answer, "descendants": []},
        "accounts": {"data": [them, namesake, mastodon.account()]},
        "statuses": {"data": [other]},
    }


def by_hand(settings: Settings) -> None:
    """What is kept about people of one network names those of others."""
    said: Json = {"client_id": "lab", "consent_basis": "consent"}
    text = "Came with @adebar@moor.test, @oriole.bsky.social and @shy_sparrow."
    for handle in ("800", f"mastodon:{NAMESAKE}"):
        note = notes.new(settings, handle=handle, note=text, noted_date="2026-11-01", **said)
        notes.FILE.add(settings, [note])
        said |= {"kind": "call", "occurred_date": "2026-11-01"}
        outcomes.FILE.add(settings, [outcomes.new(settings, handle=handle, note=text, **said)])
        said = {"client_id": "lab", "consent_basis": "consent"}


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with all three, built, published, reported and frozen as an edition."""
    folder = tmp_path_factory.mktemp("spelled")
    settings = home_of.make_home(folder / "home", CONFIG)
    path = folder / "x.jsonl"
    path.write_text(json.dumps(home_of.page()) + "\n", encoding="utf-8")
    importer.import_files(settings, [path])
    for network, pages in (("bluesky", bluesky_pages()), ("mastodon", mastodon_pages())):
        for name, body in pages.items():
            home_of.land(settings, network, body, name)
    raw_store.load(settings)
    by_hand(settings)
    with open_state(settings) as state:
        state.remember_handles("bluesky", {"oriole.bsky.social": DID})
    home_of.publish_all(settings)
    editions.freeze(settings)
    return folder / "home"


@pytest.fixture
def settings(made: Path, tmp_path: Path) -> Settings:
    """A copy of that home; of whom rapport.toml names nobody is erased, so it no longer does."""
    shutil.copytree(made, tmp_path / "home")
    return home_of.make_home(tmp_path / "home", CONFIG.split("[[people]]")[0])


@pytest.mark.parametrize("network", ACCOUNTS)
def test_a_handle_is_nowhere_in_the_home(made: Path, settings: Settings, network: str) -> None:
    spelled, kept = re.compile(SPELLED[network], re.IGNORECASE), holding(made, re.compile(OTHERS))
    before = holding(made, spelled)
    assert {path.rpartition(".")[2] for path in before} >= PAGES
    assert [path for path in before if "/editions/" in path and path.endswith(".html")]
    erasure.erase(settings, accounts={f"{network}:{ACCOUNTS[network]}": "on request"})
    assert holding(settings.home, spelled) == []
    assert holding(settings.home, re.compile(OTHERS)) == kept != []
    if network == "mastodon":
        for mark in (rb'name="rapport-person" content="person:adebar', rb'"person:adebar": \['):
            wanted = re.compile(mark.decode())
            frozen = [path for path in holding(made, wanted) if "/editions/" in path]
            assert frozen and not set(frozen) & {*holding(settings.home, wanted)}
        home_of.publish_all(settings)
        assert holding(settings.home, spelled) == []
        assert holding(settings.home, re.compile(OTHERS))


def holding(home: Path, wanted: "re.Pattern[str]") -> list[str]:
    """The files of a home that say it, whatever they are packed in: not of the namesake, unless that is wanted."""
    others = re.compile(NAMESAKES if wanted.pattern != OTHERS else "\0")
    return [
        str(path.relative_to(home))
        for path in sorted(home.rglob("*"))
        if path.is_file() and wanted.search(others.sub("", text_of(path)))
    ]


def text_of(path: Path) -> str:
    content = path.read_bytes()
    if ".json.zst" in path.name:
        content = landing_files.unpacked(path)
    elif path.suffix == ".xlsx":
        with zipfile.ZipFile(path) as book:
            content = b"".join(map(book.read, book.namelist()))
    elif path.suffix == ".pdf":
        content = "".join(page.extract_text() for page in pypdf.PdfReader(path).pages).encode()
    elif path.suffix == ".parquet":
        with duckdb.connect() as con:
            content += _all_of(con, ["read_parquet('" + str(path) + "')"])
    elif path.suffix == ".duckdb":
        content += tables_of(path)
    return content.decode(errors="replace")


def tables_of(path: Path) -> bytes:
    """All that the tables of a database hold."""
    with duckdb.connect(str(path), read_only=True) as con:
        tables = con.execute("select schema_name, table_name from duckdb_tables() order by all").fetchall()
        return _all_of(con, [f'"{schema}"."{table}"' for schema, table in tables])


def _all_of(con: duckdb.DuckDBPyConnection, tables: list[str]) -> bytes:
    """Every value, a row a line: in the file itself they may be packed."""
    rows = [str(row) for table in tables for row in con.execute(f"from {table}").fetchall()]
    return "\n".join(rows).encode(errors="replace")
