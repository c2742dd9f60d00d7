"""Links of a page that lead to files beside it: where the page lies alone, they would lead nowhere. Pure, over HTML.

A link may say where it leads instead: `data-elsewhere` is the address on the network, empty where there is none. What
is of no use without what lies beside it stands between `<!--beside-->` and `<!--/beside-->`.
"""

import re
from collections.abc import Callable
from html import escape, unescape
from urllib.parse import urljoin

_LINK = re.compile(r'<a\b[^>]*? href="(?![#/]|[a-z][a-z0-9+.-]*:)([^"]*)"[^>]*>')
_ELSEWHERE = re.compile(r' data-elsewhere="(https://[^"]+)"')
_BESIDE = re.compile(r"<!--beside-->.*?<!--/beside-->", re.DOTALL)


def alone(html: str) -> str:
    """The page as it is where none of the files beside it are."""
    return without_dead_links(_BESIDE.sub("", html), lambda path: True)


def led_to(html: str, address: str) -> str:
    """The page for where it lies alone, its links leading to where it can be read with all that lies beside it."""
    return _LINK.sub(
        lambda found: found[0].replace(
            f'href="{found[1]}"', f'href="{escape(urljoin(address, unescape(found[1])))}"', 1
        ),
        html,
    )


def without_dead_links(html: str, is_dead: Callable[[str], bool]) -> str:
    """The page with those of its relative links that are dead leading elsewhere, or nowhere; their words stay.

    `is_dead` is asked for the path, as it stands in the page without what follows a #.
    """

    def mended(found: re.Match[str]) -> str:
        if not is_dead(found[1].partition("#")[0]):
            return found[0]
        elsewhere = _ELSEWHERE.search(found[0])
        return f'<a href="{elsewhere[1]}" rel="noopener noreferrer">' if elsewhere else "<a>"

    return _LINK.sub(mended, html)
