"""What stands behind the week, in words: content, readership and the rest. Pure, like `words`."""

from collections.abc import Sequence

from reporting.records_questions import (
    AccountLoad,
    ContentGroup,
    Goal,
    NewCircle,
    Outcome,
    Questions,
    ReaderWeek,
)
from reporting.words import at, count, date_only, listing, of_how_many


def content(questions: Questions) -> str:
    """How many of our posts started a conversation."""
    groups = questions.content_forms
    sparking = sum(one.sparking_post_count for one in groups)
    real = sum(one.real_conversation_count for one in groups)
    if not questions.content_post_count:
        return "We wrote nothing."
    text = f"Of {count(questions.content_post_count, 'post')} of ours, "
    if not sparking:
        return f"{text}none started a real conversation."
    return f"{text}{sparking:,} started {count(real, 'real conversation')}."


def sparking(group: ContentGroup) -> str:
    """ "3 of 12 (25%)": how many posts of a form or topic started a real conversation."""
    return of_how_many(group.sparking_post_count, group.post_count)


def report_reader_week(weeks: Sequence[ReaderWeek]) -> ReaderWeek | None:
    """The last complete week, else the one that runs, else none."""
    candidates = [week for week in weeks if week.is_complete_week] or list(weeks)
    return candidates[-1] if candidates else None


def readership(weeks: Sequence[ReaderWeek]) -> str:
    """How many people keep coming back to our posts, and who joined and left."""
    week = report_reader_week(weeks)
    if week is None or not (week.reader_count or week.left_count or week.acting_person_count):
        return "Nobody did anything with our posts this week, and nobody has kept coming back to them."
    readers = count(week.reader_count, "person", "people") if week.reader_count else "Nobody"
    text = f"{readers} {'keep' if week.reader_count > 1 else 'keeps'} coming back to our posts"
    moved = [
        f"{number:,} {word} this week"
        for number, word in ((week.joined_count, "joined"), (week.left_count, "left"))
        if number
    ]
    if moved:
        text += f": {', '.join(moved)}"
    acting = count(week.acting_person_count, "person", "people")
    return f"{text}. {acting} did something with them this week." if week.acting_person_count else f"{text}."


MEASURE_WORDS = {
    "connected_count": "people connected with us",
    "conversing_count": "people in conversation with us, or closer",
    "acquainted_count": "people acquainted with us, or closer",
    "stakeholder_conversing_count": "stakeholders in conversation with us, or closer",
    "reader_count": "readers",
    "waiting_count": "posts that wait for us",
    "real_conversation_count": "real conversations a week, mean of the last 4",
    "exchange_count": "exchanges a week, mean of the last 4",
    "new_count": "first exchanges a week, mean of the last 4",
    "answered_within_day_share": "of what was due answered within a day, over the last 4 weeks",
}


def amount(measure: str, value: float | None) -> str:
    """A value of a measure: "12", "3.5", "87%"; "not known" for none."""
    if value is None:
        return "not known"
    if measure.endswith("_share"):
        return f"{100 * value:.0f}%"
    return f"{value:,.1f}".removesuffix(".0")


def goal(one: Goal) -> str:
    """Where a goal stands, and whether the pace is enough."""
    measured = MEASURE_WORDS.get(one.measure, one.measure)
    if one.value is None:
        return f"Nothing is known yet of {measured}."
    text = (
        f"{amount(one.measure, one.value)} of {amount(one.measure, one.target)} {measured},"
        f" by {date_only(one.due_date)}"
    )
    if one.measure == "waiting_count":
        text = (
            f"{amount(one.measure, one.value)} {measured}, at most {amount(one.measure, one.target)} wanted"
            f" by {date_only(one.due_date)}"
        )
    if one.measure.endswith("_share"):
        text = (
            f"{amount(one.measure, one.value)} {measured}; {amount(one.measure, one.target)} wanted"
            f" by {date_only(one.due_date)}"
        )
    if one.status in ("on course", "behind") and one.expected_value is not None:
        text += (
            f". At the pace of the last 8 weeks: {amount(one.measure, max(one.expected_value, 0))} by then"
        )
    return f"{text}."


def preceded(one: Outcome) -> str:
    """What stood before an outcome. "Preceded by", never "caused by"."""
    if not one.is_joined:
        return "Not joined to a person: no consent basis was given, or the account was never seen."
    if one.exchange_count:
        real = count(one.real_conversation_count, "real conversation")
        text = f"Preceded by {real} and {count(one.exchange_count, 'exchange')}"
    else:
        text = "Preceded by no exchange that we know of"
    if one.exchange_since_count:
        text += f", and {one.exchange_since_count:,} more in the days just before"
    return f"{text}."


def manageability(loads: Sequence[AccountLoad]) -> str:
    """Whether any of us has more on their hands than they can answer."""
    if not loads:
        return "No account of ours is known yet."
    stretched = [_account(one) for one in loads if one.is_stretched]
    beyond = [_account(one) for one in loads if one.is_beyond_ties]
    parts = []
    if stretched:
        parts.append(
            f"More comes in than {listing(stretched)} can answer: over the last 4 weeks more was addressed to them"
            " than before, and a smaller share of it got an answer within a day."
        )
    if beyond:
        are = "is" if len(beyond) == 1 else "are"
        parts.append(
            f"{listing(beyond)} {are} in conversation with more people than anybody is known to keep up with."
        )
    return " ".join(parts) or "It is: nobody of us has more coming in and less of it answered than before."


def usual(one: AccountLoad) -> str:
    """An account's real conversations, against its own past."""
    text = count(one.real_conversation_count, "real conversation")
    if one.usual_real_conversation_count is None:
        return text
    return f"{text}, usually {f'{one.usual_real_conversation_count:.1f}'.removesuffix('.0')}"


def _account(one: AccountLoad) -> str:
    return at(one.handle) if one.handle else f"account {one.account_id}"


def circles(weeks: Sequence[NewCircle]) -> str:
    """Whom we met over the weeks shown, through others or not, and from where."""
    met = sum(week.new_count for week in weeks)
    if not met:
        return "We had a first exchange with nobody."
    alone = sum(week.new_without_shared_count for week in weeks)
    placed = sum(week.new_with_place_count for week in weeks)
    elsewhere = sum(week.new_from_new_place_count for week in weeks)
    text = (
        f"We had a first exchange with {count(met, 'person', 'people')}; {of_how_many(alone, met)} came to us"
        " through nobody whom we knew"
    )
    if not placed:
        return f"{text}. Where they are they do not say."
    return f"{text}. Of the {placed:,} who say where they are, {elsewhere:,} named a place new to us."
