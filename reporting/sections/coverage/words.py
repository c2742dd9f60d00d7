"""How far the data reaches and what is missing of it, in words. Pure."""

from collections.abc import Sequence
from datetime import datetime

from rapport.networks import X
from reporting.client import Client
from reporting.section import Link, Sentence
from reporting.sections.coverage.record import Stream, replies_stream
from reporting.words import count, duration, moment, of_how_many


def link(data: Sequence[Stream]) -> Link:
    """How the head of the page leads here."""
    return Link("Coverage")


def sentences(client: Client, data: Sequence[Stream]) -> list[Sentence]:
    """The last sentence of the week in words."""
    return [Sentence(90, complete(client.as_of_at, data))] if client.week else []


def complete(as_of_at: datetime, streams: Sequence[Stream]) -> str:
    """How far the data reaches, and how much of the talk it holds."""
    until = f"The data reaches to {moment(as_of_at)}"
    stream = replies_stream(streams)
    if stream is None or not stream.reported_reply_count:
        return f"{until}; how many replies X counts in our conversations is not known."
    held = f"{until} and holds {captured(stream)} that X counts in our conversations"
    left_out = stream.incomplete_conversation_count
    if not left_out:
        return f"{held}."
    whole = count(stream.conversation_count, "conversation")
    return f"{held}; {left_out:,} of {whole} {'is' if left_out == 1 else 'are'} too incomplete for averages."


def captured(stream: Stream) -> str:
    """ "97 of 445 replies (22%)"."""
    reported = stream.reported_reply_count
    return of_how_many(min(stream.captured_reply_count, reported), reported, "reply", "replies")


def label(stream: Stream) -> str:
    """What the stream brings: "Replies in our conversations"."""
    return X.stream_label(stream.stream)


def ends_earlier(stream: Stream, as_of_at: datetime) -> str:
    """ "ends 3 days earlier" when a stream was fetched less far than the newest one; else nothing."""
    if stream.last_window_end_at is None:
        return "from files" if stream.post_count else "never fetched"
    hours = (as_of_at - stream.last_window_end_at).total_seconds() / 3600
    return f"ends {duration(hours)} earlier" if hours >= 1 else ""


def gap(stream: Stream) -> str:
    """What of a stream was never fetched and why, as a sentence; '' without a gap."""
    if not stream.gap_count:
        return ""
    return f"{label(stream)}: {duration(stream.gap_hours)} ({stream.gap_reasons})"
