"""`rapport person`: what is held about somebody, for a person's request for access to it."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from operations.cli.terminal import say
from rapport.config import load_settings
from rapport.config_clients import Language
from rapport.networks import label_of

if TYPE_CHECKING:
    from rapport.held import Held

app = typer.Typer()


@app.command(
    epilog="Examples: `rapport person @ana_lima`, `rapport person @ana.example --export ~/ana`. "
    "To forget them: `rapport erase --account @ana_lima`."
)
def person(
    account: Annotated[
        str,
        typer.Argument(
            help="@handle or id of an account on X, @alice.example or DID on Bluesky, @name@host on Mastodon; or "
            "network:@handle, network:id. Also a handle that only what you keep by hand has."
        ),
    ],
    export: Annotated[
        Path | None,
        typer.Option("--export", help="A new folder for all of it: held.json, and index.html to read."),
    ] = None,
    language: Annotated[
        Language | None,
        typer.Option(
            help="What index.html is written in. Default: the language of your clients, if it is one; else English."
        ),
    ] = None,
) -> None:
    """Says what is held about a person, and where; with --export it writes all of it into a folder.

    It reaches what `rapport erase` reaches, with all accounts of a person whom the list of people joins, and with posts
    of others that name them. Backups hold copies of the same; they are not opened.
    """
    from operations import access
    from reporting.words import count

    settings = load_settings()
    found = access.holding(settings, account)
    accounts = ", ".join(found.accounts) or "no network has shown this account here"
    say(f"{accounts}: {', '.join(found.handles) or 'no handle is known'}")
    for (network, account_id), tombstone in sorted(found.tombstones.items()):
        since = f"{tombstone.erased_at:%Y-%m-%d} ({tombstone.reason})"
        say(
            f"{network}:{account_id} was erased on {since}; what is left are ids, and posts of others."
            f"{_handle_in_ids(network, account_id)}"
            if tombstone.finished_at
            else f"{network}:{account_id} is being erased since {since}; `rapport erase` goes on with it."
        )
    for room, held in found.by_room.items():
        say(f"{room:>10}  {_amount(held)}")
    say(
        f"What they wrote: {count(len(found.posts), 'post')}. What others wrote to or about them: "
        f"{count(len(found.posts_of_others), 'post')}. Kept by hand: {count(len(found.notes), 'note')}, "
        f"{count(len(found.outcomes), 'outcome')}, {count(len(found.entries), 'entry', 'entries')} of rapport.toml; "
        f"about others, and naming them: {count(len(found.naming), 'text')}."
    )
    if export is None:
        say(f"All of it in a folder: rapport person {account} --export FOLDER")
        return
    page = access.export(settings, found, export.expanduser(), language)
    say(f"Wrote {page} and held.json beside it, for you alone. Read them before you pass them on.")


def _handle_in_ids(network: str, account_id: str) -> str:
    """That the name stays where an account's id is its handle. A place with nothing but such ids counts as none."""
    if "@" not in account_id:
        return ""
    return (
        f" On {label_of(network)} the id is the handle: the name stays in ids, also of posts that were erased, in "
        "landing files and tables; what holds nothing but ids is not counted below."
    )


def _amount(held: "list[Held]") -> str:
    """How much lies in a room: records in so many places, and files that show what lies elsewhere."""
    from reporting.words import count

    places = [one for one in held if one.records]
    shown = len(held) - len(places)
    records = count(sum(len(one.records) for one in places), "record")
    parts = [f"{records} in {count(len(places), 'place')}"] if places else []
    if shown:
        parts.append(f"{count(shown, 'file')} that show or name them, with no records of their own")
    return "; ".join(parts) or "nothing"
