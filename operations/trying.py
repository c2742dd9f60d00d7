"""What `rapport try` needs beside the rooms: whom it was asked for, the home it fills, and the windows it fetches.

Each try has a home of its own, which is as any other: `rapport run` goes on with it. Which windows a home was asked
for, and whether each was fetched to its end, stands in its file try.json.
"""

import json
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from urllib.parse import unquote

from extractors.bluesky.account import Account
from extractors.state.store import open_state
from operations import starting
from operations.stack import emulated, world
from rapport.config import Client, Config, Settings, load_settings
from rapport.errors import ConfigError
from rapport.networks import BLUESKY, AccountRef
from rapport.on_disk import make_home, write_bytes, write_json
from rapport.window import Window
from reporting.words import excerpt, name

FOLDER = Path("rapport-try")
_WINDOWS = "try.json"
# Nobody on the real network has a handle that ends so (RFC 2606, RFC 6761): who has one is invented.
_INVENTED = ("test", "example", "invalid", "localhost")
# So much newer must a window's end be to be worth asking for.
_NEW_AFTER = timedelta(minutes=15)
# The network answers for a moment that is so long ago.
SETTLED = timedelta(seconds=20)


@dataclass(frozen=True)
class Tried:
    """A window that a home was asked for."""

    window: Window
    is_done: bool = False


def actor_in(text: str) -> str:
    """Handle in small letters, or DID, of an account as people write or copy it: with @ or without, an address of the
    profile or of a post, with the network before it. Raises ConfigError."""
    # Copied handles come with signs that turn the direction of writing, and nobody sees them.
    seen = "".join(char for char in unquote(text) if unicodedata.category(char) not in ("Cc", "Cf")).strip()
    named = re.sub(r"(?i)^https?://(www\.)?", "", seen.strip("<>\"'")).removeprefix(f"{BLUESKY.name}:")
    prefix = next((one for one in BLUESKY.handle_prefixes if named.lower().startswith(one)), "")
    named = named[len(prefix) :].rstrip("/").removeprefix("@")
    if prefix:  # an address of something else is no handle, though it begins like one
        named = re.split(r"[/?#]", named)[0]
    if BLUESKY.is_account_id(named):
        return named
    if BLUESKY.is_handle(named):
        return named.lower()
    forms = "a handle is a whole domain, such as @alice.bsky.social"
    if re.fullmatch(r"[A-Za-z0-9-]+", named):
        forms += f" (perhaps @{named.lower()}.bsky.social)"
    raise ConfigError(
        f"'{seen}' names no account on {BLUESKY.label}",
        f"{forms}; the address of a profile will do as well, or its DID ({BLUESKY.account_id_words})",
    )


def refuse_invented(actor: str) -> None:
    """Raises ConfigError if the real network would be asked for a handle that nobody can have there."""
    if not emulated.is_addressed(BLUESKY.name) and actor.rpartition(".")[2] in _INVENTED:
        raise ConfigError(
            f"@{actor} is invented: nobody on {BLUESKY.label} has such a handle",
            f"to ask the emulator, give its address in {emulated.ADDRESSES[BLUESKY.name]}",
        )


def home_for(account: Account, given: Path | None) -> Path:
    """The folder that this try fills: `given`, else one of the account's own below the folder we are in."""
    own = account.handle or account.did.replace(":", "-")
    return (given or FOLDER / own).expanduser().resolve()


def settle(settings: Settings, home: Path, account: Account) -> tuple[Settings, Client]:
    """The settings of the home, which is made if there is none, and the client of its rapport.toml whose account it is.

    Raises ConfigError if the home is somebody else's.
    """
    path = home / "rapport.toml"
    if not path.exists():
        if home.exists() and (not home.is_dir() or any(home.iterdir())):
            raise ConfigError(
                f"{home} is there already, and no home of Rapport", "choose another folder with --home"
            )
        make_home(replace(settings, home=home, config_path=path, config=Config()))
        write_bytes(path, _rapport_toml(home, account).encode(), mode=0o600)
    # What the environment says of another home (its state store, its monitor) is not this one's.
    found = replace(
        load_settings(home, path),
        state_url=f"sqlite:///{home / 'state.sqlite'}",
        heartbeat_url=None,
        now=settings.now,
    )
    if world.of(found) is not None:
        raise ConfigError(f"{home} holds the emulator's invented world", "choose another folder with --home")
    ours = {AccountRef(BLUESKY.name, account_id=account.did).key}
    if account.handle:
        ours.add(AccountRef(BLUESKY.name, handle=account.handle).key)
    client = next((one for one in found.config.clients if any(ref.key in ours for ref in one.accounts)), None)
    if client is None:
        raise ConfigError(
            f"{path} does not follow {named(account)}", "choose another folder with --home, or name it there"
        )
    with open_state(found) as state:
        known = state.account_ids(BLUESKY.name, [account.handle or ""]).get(account.handle or "")
    if known not in (None, account.did):
        raise ConfigError(
            f"{home} holds what {known} wrote, whose handle was @{account.handle}; it is another account's now",
            "choose another folder with --home",
        )
    return found, client


def named(account: Account) -> str:
    """What people call the account."""
    return f"@{account.handle}" if account.handle else account.did


def windows(tried: Sequence[Tried], now: datetime, weeks: int) -> list[Window]:
    """The windows to fetch, the newest first: what is not done, and what no window reached so far."""
    end = (now - SETTLED).replace(microsecond=0)
    start = (now - timedelta(weeks=weeks)).replace(hour=0, minute=0, second=0, microsecond=0)
    found = [one.window for one in tried if not one.is_done]
    if not tried:
        return [Window(start, end)]
    first, last = min(one.window.start for one in tried), max(one.window.end for one in tried)
    if start < first:
        found.append(Window(start, first))
    if end - last >= _NEW_AFTER:
        found.append(Window(last, end))
    return sorted(found, key=lambda window: window.end, reverse=True)


def read_tried(settings: Settings) -> list[Tried]:
    """The windows that the home was asked for."""
    try:
        content = json.loads((settings.home / _WINDOWS).read_text(encoding="utf-8"))
    except FileNotFoundError:
        return []
    return [Tried(Window.parse(one["start"], one["end"]), one["is_done"]) for one in content["windows"]]


def note(settings: Settings, tried: Sequence[Tried], window: Window, *, is_done: bool) -> list[Tried]:
    """Writes down that the window was asked for, and whether it is done; all windows of the home with it."""
    others = [one for one in tried if one.window != window]
    found = [*others, Tried(window, is_done)]
    rows = [{**asdict(one.window), "is_done": one.is_done} for one in found]
    write_json(settings.home / _WINDOWS, {"windows": rows}, default=lambda moment: moment.isoformat())
    return found


def _rapport_toml(home: Path, account: Account) -> str:
    """The commented example, for this account."""
    reference = AccountRef.parse(f"{BLUESKY.name}:{named(account)}")
    text = starting.example([reference], name(account.name, account.handle or "", account.did))
    return (
        f"# Written by `rapport try` for {named(account)}. What it fetched lies beside this file, in\n"
        f"# {excerpt(str(home), 1000)}\n"
        f"# With RAPPORT_HOME set to that, `rapport run` and all other commands go on with it.\n\n{text}"
    )
