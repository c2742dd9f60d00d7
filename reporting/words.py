"""Words that all sections share: numbers, times, names, texts of others. Pure: no clock, no database, no HTML.

The vocabulary is the glossary's (exchange, real conversation, stages, movements). No sentence speaks of
followers or likes. Every share says of how many. Text that strangers wrote is cleaned of what could
reorder or hide the words around it; escaping it is the template's work.
"""

import html
import re
import unicodedata
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Protocol

from babel.dates import format_date, get_timezone_name
from babel.lists import format_list
from babel.numbers import format_percent

from rapport.networks import parts
from reporting.language import _, form_of, ngettext, npgettext, pgettext, rounded, speech
from reporting.language import number as write_number

STAGES = ("connected", "conversing", "acquainted", "noticed", "dormant")  # from near to far
# A marked name: whose it is, and the name.
_MARKED = re.compile("\ue000([^\ue000-\ue002]*)\ue001([^\ue000-\ue002]*)\ue002")


class Named(Protocol):
    """Whoever can be named: a row of a table about people."""

    @property
    def person_id(self) -> str: ...

    @property
    def handle(self) -> str: ...

    @property
    def display_name(self) -> str: ...


def count(number: int, one: str, many: str | None = None) -> str:
    """ "1 person", "2 people", "1,200 posts". Only for what stays in English: elsewhere it is `ngettext`."""
    return f"{write_number(number)}{speech().space}{one if number == 1 else many or one + 's'}"


def number(value: float, decimals: int = 0, *, is_padded: bool = False) -> str:
    """ "1,200", with decimals "3.5", padded "3.50": as the language that is spoken writes it."""
    return write_number(value, decimals, is_padded=is_padded)


def percent(share: float) -> str:
    """A share (0..1) as "67%"."""
    return format_percent(rounded(share, 2), locale=speech().locale)


def listing(items: Sequence[str], limit: int = 3, *, is_with: bool = False) -> str:
    """ "Ana", "Ana and Ben", "Ana, Ben and 4 others"; never "and 1 other" where the name fits as well.

    `is_with`: it stands behind "with". German has another ending there.
    """
    shown = list(items) if len(items) <= limit else list(items[: limit - 1])
    rest = len(items) - len(shown)
    others = (
        npgettext("with", "%(num)s other", "%(num)s others", rest)
        if is_with
        else ngettext("%(num)s other", "%(num)s others", rest)
    )
    return format_list([*shown, *([others] if rest else [])], locale=speech().locale)


def networks_do(labels: Sequence[str], verb: str) -> str:
    """ "X counts", "X and Y count". Only for what stays in English."""
    return f"{listing(labels)} {verb}{'s' if len(labels) == 1 else ''}"


def of_how_many(part: int, whole: int, one: str = "", many: str | None = None) -> str:
    """ "6 of 9 (67%)", "6 of 9 replies (67%)". Only for what stays in English: elsewhere it is `share`."""
    return share(part, whole, count(whole, one, many) if one else "")


def part_of(part: int, of_what: str) -> str:
    """ "6 of 9 replies"; `of_what` as for `share`."""
    return pgettext("of what", "%(part)s of %(whole)s", part=part, whole=of_what)


def share(part: int, whole: int, of_what: str = "") -> str:
    """ "6 of 9 (67%)". A share of nothing goes without a percentage.

    `of_what` is the whole in words: "9 replies", from `npgettext("of", "%(num)s reply", "%(num)s replies", 9)`.
    """
    text = part_of(part, of_what) if of_what else _("%(part)s of %(whole)s", part=part, whole=whole)
    if whole <= 0:
        return text
    return f"{text} ({_rounded(part / whole)})"


def share_first(part: int, whole: int) -> str:
    """ "67% (6 of 9)": where what it is a share of stands behind it. `whole` is above 0."""
    counts = _("%(part)s of %(whole)s", part=part, whole=whole)
    return f"{_rounded(part / whole)} ({counts})"


def _rounded(share: float) -> str:
    """Neither 100% when one is missing nor 0% when there is one."""
    if 0 < share < 0.01:
        return _("under %(percent)s", percent=percent(0.01))
    if 0.99 < share < 1:
        return _("over %(percent)s", percent=percent(0.99))
    return percent(share)


