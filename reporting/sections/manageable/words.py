"""Whether we can still keep up, in words. Pure."""

from collections.abc import Sequence

from rapport.networks import label_of
from reporting.definitions import Definitions
from reporting.language import _, ngettext
from reporting.lists.narrowing import address
from reporting.sections.manageable.record import AccountLoad
from reporting.words import at, listing, number, share, within


def manageability(loads: Sequence[AccountLoad], definitions: Definitions) -> str:
    """Whether any of us has more on their hands than they can answer."""
    if not loads:
        return _("No account of ours is known yet.")
    is_mixed = len({load.network for load in loads}) > 1
    stretched = [_account(load, is_mixed) for load in loads if load.is_stretched]
    beyond = [_account(load, is_mixed) for load in loads if load.is_beyond_ties]
    sentences = []
    if stretched:
        sentences.append(
            ngettext(
                "More comes in than %(accounts)s can answer: over the last %(weeks)s more was addressed to them than"
                " before, and a smaller share of it got an answer within %(time)s.",
                "More comes in than %(accounts)s can answer: over the last %(weeks)s more was addressed to them than"
                " before, and a smaller share of it got an answer within %(time)s.",
                len(stretched),
                accounts=listing(stretched),
                weeks=definitions["stretch_weeks"],
                time=within(definitions["prompt_answer_hours"].value),
            )
        )
    if beyond:
        sentences.append(
            ngettext(
                "%(accounts)s is in conversation with more people than anybody is known to keep up with.",
                "%(accounts)s are in conversation with more people than anybody is known to keep up with.",
                len(beyond),
                accounts=listing(beyond),
            )
        )
    nobody = _("It is: nobody of us has more coming in and less of it answered than before.")
    return " ".join(sentences) or nobody


def usual(load: AccountLoad) -> str:
    """An account's real conversations, against its own past."""
    now = load.real_conversation_count
    if load.usual_real_conversation_count is None:
        return ngettext("%(num)s real conversation", "%(num)s real conversations", now)
    return ngettext(
        "%(num)s real conversation, usually %(usual)s",
        "%(num)s real conversations, usually %(usual)s",
        now,
        usual=number(load.usual_real_conversation_count, 1),
    )


def real_rows(load: AccountLoad) -> str:
    """Where its real conversations of the week stand, one by one; "" for none."""
    if not load.real_conversation_count:
        return ""
    return address(
        "real_conversations",
        week=f"{load.week_start_date:%G-W%V}",
        network=load.network,
        account=load.handle or load.account_id,
    )


def by_hours(load: AccountLoad) -> str:
    """ "8 of 9 (89%) within a working day"; "" of a client without working hours, or where nothing was due."""
    if not load.working_day_due_count:
        return ""
    return _(
        "%(share)s within a working day",
        share=share(load.answered_within_working_day_count or 0, load.working_day_due_count),
    )


def _account(load: AccountLoad, is_mixed: bool) -> str:
    """What it is called; where accounts of several networks are told of, with its network."""
    account = at(load.handle) if load.handle else _("account %(id)s", id=load.account_id)
    if not is_mixed:
        return account
    return _("%(account)s on %(network)s", account=account, network=label_of(load.network))
