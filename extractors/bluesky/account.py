"""One account as Bluesky shows it to whoever asks: whether there is one, and whether it may be read without a login."""

from dataclasses import dataclass
from typing import Any

from extractors import errors
from extractors.bluesky import streams
from extractors.bluesky.problems import not_shown
from extractors.bluesky.records import INVALID_HANDLE, rows
from extractors.fetching.dialect import Client
from extractors.fetching.streams import Target
from rapport.networks import BLUESKY

# The label by which an account asks that nothing of it is shown to those who are not logged in.
_LOGGED_IN_ONLY = "!no-unauthenticated"
# Why an account is not shown → what is wrong, and what to do.
_NOT_SHOWN = {
    "not-found": (
        "Bluesky knows no account {actor}",
        "check the spelling, as the profile's page shows it: a handle is a whole domain, such as @alice.bsky.social",
    ),
    "deactivated": (
        "{actor} is deactivated: whoever owns it has switched it off",
        "nothing is shown of it until its owner switches it on again; choose another account",
    ),
}
_HIDDEN = "Bluesky shows nothing of {actor}: it is suspended, or hidden", "choose another account"


@dataclass(frozen=True)
class Account:
    """`handle` in small letters; None where none leads to the account. `is_for_logged_in`: it asks not to be shown to
    others."""

    did: str
    handle: str | None
    name: str
    is_for_logged_in: bool


def look_up(client: Client, actor: str) -> Account:
    """The account of that handle or DID. Raises AccountUnknown where it is not shown, and ExtractionError.

    One request.
    """
    target = Target(actor, parameters=(("actor", actor),))
    value = client.page(streams.SINGLE_ACCOUNT_LOOKUPS, target, {"actor": actor}).value
    if "error" in value:
        why = not_shown(value.get("error"), value.get("message")) or ""
        words, remedy = _NOT_SHOWN.get(why, _HIDDEN)
        raise errors.AccountUnknown(words.format(actor=actor), remedy)
    did, handle = str(value.get("did")), str(value.get("handle")).lower()
    if not BLUESKY.is_account_id(did):
        raise errors.FieldsMissing(
            "Bluesky answered a question for a profile without the account's id",
            "check RAPPORT_BLUESKY_BASE_URL; if it is right, compare extractors/bluesky/account.py with the lexicon",
        )
    return Account(
        did=did,
        # files are named by it
        handle=handle if BLUESKY.is_handle(handle) and handle != INVALID_HANDLE else None,
        name=str(value.get("displayName") or "").strip(),
        is_for_logged_in=_asks_for_logins(did, value.get("labels")),
    )


def _asks_for_logins(did: str, labels: Any) -> bool:
    """Only what an account says of itself counts; that a label is taken back is a label, too."""
    own = [label for label in rows(labels) if label.get("src") == did and label.get("val") == _LOGGED_IN_ONLY]
    return any(label.get("neg") is not True for label in own)
