"""Plain text as a Mastodon server writes it in HTML."""

from __future__ import annotations

import html
import re
from collections.abc import Callable

from emulator.elsewhere.model import Someone

_MARKED = re.compile(
    r"@(?P<name>[A-Za-z0-9_]+)@(?P<host>[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?)"
    r"|(?P<url>https?://[^\s<>\"]*[^\s<>\".,;:!?)])"
    r"|(?<![\w&#])#(?P<tag>\w+)"
)
_SHOWN_OF_LINK = 30


def html_of(text: str, host: str, who: Callable[[str], Someone | None]) -> str:
    """Paragraphs, line breaks, and links where an account, an address or a hashtag stands."""
    paragraphs = [part.strip("\n") for part in re.split(r"\n{2,}", text) if part.strip()]
    return "".join(f"<p>{_line(paragraph, host, who)}</p>" for paragraph in paragraphs)


def address(someone: Someone) -> str:
    """Where an account's profile is."""
    return f"https://{someone.host}/@{someone.account_id.partition('@')[0]}"


def link(url: str) -> str:
    """An address as readers see it: without https://, and cut when it is long."""
    scheme, rest = re.fullmatch(r"(https?://(?:www\.)?)(.*)", url, re.DOTALL).groups()  # type: ignore[union-attr]
    shown, hidden = rest[:_SHOWN_OF_LINK], rest[_SHOWN_OF_LINK:]
    cut = ' class="ellipsis"' if hidden else ' class=""'
    return (
        f'<a href="{html.escape(url)}" target="_blank" rel="nofollow noopener" translate="no">'
        f'<span class="invisible">{scheme}</span><span{cut}>{html.escape(shown)}</span>'
        f'<span class="invisible">{html.escape(hidden)}</span></a>'
    )


def _line(text: str, host: str, who: Callable[[str], Someone | None]) -> str:
    parts, done = [], 0
    for match in _MARKED.finditer(text):
        parts += [html.escape(text[done : match.start()], quote=False), _marked(match, host, who)]
        done = match.end()
    return "".join([*parts, html.escape(text[done:], quote=False)]).replace("\n", "<br />")


def _marked(match: re.Match[str], host: str, who: Callable[[str], Someone | None]) -> str:
    if match["url"]:
        return link(match["url"])
    if match["tag"]:
        tag = html.escape(match["tag"])
        there = f"https://{host}/tags/{tag.lower()}"
        return f'<a href="{there}" class="mention hashtag" rel="tag">#<span>{tag}</span></a>'
    someone = who(f"{match['name']}@{match['host']}".lower())
    if someone is None:
        return html.escape(match[0])
    return (
        f'<span class="h-card" translate="no"><a href="{address(someone)}" class="u-url mention">'
        f"@<span>{html.escape(match['name'])}</span></a></span>"
    )
