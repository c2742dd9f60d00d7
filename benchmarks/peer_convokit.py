"""The reply-tree measures by ConvoKit: a Corpus of the posts, and each conversation's tree traversed.

Runs in an environment of its own, that has nothing but ConvoKit: `PYTHON peer_convokit.py POSTS.ndjson OUT` writes
OUT/conversations.csv and prints as JSON how many seconds it took to read, to make the corpus, and to measure.
ConvoKit refuses a conversation in which a post is missing, so those are counted, and not measured.
"""

import argparse
import csv
import json
import time
from collections import Counter
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

from convokit import Conversation, Corpus, Speaker, Utterance


def utterances(path: Path) -> Iterator[Utterance]:
    """The posts that are not reposts."""
    speakers: dict[str, Speaker] = {}
    with path.open(encoding="utf-8") as lines:
        for line in lines:
            post: dict[str, Any] = json.loads(line)
            referenced = {
                reference["type"]: reference["id"] for reference in post.get("referenced_tweets", ())
            }
            if "retweeted" in referenced:
                continue
            author = post["author_id"]
            yield Utterance(
                id=post["id"],
                speaker=speakers.setdefault(author, Speaker(id=author)),
                conversation_id=post["conversation_id"],
                reply_to=referenced.get("replied_to"),
                timestamp=datetime.fromisoformat(post["created_at"]).timestamp(),
                text=post["text"],
            )


def measured(conversation: Conversation) -> tuple[object, ...]:
    """(id, posts, participants, depth, width, turns) of a whole conversation."""
    depths: dict[str, int] = {}
    levels: Counter[int] = Counter()
    turn_count = 0
    for post in conversation.traverse("bfs"):
        depths[post.id] = depths[post.reply_to] + 1 if post.reply_to else 0
        levels[depths[post.id]] += 1
        above = conversation.get_utterance(post.reply_to) if post.reply_to else None
        turn_count += above is None or above.speaker.id != post.speaker.id
    participants = len(conversation.get_speaker_ids())
    return conversation.id, len(depths), participants, max(levels), max(levels.values()), turn_count


def main() -> None:
    """Measures, writes, and prints the seconds."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("posts", type=Path)
    parser.add_argument("out", type=Path)
    given = parser.parse_args()
    started = time.perf_counter()
    every = list(utterances(given.posts))
    was_read = time.perf_counter()
    corpus = Corpus(utterances=every, disable_type_check=True)
    had_corpus = time.perf_counter()
    whole = (
        conversation
        for conversation in corpus.iter_conversations()
        if conversation.check_integrity(verbose=False)
    )
    rows = [measured(conversation) for conversation in whole]
    ended = time.perf_counter()
    with (given.out / "conversations.csv").open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(["conversation", "post_count", "participant_count", "depth", "width", "turn_count"])
        writer.writerows(rows)
    print(
        json.dumps(
            {"read": was_read - started, "corpus": had_corpus - was_read, "conversations": ended - had_corpus}
        )
    )


if __name__ == "__main__":
    main()
