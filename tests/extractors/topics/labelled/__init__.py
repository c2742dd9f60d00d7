"""Invented posts with what they are about, in seven languages, and the topics of an invented agency's client.

The same 56 posts in each language, one file each. `kind`: `plain` (says it as people do), `oblique` (without the usual
words), `tagged` (little but a hashtag says it), `near` (about something else, in the topic's words or close to its
meaning), `off` (about nothing of these).
"""

import csv
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent
# The two languages in which the client's words and examples are.
OWN = ("en", "de")


@dataclass(frozen=True)
class Labelled:
    """A post: `topic` is what it is about; of a `near` one, what it only seems to be about."""

    language: str
    number: int  # the same in every language
    topic: str
    kind: str
    text: str

    @property
    def is_chosen_on(self) -> bool:
        """Whether it is of the half that the threshold was chosen on. A post and its translations are in one half."""
        return (self.number + self.number // 6) % 2 == 0

    def is_about(self, topic: str) -> bool:
        """Whether it is about the topic."""
        return self.kind not in ("near", "off") and self.topic == topic


def posts() -> list[Labelled]:
    """All posts, by language."""
    return [
        Labelled(path.stem, number, row["topic"], row["kind"], row["text"])
        for path in sorted(FOLDER.glob("*.csv"))
        for number, row in enumerate(csv.DictReader(path.open(encoding="utf-8", newline="")))
    ]


def topics() -> list[dict[str, Any]]:
    """name, words and examples as in rapport.toml, and words_elsewhere: the words of the other languages."""
    found: list[dict[str, Any]] = tomllib.loads((FOLDER / "topics.toml").read_text(encoding="utf-8"))[
        "topics"
    ]
    return found
