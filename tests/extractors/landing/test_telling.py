"""What of a page is somebody's: by ids and names, and by no number that looks like an id."""

from extractors.landing.telling import objects_about
from rapport.forgotten import Forgotten
from rapport.links import Links


def test_a_count_is_nobodys_id() -> None:
    about = Forgotten.of("x", account_ids=["5"])
    others = {"id": "71", "text": "hi", "author_id": "9", "public_metrics": {"like_count": 5}, "favorite_count": "5",
              "display_text_range": [0, 5], "truncated": False}  # fmt: skip
    theirs = {"id": 72, "text": "hi", "user_id": 5}
    assert objects_about({"data": [others, theirs]}, about.on("x"), Links(about)) == [theirs]


def test_whoever_wrote_a_status_is_somebody() -> None:
    """The member `account` ends as a count does."""
    about = Forgotten.of("mastodon", account_ids=["lark@fen.test"], handles=["lark@fen.test"])
    them = {"id": "70", "acct": "lark@fen.test", "username": "lark", "note": "sings"}
    [told] = objects_about(
        {"data": [{"id": "7", "content": "hi", "account": them}]}, about.on("mastodon"), Links(about)
    )
    assert told == them
