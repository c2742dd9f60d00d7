"""Who is waiting for us, in words. Pure."""

from collections.abc import Callable, Sequence

from rapport.networks import private_talk_of
from reporting.client import Client
from reporting.language import _, ngettext, npgettext
from reporting.section import Link, Sentence
from reporting.sections.waiting.record import Waiting, WaitingPost
from reporting.words import Named, aged_private_talk, listing, marked, person, private_talk_kind, waited


def link(data: Waiting) -> Link:
    """How the head of the page leads here."""
    return Link(_("Waiting for us"), data.total_count)


def badge(data: Waiting) -> str:
    """What the index page says beside the client's name."""
    if not data.total_count:
        return ""
    return ngettext("%(num)s post waiting for us", "%(num)s posts waiting for us", data.total_count)


def sentences(client: Client, data: Waiting) -> list[Sentence]:
    """The sentence of the week in words."""
    if client.week is None:
        return []
    return [Sentence(40, waits(data.posts, data.total_count, marked), "waiting")]


def waits(posts: Sequence[WaitingPost], total_count: int, named: Callable[[Named], str] = person) -> str:
    """Who waits for us, and who is first in line."""
    if not posts:
        return _("Nobody is waiting for us.")
    first = posts[0]
    values = {"posts": addressed_by(posts, total_count), "who": named(first), "what": _what(first)}
    if total_count == 1:
        if first.is_stakeholder:
            return _(
                "One %(posts)s waits for an answer from us: %(who)s, one of our stakeholders, wrote %(what)s.",
                **values,
            )
        return _("One %(posts)s waits for an answer from us: %(who)s wrote %(what)s.", **values)
    if first.is_stakeholder:
        return _(
            "%(number)s %(posts)s wait for an answer from us;"
            " first in line is %(who)s, one of our stakeholders, with %(what)s.",
            number=total_count,
            **values,
        )
    return _(
        "%(number)s %(posts)s wait for an answer from us; first in line is %(who)s with %(what)s.",
        number=total_count,
        **values,
    )


def _what(post: WaitingPost) -> str:
    """ "a question that is 2 days old"."""
    age = waited(post.waiting_hours, post.waiting_working_hours)
    if post.kind == "message":
        return aged_private_talk(private_talk_of(post.network), age)
    if post.is_question:
        return _("a question that is %(duration)s old", duration=age)
    return _("a post that is %(duration)s old", duration=age)


def addressed_by(posts: Sequence[WaitingPost], number: int = 1) -> str:
    """What waits, in the number asked for: "post", "posts", "direct message", "posts and direct messages"."""
    private = {private_talk_of(post.network) for post in posts if post.kind == "message"}
    has_posts = any(post.kind != "message" for post in posts)
    kinds = [npgettext("kind", "post", "posts", number)] if has_posts else []
    return listing([*kinds, *(private_talk_kind(kind, number) for kind in sorted(private))])
