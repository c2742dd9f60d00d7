"""What accounts were called: the model's own SQL, as dbt compiled it, on random looks, against walking through them."""

import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import groupby

import duckdb
from hypothesis import given, settings
from hypothesis import strategies as st

from extractors.raw import raw_store
from tests.dbt.conftest import Built

START = datetime(2026, 11, 1, tzinfo=UTC)
HANDLES = ("ana", "Ana", "ana_lima", "ben", None)


@dataclass(frozen=True)
class Look:
    """One profile as it came: of whom, when, on which page, with which handle."""

    account_id: str
    hours: int
    page: int
    handle: str | None


@st.composite
def looks(draw: st.DrawFn) -> list[Look]:
    a_look = st.builds(
        Look, st.sampled_from(["7", "8"]), st.integers(0, 5), st.integers(0, 2), st.sampled_from(HANDLES)
    )
    # a page shows an account in one place
    return draw(
        st.lists(a_look, max_size=24, unique_by=lambda look: (look.account_id, look.hours, look.page))
    )


def test_handles_are_what_walking_through_the_looks_finds(built: Built) -> None:
    folder = built.settings.dbt_target_dir / "compiled" / "rapport" / "models"
    staged, published = (
        (folder / name).read_text(encoding="utf-8")
        for name in ("staging/networks/stg_networks__account_handles.sql", "marts/account_handles.sql")
    )
    with duckdb.connect() as connection:
        connection.execute("set timezone = 'UTC'")
        connection.execute(f"attach ':memory:' as {built.settings.warehouse_path.stem}")
        connection.execute(f"use {built.settings.warehouse_path.stem}")
        raw_store.create_tables(connection)
        connection.execute("create schema staging")
        # of two pages of one moment either may be the newer, as long as it always is the same one, for every engine
        digests = [hashlib.md5(f"page-{page}".encode(), usedforsecurity=False).digest() for page in range(3)]
        ranks = [int.from_bytes(digest[-4:], "little") for digest in digests]

        @settings(max_examples=60, deadline=None)
        @given(looks())
        def holds(seen: list[Look]) -> None:
            connection.execute("delete from raw.users")
            for look in seen:
                connection.execute(
                    "insert into raw.users by name select $page as page_key, 'data' as section, 1 as position, "
                    "'x' as network, $account as account_id, $handle as username, $at as observed_at",
                    {
                        "page": f"page-{look.page}",
                        "account": look.account_id,
                        "handle": look.handle,
                        "at": START + timedelta(hours=look.hours),
                    },
                )
            connection.execute(f"create or replace table staging.stg_networks__account_handles as {staged}")
            found = connection.execute(f"from ({published}) order by all").fetchall()
            assert found == walked(seen, ranks)

        holds()


def walked(seen: list[Look], ranks: list[int]) -> list[tuple[str, str, int, str, datetime, datetime, bool]]:
    """Rows of marts.account_handles, by looking at one profile after the other."""
    rows = []
    for account in sorted({look.account_id for look in seen}):
        named = sorted(
            (look.hours, ranks[look.page], look.handle)
            for look in seen
            if look.account_id == account and look.handle
        )
        spells = [list(spell) for _, spell in groupby(named, key=lambda look: look[2].lower())]
        for number, spell in enumerate(spells, 1):
            first, last = (START + timedelta(hours=look[0]) for look in (spell[0], spell[-1]))
            rows.append(("x", account, number, spell[-1][2], first, last, number == len(spells)))
    return rows


def test_the_handle_of_today_is_the_accounts(built: Built) -> None:
    rows = built.connection.sql(
        "select count(*), count(*) filter (spells.handle is distinct from accounts.handle) "
        "from marts.account_handles as spells "
        "inner join marts.accounts as accounts using (network, account_id) where is_current"
    ).fetchall()
    assert rows[0][0] > 100 and rows[0][1] == 0
