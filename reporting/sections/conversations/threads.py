"""A conversation's posts as an indented thread of limited length. Pure.

A parent may not have been captured, and posts from outside may even answer each other in a loop. Every post is shown
at most once, and the walk always ends.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from reporting.posts import Post

POSTS_SHOWN = 40  # of one conversation: in the longest threads only one side talks
POSTS_UNFOLDED = 6  # before the fold


@dataclass(frozen=True, slots=True)
class Line:
    """One post in its place. `reply_to` is the post that it answers, set only after a deeper branch: there the
    indentation does not show it."""

    post: Post
    depth: int
    reply_to: Post | None
    is_parent_missing: bool


@dataclass(frozen=True, slots=True)
class Thread:
    """Lines in reading order, and how many posts were left out."""

    lines: list[Line]
    left_out_count: int

    @property
    def unfolded(self) -> list[Line]:
        return self.lines[: self._fold]

    @property
    def folded(self) -> list[Line]:
        return self.lines[self._fold :]

    @property
    def _fold(self) -> int:
        # A fold that hides a single post saves no room.
        return POSTS_UNFOLDED if len(self.lines) > POSTS_UNFOLDED + 1 else len(self.lines)


def thread(posts: Sequence[Post], limit: int = POSTS_SHOWN) -> Thread:
    """The posts of one conversation (oldest first) as a thread of at most `limit` lines.

    A conversation that is too long keeps the posts that we take part in: ours, those that they answer, and the answers
    to them. Then the oldest. A post is kept with all posts above it.
    """
    known = {post.post_id: post for post in posts}
    kept = _kept_ids(posts, known, limit)
    return arranged([post for post in posts if post.post_id in kept], known)


def arranged(posts: Sequence[Post], known: Mapping[str, Post]) -> Thread:
    """These posts of one conversation (oldest first), as they answer each other. `known`: all of the conversation."""
    kept = {post.post_id for post in posts}
    children: dict[str | None, list[Post]] = {}
    for post in posts:
        parent = (
            post.parent_post_id
            if post.parent_post_id in kept and post.parent_post_id != post.post_id
            else None
        )
        children.setdefault(parent, []).append(post)
    lines: list[Line] = []
    seen: set[str] = set()
    # A loop has no first post: what the walk from the first posts did not reach begins with its oldest post.
    for first in [*children.get(None, []), *posts]:
        stack = [(first, 0)]
        while stack:
            post, depth = stack.pop()
            if post.post_id in seen:
                continue
            seen.add(post.post_id)
            is_after_deeper = bool(lines) and lines[-1].depth > depth
            parent_post = known.get(post.parent_post_id or "")
            lines.append(
                Line(
                    post=post,
                    depth=depth,
                    reply_to=parent_post if is_after_deeper and parent_post is not post else None,
                    is_parent_missing=bool(post.parent_post_id) and parent_post is None,
                )
            )
            stack.extend((child, depth + 1) for child in reversed(children.get(post.post_id, [])))
    return Thread(lines=lines, left_out_count=len(known) - len(lines))


def _kept_ids(posts: Sequence[Post], known: dict[str, Post], limit: int) -> set[str]:
    if len(posts) <= limit:
        return set(known)
    by_us = [post for post in posts if post.is_ours]
    our_ids = {post.post_id for post in by_us}
    to_us = [post for post in posts if post.parent_post_id in our_ids]
    kept: set[str] = set()
    for post in _without_repeats([*posts[:1], *by_us, *to_us, *posts]):
        wanted = _with_ancestors(post, known, kept, limit)
        # A post with too many posts above it is left out; a later one may still fit.
        if len(kept) + len(wanted) <= limit:
            kept.update(wanted)
    return kept


def _with_ancestors(post: Post, known: dict[str, Post], kept: set[str], limit: int) -> list[str]:
    """The post and the posts above it that are not kept yet; ends where there is no room left."""
    found: list[str] = []
    current: Post | None = post
    while (
        current is not None
        and current.post_id not in kept
        and current.post_id not in found
        and len(found) <= limit
    ):
        found.append(current.post_id)
        current = known.get(current.parent_post_id or "")
    return found


def _without_repeats(posts: Iterable[Post]) -> list[Post]:
    return list({post.post_id: post for post in posts}.values())
