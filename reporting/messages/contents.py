"""What the messages say: the week in words with the board page, the list of the day, the workbook. Pure.

Each is in the client's language. `pages_at` is where that client's pages can be read; "" for nowhere.
"""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from reporting.client import Client
from reporting.language import _, ngettext, speaking
from reporting.lists.declared import BY_NAME
from reporting.lists.narrowing import address as list_address
from reporting.messages.message import Block, File, Line, Link, Message
from reporting.person_links import FOLDER
from reporting.report import Report
from reporting.section import Sentence
from reporting.sections.conversations import words as conversations_words
from reporting.sections.nurture import words as nurture_words
from reporting.sections.nurture.record import Nurture, SilentTie
from reporting.sections.waiting import words as waiting_words
from reporting.sections.waiting.record import Waiting, WaitingPost
from reporting.words import Named, at, marked, moment, name, person, pieces, span, waited

SHOWN = 3  # of each list: what somebody reads before the first coffee


def board(report: Report, pages_at: str, files: Sequence[Path]) -> Message:
    """The week in words. `files`: the board page, if it could be made."""
    client = report.client
    with client.speaking():
        week = span(client.week.week_start_date) if client.week else client.edition
        return Message(
            subject=_("%(client)s: %(week)s", client=name(client.client_name), week=week),
            sentences=tuple(_sentence(report, pages_at, sentence) for sentence in report.sentences),
            about_files=_("The board page comes with this mail.") if files else "",
            links=_page(client, pages_at, "index.html", _("The whole report")),
            footer=_footer(client),
            language=client.language,
            files=_files(client, files, "board"),
        )


def _sentence(report: Report, pages_at: str, sentence: Sentence) -> Line:
    """With a link to the list of what it speaks of."""
    listed = BY_NAME[sentence.listed]
    row_count = report.list_counts[listed.name]
    links = _list(report.client, pages_at, sentence.address, _(listed.title), row_count)
    is_of_real = listed.name == "real_conversations"
    told = f"{sentence.marked} {conversations_words.what_is_real()}" if is_of_real else sentence.marked
    return replace(_told(report.client, pages_at, told), links=links)


def _told(client: Client, pages_at: str, marked_text: str) -> Line:
    """A sentence with marked names, each of which leads to the person: to their page where pages can be read, else to
    the network."""
    found = tuple(
        (said, _person(client, pages_at, person_id) if person_id else "")
        for said, person_id in pieces(marked_text)
    )
    return Line("".join(said for said, _url in found), pieces=found)


def _person(client: Client, pages_at: str, person_id: str) -> str:
    return _page_of(client, pages_at, person_id) or client.profile_url(person_id, None) or ""


def _page_of(client: Client, pages_at: str, person_id: str) -> str | None:
    """A person's page; None where pages can't be read, or there is none."""
    there = replace(client, people_at=f"{pages_at}/{FOLDER}/")
    return there.person_url(person_id) if pages_at else None


def _files(client: Client, paths: Sequence[Path], what: str) -> tuple[File, ...]:
    """Called by client and week: whoever keeps them has those of many in one folder."""
    return tuple(File(f"{client.client_id}-{client.edition}-{what}{path.suffix}", path) for path in paths)


def workbook(report: Report, pages_at: str, files: Sequence[Path]) -> Message:
    """All lists of the report as one spreadsheet, which is the file."""
    client = report.client
    with client.speaking():
        return Message(
            subject=_(
                "%(client)s: all lists, %(week)s", client=name(client.client_name), week=client.edition
            ),
            sentences=(),
            about_files=_(
                "All lists of the report come with this mail as one spreadsheet, a sheet for each."
            ),
            links=_page(client, pages_at, "index.html", _("The whole report")),
            footer=_footer(client),
            language=client.language,
            files=_files(client, files, "lists"),
        )


