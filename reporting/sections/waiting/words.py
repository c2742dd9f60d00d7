"""Who is waiting for us, in words. Pure."""

from collections.abc import Sequence

from rapport.networks import private_talk_of
from reporting.client import Client
from reporting.section import Link, Sentence
from reporting.sections.waiting.record import Waiting, WaitingPost
from reporting.words import count, duration, listing, named_in, person


def link(data: Waiting) -> Link:
    """How the head of the page leads here."""
    return Link("Waiting for us", data.total_count)


def badge(data: Waiting) -> str:
    """What the index page says beside the client's name."""
    return f"{count(data.total_count, 'post')} waiting for us" if data.total_count else ""


def sentences(client: Client, data: Waiting) -> list[Sentence]:
    """The sentence of the week in words."""
    if client.week is None:
        return []
    text = waits(data.posts, data.total_count)
    return [Sentence(40, text, named_in(text, data.posts[:1]))]


def waits(posts: Sequence[WaitingPost], total_count: int) -> str:
    """Who waits for us, and who is first in line."""
    if not posts:
        return "Nobody is waiting for us."
    first = posts[0]
    who = person(first)
    role = ", one of our stakeholders," if first.is_stakeholder else ""
    what = (
        f"a {private_talk_of(first.network)}"
        if first.kind == "message"
        else "a question"
        if first.is_question
        else "a post"
    )
    since = f"{what} that is {duration(first.waiting_hours)} old"
    if total_count == 1:
        return f"One {addressed_by(posts)} waits for an answer from us: {who}{role} wrote {since}."
    what = addressed_by(posts, total_count)
    return f"{total_count:,} {what} wait for an answer from us; first in line is {who}{role} with {since}."


def addressed_by(posts: Sequence[WaitingPost], number: int = 1) -> str:
    """What waits, in the number asked for: "post", "posts", "direct message", "posts and direct messages"."""
    found = {private_talk_of(post.network) if post.kind == "message" else "post" for post in posts}
    kinds = sorted(found, key=lambda word: (word != "post", word))
    return listing([word if number == 1 else f"{word}s" for word in kinds])
