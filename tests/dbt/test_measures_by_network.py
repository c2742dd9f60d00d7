"""A client on three networks, and one on Bluesky alone: what each network adds up to, and what a bridge has copied.

The pages are in the words of schema raw, so that the models are held and no translator.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from html import unescape
from typing import Any

import duckdb
import pytest

from rapport.networks import BLUESKY, MASTODON, NETWORKS
from reporting.report import write_reports
from tests.dbt.histories import START
from tests.dbt.homes import Home, Page
from tests.dbt.looks import Look
from tests.quality.publishing import give_receipt, publish_latest

CONFIG = """
[[people]]
id = "paolo"
name = "Paolo"
accounts = ["17", "mastodon:paolo@fedi.test"]

[[clients]]
id = "both"
name = "The Lab"
accounts = ["11", "bluesky:did:plc:lab", "mastodon:lab@lab.test"]

[[clients]]
id = "sky"
name = "The Sky"
accounts = ["bluesky:did:plc:sky"]
"""
# Two weeks before the data ends.
MONDAY = START + timedelta(days=14 - START.weekday())
END = MONDAY + timedelta(days=14)
HANDLES = {
    "11": "lab", "17": "paolo", "18": "xenia",
    "did:plc:lab": "lab.test", "did:plc:sky": "sky.test", "did:plc:olga": "olga-otter.test",
    "did:plc:moss": "moss.wald.test.ap.brid.gy",
}  # fmt: skip
COPY = "did:plc:moss"


@dataclass(frozen=True)
class Said:
    """A post: on which network, by whom, when after MONDAY, in answer to which."""

    network: str
    post_id: str
    author: str
    hours: float
    answers: str = ""
    names: str = ""
    reply_count: int | None = None

    @property
    def at(self) -> datetime:
        return MONDAY + timedelta(hours=self.hours)


def sky(author: str, key: str) -> str:
    return f"at://{author}/app.bsky.feed.post/{key}"


def fedi(author: str, number: int) -> str:
    name, _, host = author.partition("@")
    return f"https://{host}/users/{name}/statuses/{number}"


LAB, SKY, OLGA = "did:plc:lab", "did:plc:sky", "did:plc:olga"
FEDI, MOSS, PAOLO, OURS_COPIED = "lab@lab.test", "moss@wald.test", "paolo@fedi.test", "lab.test@bsky.brid.gy"
B1, B2, B3, B4, B5 = sky(LAB, "b1"), sky(COPY, "b2"), sky(LAB, "b3"), sky(OLGA, "b4"), sky(LAB, "b5")
T1, T2, T3, T4 = sky(SKY, "t1"), sky(COPY, "t2"), sky(SKY, "t3"), sky(COPY, "t4")
L1, L2 = sky(LAB, "l1"), sky(COPY, "l2")
M1, M2, M3, M4 = fedi(FEDI, 1), fedi(MOSS, 2), fedi(FEDI, 3), fedi(OURS_COPIED, 4)
M5, M6, M7 = fedi(PAOLO, 5), fedi(FEDI, 6), fedi(PAOLO, 7)
SAID = {
    "both": [
        # the copy talks with us, and then Olga does
        Said("bluesky", B1, LAB, 1, reply_count=0),
        Said("bluesky", B2, COPY, 2, B1),
        Said("bluesky", B3, LAB, 3, B2, reply_count=0),
        Said("bluesky", B4, OLGA, 4, B1),
        Said("bluesky", B5, LAB, 40, B4),
        # nobody but the copy answers
        Said("bluesky", L1, LAB, 5),
        Said("bluesky", L2, COPY, 6, L1),
        # the same talk where it was, a copy of ourselves, and Paolo, whom we know from X
        Said("mastodon", M1, FEDI, 1, reply_count=2),
        Said("mastodon", M2, MOSS, 2, M1),
        Said("mastodon", M3, FEDI, 3, M2),
        Said("mastodon", M4, OURS_COPIED, 4, M1),
        Said("mastodon", M5, PAOLO, 5, names=FEDI),
        Said("x", "101", "11", 1, reply_count=1),
        Said("x", "102", "17", 2, "101", reply_count=1),
        Said("x", "103", "11", 3, "102", reply_count=0),
        # the second week
        Said("x", "104", "18", 200, names="11"),
        Said("mastodon", M6, FEDI, 200, M5),
        Said("mastodon", M7, PAOLO, 250, M6),
    ],
    "sky": [
        Said("bluesky", T1, SKY, 1),
        Said("bluesky", T2, COPY, 2, T1),
        Said("bluesky", T3, SKY, 3, T2),
        Said("bluesky", T4, COPY, 4, T3),
    ],
}
# What Mastodon's own object holds besides.
PROFILES: dict[str, dict[str, Any]] = {
    MOSS: {
        "fields": [
            {
                "name": "Sky",
                "value": '<a href="https://olga-otter.test/" rel="me">',
                "verified_at": "2026-01-01",
            },
            {"name": "X", "value": '<a href="https://x.com/xenia">', "verified_at": None},
        ],
        "moved": {"acct": "lab", "url": "https://lab.test/@lab"},
    }
}
AUTHORS = {said.post_id: said.author for posts in SAID.values() for said in posts}
ROOTS: dict[str, str] = {}
for posts in SAID.values():
    for one in posts:
        ROOTS[one.post_id] = ROOTS[one.answers] if one.answers else one.post_id


def _post(said: Said) -> Look:
    payload: dict[str, Any] = {
        "id": said.post_id, "author_id": said.author, "created_at": said.at.strftime("%Y-%m-%dT%H:%M:%S.000Z"),
        "text": "words", "conversation_id": ROOTS[said.post_id],
    }  # fmt: skip
    if said.answers:
        payload |= {
            "in_reply_to_user_id": AUTHORS[said.answers],
            "referenced_tweets": [{"type": "replied_to", "id": said.answers}],
        }
    if said.names:
        handle = HANDLES.get(said.names, said.names)
        mention = {"start": 0, "end": len(handle) + 1, "username": handle, "id": said.names}
        payload |= {"text": f"@{handle} words", "entities": {"mentions": [mention]}}
    if said.reply_count is not None:
        payload["public_metrics"] = {"reply_count": said.reply_count}
    return Look("post", payload, said.at)


def _user(account_id: str) -> Look:
    handle = HANDLES.get(account_id, account_id)
    return Look(
        "user",
        {"id": account_id, "username": handle, "name": f"Name of {handle}"} | PROFILES.get(account_id, {}),
        END,
    )


def _pages(week: int, without: str = "") -> list[Page]:
    """What the week's fetches brought for each client and network; the profile of one account may be missing."""
    window = (MONDAY + timedelta(days=7 * week), MONDAY + timedelta(days=7 * week + 7))
    pages = []
    for client, posts in SAID.items():
        for number, network in enumerate(("x", "bluesky", "mastodon")):
            said = [one for one in posts if one.network == network]
            new = [one for one in said if window[0] <= one.at < window[1]]
            authors = sorted({one.author for one in said} - {without})
            for stream in ("own_posts", "mentions", "conversations") if said else ():
                found = new if stream == "own_posts" else []
                beside = [_user(author) for author in authors] if stream == "own_posts" else []
                pages.append(
                    Page(
                        stream, client, window[1], window, [_post(one) for one in found], beside,
                        number=10 * week + number, network=network,
                    )
                )  # fmt: skip
    return pages


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Home]:
    """Built after the first week, of which the copy's profile is not known yet, and after the second."""
    folder = tmp_path_factory.mktemp("by_network")
    with pytest.MonkeyPatch.context() as patch:
        for network in (BLUESKY, MASTODON):
            patch.setitem(NETWORKS, network.name, replace(network, is_translated=False))
        made = Home(folder / "home", CONFIG, has_outcomes=False)
        made.load(_pages(0, without=COPY))
        assert made.build().is_full_refresh
        made.load(_pages(1))
        assert not made.build().is_full_refresh
        yield made


