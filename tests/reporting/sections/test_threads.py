"""Threads: every post at most once, holes and loops survived, length bounded."""

import random
from datetime import UTC, datetime

from reporting.posts import Post
from reporting.sections.conversations.threads import POSTS_SHOWN, POSTS_UNFOLDED, thread


def post(post_id: str, parent: str | None = None, ours: bool = False) -> Post:
    return Post(
        "x", post_id, parent, "a", "a", "A", f"post {post_id}", datetime(2026, 11, 1, tzinfo=UTC), ours
    )


def shape(posts: list[Post]) -> list[tuple[str, int]]:
    return [(line.post.post_id, line.depth) for line in thread(posts).lines]


def test_replies_stand_below_what_they_answer_oldest_first() -> None:
    posts = [post("1"), post("2", "1"), post("3", "1"), post("4", "2"), post("5", "3")]
    assert shape(posts) == [("1", 0), ("2", 1), ("4", 2), ("3", 1), ("5", 2)]


def test_who_is_answered_is_named_after_a_deeper_branch_only() -> None:
    posts = [post("1"), post("2", "1"), post("3", "1"), post("4", "2")]
    assert [line.reply_to and line.reply_to.post_id for line in thread(posts).lines] == [
        None,
        None,
        None,
        "1",
    ]


def test_a_missing_parent_is_marked_and_its_subtree_kept() -> None:
    lines = thread([post("2", "gone"), post("3", "2")]).lines
    assert [(line.post.post_id, line.depth, line.is_parent_missing) for line in lines] == [
        ("2", 0, True),
        ("3", 1, False),
    ]


def test_loops_and_self_replies_end() -> None:
    assert sorted(shape([post("1", "2"), post("2", "1"), post("3", "3")])) == [("1", 0), ("2", 1), ("3", 0)]


def test_random_trees_lose_and_double_nothing() -> None:
    chance = random.Random(7)
    for _ in range(100):
        size = chance.randint(1, POSTS_SHOWN)
        posts = [
            post(str(n), str(chance.randint(0, size + 3)) if chance.random() < 0.9 else None)
            for n in range(size)
        ]
        assert sorted(line.post.post_id for line in thread(posts).lines) == sorted(
            member.post_id for member in posts
        )


def test_a_long_thread_keeps_where_we_take_part() -> None:
    crowd = [post(str(n), "0") for n in range(1, 500)]
    posts = [post("0"), *crowd, post("900", "450", ours=True), post("901", "900")]
    shown = thread(posts)
    kept = {line.post.post_id for line in shown.lines}
    assert len(shown.lines) == POSTS_SHOWN
    assert {"0", "450", "900", "901"} <= kept
    assert shown.left_out_count == len(posts) - POSTS_SHOWN
    assert not any(line.is_parent_missing for line in shown.lines)


def test_a_chain_longer_than_the_limit_shows_its_beginning() -> None:
    chain = [post("0"), *(post(str(n), str(n - 1)) for n in range(1, 3000))]
    assert [line.post.post_id for line in thread(chain).lines] == [str(n) for n in range(POSTS_SHOWN)]


def test_a_fold_hides_at_least_two() -> None:
    row = [post("0"), *(post(str(n), "0") for n in range(1, POSTS_UNFOLDED + 2))]
    assert thread(row[:-1]).folded == []
    assert len(thread(row).folded) == 2
