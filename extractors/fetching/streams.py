"""What a stream and a target are, on any network. Each network declares its own in extractors/<network>/streams.py."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal

from extractors.fetching.vocabulary import Metric, ObjectKind

# A post may be indexed later than its neighbours: each window, each poll and each look at direct messages asks again
# for the end of the one before it. No network's figures say how late is late. Ten minutes are under one per cent of a
# day, which is what they cost in posts read twice; an hour would cost four (docs/decisions/0020-late-posts.md).
OVERLAP = timedelta(minutes=10)
# The names that the machinery itself knows; they are the same on every network.
PROFILES = "profiles"
MISSING = "missing"
# The spec of a poll. What it brings lands in the stream of the conversations.
POLL = "poll"


@dataclass(frozen=True)
class Stream:
    """One kind of request. `endpoint` and `method` say to the client which; page tokens go into `token_parameter` (None
    = one page).

    `page_sizes` are the least and the most that a page may be asked to hold; `reach` is how many of the newest objects
    the endpoint shows at all; `needs_user`: answered only to a user's own token; `is_windowed`: the endpoint takes a
    start and an end (where not, a walk of an account's posts ends at the first object older than the window);
    `remembers`: later runs begin at the newest object that the last one brought, though the endpoint knows no window;
    `overlap`: how far before its window a stream begins to ask; `has_includes`: whether authors and referenced posts
    come as well, and are paid for.

    `wave`: in which wave of a run it is fetched (None: not in a run). `each` says what there is a walk for: each
    account of ours, or each post of ours with more than zero of `metric`. `is_nod`: asked only of the window's own
    posts, of so many as nods_per_run allows.
    """

    name: str
    endpoint: str
    method: str
    kind: ObjectKind
    page_sizes: tuple[int, int] | None = None
    token_parameter: str | None = None
    is_windowed: bool = False
    overlap: timedelta = OVERLAP
    reach: int | None = None
    needs_user: bool = False
    remembers: bool = False
    has_includes: bool = True
    wave: int | None = None
    each: Literal["account", "post"] | None = None
    metric: Metric | None = None
    is_nod: bool = False

    @property
    def parameters(self) -> dict[str, Any]:
        """What every request of the stream carries."""
        return {}

    @property
    def worst_usd(self) -> float:
        """What one result may cost at most, US dollars."""
        return 0.0


@dataclass(frozen=True)
class Target:
    """What one walk is about: an account, a post, a query, a batch of ids. `label` tells targets apart.

    `down_to`: the walk ends at the first object older than that, where the endpoint itself takes no such bound.
    """

    label: str
    path_id: str | None = None
    parameters: tuple[tuple[str, Any], ...] = ()
    down_to: datetime | None = None


def each_of(ids: list[str]) -> list[Target]:
    """One walk for each account's timeline or mentions, each post's quotes, reposters or likers, each thread."""
    return [Target(object_id, path_id=object_id) for object_id in ids]
