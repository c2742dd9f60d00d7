"""How far the data reaches and what is missing of it, in words. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from rapport.networks import NETWORKS, label_of, private_talk_of
from reporting.client import Client
from reporting.section import Link, Sentence
from reporting.sections.coverage.record import Stream
from reporting.words import count, duration, listing, moment, networks_do, of_how_many


@dataclass(frozen=True)
class Replies:
    """How many replies the networks count in a client's conversations, and how many of them are captured."""

    network_labels: list[str]
    captured_reply_count: int
    reported_reply_count: int
    conversation_count: int
    incomplete_conversation_count: int
    uncounted_conversation_count: int

    @property
    def captured(self) -> str:
        """ "97 of 445 replies (22%) that X counts"."""
        held = of_how_many(self.captured_reply_count, self.reported_reply_count, "reply", "replies")
        return f"{held} that {networks_do(self.network_labels, 'count')}"


def link(data: Sequence[Stream]) -> Link:
    """How the head of the page leads here."""
    return Link("Coverage")


def sentences(client: Client, data: Sequence[Stream]) -> list[Sentence]:
    """The last sentence of the week in words."""
    return [Sentence(90, complete(client, data))] if client.week else []


def complete(client: Client, streams: Sequence[Stream]) -> str:
    """How far the data reaches, and how much of the talk it holds."""
    until = f"The data reaches to {moment(client.as_of_at)}"
    known = replies(streams)
    if known is None:
        counts = networks_do(client.network_labels, "count")
        return f"{until}; how many replies {counts} in our conversations is not known."
    if unproven := not_counting(client):
        until = f"{until} (what is missing on {listing(unproven)} is not known)"
    held = f"{until} and holds {known.captured} in our conversations"
    return f"{held}; {left_out(known)}." if known.incomplete_conversation_count else f"{held}."


def left_out(known: Replies, *, with_shares: bool = False) -> str:
    """Which conversations enter no averages: "2 of 9 conversations are too incomplete for averages"."""
    whole = count(known.conversation_count, "conversation")

    def part(number: int) -> str:
        if with_shares:
            return of_how_many(number, known.conversation_count, "conversation")
        return f"{number:,} of {whole}"

    unknown = known.uncounted_conversation_count
    incomplete = known.incomplete_conversation_count - unknown
    if not unknown:
        return f"{part(incomplete)} {_are(incomplete)} too incomplete for averages"
    of_all = f"how complete {part(unknown)} {_are(unknown)} is not known"
    return (
        f"{of_all}, and {incomplete:,} {_are(incomplete)} too incomplete for averages"
        if incomplete
        else of_all
    )


def _are(number: int) -> str:
    return "is" if number == 1 else "are"


def not_counting(client: Client) -> list[str]:
    """Those of the client's networks whose counts of replies prove nothing, so that completeness is not known there."""
    return [
        label_of(name) for name in client.networks if name in NETWORKS and not NETWORKS[name].counts_replies
    ]


def replies(streams: Sequence[Stream]) -> Replies | None:
    """What the networks count of replies; None where they count none, or have not said how many."""
    known = [stream for stream in streams if stream.brings_replies and stream.reported_reply_count]
    if not known:
        return None
    return Replies(
        network_labels=[label_of(stream.network) for stream in known],
        captured_reply_count=sum(
            min(stream.captured_reply_count, stream.reported_reply_count) for stream in known
        ),
        reported_reply_count=sum(stream.reported_reply_count for stream in known),
        conversation_count=sum(stream.conversation_count for stream in known),
        incomplete_conversation_count=sum(stream.incomplete_conversation_count for stream in known),
        uncounted_conversation_count=sum(stream.uncounted_conversation_count for stream in known),
    )


def label(client: Client, stream: Stream) -> str:
    """What the stream brings: "Replies in our conversations"; of several networks, on which."""
    known = NETWORKS.get(stream.network)
    brings = known.stream_label(stream.stream) if known else stream.stream
    return brings if len(client.networks) == 1 else f"{brings} ({label_of(stream.network)})"


def ends_earlier(stream: Stream, as_of_at: datetime) -> str:
    """ "ends 3 days earlier" when a stream was fetched less far than the newest one; else nothing."""
    if stream.last_window_end_at is None:
        return "from files" if stream.post_count else "never fetched"
    hours = (as_of_at - stream.last_window_end_at).total_seconds() / 3600
    return f"ends {duration(hours)} earlier" if hours >= 1 else ""


def gap(client: Client, stream: Stream) -> str:
    """What of a stream was never fetched and why, as a sentence; '' without a gap."""
    if not stream.gap_count:
        return ""
    return f"{label(client, stream)}: {duration(stream.gap_hours)} ({stream.gap_reasons})"


def private_talk(client: Client, streams: Sequence[Stream]) -> str:
    """Where private talk is counted, and the beginning of what is not seen at all; of several networks, on which."""
    with_stream = {stream.network for stream in streams if stream.stream == "direct_messages"}
    seen: list[str] = []
    unseen: list[str] = []
    for network in client.networks:
        where = f" on {label_of(network)}" if len(client.networks) > 1 else ""
        is_seen = network in with_stream or network in client.private_networks
        (seen if is_seen else unseen).append(f"{private_talk_of(network)}s{where}")
    counted = f"{listing(seen)} are counted, and never shown. " if seen else ""
    return f"{counted[:1].upper()}{counted[1:]}Not seen at all: {''.join(f'{one}, ' for one in unseen)}"
