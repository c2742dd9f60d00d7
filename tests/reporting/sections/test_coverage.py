"""How far the data reaches, in words."""

from dataclasses import replace
from datetime import timedelta

import pytest

from rapport.config import Settings
from rapport.config_clients import LANGUAGES
from rapport.networks import BLUESKY, MASTODON, NETWORKS
from reporting.report import write_reports
from reporting.sections.coverage import words
from reporting.sections.coverage.record import Stream
from tests.invented_network import Y
from tests.reporting.language.test_every_page import spoken
from tests.reporting.pages import Page
from tests.reporting.published import AS_OF, client, record


def test_completeness_says_how_far_and_of_how_many() -> None:
    stream = record(
        Stream, network="x", stream="conversations", captured_reply_count=41, reported_reply_count=44,
        conversation_count=30, incomplete_conversation_count=1,
    )  # fmt: skip
    assert words.complete(client(), [stream]) == (
        "The data reaches to Mon 23 Nov 2026, 00:00 UTC and holds 41 of 44 replies (93%) that X counts in our "
        "conversations; 1 of 30 conversations is too incomplete for averages."
    )
    assert "how many replies X counts in our conversations is not known" in words.complete(client(), [])
    uncounted = replace(stream, incomplete_conversation_count=4, uncounted_conversation_count=3)
    assert words.complete(client(), [uncounted]).endswith(
        "; how complete 3 of 30 conversations are is not known, and 1 is too incomplete for averages."
    )
    assert words.complete(client(), [replace(uncounted, uncounted_conversation_count=4)]).endswith(
        "; how complete 4 of 30 conversations are is not known."
    )


def test_several_networks_are_told_together_and_apart(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(NETWORKS, "y", Y)
    on_both = replace(client(), networks=("x", "y"))
    replies = {"stream": "conversations", "incomplete_conversation_count": 0}
    streams = [
        record(
            Stream,
            network="x",
            captured_reply_count=50,
            reported_reply_count=44,
            conversation_count=3,
            **replies,
        ),
        record(
            Stream,
            network="y",
            captured_reply_count=6,
            reported_reply_count=6,
            conversation_count=2,
            **replies,
        ),
        record(Stream, network="y", stream="mentions"),
    ]
    assert words.complete(on_both, streams).endswith(
        "holds 50 of 50 replies (100%) that X and Y count in our conversations."
    )
    assert words.complete(on_both, streams[1:]).endswith(
        "holds 6 of 6 replies (100%) that Y counts in our conversations."
    )
    assert "how many replies X and Y count in our conversations is not" in words.complete(
        on_both, streams[2:]
    )
    assert words.label(on_both, streams[2]) == "Posts that mention us (Y)"
    assert words.label(client(), streams[2]) == "Posts that mention us"
    assert words.label(client(), replace(streams[2], stream="account_lookups")) == "Account lookups"


def test_a_stream_that_ends_earlier_is_named() -> None:
    stream = record(
        Stream, network="x", stream="mentions", last_window_end_at=AS_OF - timedelta(days=2, hours=3)
    )
    assert words.ends_earlier(stream, AS_OF) == "ends 2 days earlier"
    assert words.ends_earlier(replace(stream, last_window_end_at=AS_OF), AS_OF) == ""
    assert words.ends_earlier(replace(stream, last_window_end_at=None), AS_OF) == "never fetched"


def test_a_gap_is_told_with_its_reason() -> None:
    stream = record(
        Stream, network="x", stream="mentions", gap_count=2, gap_hours=50.0, gap_reasons="budget reached"
    )
    assert words.gap(client(), stream) == "Posts that mention us: 2 days (budget reached)"
    assert words.gap(client(), replace(stream, gap_count=0)) == ""


def test_where_counts_prove_nothing_completeness_is_not_known(monkeypatch: pytest.MonkeyPatch) -> None:
    for network in (BLUESKY, MASTODON):
        monkeypatch.setitem(NETWORKS, network.name, network)
    counted = {"stream": "conversations", "captured_reply_count": 3, "reported_reply_count": 4}
    streams = [
        record(Stream, network="x", conversation_count=2, **counted),
        record(Stream, network="bluesky", stream="conversations"),
    ]
    on_both = replace(client(), networks=("x", "bluesky"))
    assert words.complete(on_both, streams).startswith(
        "The data reaches to Mon 23 Nov 2026, 00:00 UTC (what is missing on Bluesky is not known) and holds 3 of 4 "
        "replies (75%) that X counts"
    )
    on_free = replace(client(), networks=("bluesky", "mastodon"))
    assert words.not_counting(on_free) == ["Bluesky"]


def test_private_talk_is_told_as_it_is_called_there_and_where_it_is_counted() -> None:
    fetched = record(Stream, network="x", stream="direct_messages")
    rest = "posts of protected accounts, and what was deleted or withheld before it was fetched."
    assert words.private_talk(client(), []) == f"Not seen at all: direct messages, {rest}"
    assert words.private_talk(client(), [fetched]) == (
        f"Direct messages are counted, and never shown. Not seen at all: {rest}"
    )
    # Mastodon brings it among other posts: no stream tells
    on_fedi = replace(client(), networks=("mastodon",))
    assert words.private_talk(on_fedi, []) == f"Not seen at all: private posts, {rest}"
    assert words.private_talk(replace(on_fedi, private_networks=("mastodon",)), []) == (
        f"Private posts are counted, and never shown. Not seen at all: {rest}"
    )
    everywhere = replace(client(), networks=("bluesky", "mastodon", "x"), private_networks=("mastodon",))
    assert words.private_talk(everywhere, [fetched]) == (
        "Private posts on Mastodon and direct messages on X are counted, and never shown. "
        f"Not seen at all: direct messages on Bluesky, {rest}"
    )


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_stream_of_profiles_is_shown_with_no_number_of_posts(harbour: Settings, language: str) -> None:
    settings = spoken(harbour, language)
    write_reports(settings, on_progress=lambda line: None)
    report = Page(settings.reports_dir / "harbour" / "2026-W47" / "index.html")
    rows = [row for row in report.section("coverage").split("<tr>") if 'class="num">' in row]
    counts = [row.split('class="num">')[1].split("<")[0] for row in rows]
    assert len(counts) > 2 and sorted(counts) == ["340"] * (len(counts) - 2) + ["–", "–"]
    assert (settings.reports_dir / "operator.html").read_text(encoding="utf-8").count(
        'class="num">–</td>\n        <td data-label="pages" class="num">26'
    ) == 1
