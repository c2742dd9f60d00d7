"""What reading has cost, and which commands there are for what, in words. Pure."""

from collections.abc import Sequence

from rapport.networks import NETWORKS, label_of
from reporting.operator.record import Spending
from reporting.sections.coverage.record import Stream
from reporting.words import count, duration, listing

# What somebody wants -> where it is done. A test holds the commands against the command line.
COMMANDS = {
    "See what readers have, what is blocked and why, gaps and budget": "rapport status",
    "Look for errors in configuration, tokens, disk and locks": "rapport doctor",
    "See each rule over the last checks": "rapport checks",
    "Know what a window would cost before it is spent": "rapport plan",
    "Fetch, build, check, publish and report": "rapport run",
    "Write the reports again": "rapport report",
    "Log a meeting, a call or a collaboration that came of it": "rapport outcome add",
    "Erase a post or an account everywhere": "rapport erase",
    "Connect Superset": "rapport superset",
}
# What a client's report has, and where in rapport.toml it is written.
HAND_KEPT = {
    "Accounts and team of a client": "[[clients]]",
    "Stakeholders: whom a client wants to talk with, and why": "[[clients.stakeholders]]",
    "Goals: a measure, a target and a date": "[[clients.goals]]",
    "People with several accounts": "[[people]]",
    "The most that X may cost": "[clients.budget]",
}


def is_free(stream: Stream) -> bool:
    """Whether reading costs nothing on its network."""
    return stream.network in NETWORKS and not NETWORKS[stream.network].price_usd


def cost(stream: Stream) -> str:
    """ "$ 1.25", "nothing" where reading is free, a dash where it is not known."""
    if is_free(stream):
        return "nothing"
    return f"$ {stream.estimated_cost_usd:,.2f}" if stream.estimated_cost_usd is not None else "–"


def costs(streams: Sequence[Stream]) -> str:
    """What reading has cost on each network: "an estimated $ 1.25 on X and nothing on Bluesky"."""
    names = list(dict.fromkeys(stream.network for stream in streams if stream.network in NETWORKS))
    spent = [
        f"an estimated $ {sum(stream.estimated_cost_usd or 0 for stream in streams if stream.network == name):,.2f}"
        f" on {label_of(name)}"
        for name in names
        if NETWORKS[name].price_usd
    ]
    free = [label_of(name) for name in names if not NETWORKS[name].price_usd]
    parts = [*spent, *([f"nothing on {listing(free)}, where reading is free"] if free else [])]
    return f"Reading has cost {listing(parts, len(parts))}." if parts else "Nothing was read yet."


def label(stream: Stream) -> str:
    """ "Posts that mention us (X)"."""
    known = NETWORKS.get(stream.network)
    brings = known.stream_label(stream.stream) if known else stream.stream
    return f"{brings} ({label_of(stream.network)})"


def gaps(client: Spending) -> list[str]:
    """What was never fetched of each stream, and why."""
    return [
        f"{label(stream)}: {count(stream.gap_count, 'gap')}, {duration(stream.gap_hours)} in all ({stream.gap_reasons})"
        for stream in client.streams
        if stream.gap_count
    ]
