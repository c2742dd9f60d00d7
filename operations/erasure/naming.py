"""Posts and accounts as people name them when they ask for an erasure: ids, and addresses copied from a browser."""

import re

from extractors.state.store import open_state
from rapport import networks, warehouse
from rapport.config import Settings
from rapport.networks import BLUESKY, MASTODON, AccountRef, X

_ON_X = re.compile(
    r"https?://(?:www\.|mobile\.)?(?:x|twitter)\.com/[^/]+(?:/web)?/status(?:es)?/([0-9]+)(?:[/?#].*)?"
)
_ON_BLUESKY = re.compile(r"https?://bsky\.app/profile/([^/?#]+)/post/([^/?#]+)(?:[/?#].*)?")
# An address there that names no post is none of Mastodon's, whose servers may have any other name.
_ELSEWHERE = re.compile(r"https?://(?:[^/]+\.)?(?:x\.com|twitter\.com|bsky\.app)(?:[/?#:].*)?")
_DID = re.compile(r"at://([^/]+)/(.+)")


def post(settings: Settings, text: str) -> str:
    """The post as `network:id` where the text is an at:// URI, or an address of a page that shows it; else the text.

    An address on Bluesky names its author by handle, and one on Mastodon bears a number of the server that shows it:
    which post that is, only what is held here can say.
    """
    if found := _ON_X.fullmatch(text):
        return networks.qualified(X.name, found[1])
    if found := _ON_BLUESKY.fullmatch(text):
        text = f"at://{found[1]}/app.bsky.feed.post/{found[2]}"
    if found := _DID.fullmatch(text):
        author = found[1] if BLUESKY.is_account_id(found[1]) else _did(settings, found[1].lower())
        return networks.qualified(BLUESKY.name, f"at://{author}/{found[2]}") if author else text
    if MASTODON.is_post_id(text) and not _ELSEWHERE.fullmatch(text):
        return networks.qualified(MASTODON.name, _shown_at(settings, text) or text)
    return text


def account(text: str) -> str:
    """The account as rapport.toml would name it. A whole handle of Bluesky or Mastodon may stand without its @: whoever
    asks has it from a page or a mail, and nobody else can be meant."""
    is_whole = BLUESKY.is_handle(text) or MASTODON.is_handle(text)
    try:
        return str(AccountRef.parse(f"@{text}" if is_whole else text))
    except ValueError:
        return text


def _did(settings: Settings, handle: str) -> str | None:
    with open_state(settings) as state:
        known = state.account_ids(BLUESKY.name, [handle]).get(handle)
    rows = [] if known else _rows(
        settings, "users",
        "select distinct account_id from raw.users where network = $network and lower(username) = $text",
        BLUESKY.name, handle,
    )  # fmt: skip
    return known or (rows[0] if len(rows) == 1 else None)


def _shown_at(settings: Settings, address: str) -> str | None:
    """The post that this is the address of, of those held here: its id, or the `url` of what its server said."""
    rows = _rows(
        settings, "posts",
        "select distinct post_id from raw.posts where network = $network "
        "and (post_id = $text or payload->>'$.url' = $text)",
        MASTODON.name, address,
    )  # fmt: skip
    return rows[0] if len(rows) == 1 else None


def _rows(settings: Settings, table: str, query: str, network: str, text: str) -> list[str]:
    if not settings.warehouse_path.exists():
        return []
    with warehouse.connect(settings) as connection:
        if not warehouse.has_table(connection, "raw", table):
            return []
        rows = connection.execute(query, {"network": network, "text": text}).fetchall()
    return [str(row[0]) for row in rows]
