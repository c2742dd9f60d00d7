"""What a person's page says in sentences. Pure."""

from collections.abc import Sequence

from rapport.networks import label_of, parts, private_talk_of
from reporting.language import _, ngettext, pgettext
from reporting.people.record import Answering, Person, Talk
from reporting.words import capital, date_only, duration, name, private_talk_count, share, stage


def standing(person: Person) -> str:
    """How far the two of us have come, and since when."""
    tie = person.tie
    if person.stage == "stranger":
        return _("Nothing was said between us yet.")
    if person.stage == "noticed":
        if tie.reached_out_by == "us":
            return ngettext(
                "We wrote %(num)s time, and had no answer yet.",
                "We wrote %(num)s times, and had no answer yet.",
                tie.address_out_count,
            )
        return ngettext(
            "They wrote to us %(num)s time, and we have not written back yet.",
            "They wrote to us %(num)s times, and we have not written back yet.",
            tie.address_in_count,
        )
    word = capital(stage(person.stage))
    if tie.stage_since_date:
        word = _("%(stage)s since %(day)s", stage=word, day=date_only(tie.stage_since_date))
    return _(
        "%(standing)s: %(exchanges)s with us, %(real)s.",
        standing=word,
        exchanges=_exchanges(tie.exchange_count),
        real=ngettext("%(num)s real conversation", "%(num)s real conversations", tie.real_conversation_count)
        if tie.real_conversation_count
        else _("no real conversation"),
    )


def open_ends(person: Person) -> str:
    """What waits on either side; "" for nothing."""
    waiting, asked = len(person.waiting), len(person.asked)
    found = []
    if waiting:
        found.append(
            ngettext(
                "%(num)s post of theirs waits for our answer.",
                "%(num)s posts of theirs wait for our answer.",
                waiting,
            )
        )
    if asked:
        found.append(
            ngettext(
                "%(num)s question of ours has no answer.", "%(num)s questions of ours have no answer.", asked
            )
        )
    return " ".join(found)


def began(person: Person) -> str:
    """Who wrote first, and when; without a full stop."""
    first = person.tie.first_contact_at
    day = date_only(first)
    if person.tie.reached_out_by == "us":
        return _("We wrote first, on %(day)s", day=day)
    return _("They wrote first, on %(day)s", day=day)


def last_contact(person: Person) -> str:
    """When something was said last, and how far apart their days of talk usually lie."""
    day, gap = date_only(person.tie.last_contact_at), person.tie.usual_gap_days
    if gap is None:
        return f"{day}."
    usual = duration(gap * 24) if gap >= 1.5 else pgettext("gap", "a day")
    return _("%(day)s; usually %(gap)s from one day of talk to the next.", day=day, gap=usual)


def answered(person: Person) -> str:
    """How many of their posts we answered."""
    posts = ngettext("%(num)s post of theirs", "%(num)s posts of theirs", person.address_in_count)
    return _("We answered %(share)s", share=share(person.answered_count, person.address_in_count, posts))


def who(one: Answering, among: Sequence[Answering]) -> str:
    """The name of one of us; of several accounts among them that are called alike, with the network of each."""
    alike = [parts(other.account)[0] for other in among if _called(other) == _called(one)]
    if len(alike) == 1:
        return _called(one)
    network = parts(one.account)[0]
    own = _called(one) if alike.count(network) == 1 else name("", one.handle, one.account)
    return f"{own} ({label_of(network)})"


def in_common(person: Person) -> str:
    """How many people both sides talk with."""
    return ngettext(
        "%(num)s person with whom both they and we talk:",
        "%(num)s people with whom both they and we talk:",
        len(person.third_parties),
    )


def talked(talk: Talk) -> str:
    """ "3 exchanges", "no exchange"."""
    return _exchanges(talk.exchange_count) if talk.exchange_count else _("no exchange")


def started(talk: Talk) -> str:
    """Who began the conversation."""
    return {
        "us": _("we started it"),
        "them": _("they started it"),
        "other": _("somebody else started it"),
    }.get(talk.started_by, _("who started it is not known"))


def title(talk: Talk) -> str:
    """What stands for the text of the post that began it where there is none."""
    if talk.root is None:
        return _("The post that began this was not captured")
    return _("The post that began this has no text to show")


def left_out(talk: Talk) -> str:
    """How much of the conversation the page leaves out; "" for nothing."""
    if not talk.left_out_count:
        return ""
    return ngettext(
        "%(num)s more post of this conversation is not shown: most of what others said.",
        "%(num)s more posts of this conversation are not shown: most of what others said.",
        talk.left_out_count,
    )


def private(person: Person) -> list[str]:
    """What was said in private, counted, of each network."""
    return [
        _(
            "On %(network)s %(posts)s from them and %(number)s from us: counted, and never shown.",
            network=label_of(network),
            posts=private_talk_count(private_talk_of(network), from_them),
            number=from_us,
        )
        for network, from_them, from_us in person.private_counts
    ]


def more_people(person: Person, shown: int) -> str:
    """How many people in common are not named; "" for none."""
    rest = len(person.third_parties) - shown
    return ngettext("and %(num)s more", "and %(num)s more", rest) if rest > 0 else ""


def _exchanges(count: int) -> str:
    return ngettext("%(num)s exchange", "%(num)s exchanges", count)


def _called(one: Answering) -> str:
    return name(one.display_name, one.handle, one.account)
