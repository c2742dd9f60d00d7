"""The page for somebody who asks what is held about them: in words, and in their language.

It begins with what it comes to, then shows their own words, those of others about them, what was kept by hand and what
was worked out; where it all lies comes last. What the rooms of the house say of their records is English, as all that
operators see. Here stands each of these texts once more for the catalogs; a test holds the table to the rooms.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Protocol

from rapport.held import Held
from rapport.networks import MASTODON, label_of
from reporting import words
from reporting.language import N_, _, ngettext, speaking
from reporting.lists.columns import COLUMNS
from reporting.lists.vocabulary import said
from reporting.page import draw, environment

# What records are, and where they came from.
TEXTS = (
    N_("rows that were published"),
    N_("rows of the warehouse"),
    N_("posts, profiles and messages, as they were sent"),
    N_("a page that can't be read"),
    N_("what was kept by hand"),
    N_("what was kept by hand about others, and names the person"),
    N_("a foreword that names the person"),
    N_("what their posts are about"),
    N_("ids of accounts and posts, for the books"),
    N_("noted while it was fetched"),
    N_("entries that name the person"),
    N_("the account that a handle belongs to; of the handle only a hash"),
    N_("the person's own page"),
    N_("a page or file that names the person, or shows a post of theirs"),
    N_("published from the warehouse"),
    N_("loaded from the landing file that page_key names, or from the lists kept by hand"),
    N_("built from schema raw"),
    N_("its envelope can't be read either"),
    N_("written by the users of Rapport"),
    N_("looked up"),
    N_("drawn from what was published"),
)
# What entries kept by hand, and profiles, consist of, where no column of a list is called so.
_FIELDS = {
    "client_id": N_("Client"),
    "where": N_("Where it stands"),
    "entry": N_("Entry"),
    "account": N_("Account"),
    "name": N_("Your name"),
    "description": N_("About you"),
    "location": N_("Place"),
}
_OWN_KEYS = ("id", "note_id", "outcome_id")  # say nothing to whom they are about
_WORDS = ("kind", "consent_basis", "stage", "owner_basis")
# A page lies twice: beside all others, and in the folder of its client, which is handed over.
_COPIES = re.compile(r"published/(?:reports/([^/]+)|clients/([^/]+)/reports)/(.+)")


@dataclass(frozen=True)
class Said:
    """A post in its newest form. `author`: the handle of whoever wrote it, else "". `earlier_count`: older versions."""

    network: str
    post_id: str
    created_at: datetime | None
    text: str
    author_id: str
    author: str = ""
    is_repost: bool = False
    earlier_count: int = 0


@dataclass(frozen=True)
class Standing:
    """How near somebody stands to a client. `facts`: columns of the published tables with what they hold."""

    client_name: str
    stage: str
    facts: dict[str, Any]


class Holding(Protocol):
    """All that is held about one person."""

    @property
    def accounts(self) -> list[str]: ...

    @property
    def known_as(self) -> list[str]: ...

    @property
    def networks(self) -> list[str]: ...

    @property
    def erased_at(self) -> datetime | None: ...

    @property
    def everything(self) -> list[Held]: ...

    @property
    def profiles(self) -> list[dict[str, Any]]: ...

    @property
    def posts(self) -> list[Said]: ...

    @property
    def posts_of_others(self) -> list[Said]: ...

    @property
    def message_count(self) -> int: ...

    @property
    def notes(self) -> list[dict[str, Any]]: ...

    @property
    def outcomes(self) -> list[dict[str, Any]]: ...

    @property
    def naming(self) -> list[dict[str, Any]]: ...

    @property
    def entries(self) -> list[dict[str, Any]]: ...

    @property
    def standings(self) -> list[Standing]: ...


@dataclass
class Place:
    """Where something lies: once, however often it was captured or copied."""

    held: Held
    count: int


def draw_held(found: Holding, pages: Sequence[str], asked_at: datetime, language: str, zone: str) -> bytes:
    """The page, in a language ("de"), with times of a zone. `pages`: the names of the pages about the person."""
    of_others = [post for post in found.posts_of_others if not post.is_repost]
    with speaking(language, zone):
        return draw(
            environment(), "held.html.j2", {},
            found=found, pages=pages, asked_at=asked_at, of_others=of_others, summary=summary(found),
            places=places(found.everything), what=what, source=source, label=label, value=value,
        )  # fmt: skip


def summary(found: Holding) -> list[str]:
    """What it comes to, in sentences."""
    networks = words.listing([label_of(network) for network in found.networks], len(found.networks))
    handles = [words.at(handle) for handle in found.known_as]
    known = (
        _(
            "You are known here as %(handles)s, on %(networks)s.",
            handles=words.listing(handles, len(handles)),
            networks=networks,
        )
        if handles
        else _("You are known here by an id alone, on %(networks)s.", networks=networks)
    )
    lines = [known, *_said(found)]
    if found.erased_at:
        day = words.date_only(found.erased_at)
        lines.insert(
            1,
            _(
                "What was yours was erased here on %(day)s. Ids stay, so that it is not fetched again.",
                day=day,
            ),
        )
        if MASTODON.name in found.networks:  # only there is an id the handle
            lines.insert(2, _("On %(network)s such an id is your handle.", network=MASTODON.label))
    fetched = [held.fetched_at for held in found.everything if held.fetched_at]
    if first := min(filter(None, map(_moment, fetched)), default=None):
        lines.append(_("The first of it was fetched on %(day)s.", day=words.date_only(first)))
    lines += _by_hand(found)
    for standing in found.standings:
        client, stage = words.name(standing.client_name), words.stage(standing.stage)
        lines.append(
            _(
                "How near you stand to %(client)s was worked out from it: %(stage)s.",
                client=client,
                stage=stage,
            )
        )
    return lines if found.standings else [*lines, _("Nothing about you was worked out from it.")]


def _said(found: Holding) -> list[str]:
    """How much was said, by whom."""
    own, others = found.posts, found.posts_of_others
    naming = sum(not post.is_repost for post in others)
    lines = [
        ngettext(
            "%(num)s post of yours is held: %(span)s.",
            "%(num)s posts of yours are held: %(span)s.",
            len(own),
            span=_span(own),
        )
        if own
        else _("No post of yours is held."),
        ngettext(
            "%(num)s post of others names you, answers you or quotes you.",
            "%(num)s posts of others name you, answer you or quote you.",
            naming,
        )
        if naming
        else _("No post of others names you, answers you or quotes you."),
    ]
    if naming < len(others):
        lines.append(
            ngettext(
                "Others reposted you %(num)s time.",
                "Others reposted you %(num)s times.",
                len(others) - naming,
            )
        )
    if found.message_count:
        lines.append(
            ngettext(
                "%(num)s private message is counted, and shown on no page.",
                "%(num)s private messages are counted, and shown on no page.",
                found.message_count,
            )
        )
    return lines


def _by_hand(found: Holding) -> list[str]:
    notes, outcomes, entries = len(found.notes), len(found.outcomes), len(found.entries)
    lines = []
    if notes:
        lines.append(
            ngettext("%(num)s note about you was kept.", "%(num)s notes about you were kept.", notes)
        )
    if outcomes:
        lines.append(
            ngettext(
                "%(num)s outcome with you (a meeting, a call or the like) was logged.",
                "%(num)s outcomes with you (meetings, calls or the like) were logged.",
                outcomes,
            )
        )
    if naming := len(found.naming):
        lines.append(
            ngettext(
                "%(num)s text that was written by hand about others, or as a foreword, names you.",
                "%(num)s texts that were written by hand about others, or as a foreword, name you.",
                naming,
            )
        )
    if entries:
        lines.append(
            ngettext(
                "You stand in %(num)s entry of the lists that are kept by hand.",
                "You stand in %(num)s entries of the lists that are kept by hand.",
                entries,
            )
        )
    return lines or [_("Nothing about you was written down by hand.")]


def _span(posts: Sequence[Said]) -> str:
    """From when to when they were written."""
    days = sorted(post.created_at for post in posts if post.created_at)
    return words.dates(days[0], days[-1]) if days else _("unknown")


def places(everything: Sequence[Held]) -> list[Place]:
    """Each place once: of what was captured several times the newest, of a page that lies twice the first."""
    found: dict[Any, Place] = {}
    for held in everything:
        key: Any = held.place
        if held.fetched_at:
            ids = sorted(
                str(one.get("id") or one.get("uri") or one.get("did") or one) for one in held.records
            )
            key = (held.source, *ids)
        elif copy := _COPIES.fullmatch(held.place):
            key = (copy[1] or copy[2], copy[3])
        place = found.setdefault(key, Place(held, 0))
        place.count += 1
        if held.fetched_at > place.held.fetched_at:
            place.held = held
    return list(found.values())


def what(held: Held) -> str:
    """What the records are."""
    return _(held.what) if held.what in TEXTS else held.what


def source(place: Place) -> str:
    """Where they came from: of what a network sent, from which of its addresses, when, and how often."""
    held = place.held
    if not held.fetched_at:
        return _(held.source) if held.source in TEXTS else held.source
    at = _moment(held.fetched_at)
    fetched = words.moment(at) if at else held.fetched_at
    if place.count == 1:
        return _("%(address)s, fetched %(at)s", address=held.source, at=fetched)
    return ngettext(
        "%(address)s, in %(num)s capture, the newest %(at)s",
        "%(address)s, in %(num)s captures, the newest %(at)s",
        place.count,
        address=held.source,
        at=fetched,
    )


def label(name: str) -> str:
    """What a part of an entry is called."""
    if name in _FIELDS:
        return _(_FIELDS[name])
    return _(COLUMNS[name].label) if name in COLUMNS else name.replace("_", " ")


def value(name: str, held: object) -> str:
    """A part of an entry, as it is said; "" for nothing."""
    if held is None or held == [] or name in _OWN_KEYS:
        return ""
    if isinstance(held, Mapping):
        parts = {key: value(key, one) for key, one in held.items()}
        return "; ".join(f"{key}: {one}" for key, one in parts.items() if one)
    if isinstance(held, (list, tuple)):
        return ", ".join(value(name, one) for one in held)
    if isinstance(held, datetime):
        return words.moment(held)
    if isinstance(held, date):
        return words.date_only(held)
    if isinstance(held, int) and not isinstance(held, bool):
        return words.number(held)
    return said(str(held)) if name in _WORDS else words.plain(str(held))


def _moment(text: str) -> datetime | None:
    """The moment that an envelope names, with its zone; None where it names none."""
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        return None
    return found if found.tzinfo else None