@pytest.fixture
def con(home: Home) -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect(str(home.settings.warehouse_path), read_only=True) as connection:
        connection.execute("set timezone = 'UTC'")
        yield connection


def test_a_copy_is_nobody_where_we_see_the_original_and_somebody_elsewhere(con: Any) -> None:
    ties = con.execute(
        "select client_id, person_id, networks, address_in_count, address_out_count, exchange_count "
        "from reports.rpt_relationships order by all"
    ).fetchall()
    assert ties == [
        ("both", f"bluesky:{OLGA}", ["bluesky"], 1, 1, 1),
        ("both", f"mastodon:{MOSS}", ["mastodon"], 1, 1, 1),
        ("both", "person:paolo", ["mastodon", "x"], 3, 2, 3),
        ("both", "x:18", ["x"], 1, 0, 0),
        ("sky", f"bluesky:{COPY}", ["bluesky"], 2, 1, 2),
    ]
    conversations = con.execute(
        "select client_id, root_post_id, participant_count from reports.rpt_conversations order by all"
    ).fetchall()
    assert sorted(conversations) == sorted(
        [
            ("both", B1, 2),
            ("both", M1, 2),
            ("both", M5, 2),
            ("both", "101", 2),
            ("both", "104", 1),
            ("sky", T1, 2),
        ]
    )
    lone = con.execute("select client_id, post_id from reports.rpt_lone_posts").fetchall()
    assert ("both", L1) in lone


