"""What the messages say: the week in words with the board page, the list of the day, the workbook. Pure."""

from collections.abc import Sequence
from pathlib import Path

from rapport.networks import post_url, private_talk_of
from reporting.client import Client
from reporting.messages.message import Block, Line, Message
from reporting.report import Report
from reporting.sections.nurture import words as nurture_words
from reporting.sections.nurture.record import Nurture, SilentTie
from reporting.sections.waiting import words as waiting_words
from reporting.sections.waiting.record import Waiting, WaitingPost
from reporting.words import Named, at, duration, moment, name, person, span

SHOWN = 3  # of each list: what somebody reads before the first coffee


def board(report: Report, pages_at: str, files: Sequence[Path]) -> Message:
    """The week in words. `files`: the board page, if it could be made."""
    client = report.client
    week = span(client.week.week_start_date) if client.week else client.edition
    return Message(
        subject=f"{name(client.client_name)}: {week}",
        sentences=tuple(sentence.text for sentence in report.sentences),
        links=_page(client, pages_at, f"{client.edition}/index.html", "The whole report"),
        footer=_footer(client),
        files=tuple(files),
    )


def workbook(report: Report, pages_at: str, files: Sequence[Path]) -> Message:
    """All lists of the report as one spreadsheet, which is the file."""
    client = report.client
    return Message(
        subject=f"{name(client.client_name)}: all lists, {client.edition}",
        sentences=("All lists of the report go along as one spreadsheet, a sheet for each list.",),
        links=_page(client, pages_at, f"{client.edition}/index.html", "The report"),
        footer=_footer(client),
        files=tuple(files),
    )


def day(report: Report, pages_at: str) -> Message:
    """Who is first in line for an answer, and which close ties have gone silent: three of each."""
    client = report.client
    data = {part.section.name: part.data for part in report.parts}
    waiting: Waiting = data["waiting"]
    nurture: Nurture = data["nurture"]
    blocks = (
        Block(
            "Who is waiting for us",
            tuple(_waits(client, post) for post in waiting.posts[:SHOWN]),
            waiting_words.waits(waiting.posts, waiting.total_count),
        ),
        Block(
            "Whom we are losing",
            tuple(_is_silent(client, tie) for tie in nurture.ties[:SHOWN]),
            nurture_words.losing(nurture)
            if nurture.ties
            else "No close tie is silent for longer than usual.",
        ),
    )
    return Message(
        subject=f"{name(client.client_name)}: {waiting.total_count:,} waiting, {nurture.total_count:,} gone silent",
        sentences=(),
        blocks=blocks,
        links=_page(client, pages_at, f"{client.edition}/index.html#waiting", "All of them"),
        footer=_footer(client),
    )


def _waits(client: Client, post: WaitingPost) -> Line:
    what = (
        private_talk_of(post.network)
        if post.kind == "message"
        else "question"
        if post.is_question
        else post.kind or "post"
    )
    role = ", stakeholder" if post.is_stakeholder else ""
    text = f"{_named(post)}{role}: {what}, {duration(post.waiting_hours)} old"
    url = None if post.kind == "message" else post_url(post.network, post.post_id)
    return Line(text, url or client.profile_url(post.person_id, post.handle), "answer")


def _is_silent(client: Client, tie: SilentTie) -> Line:
    role = ", stakeholder" if tie.is_stakeholder else ""
    silence = f"silent for {duration(tie.silent_days * 24)}, {nurture_words.rhythm(tie)}"
    text = f"{_named(tie)}{role}: {silence}; {nurture_words.last_word(tie)}"
    url = None if tie.is_by_message else post_url(tie.last_post_network, tie.last_post_id)
    return Line(text, url or client.profile_url(tie.person_id, tie.handle), "the last post")


def _named(who: Named) -> str:
    return f"{person(who)} {at(who.handle)}" if who.display_name and who.handle else person(who)


def _page(client: Client, pages_at: str, path: str, label: str) -> tuple[Line, ...]:
    return (Line("", f"{pages_at}/{client.client_id}/{path}", label),) if pages_at else ()


def _footer(client: Client) -> str:
    return (
        f"As of {moment(client.as_of_at)}. Made by Rapport: conversations and relationships, not followers."
    )
