"""An erasure is closed only when every page that may hold it could be read; all the rest is done nevertheless."""

import json
from pathlib import Path

import pytest

from extractors.files import quarantine
from extractors.landing import landing_files
from extractors.raw import raw_store
from extractors.state import tombstones
from extractors.state.store import open_state
from operations.erasure import everywhere as erasure
from rapport.config import Settings
from rapport.errors import ConfigError, ErasureUnfinished
from rapport.warehouse import connect
from tests.operations import erasure_home as home_of

ENVELOPE = {
    "network": "x", "client_id": "", "stream": "import", "source": "file", "data_kind": "post",
    "fetched_at": "2026-11-20T00:00:00+00:00",
}  # fmt: skip
WHY = {home_of.SPOKEN: "on request"}


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    settings = home_of.make_home(tmp_path / "home")
    home_of.bring_in(settings, tmp_path)
    return settings


def land(settings: Settings, name: str, body: bytes) -> Path:
    return landing_files.write(settings.landing_dir, f"x/import/run/{name}", ENVELOPE, body)


def is_open(settings: Settings) -> bool:
    with open_state(settings) as state:
        return bool(tombstones.pending(state))


def holding(settings: Settings) -> list[str]:
    """Names of landing files in which the text stands, in whatever encoding."""
    return [
        path.name
        for path in settings.landing_dir.rglob("*.zst")
        if path.name != "cut.json.zst"
        and any(
            home_of.SECRET[:40].encode(encoding) in landing_files.unpacked(path)
            for encoding in ("utf-8", "utf-16-le")
        )
    ]


def test_a_page_in_another_encoding_keeps_the_erasure_open(settings: Settings) -> None:
    """As an older version has landed a file in UTF-16: no id is found in such bytes."""
    old = land(settings, "utf16", json.dumps(home_of.page(), ensure_ascii=False).encode("utf-16"))
    cut = land(settings, "cut", b"{}")
    cut.write_bytes(cut.read_bytes()[:-5])
    with pytest.raises(ErasureUnfinished) as raised:
        erasure.erase(settings, WHY)
    assert "landing/x/import/run/utf16.json.zst" in str(raised.value)
    assert "landing/x/import/run/cut.json.zst" in str(raised.value)
    assert (raised.value.exit_code, raised.value.done_count) == (3, 2)
    assert is_open(settings)
    # everywhere else it is gone
    assert holding(settings) == [old.name]
    with connect(settings) as connection:
        [count] = connection.execute(
            f"select count(*) from raw.posts where text like '%{home_of.SECRET[:20]}%'"
        ).fetchone()
    assert count == 0
    # The remedy: what can't be read is given up, and the erasure taken up again.
    refused = [reject for reject in quarantine.waiting(settings) if reject.line_number is None]
    assert len(refused) == 2
    quarantine.drop(settings, refused, "ana", "they can't be read")
    erasure.erase(settings)
    assert not is_open(settings)
    assert holding(settings) == []


def test_a_page_that_was_damaged_after_it_was_loaded(settings: Settings) -> None:
    """Its rows stay, except those that are to be erased; mended, it is cleaned by the next erasure."""
    raw_store.load(settings)
    [path] = settings.landing_dir.glob("x/import/file-*/page-*.zst")
    whole = path.read_bytes()
    path.write_bytes(whole[:-9])

    def ids() -> set[str]:
        with connect(settings) as connection:
            return {row[0] for row in connection.execute("select post_id from raw.posts").fetchall()}

    before = ids()
    with pytest.raises(ErasureUnfinished):
        erasure.erase(settings, WHY)
    assert before - ids() == {home_of.SPOKEN, home_of.REPOSTED}
    path.write_bytes(whole)
    erasure.erase(settings)
    assert not is_open(settings) and holding(settings) == []
    assert before - ids() == {home_of.SPOKEN, home_of.REPOSTED}


def test_an_id_and_a_text_that_are_written_as_escapes_are_found(settings: Settings) -> None:
    """JSON may write any sign as an escape; then an id does not stand in the page's bytes."""
    body = json.dumps({"data": [{"id": home_of.SPOKEN, "author_id": home_of.SHY, "text": home_of.SECRET}]})
    escaped = body.replace(home_of.SPOKEN, "".join(rf"\u{ord(digit):04x}" for digit in home_of.SPOKEN))
    land(settings, "escaped", escaped.encode())
    erasure.erase(settings, WHY)
    assert not is_open(settings)
    assert holding(settings) == []


def test_an_account_by_a_handle_that_was_never_looked_up(settings: Settings) -> None:
    """It was seen in what came: in marts.accounts once it is built, before that in raw."""
    with pytest.raises(ConfigError, match="no handle that is known here"):
        erasure.erase(settings, accounts={"@nobody_at_all": "on request"})
    with connect(settings) as connection:
        connection.execute("create schema marts")
        connection.execute(
            "create table marts.accounts (network varchar, account_id varchar, handle varchar)"
        )
        connection.execute(
            "insert into marts.accounts values ('x', '1', 'Twice'), ('x', '2', 'twice'), ('y', '3', 'twice')"
        )
    with pytest.raises(ConfigError, match="the handle of 2 accounts: 1, 2"):
        erasure.erase(settings, accounts={"@twice": "on request"})
    done = erasure.erase(settings, accounts={f"@{home_of.HANDLE.upper()}": "on request"})
    assert (done.account_count, done.post_count) == (1, 4)
    assert home_of.found_in(settings.home, home_of.OF_THE_ACCOUNT) == []