def test_networks_add_up_to_the_week(con: Any) -> None:
    each = con.execute(
        "select week_start_date, network, person_in_count, exchange_count, waiting_count "
        "from reports.rpt_engagement_by_network where client_id = 'both' order by all"
    ).fetchall()
    first, second = MONDAY.date(), (MONDAY + timedelta(days=7)).date()
    assert each == [
        (first, "bluesky", 1, 1, 0), (first, "mastodon", 2, 1, 1), (first, "x", 1, 1, 0),
        (second, "bluesky", 0, 0, 0), (second, "mastodon", 1, 2, 1), (second, "x", 1, 0, 1),
    ]  # fmt: skip
    [people] = con.execute(
        "select list(person_in_count order by week_start_date) from reports.rpt_engagement_summary "
        "where client_id = 'both'"
    ).fetchall()
    # Paolo turned to us on two networks, and is one person
    assert people == ([3, 2],)


def test_what_a_count_does_not_prove_is_not_known(con: Any) -> None:
    known = con.execute(
        "select network, completeness, conversation_count, incomplete_conversation_count, "
        "uncounted_conversation_count from reports.rpt_coverage "
        "where client_id = 'both' and stream = 'conversations' order by network"
    ).fetchall()
    assert known == [("bluesky", None, 1, None, None), ("mastodon", None, 2, 2, 2), ("x", 1.0, 2, 1, 1)]
    assert con.execute(
        "select completeness, missing_reason from reports.rpt_conversations where root_post_id = $root",
        {"root": B1},
    ).fetchall() == [(None, "not counted")]
    # of the copy's and Moss's posts our server's count says nothing: all that is counted is here, and yet it is no 100%
    assert con.execute(
        "select completeness, uncounted_post_count from reports.rpt_conversations where root_post_id = $root",
        {"root": M1},
    ).fetchall() == [(None, 3)]
    assert con.execute(
        "select distinct completeness from marts.conversations where root_post_id in ($fedi, $sky)",
        {"fedi": M1, "sky": B1},
    ).fetchall() == [(None,)]


def test_the_report_says_where_it_happened(home: Home, con: Any) -> None:
    [(build_id,)] = con.execute("select arg_max(build_id, started_at) from quality.builds").fetchall()
    con.close()
    give_receipt(home.settings, build_id)
    publish_latest(home.settings)
    written = write_reports(home.settings, on_progress=lambda line: None)
    pages = {path.parts[-3]: unescape(path.read_text(encoding="utf-8")) for path in written}
    both, sky = pages["both"], pages["sky"]
    assert "The week on each network" in both and "All together" in both
    assert '<span class="badge net">Mastodon</span><span class="badge net">X</span>' in both
    assert "What is missing on Bluesky is not known" in both
    assert "Bluesky's counts of replies prove nothing" in both
    for section in ("manageable", "context"):
        shown = both.split(f'<section id="{section}"')[1].split("</section>")[0]
        assert "badge net" in shown, section
    # Paolo waits on Mastodon, and talks with us on X as well
    by_section = {
        name: both.split(f'<section id="{name}"')[1].split("</section>")[0] for name in ("waiting", "people")
    }
    assert "@paolo@fedi.test" in by_section["waiting"]
    # the page of a person leads to both accounts
    links = set(re.findall(r'href="(../people/[0-9a-f]+.html)"', by_section["waiting"]))
    people = [
        (home.settings.reports_dir / "both" / "week" / link).resolve().read_text(encoding="utf-8")
        for link in links
    ]
    assert [
        page for page in people if "https://fedi.test/@paolo" in page and "https://x.com/i/user/17" in page
    ]
    # who is on one network need not be told which
    assert "The week on each network" not in sky and "badge net" not in sky
    operator = (home.settings.reports_dir / "operator.html").read_text(encoding="utf-8")
    assert "on Bluesky and Mastodon, where reading is free" in operator
    assert "nothing on Bluesky, where reading is free" in operator


def test_evidence_is_suggested_and_merges_nobody(con: Any) -> None:
    rows = con.execute(
        "select account_id, other_account_id, reasons from marts.person_suggestions order by all"
    ).fetchall()
    copy, link = "one is the copy that a bridge makes of the other", "one has a verified link to the other"
    assert rows == [
        (LAB, OURS_COPIED, [copy]),
        (COPY, MOSS, [copy]),
        (OLGA, MOSS, [link]),
        (FEDI, MOSS, ["one says that it has moved to the other"]),
    ]
    persons = con.execute("select count(distinct person_id), count(*) from marts.accounts").fetchall()
    assert persons == [(10, 11)]  # Paolo, by the list


def test_a_copy_found_out_later_is_as_if_it_had_been_known(home: Home) -> None:
    assert home.differences() == []
