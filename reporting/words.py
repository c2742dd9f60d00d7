"""Words that all sections share: numbers, times, names, texts of others. Pure: no clock, no database, no HTML.

The vocabulary is the glossary's (exchange, real conversation, stages, movements). No sentence speaks of
followers or likes. Every share says of how many. Text that strangers wrote is cleaned of what could
reorder or hide the words around it; escaping it is the template's work.
"""

import html
import unicodedata
from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Protocol

from rapport.networks import parts

STAGES = ("connected", "conversing", "acquainted", "noticed", "dormant")  # from near to far


class Named(Protocol):
    """Whoever can be named: a row of a table about people."""

    @property
    def person_id(self) -> str: ...

    @property
    def handle(self) -> str: ...

    @property
    def display_name(self) -> str: ...


def count(number: int, one: str, many: str | None = None) -> str:
    """ "1 person", "2 people", "1,200 posts"."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def listing(items: Sequence[str], limit: int = 3) -> str:
    """ "Ana", "Ana and Ben", "Ana, Ben and 4 others"; never "and 1 other" where the name fits as well."""
    shown = list(items) if len(items) <= limit else list(items[: limit - 1])
    rest = len(items) - len(shown)
    parts = [*shown, f"{rest} others"] if rest else shown
    return " and ".join([", ".join(parts[:-1]), parts[-1]] if len(parts) > 1 else parts)


def networks_do(labels: Sequence[str], verb: str) -> str:
    """ "X counts", "X and Y count"."""
    return f"{listing(labels)} {verb}{'s' if len(labels) == 1 else ''}"


def of_how_many(part: int, whole: int, one: str = "", many: str | None = None) -> str:
    """ "6 of 9 (67%)", "6 of 9 replies (67%)". A share of nothing goes without a percentage."""
    text = f"{part:,} of {count(whole, one, many) if one else f'{whole:,}'}"
    if whole <= 0:
        return text
    percent = 100 * part / whole
    # Neither 100% when one is missing nor 0% when there is one.
    rounded = "under 1" if 0 < percent < 1 else "over 99" if 99 < percent < 100 else f"{percent:.0f}"
    return f"{text} ({rounded}%)"


def duration(hours: float) -> str:
    """Hours as people say them: "under an hour", "5 hours", "3 days", "2 weeks"."""
    if hours < 1:
        return "under an hour"
    if hours < 36:
        return count(int(hours), "hour")
    days = int(hours // 24)
    return count(days, "day") if days < 21 else count(days // 7, "week")


def within(hours: float) -> str:
    """A limit in hours as people say it: "a day", "2 days", "36 hours"."""
    if hours == 24:
        return "a day"
    return f"{hours / 24:g} days" if hours % 24 == 0 else f"{hours:g} hours"


def times(factor: float) -> str:
    """ "twice", "1.5 times"."""
    return "twice" if factor == 2 else f"{factor:g} times"


def span_of_weeks(number: float) -> str:
    """ "half a year", "a quarter", "a year", "20 weeks"."""
    return {13: "a quarter", 26: "half a year", 52: "a year"}.get(int(number), f"{number:g} weeks")


def day(value: date | datetime | None, year: bool = False) -> str:
    """ "Tue 17 Nov", with the year on request; "unknown" for none."""
    if value is None:
        return "unknown"
    return f"{value:%a} {value.day} {value:%b}" + (f" {value.year}" if year else "")


def date_only(value: date | None) -> str:
    """ "17 Nov 2026"; a dash for none."""
    return f"{value.day} {value:%b %Y}" if value else "–"


def moment(value: datetime | None) -> str:
    """ "Tue 17 Nov 2026, 14:05 UTC"."""
    if value is None:
        return "unknown"
    value = value.astimezone(UTC)
    return f"{day(value, year=True)}, {value:%H:%M} UTC"


def span(start: date) -> str:
    """The week that begins on `start`: "16–22 November 2026", "30 November – 6 December 2026"."""
    end = start + timedelta(days=6)
    if start.month == end.month:
        return f"{start.day}–{end.day} {end:%B %Y}"
    begin = f"{start.day} {start:%B}" + (f" {start.year}" if start.year != end.year else "")
    return f"{begin} – {end.day} {end:%B %Y}"


def plain(text: str) -> str:
    """A post's text for showing: X's own entities (&amp; &lt; &gt;) undone once, control characters gone."""
    text = html.unescape(text)
    return "".join(char for char in text if char == "\n" or unicodedata.category(char) != "Cc").strip()


def name(display_name: str, handle: str = "", person_id: str = "") -> str:
    """A person's name within a sentence: one line, at most 40 characters, and nothing that reorders text.

    Falls back to the handle, then to the id. Right-to-left names are isolated, so that the words beside
    them stay in their places.
    """
    kept = "".join(" " if char.isspace() else char for char in html.unescape(display_name) if _is_shown(char))
    kept = " ".join(kept.split())
    if not any(unicodedata.category(char)[0] in "LNS" for char in kept):
        kept = at(handle) if handle else f"account {parts(person_id)[1]}" if person_id else "somebody unknown"
    if len(kept) > 40:
        kept = kept[:39].rstrip("\u200d ") + "…"
    if any(unicodedata.bidirectional(char) in ("R", "AL") for char in kept):
        kept = f"\u2068{kept}\u2069"
    return kept


def at(handle: str) -> str:
    """ "@ana": the handle as it is shown, reduced to what handles are made of."""
    return (
        "@" + "".join(char for char in handle if char.isascii() and (char.isalnum() or char in "_-.@"))[:60]
    )


def excerpt(text: str, limit: int = 140) -> str:
    """A post's text on one line, cut at a word where there is one."""
    line = " ".join(plain(text).split())
    if len(line) <= limit:
        return line
    cut = line[:limit]
    return (cut.rsplit(" ", 1)[0] if " " in cut[limit // 2 :] else cut).rstrip(" ,;:.\u200d") + "…"


def _is_shown(char: str) -> bool:
    """Not a control or format character, save for the joiners that emoji are made of."""
    return (
        char.isspace() or char in "\u200d\ufe0f" or unicodedata.category(char) not in ("Cc", "Cf", "Co", "Cs")
    )


def person(who: Named) -> str:
    """The name of somebody within a sentence, see `name`."""
    return name(who.display_name, who.handle, who.person_id)


def named_in(text: str, people: Iterable[Named]) -> tuple[str, ...]:
    """Ids of those of the people whose name stands in the text."""
    return tuple(sorted({who.person_id for who in people if person(who) in text}))
