"""How a client stands, in words. Pure.

The overview is read by whoever serves several clients, which may speak different languages: it is in English.
"""

from reporting.lists.narrowing import address
from reporting.overview.record import Row, Standing
from reporting.words import count, duration, number, of_how_many, waited

ONE_DAY_HOURS = 24


def usual(standing: Standing) -> str:
    """ "usually 6.5"; why it is not known, where it is not."""
    if standing.usual_real_conversation_count is not None:
        return f"usually {number(standing.usual_real_conversation_count, 1)}"
    return "no usual yet" if standing.is_complete_week else "the week still runs"


def ties(standing: Standing) -> str:
    """ "ties: 3 won, 1 lost", of every stage. Above it stands the number of the connected alone."""
    return f"ties: {standing.won_count:,} won, {standing.lost_count:,} lost"


def waiting_stakeholders(standing: Standing) -> str:
    """ "2 from stakeholders"; "" for none."""
    return (
        f"{standing.stakeholder_waiting_count:,} from stakeholders" if standing.is_stakeholder_waiting else ""
    )


def waiting_stakeholders_at(row: Row) -> str:
    """Where just these posts stand, as seen from the overview; "" for none, and where the client has no lists."""
    if not (row.lists and row.standing and row.standing.is_stakeholder_waiting):
        return ""
    return f"{row.lists}/{address('waiting', stakeholder='1')}"


def real_conversations_at(row: Row) -> str:
    """Where those of the week stand one by one; "" where there are none, or no lists."""
    standing = row.standing
    if not (row.lists and standing and standing.real_conversation_count and standing.week_start_date):
        return ""
    return f"{row.lists}/{address('real_conversations', week=f'{standing.week_start_date:%G-W%V}')}"


def longest(standing: Standing) -> str:
    """ "the oldest for 5 days"; "" where nobody waits."""
    hours = standing.longest_waiting_hours
    if not standing.waiting_count or hours is None:
        return ""
    return f"the oldest for {waited(hours, standing.longest_waiting_working_hours)}"


def answered(standing: Standing) -> str:
    """ "6 of 9 (67%)"; "nothing due"."""
    if not standing.answer_due_count:
        return "nothing due"
    return of_how_many(standing.answered_within_day_count, standing.answer_due_count)


def answered_by_hours(standing: Standing) -> str:
    """ "8 of 9 (89%) within a working day"; "" for a client without working hours, or where nothing is due."""
    if not standing.working_day_due_count:
        return ""
    answered = of_how_many(standing.answered_within_working_day_count or 0, standing.working_day_due_count)
    return f"{answered} within a working day"


def answered_also(standing: Standing) -> str:
    """ "8 of 9 (89%) within a working day, not final"; of what was not due yet nothing is said."""
    is_open = not standing.is_settled_week and (standing.answer_due_count or standing.working_day_due_count)
    return ", ".join(filter(None, [answered_by_hours(standing), "not final" if is_open else ""]))


def stretched(standing: Standing) -> str:
    """ "1 account stretched"; "" for none."""
    return f"{count(standing.stretched_account_count, 'account')} stretched" if standing.is_stretched else ""


def goals(standing: Standing) -> str:
    """ "2 of 3"; "none set"."""
    return (
        f"{standing.goal_on_course_count:,} of {standing.goal_count:,}" if standing.goal_count else "none set"
    )


def goals_behind(standing: Standing) -> str:
    """ "1 behind or missed"; "" for none."""
    return f"{standing.goal_behind_count:,} behind or missed" if standing.is_goal_behind else ""


def data(standing: Standing) -> str:
    """Whether the data is complete, or that nobody knows."""
    if standing.is_data_complete is None:
        return "not known"
    return "complete" if standing.is_data_complete else "not complete"


def missing(standing: Standing) -> str:
    """What of the data is there: "97 of 445 replies (22%), 2 gaps (5 hours)", "no replies counted".

    Where more may be missing than the networks count: "97 of 100 replies (97%), not all are counted".
    """
    parts = [
        of_how_many(standing.captured_reply_count, standing.reported_reply_count, "reply", "replies")
        if standing.reported_reply_count
        else "no replies counted"
    ]
    if standing.reported_reply_count and standing.is_data_complete is None:
        parts.append("not all are counted")
    if standing.gap_count:
        parts.append(f"{count(standing.gap_count, 'gap')} ({duration(standing.gap_hours)})")
    # a cell is narrower than the longest of them: each space may end a line
    return " ".join(", ".join(parts).split())


def old_data(row: Row) -> str:
    """ "ends 3 days before": how old the data was when it was published; "" where it was not a day and more."""
    if row.published_at is None:
        return ""
    hours = (row.published_at - row.as_of_at).total_seconds() / 3600
    return f"data ends {duration(hours)} before" if hours >= 2 * ONE_DAY_HOURS else ""


def signs(standing: Standing) -> str:
    """ "3 warning signs"; "" for none."""
    return count(standing.warning_sign_count, "warning sign") if standing.warning_sign_count else ""


def summary(rows: list[Row]) -> str:
    """ "10 clients, 4 with a warning sign, and 3 messages from stakeholders to answer."."""
    known = [row.standing for row in rows if row.standing]
    warned = sum(bool(standing.warning_sign_count) for standing in known)
    wait = sum(standing.stakeholder_waiting_count for standing in known)
    text = f"{count(len(rows), 'client')}, {warned:,} with a warning sign"
    if wait:
        text += f", and {count(wait, 'message')} from stakeholders to answer"
    return text + "."


def owners(rows: list[Row]) -> list[str]:
    """Everybody who keeps a tie of any of the clients, in order of the alphabet."""
    return sorted({owner for row in rows for owner in row.owners}, key=str.casefold)
