"""What the report says of numbers that were published before, and are others now."""

from collections.abc import Callable
from datetime import timedelta

from rapport.config import Settings
from reporting.report import write_reports
from tests.reporting.pages import Page
from tests.reporting.published import AS_OF, WEEK, Published

EARLIER = WEEK - timedelta(weeks=1)


def restate(
    world: Published, days_ago: float, column: str, before: float | None, after: float | None, **facts
):
    facts = {
        "table_name": "rpt_engagement_summary",
        "week_start_date": EARLIER,
        "is_redefined": False,
        "is_provisional": False,
        "network": None,
    } | facts
    world.add(
        "reports.rpt_restatements", client_id="harbour", column_name=column, value_before=before,
        value_after=after, restated_at=AS_OF + timedelta(hours=5) - timedelta(days=days_ago), **facts,
    )  # fmt: skip


def made_of(part_before: int, whole_before: int, part_after: int, whole_after: int) -> dict[str, int]:
    """Of how many a share was, and is."""
    return {"part_count_before": part_before, "whole_count_before": whole_before,
            "part_count_after": part_after, "whole_count_after": whole_after}  # fmt: skip


def page_of(settings: Settings, world: Published) -> Page:
    world.publication()
    world.week("harbour", "Harbour Museum", WEEK)
    world.con.close()
    return Page(write_reports(settings, on_progress=lambda line: None)[0])


def test_what_moved_within_the_week_is_shown_once_with_where_it_came_from_and_where_it_is(
    settings: Settings, publish: Callable[[], Published]
) -> None:
    world = publish()
    restate(world, 3, "exchange_count", 1041, 1042)
    restate(world, 1, "exchange_count", 1042, 1045)
    restate(world, 3, "answered_within_day_count", 4, 5)  # there ...
    restate(world, 2, "answered_within_day_count", 5, 4)  # ... and back
    restate(
        world, 0, "answered_within_day_share", None, 0.25, account_id="77", table_name="rpt_manageability"
    )
    restate(world, 8, "new_count", 1, 2)  # a week ago it was so already
    world.add("reports.rpt_restatements", client_id="another", column_name="cooled_count", value_before=1,
              value_after=2, restated_at=AS_OF, week_start_date=EARLIER)  # fmt: skip
    page = page_of(settings, world)
    assert "2 numbers of earlier weeks changed within the last week." in page.words
    assert "9–15 November 2026 exchange 1,041 1,045" in page.words
    assert "answered within a day share (account 77) none 25%" in page.words
    for absent in ("answered within a day 4", "new 1 2", "cooled"):
        assert absent not in page.words


def test_a_share_says_of_how_many_it_was_and_is(settings: Settings, publish: Callable[[], Published]) -> None:
    world = publish()
    world.week("harbour", "Harbour Museum", EARLIER)
    share = "answered_within_day_share"
    restate(world, 3, share, 0.25, 0.75, **made_of(2, 8, 6, 8))
    restate(world, 1, share, 0.75, 0.875, **made_of(6, 8, 7, 8))
    # it was published when restatements did not say what a share is made of
    restate(
        world,
        1,
        "answered_within_day_share",
        0.3,
        0.4,
        table_name="rpt_manageability",
        network="x",
        account_id="9",
    )
    page = page_of(settings, world)
    assert "answered within a day share 25% (2 of 8) 88% (7 of 8)" in page.words
    assert "answered within a day share (account 9) 30% 40%" in page.words


def test_what_was_not_final_says_of_how_many(settings: Settings, publish: Callable[[], Published]) -> None:
    world = publish()
    world.week("harbour", "Harbour Museum", EARLIER)
    share = "answered_within_day_share"
    restate(world, 1, share, 0.5, 0.625, is_provisional=True, **made_of(4, 8, 5, 8))
    page = page_of(settings, world)
    assert "share 50% (4 of 8) → 63% (5 of 8)" in page.words


def test_a_network_s_number_is_told_with_it_where_the_client_is_on_several(
    settings: Settings, publish: Callable[[], Published]
) -> None:
    world = publish()
    for network in ("x", "bluesky"):
        world.add("marts.client_accounts", client_id="harbour", network=network, account_id="1", is_ours=True)
    restate(world, 1, "exchange_count", 9, 10)
    restate(world, 1, "exchange_count", 4, 5, table_name="rpt_engagement_by_network", network="bluesky")
    page = page_of(settings, world)
    assert "2 numbers of earlier weeks changed" in page.words
    assert "exchange 9 10" in page.words and "exchange (Bluesky) 4 5" in page.words


def test_of_a_client_on_one_network_a_number_is_told_once(
    settings: Settings, publish: Callable[[], Published]
) -> None:
    world = publish()
    restate(world, 1, "exchange_count", 9, 10)
    restate(world, 1, "exchange_count", 9, 10, table_name="rpt_engagement_by_network", network="x")
    page = page_of(settings, world)
    assert "1 number of earlier weeks changed" in page.words and "(X)" not in page.words


def test_what_was_published_as_not_final_is_told_by_itself(
    settings: Settings, publish: Callable[[], Published]
) -> None:
    world = publish()
    world.week("harbour", "Harbour Museum", EARLIER)
    running = WEEK + timedelta(weeks=1)
    world.week("harbour", "Harbour Museum", running, is_complete_week=False, is_settled_week=False)
    restate(world, 2, "unanswered_count", 5, 4, is_provisional=True)
    restate(world, 1, "unanswered_count", 4, 3, is_provisional=True)
    restate(world, 1, "answered_within_day_share", 0.5, 0.625, is_provisional=True)
    restate(
        world,
        1,
        "answer_due_count",
        9,
        8,
        is_provisional=True,
        table_name="rpt_manageability",
        account_id="1",
    )
    # of a week that is still not final there is nothing to say
    restate(world, 1, "unanswered_count", 77, 78, is_provisional=True, week_start_date=running)
    page = page_of(settings, world)
    assert "No number that was published as final has changed." in page.words
    assert "Nothing" not in page.words_between("What changed in earlier weeks", "The answers of")
    assert (
        "The answers of 9–15 November 2026 were published as not final. They are final now: answered within a day "
        "share 50% → 63%; unanswered 5 → 3." in page.words
    )
    assert "../lists/weeks.html#week=2026-W46" in [link["href"] for link in page.all("a")]
    assert "77" not in page.words_between(
        "What changed in earlier weeks", "the numbers of weeks that are over"
    )


def test_where_nothing_moved_it_says_so(settings: Settings, publish: Callable[[], Published]) -> None:
    page = page_of(settings, publish())
    assert "Nothing: the numbers of earlier weeks are what they were." in page.words
    assert {"name": "rapport-publication", "content": "p"} in page.all("meta")


def test_of_many_the_newest_are_shown_and_other_definitions_named(
    settings: Settings, publish: Callable[[], Published]
) -> None:
    world = publish()
    for back in range(20):
        restate(
            world,
            1,
            "new_count",
            back,
            9.5,
            week_start_date=WEEK - timedelta(weeks=back + 1),
            is_redefined=True,
        )
    page = page_of(settings, world)
    assert (
        "20 numbers of earlier weeks changed within the last week; the newest weeks first, 12 of them here. "
        "Definitions changed as well, and may be why." in page.words
    )
    assert "new 11 9.50" in page.words and "new 12 9.50" not in page.words
