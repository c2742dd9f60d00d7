"""The conversations with one person: of each, what the two of us say to each other, and what that answers. Pure.

A post that goes round has thousands of answers, and each of those who wrote one has a page: so of a conversation a page
shows what is between the two of us, with the posts above it, and says how many others there are.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from reporting.people.record import Address, Talk
from reporting.posts import Post
from reporting.sections.conversations.threads import POSTS_SHOWN, arranged

Root = tuple[str, str]  # network, id of the post a conversation began with


@dataclass(frozen=True)
class Captured:
    """A conversation as it was captured: its posts by id, the oldest first."""

    posts: dict[str, Post] = field(default_factory=dict)
    place: dict[str, int] = field(default_factory=dict)

    @classmethod
    def of(cls, posts: Sequence[Post]) -> "Captured":
        """The conversation that these posts are, the oldest first."""
        return cls(
            {post.post_id: post for post in posts}, {post.post_id: at for at, post in enumerate(posts)}
        )


def talks(
    addresses: Iterable[Address],
    conversations: Mapping[Root, Captured],
    own_accounts: frozenset[str],
    real_exchanges: float,
) -> tuple[Talk, ...]:
    """The conversations that these addresses (of one person, none private) are in, the one of the newest address first.

    `own_accounts` are those of the person, as network:id; `real_exchanges`: so many make a conversation real.
    """
    by_root: dict[Root, list[Address]] = {}
    for address in addresses:
        by_root.setdefault((address.network, address.root_post_id), []).append(address)
    found = [
        _talk(root, said, conversations.get(root) or Captured(), own_accounts, real_exchanges)
        for root, said in by_root.items()
    ]
    return tuple(sorted(found, key=lambda talk: (talk.last_at, talk.root_post_id), reverse=True))


def exchanges(addresses: Sequence[Address]) -> int:
    """How often the direction changes in what was said in one conversation, the oldest first."""
    return sum(one.is_from_us is not other.is_from_us for one, other in pairwise(addresses))


def _talk(
    root: Root,
    said: Sequence[Address],
    captured: Captured,
    own_accounts: frozenset[str],
    real_exchanges: float,
) -> Talk:
    network, root_post_id = root
    first = captured.posts.get(root_post_id)
    kept = _kept(dict.fromkeys(address.post_id for address in said), captured)
    turned = exchanges(said)
    return Talk(
        network=network,
        root_post_id=root_post_id,
        root=first,
        started_by=_started_by(first, own_accounts),
        first_at=said[0].occurred_at,
        last_at=said[-1].occurred_at,
        last_post_id=said[-1].post_id,
        last_text=_text_of(said[-1], captured),
        exchange_count=turned,
        is_real=turned >= real_exchanges,
        thread=arranged([captured.posts[post_id] for post_id in kept], captured.posts),
        post_count=len(captured.posts),
    )


def _text_of(address: Address, captured: Captured) -> str:
    post = captured.posts.get(address.post_id)
    return post.text if post else ""


def _started_by(first: Post | None, own_accounts: frozenset[str]) -> str:
    if first is None:
        return "unknown"
    return "us" if first.is_ours else "them" if first.author in own_accounts else "other"


def _kept(wanted: Iterable[str], captured: Captured) -> list[str]:
    """Ids of the newest of the wanted posts that fit, each with the posts above it; the oldest first."""
    kept: set[str] = set()
    for post_id in sorted(wanted, key=lambda post_id: captured.place.get(post_id, -1), reverse=True):
        above = _with_posts_above(post_id, captured, kept)
        if len(kept) + len(above) <= POSTS_SHOWN:
            kept.update(above)
        elif post_id in captured.posts and len(kept) < POSTS_SHOWN:
            kept.add(post_id)  # too many posts stand above it: it stands alone
    return sorted(kept, key=captured.place.__getitem__)


def _with_posts_above(post_id: str, captured: Captured, kept: set[str]) -> list[str]:
    found: list[str] = []
    post = captured.posts.get(post_id)
    while (
        post is not None
        and post.post_id not in kept
        and post.post_id not in found
        and len(found) <= POSTS_SHOWN
    ):
        found.append(post.post_id)
        post = captured.posts.get(post.parent_post_id or "")
    return found