def duration(hours: float) -> str:
    """Hours as people say them: "under an hour", "5 hours", "3 days", "2 weeks"."""
    if hours < 1:
        return _("under an hour")
    if hours < 36:
        return ngettext("%(num)s hour", "%(num)s hours", int(hours))
    days = int(hours // 24)
    if days < 21:
        return ngettext("%(num)s day", "%(num)s days", days)
    return ngettext("%(num)s week", "%(num)s weeks", days // 7)


def waited(hours: float, working_hours: float | None) -> str:
    """How long somebody has waited: "2 days", of a client with working hours "2 days (9 working hours)"."""
    text = duration(hours)
    if working_hours is None:
        return text
    return ngettext(
        "%(duration)s (%(num)s working hour)",
        "%(duration)s (%(num)s working hours)",
        int(working_hours),
        duration=text,
    )


def within(hours: float) -> str:
    """A limit in hours as people say it: "a day", "2 days", "36 hours". Stands in "answered within ..."."""
    if hours == 24:
        return pgettext("within", "a day")
    if hours % 24 == 0:
        return pgettext("within", "%(days)s days", days=number(hours / 24))
    return npgettext("within", "%(num)s hour", "%(num)s hours", form_of(hours, 2), num=number(hours, 2))


def times(factor: float) -> str:
    """ "twice", "1.5 times". Stands in "more than ... as long as is usual"."""
    return _("twice") if factor == 2 else _("%(factor)s times", factor=number(factor, 2))


def span_of_weeks(weeks: float) -> str:
    """ "half a year", "a quarter", "a year", "20 weeks". Stands in "people in ..."."""
    if weeks == 13:
        return pgettext("in", "a quarter")
    if weeks == 26:
        return pgettext("in", "half a year")
    if weeks == 52:
        return pgettext("in", "a year")
    return npgettext("in", "%(num)s week", "%(num)s weeks", form_of(weeks, 2), num=number(weeks, 2))


def stage(word: str) -> str:
    """A stage of a relationship, in the language that is spoken."""
    return {
        "connected": pgettext("stage", "connected"),
        "conversing": pgettext("stage", "conversing"),
        "acquainted": pgettext("stage", "acquainted"),
        "noticed": pgettext("stage", "noticed"),
        "dormant": pgettext("stage", "dormant"),
        "stranger": pgettext("stage", "stranger"),
    }.get(word, word)


def at_stage(word: str, number: int) -> str:
    """ "3 connected": so many people at that stage."""
    return {
        "connected": npgettext("stage", "%(num)s connected", "%(num)s connected", number),
        "conversing": npgettext("stage", "%(num)s conversing", "%(num)s conversing", number),
        "acquainted": npgettext("stage", "%(num)s acquainted", "%(num)s acquainted", number),
        "dormant": npgettext("stage", "%(num)s dormant", "%(num)s dormant", number),
    }[word]


def private_talk_kind(kind: str, number: int) -> str:
    """What people call private talk, in the number asked for; `kind` as rapport/networks.py has it."""
    return {
        "direct message": npgettext("kind", "direct message", "direct messages", number),
        "private post": npgettext("kind", "private post", "private posts", number),
    }[kind]


def private_talk_count(kind: str, number: int) -> str:
    """ "2 direct messages"."""
    return {
        "direct message": ngettext("%(num)s direct message", "%(num)s direct messages", number),
        "private post": ngettext("%(num)s private post", "%(num)s private posts", number),
    }[kind]


def aged_private_talk(kind: str, age: str) -> str:
    """ "a direct message that is 2 days old"."""
    return {
        "direct message": _("a direct message that is %(duration)s old", duration=age),
        "private post": _("a private post that is %(duration)s old", duration=age),
    }[kind]


def unshown_private_talk(kind: str) -> str:
    """What stands for the words of private talk."""
    return {
        "direct message": _("A direct message, which we count and do not show."),
        "private post": _("A private post, which we count and do not show."),
    }[kind]


def by_private_talk(kind: str) -> str:
    """What stands for the words of the last exchange where it was private."""
    return {
        "direct message": _("The last exchange was by direct message, which we count and do not show."),
        "private post": _("The last exchange was by private post, which we count and do not show."),
    }[kind]


def outcome_kind(word: str) -> str:
    """A kind of outcome ("meeting"), in the language that is spoken; of another word, that word."""
    return {
        "meeting": pgettext("outcome", "meeting"),
        "call": pgettext("outcome", "call"),
        "introduction": pgettext("outcome", "introduction"),
        "collaboration": pgettext("outcome", "collaboration"),
        "coverage": pgettext("outcome", "coverage"),
        "lead": pgettext("outcome", "lead"),
        "customer": pgettext("outcome", "customer"),
    }.get(word, word)


def post_kind(word: str) -> str:
    """A kind of post ("reply"), in the language that is spoken; "post" where it is not known."""
    return {
        "original": pgettext("kind of post", "original"),
        "reply": pgettext("kind of post", "reply"),
        "quote": pgettext("kind of post", "quote"),
        "mention": pgettext("kind of post", "mention"),
        "repost": pgettext("kind of post", "repost"),
        "": pgettext("kind of post", "post"),
    }.get(word, word)


def capital(text: str) -> str:
    """The text with its first letter as a capital, and all others as they are."""
    return f"{text[:1].upper()}{text[1:]}"


def day(value: date | datetime | None, year: bool = False) -> str:
    """ "Tue 17 Nov", with the year on request; "unknown" for none. Of a moment: the day in the zone that is spoken."""
    if value is None:
        return _("unknown")
    # Translators: patterns of dates are written as in https://cldr.unicode.org/translation/date-time
    pattern = pgettext("date pattern", "EEE d MMM y") if year else pgettext("date pattern", "EEE d MMM")
    return _date(value, pattern)


def date_only(value: date | None) -> str:
    """ "17 Nov 2026"; a dash for none."""
    return _date(value, pgettext("date pattern", "d MMM y")) if value else "–"


def dates(first: date, last: date) -> str:
    """ "2 Nov 2026 to 29 Nov 2026"; of one day that day."""
    begin, end = date_only(first), date_only(last)
    return begin if begin == end else _("%(first)s to %(last)s", first=begin, last=end)


def day_and_month(value: date) -> str:
    """ "17 Nov"."""
    return _date(value, pgettext("date pattern", "d MMM"))


def clock(value: datetime) -> str:
    """ "14:05", in the zone that is spoken."""
    return f"{value.astimezone(speech().zone):%H:%M}"


def moment(value: datetime | None) -> str:
    """ "Tue 17 Nov 2026, 14:05 UTC", in the zone that is spoken: its name stands behind the time."""
    if value is None:
        return _("unknown")
    return _(
        "%(day)s, %(time)s %(zone)s", day=day(value, year=True), time=clock(value), zone=_zone_name(value)
    )


def span(start: date) -> str:
    """The week that begins on `start`: "16–22 November 2026", "30 November – 6 December 2026"."""
    end = start + timedelta(days=6)
    last = _date(end, pgettext("date pattern", "d MMMM y"))
    if start.month == end.month:
        day_alone = pgettext("date pattern", "d")
        return f"{_date(start, day_alone)}–{last}"
    is_one_year = start.year == end.year
    begin = pgettext("date pattern", "d MMMM") if is_one_year else pgettext("date pattern", "d MMMM y")
    return f"{_date(start, begin)} – {last}"


def _date(value: date | datetime, pattern: str) -> str:
    local = value.astimezone(speech().zone) if isinstance(value, datetime) else value
    # by language alone: British English has a month "Sept"
    return format_date(local, pattern, locale=speech().language).replace(" ", speech().space)


def _zone_name(value: datetime) -> str:
    """ "UTC", "CET", in German "MEZ"; of a zone without letters of its own "UTC+05:30"."""
    speech_now = speech()
    if speech_now.zone.key in ("UTC", "Etc/UTC"):
        return "UTC"  # French has an old name for it
    local = value.astimezone(speech_now.zone)
    name = get_timezone_name(local, width="short", locale=speech_now.locale)
    name = name if name[:1].isalpha() and len(name) <= 5 else local.tzname() or ""
    offset = f"{local:%z}"
    return name if name[:1].isalpha() else f"UTC{offset[:3]}:{offset[3:]}"


def plain(text: str) -> str:
    """A post's text for showing: X's own entities (&amp; &lt; &gt;) undone once, control characters gone."""
    text = html.unescape(text)
    return "".join(char for char in text if char == "\n" or unicodedata.category(char) != "Cc").strip()


def name(display_name: str, handle: str = "", person_id: str = "", *, most: int = 40) -> str:
    """A person's name within a sentence: one line, at most so many characters, and nothing that reorders text.

    Falls back to the handle, then to the id. Right-to-left names are isolated, so that the words beside
    them stay in their places.
    """
    kept = "".join(" " if char.isspace() else char for char in html.unescape(display_name) if _is_shown(char))
    kept = " ".join(kept.split())
    if not any(unicodedata.category(char)[0] in "LNS" for char in kept):
        kept = (
            at(handle)
            if handle
            else _("account %(id)s", id=parts(person_id)[1])
            if person_id
            else _("somebody unknown")
        )
    if len(kept) > most:
        kept = kept[: most - 1].rstrip("\u200d ") + "…"
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


def marked(who: Named) -> str:
    """The name of somebody within a sentence, between signs that say whose it is: `pieces` reads them.

    They are of private use, and `name` leaves none in what people call themselves.
    """
    return marked_as(who.person_id, person(who))


def marked_as(person_id: str, called: str) -> str:
    """The same of somebody who is called so."""
    return f"\ue000{person_id}\ue001{called}\ue002"


def pieces(text: str) -> list[tuple[str, str]]:
    """A text with marked names, piece by piece: what it says, and of a name the id of the person, else ''."""
    apart = _MARKED.split(text)
    # what stands between names, then person, name and what stands behind it, again and again
    found = [(apart[0], "")]
    for person_id, called, then in zip(apart[1::3], apart[2::3], apart[3::3], strict=True):
        found += [(called, person_id), (then, "")]
    return [piece for piece in found if piece[0]]
