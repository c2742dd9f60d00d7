"""What is an id, a handle or a time, by the test files of those who wrote the AT Protocol's specifications (CC0)."""

from collections.abc import Callable
from pathlib import Path

import pytest

from extractors.bluesky.listed import named_at
from rapport.networks import BLUESKY
from rapport.window import moment_in
from tests import needs

POST = "at://did:plc:ragtimewatcher22222222aa/app.bsky.feed.post/"
# Python knows no year 0: such a post is as old as the network saw it.
NOT_READ = {"0000-01-01T00:00:00.000Z"}
# Longer names are refused there, and not here: whoever meets one has it from a network that took it.
LONG_IS_NO_FAULT = 250
# A record's time is written by any program. What can be read is read.
READ_ALL_THE_SAME = {
    "1985-04-12T23:20:50.Z", "1985-04-12t23:20:50.123Z", "1985-04-12T23:20:50.123-00:00", "1985-04-12_23:20:50.123Z",
    "1985-04-12 23:20:50.123Z", "1985-04-12T23:20:50.123", "1985-04-12T23:20:50", "1985-04-12", "1985-04-12T23:20Z",
    "1985-04-12T23:20:50.123+00", "1985-04-12T23:20:50.123+0000",
}  # fmt: skip


CASES: dict[str, Callable[[str], bool]] = {
    "handle": BLUESKY.is_handle,
    "did": BLUESKY.is_account_id,
    "recordkey": lambda key: BLUESKY.is_post_id(POST + key),
    "tid": lambda key: named_at(POST + key) is not None,
    "datetime": lambda text: moment_in(text) is not None,
}


@pytest.fixture
def folder() -> Path:
    return needs.checkout("bluesky-social/atproto-interop-tests") / "syntax"


def lines(path: Path) -> list[str]:
    found = path.read_text(encoding="utf-8").split("\n")
    return [line for line in found if line and not line.startswith("#")]


@pytest.mark.parametrize("kind", CASES)
def test_what_is_valid_is_taken_and_what_is_not_is_refused(folder: Path, kind: str) -> None:
    taken = [line for line in lines(folder / f"{kind}_syntax_valid.txt") if line not in NOT_READ]
    refused = [
        line
        for line in lines(folder / f"{kind}_syntax_invalid.txt")
        if len(line) < LONG_IS_NO_FAULT and line not in READ_ALL_THE_SAME
    ]
    assert len(taken) >= 4 and len(refused) >= 8
    assert [line for line in taken if not CASES[kind](line)] == []
    assert [line for line in refused if CASES[kind](line)] == []


def test_what_reads_as_a_time_and_is_none(folder: Path) -> None:
    found = lines(folder / "datetime_parse_invalid.txt")
    assert found and [line for line in found if moment_in(line)] == []


def test_addresses(folder: Path) -> None:
    """Those files have addresses of any record and account; an id is that of a post. So here they are of posts."""

    def is_post(address: str) -> bool:
        if not (address.startswith("at://did:") and address.count("/") == 4):
            return False  # what has no record in it, or a handle, is no id
        authority, _, key = address.removeprefix("at://").split("/")
        return BLUESKY.is_post_id(f"at://{authority}/app.bsky.feed.post/{key}")

    valid, invalid = (lines(folder / f"aturi_syntax_{kind}.txt") for kind in ("valid", "invalid"))
    records = [line for line in valid if line.startswith("at://did:") and line.count("/") == 4]
    assert len(records) > 10 and [line for line in records if not is_post(line)] == []
    assert [line for line in (*valid, *invalid) if BLUESKY.is_post_id(line)] == []
    # the name of a collection is all that is wrong with this one
    wrong = [line for line in invalid if is_post(line) and len(line) < LONG_IS_NO_FAULT]
    assert wrong == ["at://did:plc:asdf123/short/stuff"]
