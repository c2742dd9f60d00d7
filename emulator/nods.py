"""Who liked a post and who reposted it: those of the script first, then a crowd drawn from the audience.

The crowd fills the post's own count as far as there are accounts. Who has a planned story, or belongs to us or
to a client's stakeholders, never nods by chance.
"""

from __future__ import annotations

import random

from emulator.model import Account, Post, World


def likers(world: World, post: Post) -> list[Account]:
    """Accounts that liked the post, as many as its count says or as there are."""
    declared = [world.accounts[handle] for handle in world.likes.get(post.canonical_id, ())]
    return _filled(world, declared, post, post.likes, "likes")


def reposters(world: World, post: Post, reposts: list[Post]) -> list[Account]:
    """Accounts that reposted the post: authors of `reposts` (newest first), then the crowd."""
    return _filled(world, [repost.author for repost in reposts], post, post.reposts, "reposts")


def _filled(world: World, declared: list[Account], post: Post, count: int, what: str) -> list[Account]:
    known = list(dict.fromkeys(account for account in declared if not account.is_away))
    others = [account for account in _crowd(world) if account is not post.author and account not in known]
    # Seeded by text: the same world gives the same crowd, in every process.
    rng = random.Random(f"{world.seed} {what} {post.canonical_id}")
    rng.shuffle(others)
    return known + others[: max(0, count - len(known))]


def _crowd(world: World) -> list[Account]:
    named = {plan.handle for plan in world.plans if plan.is_named}
    for client in world.clients:
        named |= {*client.us, *client.bots, *(stakeholder.handle for stakeholder in client.stakeholders)}
    return [
        account
        for handle, account in world.accounts.items()
        if handle not in named and account.kind == "person" and not (account.is_protected or account.is_away)
    ]
