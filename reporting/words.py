"""Data into words. Pure: records in, sentences out; no clock, no database, no HTML.

The vocabulary is the glossary's (exchange, real conversation, stages, movements). No sentence speaks of
followers or likes. Every share says of how many. Text that strangers wrote is cleaned of what could
reorder or hide the words around it; escaping it is the template's work.
"""

import html
import unicodedata
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from math import ceil
from statistics import fmean

from reporting.records import ClientData, Conversation, Move, Stream, Waiting, Week

USUAL_WEEKS = 8  # "usual" is the mean of so many weeks before; fewer than 3 say nothing
STAGES = ("connected", "conversing", "acquainted", "noticed", "dormant")
STAGE_MEANING = {
    "connected": "at least 3 real conversations, in 3 different weeks of the last 26, and both sides give",
    "conversing": "at least 2 real conversations, in different weeks",
    "acquainted": "at least one exchange: one side wrote, the other answered",
    "noticed": "somebody wrote, nobody answered yet",
    "dormant": "was acquainted or more; no exchange for 13 weeks",
}
MOVEMENT_WORDS = {
    "new": "first exchange",
    "deepened": "came closer",
    "revived": "came back",
    "cooled": "cooled",
    "lapsed": "fell silent",
}
STATE_WORDS = {
    "open": "open",
    "answered": "answered",
    "waiting for us": "waiting for us",
    "quiet": "quiet",
}
# Why something of a conversation is missing; of the other two reasons there is nothing to tell.
MISSING_WORDS = {
    "budget reached": "the budget was reached",
    "beyond the reach of search": "further back than our access can search",
    "not asked for yet": "not asked for since X last counted",
    "erased": "erased here",
    "protected or suspended": "the author is protected or suspended",
    "not found": "no longer on X",
    "unknown": "searched for, and not shown by X",
}
STREAM_WORDS = {
    "profiles": "Profiles",
    "own_posts": "What we wrote",
    "mentions": "Posts that mention us",
    "conversations": "Replies in our conversations",
    "quotes": "Quotes of our posts",
    "reposters": "Who reposted our posts",
    "likers": "Who liked our posts",
    "direct_messages": "Direct messages",
    "missing": "Earlier posts that replies point to",
}


# --- numbers, times, names -----------------------------------------------------------------------


def count(number: int, one: str, many: str | None = None) -> str:
    """ "1 person", "2 people", "1,200 posts"."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def listing(items: Sequence[str], limit: int = 3) -> str:
    """ "Ana", "Ana and Ben", "Ana, Ben and 4 others"; never "and 1 other" where the name fits as well."""
    shown = list(items) if len(items) <= limit else list(items[: limit - 1])
    rest = len(items) - len(shown)
    parts = [*shown, f"{rest} others"] if rest else shown
    return " and ".join([", ".join(parts[:-1]), parts[-1]] if len(parts) > 1 else parts)


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
        kept = at(handle) if handle else f"account {person_id}" if person_id else "somebody unknown"
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


def post_url(post_id: str) -> str | None:
    """The post on X, from its id alone; None when the id is not one of X's."""
    return f"https://x.com/i/status/{post_id}" if _is_x_id(post_id) else None


def person_url(person_id: str) -> str | None:
    """The profile on X, from the account's id alone; None when the id is not one of X's."""
    return f"https://x.com/i/user/{person_id}" if _is_x_id(person_id) else None


def _is_x_id(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) <= 19


# --- the week in words ---------------------------------------------------------------------------


def week_in_words(data: ClientData) -> list[str]:
    """The week in two to five sentences: talk, ties, answers, who waits, how complete it all is."""
    week = data.week
    if week is None:
        return [
            f"Nothing is known yet about the conversations of {name(data.client_name)}.",
            "Either nothing has been fetched for this client yet, or its accounts neither wrote"
            " nor were written to.",
        ]
    before = [
        one for one in data.weeks if one.is_complete_week and one.week_start_date < week.week_start_date
    ]
    moves = [move for move in data.moves if move.week_start_date == week.week_start_date]
    sentences = [talk(week, before), ties(moves), answers(week), waits(data.waiting, data.waiting_count)]
    return [one for one in sentences if one] + [complete(data)]


def talk(week: Week, before: Sequence[Week]) -> str:
    """How much real conversation there was, against the weeks before."""
    when = "this week" if week.is_complete_week else "so far this week, which is still running"
    if not (week.address_in_count or week.address_out_count):
        return f"Nobody wrote to us {when}, and we wrote to nobody{_against_usual(week, before)}."
    if week.real_conversation_count:
        had = f"We had {count(week.real_conversation_count, 'real conversation')} {when}"
        return f"{had}, with {count(week.exchange_count, 'exchange')} in all{_against_usual(week, before)}."
    others = f"only {count(week.exchange_count, 'exchange')}" if week.exchange_count else "and no exchange"
    return f"We had no real conversation {when}, {others}{_against_usual(week, before)}."


def _against_usual(week: Week, before: Sequence[Week]) -> str:
    """How the week's real conversations compare; nothing for a running week or too short a past."""
    past = [one.real_conversation_count for one in before[-USUAL_WEEKS:]]
    if not week.is_complete_week or len(past) < 3:
        return ""
    usual, now = fmean(past), week.real_conversation_count
    if not usual and not now:
        return f", as in the {len(past)} weeks before"
    verdict = "about as usual"
    if abs(now - usual) >= 1 and abs(now - usual) > 0.25 * usual:
        verdict = "more than usual" if now > usual else "fewer than usual"
    average = f"{usual:.1f}".removesuffix(".0")
    return f"; {verdict} (the {len(past)} weeks before averaged {average} real conversations)"


