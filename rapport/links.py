"""Addresses that lead to posts and accounts which are to be forgotten, in whatever spelling, on whatever network they
stand."""

import json
import re
from functools import lru_cache
from urllib.parse import unquote

from rapport.forgotten import Forgotten
from rapport.networks import BLUESKY, MASTODON, X

# Also as www, mobile and whatever else stands before it.
_X_SITE = r"(?:[a-z0-9-]+\.)*(?:x|twitter)\.com(?::[0-9]+)?"
# Other programs show the same paths on sites of their own.
_PROFILE = r"(?:[^/?#]+/(?:profile|starter-pack)|at:/)"
_POST = r"(?:/(?:post|app\.bsky\.feed\.post)/(?P<key>[^/?#]+))?"
# How addresses of accounts and posts begin, without https://. Groups are an `account` (its id), a `handle`, or `name`
# and `host` of one; and `key`, how the post's id ends.
_ADDRESSES = {
    X.name: (
        rf"{_X_SITE}/(?:[^/?#]+/)*status(?:es)?/(?P<key>[0-9]+)",
        rf"{_X_SITE}/i/user/(?P<account>[0-9]+)",
        rf"{_X_SITE}/intent/[^#]*\buser_id=(?P<account>[0-9]+)",
        rf"{_X_SITE}/intent/[^#]*\bscreen_name=(?P<handle>\w+)",
        rf"{_X_SITE}/(?:#!/)?@?(?P<handle>\w+)(?=[/?#]|$)",
    ),
    BLUESKY.name: (
        rf"{_PROFILE}/(?P<account>{BLUESKY.account_id_grammar}){_POST}",
        rf"{_PROFILE}/@?(?P<handle>{BLUESKY.handle_grammar}){_POST}(?=[/?#]|$)",
        rf"(?P<handle>{BLUESKY.handle_grammar})(?=[:/?#]|$)",  # a domain of the account's own
    ),
    # Every server shows the accounts of others, too; the number of a post is that of its own server.
    MASTODON.name: (
        r"(?:acct:|[^?#]*/[@~]?)(?P<handle>[\w.-]+@[\w.:-]+)(?=[/?#]|$)",
        r"(?P<host>[^/?#]+)/(?:web/)?(?:[@~]|users/|accounts/|profile/)(?P<name>[^/?#@]+)(?=[/?#]|$)",
        r"(?P<host>[^/?#]+)/(?:[^?#]*/)?(?P<key>[^/?#]+)",
    ),
}
_SCHEME = re.compile(r"(?:https?:)?//(?:[^/?#]*@)?", re.IGNORECASE)
# In JSON, whatever its shape: members that hold an address, and those that only previews of links have.
_IN_JSON = re.compile(rb'"(?:uri|[a-z_]*url)"\s*:\s*("(?:[^"\\]|\\.)*")')

_OF_PREVIEWS = (b'"title"', b'"images"')


class Links:
    """Knows what leads there: by a handle, by an id, by the number of a post."""

    def __init__(self, forgotten: Forgotten) -> None:
        self._forgotten = forgotten

    def leads(self, address: str) -> bool:
        """Whether it is the address of something that is to be forgotten."""
        return any(is_there for is_there, _ in self._read(address))

    def mask(self, address: str) -> str:
        """The address without handles that are to be forgotten; ids stay in it."""
        for _, name in self._read(address):
            if name:
                spelled = re.compile(rf"(?<![A-Za-z0-9_]){re.escape(name)}(?![A-Za-z0-9_])", re.IGNORECASE)
                address = address if spelled.search(address) else _unescaped(address)
                address = spelled.sub(lambda found: "_" * len(found[0]), address)
        return self._forgotten.mask(address)

    def may_be_shown(self, content: bytes) -> bool:
        """Whether JSON may hold the preview of such an address (a quick look)."""
        return any(name in content for name in _OF_PREVIEWS) and any(
            self.leads(json.loads(text)) for text in {*_IN_JSON.findall(content)}
        )

    def _read(self, address: str) -> list[tuple[bool, str]]:
        """For each way to read it that is one: whether it leads there, and by which handle or name."""
        plain = _unescaped(address.strip())
        if scheme := _SCHEME.match(plain):
            plain = plain[scheme.end() :]
        found = []
        for network in self._forgotten.networks:
            for pattern in _ADDRESSES.get(network, ()):
                if read := re.match(pattern, plain, re.IGNORECASE):
                    found.append(self._leads(network, {**read.groupdict()}))
        return [one for one in found if one[0]]

    def _leads(self, network: str, said: dict[str, str | None]) -> tuple[bool, str]:
        account, handle, host, name, key = (
            said.get(part) or "" for part in ("account", "handle", "host", "name", "key")
        )
        called = f"{name}@{host}".lower() if name else handle.lower()
        about = self._forgotten.on(network)
        if called and (called in about.handles or called in about.account_ids):
            return True, name or handle
        # whose post it is the address says by a handle that nobody may know: then by the post's key alone
        by = "" if handle else (account or host).lower()
        return account.lower() in about.account_ids or (network, by, key) in _keys(self._forgotten), ""


def _unescaped(address: str) -> str:
    while (once := unquote(address)) != address:
        address = once
    return address


@lru_cache(maxsize=4)  # asked for every page that lands
def _keys(forgotten: Forgotten) -> frozenset[tuple[str, str, str]]:
    """Network, account or server, and key of each post; and without the account."""
    found = set()
    for network, post_id in forgotten.posts:
        parts = post_id.split("/")
        if len(parts) > 2:
            found.add((network, parts[2].lower(), parts[-1]))
        if not post_id.startswith("http"):
            found.add((network, "", parts[-1]))
    return frozenset(found)
