"""Random trees as links between posts, and what is above and below each post, found one step at a time."""

from collections import Counter
from random import Random

# network, post, its parent
Link = tuple[str, str, str | None]


def random_links(seed: int, count: int, chain: int, cycle_count: int) -> list[Link]:
    """Trees of two networks with the same ids, and a chain. So often in each network a post claims to answer itself or
    one below it, which makes cycles with posts below them."""
    chance = Random(seed)
    links: list[Link] = [("deep", str(step), str(step - 1) if step else None) for step in range(chain)]
    for network in ("x", "mastodon"):
        parents: dict[str, str | None] = {}
        for number in chance.sample(range(1, 20 * count), count):
            latest = [*parents][-30:]
            parents[str(number)] = chance.choice(latest) if latest and chance.random() < 0.9 else None
        for _ in range(cycle_count):
            below = above = chance.choice([*parents])
            for _ in range(chance.randrange(6)):
                above = parents[above] or above
            parents[above] = below
        links += [(network, post_id, parent) for post_id, parent in parents.items()]
    return links


def tops(links: list[Link]) -> dict[tuple[str, str], tuple[str, int]]:
    """(network, post) → its top and the steps up to it; a cycle ends at its first post."""
    parents = {(network, post_id): parent for network, post_id, parent in links}
    found = {}
    for network, post_id, _ in links:
        seen = [post_id]
        while (parent := parents[network, seen[-1]]) is not None and parent not in seen:
            seen.append(parent)
        if parent is None:
            found[network, post_id] = (seen[-1], len(seen) - 1)
        else:
            cut = min(seen[seen.index(parent) :], key=int)
            found[network, post_id] = (cut, seen.index(cut))
    return found


def descendants(links: list[Link]) -> dict[tuple[str, str], int]:
    """(network, post) → how many posts are below it, for those that have any. There are no cycles."""
    parents = {(network, post_id): parent for network, post_id, parent in links}
    counts: Counter[tuple[str, str]] = Counter()
    for (network, _), above in parents.items():
        while above is not None:
            counts[network, above] += 1
            above = parents[network, above]
    return dict(counts)