def ties(moves: Sequence[Move]) -> str:
    """Who came closer, who went quiet. Stakeholders are named first, as the records are ordered."""
    of = {kind: [move for move in moves if move.movement == kind] for kind in MOVEMENT_WORDS}
    closer = [f"{_named(move)} (now {move.stage_after})" for move in of["deepened"]]
    parts = []
    if closer:
        parts.append(f"{listing(closer)} came closer")
    if of["revived"]:
        parts.append(f"{listing(_names(of['revived']))} came back after a silence")
    if of["new"]:
        parts.append(f"we had a first exchange with {listing(_names(of['new']))}")
    if of["cooled"]:
        parts.append(f"{_ties_with(of['cooled'])} cooled")
    if of["lapsed"]:
        parts.append(f"{_ties_with(of['lapsed'])} fell silent")
    if not parts:
        return "No relationship moved this week."
    text = "; ".join(parts)
    return f"{text[0].upper()}{text[1:]}."


def _named(move: Move) -> str:
    return name(move.display_name, move.handle, move.person_id)


def _names(moves: Sequence[Move]) -> list[str]:
    return [_named(move) for move in moves]


def _ties_with(moves: Sequence[Move]) -> str:
    return f"{'the tie' if len(moves) == 1 else 'the ties'} with {listing(_names(moves))}"


def answers(week: Week) -> str:
    """How many of those who wrote to us were answered; nothing when nobody did."""
    asked = week.address_in_count
    if not asked:
        return ""
    text = f"{count(week.person_in_count, 'person', 'people')} wrote to us"
    if asked != week.person_in_count:
        text += f", {count(asked, 'time')} in all"
    if due := week.answer_due_count:
        # What came in on the last day may still be answered in time: it is not due yet.
        of_those = "" if due == asked else "of what was due, "
        text += f": {of_those}{of_how_many(week.answered_within_day_count, due)} got an answer within a day"
    else:
        text += "; it is too early to judge the answers"
    if week.unanswered_count:
        text += f", {week.unanswered_count:,} {'has' if week.unanswered_count == 1 else 'have'} none yet"
    if week.median_answer_hours is not None:
        text += f"; half of the answers came within {duration(ceil(week.median_answer_hours) or 1)}"
    return text + "."


def waits(waiting: Sequence[Waiting], waiting_count: int) -> str:
    """Who waits for us, and who is first in line."""
    if not waiting:
        return "Nobody is waiting for us."
    first = waiting[0]
    who = name(first.display_name, first.handle, first.person_id)
    role = ", one of our stakeholders," if first.is_stakeholder else ""
    what = "a direct message" if first.kind == "message" else "a question" if first.is_question else "a post"
    since = f"{what} that is {duration(first.waiting_hours)} old"
    if waiting_count == 1:
        return f"One {addressed_by(waiting)} waits for an answer from us: {who}{role} wrote {since}."
    what = addressed_by(waiting, waiting_count)
    return f"{waiting_count:,} {what} wait for an answer from us; first in line is {who}{role} with {since}."


def addressed_by(waiting: Sequence[Waiting], number: int = 1) -> str:
    """What waits, in the number asked for: "post", "posts", "direct message", "posts and direct messages"."""
    found = {"direct message" if one.kind == "message" else "post" for one in waiting}
    of = [word for word in ("post", "direct message") if word in found]
    return " and ".join(word if number == 1 else f"{word}s" for word in of)


def people_in(sentence: str, data: ClientData) -> str:
    """Ids of the people whom a sentence of the week names, with spaces between them."""
    people: list[Move | Waiting] = [*data.moves, *data.waiting[:1]]
    named = {one.person_id for one in people if name(one.display_name, one.handle, one.person_id) in sentence}
    return " ".join(sorted(named))


def complete(data: ClientData) -> str:
    """How far the data reaches, and how much of the talk it holds."""
    until = f"The data reaches to {moment(data.as_of_at)}"
    stream = replies_stream(data.streams)
    if stream is None or not stream.reported_reply_count:
        return f"{until}; how many replies X counts in our conversations is not known."
    captured, reported = stream.captured_reply_count, stream.reported_reply_count
    share = of_how_many(min(captured, reported), reported, "reply", "replies")
    held = f"{until} and holds {share} that X counts in our conversations"
    left_out = stream.incomplete_conversation_count
    if not left_out:
        return f"{held}."
    whole = count(stream.conversation_count, "conversation")
    return f"{held}; {left_out:,} of {whole} {'is' if left_out == 1 else 'are'} too incomplete for averages."


def replies_stream(streams: Sequence[Stream]) -> Stream | None:
    """The coverage row that knows how many replies were captured: stream `conversations`."""
    return next((one for one in streams if one.stream == "conversations"), None)


def behind(stream: Stream, as_of_at: datetime) -> str:
    """ "ends 3 days earlier" when a stream was fetched less far than the newest one; else nothing."""
    if stream.last_window_end_at is None:
        return "from files" if stream.post_count else "never fetched"
    hours = (as_of_at - stream.last_window_end_at).total_seconds() / 3600
    return f"ends {duration(hours)} earlier" if hours >= 1 else ""


def missing(conversation: Conversation) -> str:
    """What of a conversation is missing and why, as a sentence; '' where nothing is, or nobody can tell."""
    why = MISSING_WORDS.get(conversation.missing_reason)
    if why is None:
        return ""
    replies = conversation.missing_reply_count
    return f"Missing: {count(replies, 'reply', 'replies') if replies else 'what others here answer'} ({why})."


def gap(stream: Stream) -> str:
    """What of a stream was never fetched and why, as a sentence; '' without a gap."""
    if not stream.gap_count:
        return ""
    name = STREAM_WORDS.get(stream.stream, stream.stream)
    return f"{name}: {duration(stream.gap_hours)} ({stream.gap_reasons})"
