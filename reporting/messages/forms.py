"""A message as plain text, as the HTML of a mail, and as what Slack's and Teams' incoming webhooks take. Pure.

Names and sentences hold what strangers call themselves: each form takes the power of its own signs from them.
"""

import re
from typing import Any

from reporting.language import _, speaking
from reporting.messages.message import Line, Link, Message
from reporting.page import environment

# Slack knows three signs, and takes them from text as entities.
_SLACK = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;"})
# What Teams' cards read as Markdown.
_TEAMS = re.compile(r"([\\`*_{}\[\]()#+\-!|>~])")
# Sections of a message in Slack hold 3,000 characters at most, text blocks of a card are cut by the client.
_LONGEST = 2900


def as_text(message: Message) -> str:
    """Plain text, for those whose mail shows nothing else."""
    lines: list[str] = []
    for sentence in message.sentences:
        lines += [sentence.text, *(f"  {_link(message, link)}" for link in sentence.links), ""]
    for block in message.blocks:
        lines += [block.title, "-" * len(block.title)]
        lines += [block.note, ""] if block.note else []
        for line in block.lines:
            lines.append(f"* {line.text}")
            lines += [f"  {_link(message, link)}" for link in line.links]
        lines.append("")
    lines += [message.about_files, ""] if message.about_files else []
    for link in message.links:
        lines += [_link(message, link), ""]
    return "\n".join([*lines, "-- ", message.footer, ""])


def _link(message: Message, link: Link) -> str:
    with speaking(message.language):  # French has a space before the colon
        return _("%(label)s: %(url)s", label=link.label, url=link.url)


def as_html(message: Message) -> str:
    """The HTML part of a mail: styles stand in the tags, as mail programs drop others."""
    return environment().get_template("mail.html.j2").render(message=message)


def for_slack(message: Message) -> dict[str, Any]:
    """The JSON that an incoming webhook of Slack takes."""
    told = [_section(f"*{message.subject.translate(_SLACK)}*")]
    told += [_section(_slack_line(sentence)) for sentence in message.sentences]
    for block in message.blocks:
        lines = [f"• {_slack_line(line)}" for line in block.lines]
        title = f"*{block.title.translate(_SLACK)}*"
        told.append(_section("\n".join([title, block.note.translate(_SLACK), *lines])))
    told += [_section(_slack_link(link)) for link in message.links]
    told.append(
        {"type": "context", "elements": [{"type": "mrkdwn", "text": message.footer.translate(_SLACK)}]}
    )
    return {"text": message.subject.translate(_SLACK), "blocks": told, "unfurl_links": False}


def _section(text: str) -> dict[str, Any]:
    return {"type": "section", "text": {"type": "mrkdwn", "text": text[:_LONGEST]}}


def _slack_line(line: Line) -> str:
    return " ".join([line.text.translate(_SLACK), *map(_slack_link, line.links)])


def _slack_link(link: Link) -> str:
    # of an address these two would end the link
    url = link.url.replace("|", "%7C").replace(">", "%3E")
    return f"<{url}|{link.label.translate(_SLACK)}>"


def for_teams(message: Message) -> dict[str, Any]:
    """The JSON that an incoming webhook of Teams takes: a message with one card."""
    body = [_text(message.subject, size="Large", weight="Bolder")]
    body += [_text(sentence.text, sentence) for sentence in message.sentences]
    for block in message.blocks:
        body.append(_text(block.title, weight="Bolder", spacing="Medium"))
        body += [_text(block.note)] if block.note else []
        body += [_text(line.text, line) for line in block.lines]
    body.append(_text(message.footer, size="Small", isSubtle=True))
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


def _text(text: str, line: Line | None = None, **look: Any) -> dict[str, Any]:
    links = [f"[{_plain(link.label)}]({_address(link.url)})" for link in (line.links if line else ())]
    return {"type": "TextBlock", "text": " ".join([_plain(text), *links]), "wrap": True, **look}


def _plain(text: str) -> str:
    return _TEAMS.sub(r"\\\1", text)


def _address(url: str) -> str:
    return url.replace("(", "%28").replace(")", "%29")
