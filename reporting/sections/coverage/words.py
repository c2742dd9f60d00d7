"""How far the data reaches and what is missing of it, in words. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from rapport.networks import NETWORKS, label_of, private_talk_of
from reporting.client import Client
from reporting.language import _, ngettext, npgettext
from reporting.section import Link, Sentence
from reporting.sections.coverage.record import Stream
from reporting.streams import gap_reasons_words, stream_words
from reporting.words import capital, duration, listing, moment, part_of, private_talk_kind, share


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
        replies = npgettext("of", "%(num)s reply", "%(num)s replies", self.reported_reply_count)
        return ngettext(
            "%(share)s that %(networks)s counts",
            "%(share)s that %(networks)s count",
            len(self.network_labels),
            share=share(self.captured_reply_count, self.reported_reply_count, replies),
            networks=listing(self.network_labels),
        )


def link(data: Sequence[Stream]) -> Link:
    """How the head of the page leads here."""
    return Link(_("Coverage"))


def sentences(client: Client, data: Sequence[Stream]) -> list[Sentence]:
    """The last sentence of the week in words."""
    return [Sentence(90, complete(client, data), "coverage")] if client.week else []


def complete(client: Client, streams: Sequence[Stream]) -> str:
    """How far the data reaches, and how much of the talk it holds."""
    until = moment(client.as_of_at)
    known = replies(streams)
    if known is None:
        return ngettext(
            "The data reaches to %(until)s; how many replies %(networks)s counts in our conversations is not known.",
            "The data reaches to %(until)s; how many replies %(networks)s count in our conversations is not known.",
            len(client.network_labels),
            until=until,
            networks=listing(client.network_labels),
        )
    if unproven := not_counting(client):
        until = _(
            "%(until)s (what is missing on %(networks)s is not known)",
            until=until,
            networks=listing(unproven),
        )
    if not known.incomplete_conversation_count:
        return _(
            "The data reaches to %(until)s and holds %(captured)s in our conversations.",
            until=until,
            captured=known.captured,
        )
    return _(
        "The data reaches to %(until)s and holds %(captured)s in our conversations; %(left_out)s.",
        until=until,
        captured=known.captured,
        left_out=left_out(known),
    )


def left_out(known: Replies, *, with_shares: bool = False) -> str:
    """Which conversations enter no averages: "2 of 9 conversations are too incomplete for averages"."""
    total = known.conversation_count
    whole = npgettext("of", "%(num)s conversation", "%(num)s conversations", total)
    unknown = known.uncounted_conversation_count
    incomplete = known.incomplete_conversation_count - unknown
    number = unknown or incomplete
    part = share(number, total, whole) if with_shares else part_of(number, whole)
    if not unknown:
        return ngettext(
            "%(part)s is too incomplete for averages",
            "%(part)s are too incomplete for averages",
            incomplete,
            part=part,
        )
    of_all = ngettext(
        "how complete %(part)s is is not known", "how complete %(part)s are is not known", unknown, part=part
    )
    if not incomplete:
        return of_all
    return ngettext(
        "%(how_complete)s, and %(num)s is too incomplete for averages",
        "%(how_complete)s, and %(num)s are too incomplete for averages",
        incomplete,
        how_complete=of_all,
    )


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
    brings = stream_words(known.stream_label(stream.stream)) if known else stream.stream
    return brings if len(client.networks) == 1 else f"{brings} ({label_of(stream.network)})"


def ends_earlier(stream: Stream, as_of_at: datetime) -> str:
    """ "ends 3 days earlier" when a stream was fetched less far than the newest one; else nothing."""
    if stream.last_window_end_at is None:
        return _("from files") if stream.post_count else _("never fetched")
    hours = (as_of_at - stream.last_window_end_at).total_seconds() / 3600
    return _("ends %(duration)s earlier", duration=duration(hours)) if hours >= 1 else ""


def gap(client: Client, stream: Stream) -> str:
    """What of a stream was never fetched and why, as a sentence; '' without a gap."""
    if not stream.gap_count:
        return ""
    return f"{label(client, stream)}: {duration(stream.gap_hours)} ({gap_reasons_words(stream.gap_reasons)})"


def private_talk(client: Client, streams: Sequence[Stream]) -> str:
    """Where private talk is counted, and what is not seen at all; of several networks, on which."""
    with_stream = {stream.network for stream in streams if stream.stream == "direct_messages"}
    seen: list[str] = []
    unseen: list[str] = []
    for network in client.networks:
        is_seen = network in with_stream or network in client.private_networks
        kind = private_talk_kind(private_talk_of(network), 2)
        if len(client.networks) > 1:
            kind = _("%(kind)s on %(network)s", kind=kind, network=label_of(network))
        (seen if is_seen else unseen).append(kind)
    if unseen:
        not_seen = _(
            "Not seen at all: %(talk)s, posts of protected accounts, and what was deleted or withheld before it was"
            " fetched.",
            talk=", ".join(unseen),
        )
    else:
        not_seen = _(
            "Not seen at all: posts of protected accounts, and what was deleted or withheld before it was fetched."
        )
    if not seen:
        return not_seen
    counted = capital(_("%(talk)s are counted, and never shown.", talk=listing(seen)))
    return f"{counted} {not_seen}"
