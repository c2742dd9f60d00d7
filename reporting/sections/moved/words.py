"""Who came closer and who went quiet, in words. Pure."""

from collections import Counter
from collections.abc import Callable, Sequence

from rapport.networks import parts as parts_of
from rapport.networks import private_talk_of
from reporting.client import Client
from reporting.language import N_, _, ngettext, pgettext
from reporting.lists.narrowing import address
from reporting.posts import is_message_key
from reporting.section import Link, Sentence
from reporting.sections.moved.record import Move, Moved
from reporting.words import Named, capital, listing, marked, person, private_talk_count, stage

# As people ask for them: who came closer first, who was lost last.
MOVEMENT_WORDS = {
    "deepened": N_("came closer"),
    "revived": N_("came back"),
    "new": N_("first exchange"),
    "cooled": N_("cooled"),
    "lapsed": N_("fell silent"),
}


def link(data: Moved) -> Link:
    """How the head of the page leads here."""
    return Link(_("Moved"), len(data.this_week))


def sentences(client: Client, data: Moved) -> list[Sentence]:
    """The sentence of the week in words."""
    if client.week is None:
        return []
    week = {"week": f"{client.week.week_start_date:%G-W%V}"} if data.this_week else {}
    return [Sentence(20, ties(data.this_week, marked), "moves", week)]


def ties(moves: Sequence[Move], named: Callable[[Named], str] = person) -> str:
    """Who came closer, who went quiet. Stakeholders are named first, as the records are ordered."""

    def names(group: Sequence[Move], *, is_with: bool = False) -> str:
        return listing([named(move) for move in group], is_with=is_with)

    of = dict(by_movement(moves))
    parts = []
    if closer := of.get("deepened"):
        now = [
            _("%(who)s (now %(stage)s)", who=named(move), stage=stage(move.stage_after)) for move in closer
        ]
        parts.append(ngettext("%(who)s came closer", "%(who)s came closer", len(closer), who=listing(now)))
    if back := of.get("revived"):
        parts.append(
            ngettext(
                "%(who)s came back after a silence",
                "%(who)s came back after a silence",
                len(back),
                who=names(back),
            )
        )
    if new := of.get("new"):
        parts.append(_("we had a first exchange with %(who)s", who=names(new, is_with=True)))
    if cooled := of.get("cooled"):
        parts.append(
            ngettext(
                "the tie with %(who)s cooled",
                "the ties with %(who)s cooled",
                len(cooled),
                who=names(cooled, is_with=True),
            )
        )
    if lapsed := of.get("lapsed"):
        parts.append(
            ngettext(
                "the tie with %(who)s fell silent",
                "the ties with %(who)s fell silent",
                len(lapsed),
                who=names(lapsed, is_with=True),
            )
        )
    if not parts:
        return _("No relationship moved this week.")
    between = pgettext("between parts of a sentence", "; ")
    return f"{capital(between.join(parts))}."


def by_movement(moves: Sequence[Move]) -> list[tuple[str, list[Move]]]:
    """Moves grouped by movement, without movements that nobody made."""
    groups = [
        (movement, [move for move in moves if move.movement == movement]) for movement in MOVEMENT_WORDS
    ]
    return [(movement, group) for movement, group in groups if group]


def rows(moves: Sequence[Move]) -> str:
    """Where those of one movement and one week stand in full."""
    return address("moves", week=f"{moves[0].week_start_date:%G-W%V}", movement=moves[0].movement)


def movement_title(movement: str) -> str:
    """ "Came closer"."""
    return capital(_(MOVEMENT_WORDS[movement]))


def messages(move: Move) -> str:
    """The private talk behind a move: "1 direct message and 2 private posts"."""
    of = Counter(private_talk_of(parts_of(key)[0]) for key in move.evidence_post_ids if is_message_key(key))
    return listing([private_talk_count(kind, number) for kind, number in sorted(of.items())])
