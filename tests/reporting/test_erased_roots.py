"""Pages of conversations whose first post is not here: where it was erased, nothing leads to it or names its author."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from rapport.config import Settings
from rapport.forgotten import Forgotten
from reporting.person_links import file_name
from reporting.redaction import without
from reporting.report import write_reports
from tests.reporting.published import AS_OF, WEEK, Published

ERASED = "https://wald.test/users/moss/statuses/117400739512320000"
NEVER_CAPTURED = "https://fen.test/users/heron/statuses/117400739512320001"
PEOPLE = {"1": "lichtung@wald.test", "11": "birke@wald.test"}
POSTS = 70  # more than a page shows of one conversation


@pytest.fixture
def pages(settings: Settings, publish: Callable[[], Published]) -> dict[str, str]:
    """What leads to posts: the report of the week, its board page, and a person's page."""
    world = publish()
    world.publication()
    world.accounts()
    world.week("harbour", "Harbour Museum", WEEK, real_conversation_count=2, exchange_count=9)
    world.person("harbour", "11", "connected", 1.0)
    for person, account in PEOPLE.items():
        world.add("marts.accounts", network="mastodon", account_id=account, person_id=f"x:{person}")
    world.add("marts.client_accounts", client_id="harbour", network="mastodon", account_id=PEOPLE["1"],
              role="tracked", is_ours=True)  # fmt: skip
    talk(world, ERASED, is_root_erased=True)
    talk(world, NEVER_CAPTURED, is_root_erased=False)
    world.con.close()
    write_reports(settings, on_progress=lambda line: None)
    folder = settings.reports_dir / "harbour"
    places = ("2026-W47/index.html", "2026-W47/board.html", f"people/{file_name('x:11')}")
    return {place: (folder / place).read_text(encoding="utf-8") for place in places}


def talk(world: Published, root: str, *, is_root_erased: bool) -> None:
    """A person and we in turn, below a post that is not here."""
    at = AS_OF - timedelta(days=2)
    for number in range(POSTS):
        post = f"https://wald.test/users/lichtung/statuses/{root[-1]}{number}"
        one, other = ("11", "1") if number % 2 else ("1", "11")
        world.add("marts.posts", network="mastodon", post_id=post, account_id=PEOPLE[one], text=f"The {number}.",
                  latest_version_id=post, root_post_id=root, created_at=at, kind="reply")  # fmt: skip
        world.add("marts.conversation_posts", network="mastodon", post_id=post, root_post_id=root, depth=1,
                  parent_post_id=root, is_parent_missing=True, is_root_erased=is_root_erased)  # fmt: skip
        world.add("marts.interactions", network="mastodon", interaction_id=f"mastodon:{post}:{other}", kind="reply",
                  is_address=True, from_account_id=PEOPLE[one], to_account_id=PEOPLE[other], from_person_id=f"x:{one}",
                  to_person_id=f"x:{other}", post_id=post, root_post_id=root, occurred_at=at)  # fmt: skip
        at += timedelta(minutes=5)
    world.add("reports.rpt_conversations", client_id="harbour", network="mastodon", root_post_id=root, is_real=True,
              started_by="unknown", is_root_missing=True, post_count=POSTS, exchange_count=POSTS - 1,
              opened_at=AS_OF - timedelta(days=2), last_active_at=at, participant_count=2, real_person_count=1,
              state="answered", missing_reason="erased" if is_root_erased else "not asked for yet")  # fmt: skip


def test_pages_lead_to_what_was_never_captured_and_not_to_what_was_erased(pages: dict[str, str]) -> None:
    for place, page in pages.items():
        assert f'href="{NEVER_CAPTURED}"' in page, place
        assert f'data-post-id="mastodon:{NEVER_CAPTURED}"' in page, place
        assert "/moss/" not in page, place


def test_a_page_that_was_there_before_loses_it_with_the_id(pages: dict[str, str]) -> None:
    forgotten = Forgotten.of("mastodon", post_ids=[NEVER_CAPTURED])
    for place, page in pages.items():
        clean = without(page, forgotten)
        assert "/heron/" not in clean, place
        # what is said of the conversation stays
        assert clean.count("All of it") == page.count("All of it"), place
        assert ("All of it" in page) == ("board" not in place)
