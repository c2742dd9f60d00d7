"""A conversation's posts as an indented thread of bounded length. Pure.

The tree can have holes (a parent that was not captured), and, as data from outside, loops; every post
comes out at most once and the walk ends.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from reporting.posts import Post

POSTS_SHOWN = 40  # of one conversation; the longest threads are one side talking
POSTS_UNFOLDED = 6  # before the fold


@dataclass(frozen=True, slots=True)
class Line:
    """One post in its place. `reply_to` is set where the indentation alone leaves whom it answers in doubt:
    after a branch that went deeper."""

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
        # A fold that hides one post costs more than it saves.
        return POSTS_UNFOLDED if len(self.lines) > POSTS_UNFOLDED + 1 else len(self.lines)


def thread(posts: Sequence[Post], limit: int = POSTS_SHOWN) -> Thread:
    """The posts of one conversation (any order, given oldest first) as a thread of at most `limit` lines.

    Too long a one keeps where we take part: our posts, what they answer and what answers them; then the
    oldest. Ancestors are kept with a post, so that nothing hangs in the air.
    """
    known = {post.post_id: post for post in posts}
    kept = _chosen(posts, known, limit)
    children: dict[str | None, list[Post]] = {}
    for post in posts:
        if post.post_id in kept:
            parent = (
                post.parent_post_id
                if post.parent_post_id in kept and post.parent_post_id != post.post_id
                else None
            )
            children.setdefault(parent, []).append(post)
    lines: list[Line] = []
    seen: set[str] = set()
    # Loops have no top of their own: after the tops, whatever was not reached starts where it is oldest.
    for top in [*children.get(None, []), *(post for post in posts if post.post_id in kept)]:
        stack = [(top, 0)]
        while stack:
            post, depth = stack.pop()
            if post.post_id in seen:
                continue
            seen.add(post.post_id)
            came_back = bool(lines) and lines[-1].depth > depth
            parent_post = known.get(post.parent_post_id or "")
            lines.append(
                Line(
                    post=post,
                    depth=depth,
                    reply_to=parent_post if came_back and parent_post is not post else None,
                    is_parent_missing=bool(post.parent_post_id) and parent_post is None,
                )
            )
            stack.extend((child, depth + 1) for child in reversed(children.get(post.post_id, [])))
    return Thread(lines=lines, left_out_count=len(known) - len(lines))


def _chosen(posts: Sequence[Post], known: dict[str, Post], limit: int) -> set[str]:
    if len(posts) <= limit:
        return set(known)
    by_us = [post for post in posts if post.is_ours]
    our_ids = {post.post_id for post in by_us}
    to_us = [post for post in posts if post.parent_post_id in our_ids]
    kept: set[str] = set()
    for post in _once([*posts[:1], *by_us, *to_us, *posts]):
        line = _line_up(post, known, kept, limit)
        # A post whose ancestors no longer fit is left out, a shorter one may still fit.
        if len(kept) + len(line) <= limit:
            kept.update(line)
    return kept


def _line_up(post: Post, known: dict[str, Post], kept: set[str], limit: int) -> list[str]:
    """The post and those of its ancestors that are not kept yet; stops where there is no room left."""
    line: list[str] = []
    at: Post | None = post
    while at is not None and at.post_id not in kept and at.post_id not in line and len(line) <= limit:
        line.append(at.post_id)
        at = known.get(at.parent_post_id or "")
    return line


def _once(posts: Iterable[Post]) -> list[Post]:
    return list({post.post_id: post for post in posts}.values())
