"""The picture of the ties in words. Pure."""

from itertools import accumulate
from unicodedata import category, east_asian_width

from reporting.language import _, ngettext
from reporting.ties.layout import NAME_LENGTH
from reporting.ties.record import RINGS, Drawn, Tie
from reporting.words import at_stage, listing, name, person

LETTER = 12.5  # units of the picture that letters are high
_LONGEST = 640  # characters that a network lets a name have


def short(tie: Tie) -> str:
    """The name of somebody in the picture, as far as there is room for it."""
    whole, room = person(tie), NAME_LENGTH / LETTER
    ends = list(accumulate(map(_width, whole)))
    if ends[-1] <= room:
        return whole
    cut = whole[: sum(end <= room - 1 for end in ends)].rstrip("\u200d ") + "…"
    # a name from right to left keeps the end of its isolation
    return f"{cut}\u2069" if whole.startswith("\u2068") else cut


def full(tie: Tie) -> str:
    """The whole name of somebody whose name is cut in the picture; "" where it is not."""
    found = name(tie.display_name, tie.handle, tie.person_id, most=_LONGEST)
    return "" if found == short(tie) else found


def _width(char: str) -> float:
    """How wide a sign is, in heights of a letter, in the widest of the usual fonts without serifs."""
    if category(char) in ("Mn", "Me", "Cf"):
        return 0
    if east_asian_width(char) in "WF":
        return 1 if category(char)[0] == "L" else 1.3  # an emoji
    if char in "fijlrtI.,:;!'()[]| ":
        return 0.41
    if char in "mwMW@%":
        return 1
    if char.isascii():
        return 0.64 if char.islower() or char.isdecimal() else 0.84
    return 0.7 if category(char) in ("Ll", "Lo") else 1


def summary(drawn: Drawn) -> str:
    """ "25 people: 3 connected, 4 conversing and 18 acquainted. 12 pairs of them talk with each other."."""
    by_stage = [at_stage(one, len(drawn.rings[one])) for one in RINGS if drawn.rings[one]]
    people = ngettext("%(num)s person", "%(num)s people", drawn.count)
    pairs = ngettext(
        "%(num)s pair of them talks with each other, in conversations with us.",
        "%(num)s pairs of them talk with each other, in conversations with us.",
        len(drawn.bonds),
    )
    return _(
        "%(people)s: %(by_stage)s. %(pairs)s",
        people=people,
        by_stage=listing(by_stage, len(by_stage)),
        pairs=pairs,
    )


def left_out(drawn: Drawn) -> str:
    """Whom the picture leaves out, and why; "" for nobody."""
    beyond = sum(drawn.stage_counts.get(one, 0) - len(drawn.rings[one]) for one in RINGS)
    parts = []
    if beyond:
        parts.append(
            ngettext(
                "%(num)s person with a weaker tie is left out, so that names can be read.",
                "%(num)s people with weaker ties are left out, so that names can be read.",
                beyond,
            )
        )
    if noticed := drawn.stage_counts.get("noticed", 0):
        parts.append(
            ngettext(
                "%(num)s noticed person is left out, as there is no tie yet.",
                "%(num)s noticed people are left out, as there is no tie yet.",
                noticed,
            )
        )
    return " ".join(parts)
