"""Whether we can still keep up, in words. Pure."""

from collections.abc import Sequence

from rapport.networks import label_of
from reporting.definitions import Definitions
from reporting.sections.manageable.record import AccountLoad
from reporting.words import at, count, listing, within


def manageability(loads: Sequence[AccountLoad], definitions: Definitions) -> str:
    """Whether any of us has more on their hands than they can answer."""
    if not loads:
        return "No account of ours is known yet."
    is_mixed = len({load.network for load in loads}) > 1
    stretched = [_account(load, is_mixed) for load in loads if load.is_stretched]
    beyond = [_account(load, is_mixed) for load in loads if load.is_beyond_ties]
    parts = []
    if stretched:
        parts.append(
            f"More comes in than {listing(stretched)} can answer: over the last {definitions['stretch_weeks']} more"
            " was addressed to them than before, and a smaller share of it got an answer within"
            f" {within(definitions['prompt_answer_hours'].value)}."
        )
    if beyond:
        are = "is" if len(beyond) == 1 else "are"
        parts.append(
            f"{listing(beyond)} {are} in conversation with more people than anybody is known to keep up with."
        )
    return " ".join(parts) or "It is: nobody of us has more coming in and less of it answered than before."


def usual(load: AccountLoad) -> str:
    """An account's real conversations, against its own past."""
    text = count(load.real_conversation_count, "real conversation")
    if load.usual_real_conversation_count is None:
        return text
    return f"{text}, usually {f'{load.usual_real_conversation_count:.1f}'.removesuffix('.0')}"


def _account(load: AccountLoad, is_mixed: bool) -> str:
    """What it is called; where accounts of several networks are told of, with its network."""
    account = at(load.handle) if load.handle else f"account {load.account_id}"
    return f"{account} on {label_of(load.network)}" if is_mixed else account