def day(report: Report, pages_at: str) -> Message:
    """Who is first in line for an answer, and which close ties have gone silent: three of each."""
    client = report.client
    data = {part.section.name: part.data for part in report.parts}
    waiting: Waiting = data["waiting"]
    nurture: Nurture = data["nurture"]
    with client.speaking():
        blocks = (
            Block(
                _("Who is waiting for us"),
                tuple(_waits(client, pages_at, post) for post in waiting.posts[:SHOWN]),
                _told(client, pages_at, waiting_words.waits(waiting.posts, waiting.total_count, marked)),
            ),
            Block(
                _("Whom we are losing"),
                tuple(_is_silent(client, pages_at, tie) for tie in nurture.ties[:SHOWN]),
                _told(
                    client,
                    pages_at,
                    nurture_words.losing(nurture, marked)
                    if nurture.ties
                    else _(
                        "With no close tie is it longer than usual since the last exchange, meeting or call."
                    ),
                ),
            ),
        )
        return Message(
            subject=_(
                "%(client)s: %(state)s",
                client=name(client.client_name),
                state=_state(waiting, nurture),
            ),
            sentences=(),
            blocks=blocks,
            links=(
                *_list(
                    client, pages_at, list_address("waiting"), _("All who wait for us"), waiting.total_count
                ),
                *_list(
                    client,
                    pages_at,
                    list_address("nurture"),
                    _("All whom we are losing"),
                    nurture.total_count,
                ),
                *_page(client, pages_at, "index.html", _("The whole report")),
            ),
            footer=_footer(client),
            language=client.language,
        )


def _state(waiting: Waiting, nurture: Nurture) -> str:
    """ "3 posts waiting for us, 2 close ties without an exchange for long"."""
    parts = [waiting_words.badge(waiting) or _("nobody is waiting for us")]
    if nurture.total_count:
        parts.append(
            ngettext(
                "%(num)s close tie without an exchange for long",
                "%(num)s close ties without an exchange for long",
                nurture.total_count,
            )
        )
    return ", ".join(parts)


def _waits(client: Client, pages_at: str, post: WaitingPost) -> Line:
    is_private = post.kind == "message"
    what = (
        waiting_words.addressed_by([post])
        if is_private
        else _("a question")
        if post.is_question
        else _("a post")  # as the sentence above calls it, whether it is a reply, a quote or a mention
    )
    said = {"who": _named(post), "what": what, "age": waited(post.waiting_hours, post.waiting_working_hours)}
    text = (
        _("%(who)s, stakeholder: %(what)s, %(age)s old", **said)
        if post.is_stakeholder
        else _("%(who)s: %(what)s, %(age)s old", **said)
    )
    url = None if is_private else client.post_url(post.network, post.post_id)
    return Line(text, _links(client, pages_at, post, url, _("answer")))


def _is_silent(client: Client, pages_at: str, tie: SilentTie) -> Line:
    said = {
        "who": _named(tie),
        "silence": nurture_words.silence(tie),
        "rhythm": nurture_words.rhythm(tie),
        "turn": nurture_words.last_word(tie),
    }
    text = (
        _("%(who)s, stakeholder: %(silence)s, %(rhythm)s; %(turn)s", **said)
        if tie.is_stakeholder
        else _("%(who)s: %(silence)s, %(rhythm)s; %(turn)s", **said)
    )
    url = None if tie.is_by_message else client.post_url(tie.last_post_network, tie.last_post_id)
    return Line(text, _links(client, pages_at, tie, url, _("the last post")))


def _links(client: Client, pages_at: str, who: Named, url: str | None, label: str) -> tuple[Link, ...]:
    """To the post on its network, or else the profile; and to the person's page, where pages can be read."""
    there = url or client.profile_url(who.person_id, who.handle)
    page = _page_of(client, pages_at, who.person_id)
    return (
        *([Link(label, there)] if there else []),
        *([Link(_("all about them"), page)] if page else []),
    )


def _named(who: Named) -> str:
    return f"{person(who)} {at(who.handle)}" if who.display_name and who.handle else person(who)


def _page(client: Client, pages_at: str, page: str, label: str) -> tuple[Link, ...]:
    return (Link(label, f"{pages_at}/{client.edition}/{page}"),) if pages_at else ()


def _list(client: Client, pages_at: str, address: str, label: str, row_count: int) -> tuple[Link, ...]:
    """To all of what a message names the first of; nowhere where there is nobody."""
    return (Link(label, f"{pages_at}/lists/{address}"),) if pages_at and row_count else ()


def to_agency(message: Message, all_pages_at: str) -> Message:
    """The same for somebody of the agency: with a link to the overview of all clients."""
    with speaking(message.language):
        overview = Link(_("All clients at a glance"), f"{all_pages_at}/index.html")
    return replace(message, links=(*message.links, overview))


def _footer(client: Client) -> str:
    return _(
        "As of %(moment)s. Made by Rapport: conversations and relationships, not followers.",
        moment=moment(client.as_of_at),
    )
