"""The same conversation and dyad measures in plain pandas, as an analyst would write them today.

`python -m benchmarks.peer_pandas POSTS.ndjson OUT --ours ID,ID --bots ID,ID` writes OUT/conversations.parquet and
OUT/relationships.parquet, and prints as JSON how many seconds reading and either kind of measure took.
"""

import argparse
import json
import re
import time
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd

_LEADING_HANDLES = re.compile(r"^(?:\s*@[A-Za-z0-9_]+)*")
_READ_AT_ONCE = 100_000  # whole, a million posts as Python objects take more memory than many have


def read(path: Path) -> pd.DataFrame:
    """One row a post: id, author, conversation, created_at, parent, reply_to, quoted, is_repost, mentions."""
    parts = []
    for lines in pd.read_json(path, lines=True, dtype=False, chunksize=_READ_AT_ONCE):
        for name in ("referenced_tweets", "entities", "note_tweet", "in_reply_to_user_id"):
            if name not in lines:
                lines[name] = None
        referenced = [
            {reference["type"]: reference["id"] for reference in many} if isinstance(many, list) else {}
            for many in lines["referenced_tweets"]
        ]
        mentions = [
            entities.get("mentions", []) if isinstance(entities, dict) else []
            for entities in lines["entities"]
        ]
        texts = [
            note["text"] if isinstance(note, dict) else text
            for note, text in zip(lines["note_tweet"], lines["text"], strict=True)
        ]
        parts.append(
            pd.DataFrame(
                {
                    "id": lines["id"].astype("int64"),
                    "author": lines["author_id"].astype("int64"),
                    "conversation": lines["conversation_id"].astype("int64"),
                    "created_at": pd.to_datetime(lines["created_at"], utc=True),
                    "parent": _ids(references.get("replied_to") for references in referenced),
                    "reply_to": _ids(lines["in_reply_to_user_id"]),
                    "quoted": _ids(references.get("quoted") for references in referenced),
                    "is_repost": ["retweeted" in references for references in referenced],
                    "mentions": [_typed(*post) for post in zip(referenced, mentions, texts, strict=True)],
                }
            )
        )
    return pd.concat(parts, ignore_index=True)


def _ids(values: Any) -> pd.array:
    return pd.array([int(value) if isinstance(value, str) else None for value in values], dtype="Int64")


def _typed(referenced: dict[str, str], mentions: list[dict[str, Any]], text: str) -> list[int]:
    """Whom the author named; in a reply the leading handles are inherited from the thread."""
    if not mentions or "retweeted" in referenced:
        return []
    begin = len(_LEADING_HANDLES.match(text)[0]) if "replied_to" in referenced else 0  # type: ignore[index]
    return [int(mention["id"]) for mention in mentions if mention["start"] >= begin]


def addresses(posts: pd.DataFrame) -> pd.DataFrame:
    """Who turned to whom with which post, once for each addressee: sender, receiver, and the post's columns."""
    authors = posts.set_index("id")["author"]
    replies = posts[posts["parent"].notna()]
    replies = replies.assign(
        receiver=replies["parent"].map(authors).astype("Int64").fillna(replies["reply_to"])
    )
    quotes = posts[posts["quoted"].notna()]
    quotes = quotes.assign(receiver=quotes["quoted"].map(authors).astype("Int64"))
    mentions = posts.explode("mentions").rename(columns={"mentions": "receiver"})
    columns = ["id", "conversation", "created_at", "author", "receiver"]
    every = pd.concat([acts[columns].dropna(subset=["receiver"]) for acts in (replies, quotes, mentions)])
    every = every.drop_duplicates(["id", "receiver"]).rename(columns={"author": "sender"})
    every["receiver"] = every["receiver"].astype("int64")
    return every[every["sender"] != every["receiver"]]


