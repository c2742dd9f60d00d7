"""A message as plain text, as the HTML of a mail, and as what Slack's and Teams' incoming webhooks take. Pure.

Names and sentences hold what strangers call themselves: each form takes the power of its own signs from them.
"""

import re
from typing import Any

from reporting.language import _, speaking
from reporting.messages.message import Line, Link, Message
from reporting.page import environment

# What Slack reads in the line of a notification, which is text with signs of its own.
_SLACK = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;", "@": "@\u2060"})
# What Teams' cards read as Markdown.
_TEAMS = re.compile(r"([\\`*_{}\[\]()#+\-!|>~])")
# Sections of a message in Slack hold 3,000 characters at most, text blocks of a card are cut by the client.
_LONGEST = 2900


def as_text(message: Message) -> str:
    """Plain text, for those whose mail shows nothing else."""
    lines: list[str] = []
    for sentence in message.sentences:
        lines += [*_plain_line(message, sentence), ""]
    for block in message.blocks:
        lines += [block.title, "-" * len(block.title)]
        lines += [*_plain_line(message, block.note), ""] if block.note.text else []
        for line in block.lines:
            lines += _plain_line(message, line, "* ")
        lines.append("")
    lines += [message.about_files, ""] if message.about_files else []
    for link in message.links:
        lines += [_link(message, link), ""]
    return "\n".join([*lines, "-- ", message.footer, ""])


def _plain_line(message: Message, line: Line, sign: str = "") -> list[str]:
    """The line, and below it where its names and it itself lead."""
    names = [Link(text, url) for text, url in dict.fromkeys(line.said) if url]
    return [f"{sign}{line.text}", *(f"  {_link(message, link)}" for link in (*names, *line.links))]


def _link(message: Message, link: Link) -> str:
    with speaking(message.language):  # French has a space before the colon
        return _("%(label)s: %(url)s", label=link.label, url=link.url)


def as_html(message: Message) -> str:
    """The HTML part of a mail: styles stand in the tags, as mail programs drop others."""
    return environment().get_template("mail.html.j2").render(message=message)


def for_slack(message: Message) -> dict[str, Any]:
    """The JSON that an incoming webhook of Slack takes.

    All of it is rich text, piece by piece: in no piece does Slack look for signs, mentions or addresses.
    """
    told = [_rich(_slack_text(message.subject, is_bold=True))]
    told += [_rich(*_slack_line(sentence)) for sentence in message.sentences]
    for block in message.blocks:
        told.append(_rich(_slack_text(block.title, is_bold=True)))
        told += [_rich(*_slack_line(block.note))] if block.note.text else []
        lines = [_slack_section(_slack_line(line)) for line in block.lines]
        told += (
            [_rich_block({"type": "rich_text_list", "style": "bullet", "elements": lines})] if lines else []
        )
    told += [_rich(_slack_link(link)) for link in message.links]
    told += [_rich(_slack_text(message.footer))] if message.footer else []
    # it is shown in notifications
    return {
        "text": message.subject.translate(_SLACK),
        "mrkdwn": False,
        "blocks": told,
        "unfurl_links": False,
    }


def _rich(*pieces: dict[str, Any]) -> dict[str, Any]:
    return _rich_block(_slack_section(list(pieces)))


def _rich_block(element: dict[str, Any]) -> dict[str, Any]:
    return {"type": "rich_text", "elements": [element]}


def _slack_section(pieces: list[dict[str, Any]]) -> dict[str, Any]:
    return {"type": "rich_text_section", "elements": pieces}


def _slack_line(line: Line) -> list[dict[str, Any]]:
    pieces = [_slack_link(Link(text, url)) if url else _slack_text(text) for text, url in line.said]
    for link in line.links:
        pieces += [_slack_text(" "), _slack_link(link)]
    return pieces


def _slack_text(text: str, is_bold: bool = False) -> dict[str, Any]:
    look = {"style": {"bold": True}} if is_bold else {}
    return {"type": "text", "text": text[:_LONGEST], **look}


def _slack_link(link: Link) -> dict[str, Any]:
    return {"type": "link", "url": link.url, "text": link.label}


def for_teams(message: Message) -> dict[str, Any]:
    """The JSON that an incoming webhook of Teams takes: a message with one card.

    Words stand in text runs, where a card reads no Markdown. A text run that is a link is not shown as one by every
    Teams, so links stand in a block of their own, with labels of ours; those of names are no more than such runs.
    """
    body = _words(message.subject, size="Large", weight="Bolder")
    for sentence in message.sentences:
        body += _line(sentence)
    for block in message.blocks:
        body += _words(block.title, "Medium", weight="Bolder")
        body += _line(block.note) if block.note.text else []
        for line in block.lines:
            body += _line(line)
    body += _words(message.footer, size="Small", isSubtle=True)
    actions = [{"type": "Action.OpenUrl", "title": link.label, "url": link.url} for link in message.links]
    card = {
        "type": "AdaptiveCard",
        "$schema": "http://adaptivecards.io/schemas/adaptive-card.json",
        "version": "1.4",
        "body": body,
        "actions": actions,
    }
    attached = {"contentType": "application/vnd.microsoft.card.adaptive", "content": card}
    return {"type": "message", "attachments": [attached]}


def _line(line: Line) -> list[dict[str, Any]]:
    links = " · ".join(f"[{_label(link.label)}]({_address(link.url)})" for link in line.links)
    block = {"type": "TextBlock", "text": links, "wrap": True, "spacing": "None"}
    runs = [_run(text, url) for text, url in line.said]
    return [_runs(runs), *([block] if links else [])]


def _words(text: str, spacing: str = "Default", **look: Any) -> list[dict[str, Any]]:
    return [_runs([_run(text, **look)], spacing)]


def _run(text: str, url: str = "", **look: Any) -> dict[str, Any]:
    leads = {"selectAction": {"type": "Action.OpenUrl", "url": url}} if url else {}
    return {"type": "TextRun", "text": text, **look, **leads}


def _runs(runs: list[dict[str, Any]], spacing: str = "Default") -> dict[str, Any]:
    return {"type": "RichTextBlock", "inlines": runs, "spacing": spacing}


def _label(text: str) -> str:
    return _TEAMS.sub(r"\\\1", text)


def _address(url: str) -> str:
    return url.replace("(", "%28").replace(")", "%29")
