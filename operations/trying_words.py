"""What `rapport try` says at its end, beside what it found: how complete that is, and how to go on. Pure."""

import shlex
from collections.abc import Iterator, Mapping
from pathlib import Path

from rapport.config import Client
from rapport.networks import BLUESKY, NETWORKS, label_of
from rapport.window import Window
from reporting.report import Report
from reporting.sections.coverage.words import complete
from reporting.words import count, listing

_APP_PASSWORDS = "BLUESKY_APP_PASSWORDS"


def completeness(
    report: Report,
    client: Client,
    left: Mapping[Window, Mapping[str, set[str] | None]],
    most: int,
    *,
    has_password: bool,
) -> Iterator[str]:
    """How far the data reaches, and what could not be seen. `left` is what the `most` requests did not reach."""
    label = BLUESKY.label
    yield from (
        complete(report.client, part.data) for part in report.parts if part.section.name == "coverage"
    )
    yield (
        f"{label}'s counts of replies prove nothing, and what is deleted, blocked or shut out by its author hides "
        "replies without a word: no conversation is called complete."
    )
    if not has_password:
        yield (
            f"Who mentions you outside of your conversations is not among it: {label} tells that to nobody but the "
            f"account itself, by an app password ({_APP_PASSWORDS})."
        )
    if client.nods_per_run:
        yield f"Likes and reposts are known of the newest {count(client.nods_per_run, 'post')} at most."
    for window, rest in left.items():
        order = [stream.name for stream in BLUESKY.streams]
        streams = "; ".join(_left(stream, rest[stream]) for stream in sorted(rest, key=order.index))
        yield (
            f"{most:,} requests were not enough for {window}. Left out, the oldest talk first: {streams}. The same "
            "command goes on from there, and --requests allows more."
        )


def _left(stream: str, targets: set[str] | None) -> str:
    label = BLUESKY.stream_label(stream)
    what = f"{label[0].lower()}{label[1:]}"
    if not targets:
        return f"{what} (in part)"
    of = "conversation" if stream == BLUESKY.replies_stream else "post"
    return f"{what} (of {count(len(targets), of)})"


def next_steps(home: Path, handle: str | None, *, has_password: bool) -> Iterator[str]:
    """How to go on from there, the nearest first."""
    yield "The same command again fetches what has come since, and doubles nothing."
    yield (
        f"export RAPPORT_HOME={shlex.quote(str(home))} makes all commands work there: `rapport run` once a day, or "
        f"`rapport up`, where Airflow does it ({BLUESKY.name}_extract)."
    )
    yield (
        "Its rapport.toml takes your team, the stakeholders you want to be in conversation with, your goals, and your "
        f"accounts on {listing([label_of(name) for name in NETWORKS if name != BLUESKY.name])}."
    )
    if not has_password:
        yield (
            f'{_APP_PASSWORDS}="{handle or "handle"}=…" in the environment (on {BLUESKY.label}: Settings, Privacy and '
            "security, App passwords) brings mentions by strangers."
        )
    yield "`rapport init` begins a home for other accounts, with several clients if you like."
