"""The picture of the ties in words. Pure."""

from reporting.language import _, ngettext
from reporting.ties.record import RINGS, Drawn, Tie
from reporting.words import at_stage, listing, person

_SHORT = 16  # characters of a name in the picture


def short(tie: Tie) -> str:
    """The name of somebody in the picture, where there is little room."""
    name = person(tie)
    if len(name) <= _SHORT:
        return name
    cut = name[: _SHORT - 1].rstrip("\u200d ") + "…"
    # a name from right to left keeps the end of its isolation
    return f"{cut}\u2069" if name.startswith("\u2068") else cut


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
