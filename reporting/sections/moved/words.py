"""Who came closer and who went quiet, in words. Pure."""

from collections import Counter
from collections.abc import Sequence

from rapport.networks import parts as parts_of
from rapport.networks import private_talk_of
from reporting.client import Client
from reporting.posts import is_message_key
from reporting.section import Link, Sentence
from reporting.sections.moved.record import Move, Moved
from reporting.words import count, listing, named_in, person

# As people ask for them: who came closer first, who was lost last.
MOVEMENT_WORDS = {
    "deepened": "came closer",
    "revived": "came back",
    "new": "first exchange",
    "cooled": "cooled",
    "lapsed": "fell silent",
}


def link(data: Moved) -> Link:
    """How the head of the page leads here."""
    return Link("Moved", len(data.this_week))


def sentences(client: Client, data: Moved) -> list[Sentence]:
    """The sentence of the week in words."""
    if client.week is None:
        return []
    text = ties(data.this_week)
    return [Sentence(20, text, named_in(text, data.this_week))]


def ties(moves: Sequence[Move]) -> str:
    """Who came closer, who went quiet. Stakeholders are named first, as the records are ordered."""
    of = dict(by_movement(moves))
    parts = []
    if "deepened" in of:
        closer = [f"{person(move)} (now {move.stage_after})" for move in of["deepened"]]
        parts.append(f"{listing(closer)} came closer")
    if "revived" in of:
        parts.append(f"{listing(_names(of['revived']))} came back after a silence")
    if "new" in of:
        parts.append(f"we had a first exchange with {listing(_names(of['new']))}")
    if "cooled" in of:
        parts.append(f"{_ties_with(of['cooled'])} cooled")
    if "lapsed" in of:
        parts.append(f"{_ties_with(of['lapsed'])} fell silent")
    if not parts:
        return "No relationship moved this week."
    text = "; ".join(parts)
    return f"{text[0].upper()}{text[1:]}."


def by_movement(moves: Sequence[Move]) -> list[tuple[str, list[Move]]]:
    """Moves grouped by movement, without movements that nobody made."""
    groups = [
        (movement, [move for move in moves if move.movement == movement]) for movement in MOVEMENT_WORDS
    ]
    return [(movement, group) for movement, group in groups if group]


def _names(moves: Sequence[Move]) -> list[str]:
    return [person(move) for move in moves]


def _ties_with(moves: Sequence[Move]) -> str:
    return f"{'the tie' if len(moves) == 1 else 'the ties'} with {listing(_names(moves))}"


def messages(move: Move) -> str:
    """The private talk behind a move: "1 direct message and 2 private posts"."""
    of = Counter(private_talk_of(parts_of(key)[0]) for key in move.evidence_post_ids if is_message_key(key))
    return listing([count(number, word) for word, number in sorted(of.items())])