def conversations(posts: pd.DataFrame, turned: pd.DataFrame) -> pd.DataFrame:
    """Size, participants, depth, width, turns and exchanges of every conversation."""
    posts = posts.sort_values("id")
    depths: dict[int, int] = {}
    for post, conversation, parent in zip(
        posts["id"], posts["conversation"], posts["parent"].fillna(-1), strict=True
    ):
        if parent in depths:
            depths[post] = depths[parent] + 1
        else:  # a part whose parent is missing hangs from the root
            depths[post] = 0 if post == conversation else 1
    posts = posts.assign(depth=posts["id"].map(depths))
    above = posts["parent"].map(posts.set_index("id")["author"])
    posts = posts.assign(is_turn=above.isna() | (above != posts["author"]))
    measures = posts.groupby("conversation").agg(
        post_count=("id", "size"), participant_count=("author", "nunique"), depth=("depth", "max"),
        turn_count=("is_turn", "sum"),
    )  # fmt: skip
    levels = posts.groupby(["conversation", "depth"]).size()
    measures["width"] = levels.groupby("conversation").max()
    pairs = turned.assign(
        one=turned[["sender", "receiver"]].min(axis=1), other=turned[["sender", "receiver"]].max(axis=1)
    ).sort_values(["conversation", "one", "other", "created_at", "id"])
    before = pairs.groupby(["conversation", "one", "other"])["sender"].shift()
    exchanges = pairs[before.notna() & (before != pairs["sender"])].groupby("conversation").size()
    measures["exchange_count"] = exchanges.reindex(measures.index).fillna(0).astype("int64")
    return measures.reset_index()


def relationships(turned: pd.DataFrame, ours: list[int], bots: list[int]) -> pd.DataFrame:
    """What passed between us and each person: addresses either way, exchanges, real conversations, first, last."""
    out = turned[turned["sender"].isin(ours)].assign(direction="out").rename(columns={"receiver": "person"})
    into = turned[turned["receiver"].isin(ours)].assign(direction="in").rename(columns={"sender": "person"})
    both = pd.concat([out, into])[["id", "conversation", "created_at", "person", "direction"]]
    both = both[~both["person"].isin([*ours, *bots])].drop_duplicates(["id", "person", "direction"])
    both = both.sort_values(["person", "conversation", "created_at", "id"])
    before = both.groupby(["person", "conversation"])["direction"].shift()
    both = both.assign(is_exchange=before.notna() & (before != both["direction"]))
    measures = both.groupby("person").agg(
        exchange_count=("is_exchange", "sum"), first_contact_at=("created_at", "min"),
        last_contact_at=("created_at", "max"),
    )  # fmt: skip
    directions = both.groupby(["person", "direction"]).size().unstack(fill_value=0)
    for direction in ("in", "out"):
        measures[f"address_{direction}_count"] = directions.get(direction, 0)
    talks = both.groupby(["person", "conversation"])["is_exchange"].sum()
    measures["real_conversation_count"] = (talks >= 2).groupby("person").sum()
    return measures.reset_index()


def main(arguments: list[str] | None = None) -> None:
    """Measures, writes, and prints the seconds."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.peer_pandas", description=__doc__)
    parser.add_argument("posts", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--ours", required=True)
    parser.add_argument("--bots", required=True)
    given = parser.parse_args(arguments)
    ours, bots = ([int(account) for account in many.split(",")] for many in (given.ours, given.bots))
    started = time.perf_counter()
    posts = read(given.posts)
    posts = posts[~posts["is_repost"]]
    was_read = time.perf_counter()
    turned = addresses(posts)
    found = {"conversations": conversations(posts, turned)}
    had_conversations = time.perf_counter()
    found["relationships"] = relationships(turned, ours, bots)
    had_relationships = time.perf_counter()
    for name, frame in found.items():
        duckdb.from_df(frame).write_parquet(str(given.out / f"{name}.parquet"))
    print(
        json.dumps(
            {
                "read": was_read - started,
                "conversations": had_conversations - was_read,
                "relationships": had_relationships - had_conversations,
            }
        )
    )


if __name__ == "__main__":
    main()
