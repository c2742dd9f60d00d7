"""Raw's vocabulary, as the machinery reads it: a post's members in X's API v2, whatever network it is from."""

from typing import Any, Literal

ObjectKind = Literal["post", "user", "message"]
Metric = Literal["quote", "repost", "like"]

_METRICS: dict[Metric, tuple[str, ...]] = {
    "quote": ("quote_count",),
    "repost": ("repost_count", "retweet_count"),
    "like": ("like_count",),
}


def objects(value: Any) -> list[dict[str, Any]]:
    """The objects of a `data`, `errors` or `includes` member, which may be a list, one object or absent."""
    values = value if isinstance(value, list) else [value]
    return [item for item in values if isinstance(item, dict)]


def references(post: dict[str, Any]) -> list[tuple[str, str]]:
    """(type, id) of the posts a post refers to, in either dialect of X. Types: replied_to, quoted, retweeted."""
    found = post.get("referenced_tweets") or post.get("referenced_posts")
    return [
        (str(reference.get("type")), str(reference["id"]))
        for reference in objects(found)
        if reference.get("id")
    ]


def metric(post: dict[str, Any], name: Metric) -> int:
    """A count of a post's public metrics in either dialect of X; 0 where there is none."""
    metrics = post.get("public_metrics")
    counts = [metrics.get(field) for field in _METRICS[name]] if isinstance(metrics, dict) else []
    return next((count for count in counts if isinstance(count, int)), 0)
