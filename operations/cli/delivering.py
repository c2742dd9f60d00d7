"""`rapport deliver`: sends what the report says to those who want it by mail or chat."""

from typing import TYPE_CHECKING, Annotated

import typer

from operations.cli.terminal import Progress, out, plain, say
from rapport.config import Settings, load_settings
from rapport.errors import ConfigError

if TYPE_CHECKING:
    from operations.delivery.due import Due
    from operations.delivery.ledger import Ledger
    from reporting.messages.message import Message

app = typer.Typer()


@app.command(
    epilog="Examples: `rapport deliver --show`, `rapport deliver`, `rapport deliver --client lab --again`."
)
def deliver(
    client: Annotated[str | None, typer.Option("--client", help="Only this client's messages.")] = None,
    show: Annotated[
        bool, typer.Option("--show", help="Print what is due and what was sent when, and send nothing.")
    ] = False,
    again: Annotated[
        bool, typer.Option("--again", help="Send once more what may have arrived: its sending was cut short.")
    ] = False,
    arrived: Annotated[
        bool, typer.Option("--arrived", help="Note as sent what may have arrived; nobody gets it again.")
    ] = False,
) -> None:
    """Sends what is due by mail and chat: the board page and the workbook of the week, and the list of the day.

    `[[clients.deliveries]]` in rapport.toml says who gets what. Each gets each message once, however often this runs;
    the DAG `delivery` does the same. Nothing is sent while the checks block. Exit code 9 if a message did not arrive.
    """
    from operations.delivery.deliver import deliver as send_what_is_due

    settings = load_settings()
    if client:
        settings.config.client(client)
    if again and arrived:
        raise typer.BadParameter("--again and --arrived exclude each other")
    if not any(one.deliveries for one in settings.config.clients):
        say("Nobody is named to get anything: add [[clients.deliveries]] to rapport.toml (docs/delivery.md).")
        return
    if show:
        _show(settings, client)
        return
    done = send_what_is_due(settings, client, Progress(), again=again, arrived=arrived)
    say(
        f"{done.sent_count:,} sent now, {done.earlier_count:,} had been sent before, {len(done.not_due):,} not due."
    )


def _show(settings: Settings, client: str | None) -> None:
    from extractors.state.store import open_state
    from operations.delivery.due import NotDue, find
    from operations.delivery.ledger import Ledger

    with open_state(settings) as state:
        ledger = Ledger(state.engine, settings.now)
        for found in find(settings, client):
            if isinstance(found, NotDue):
                lines = [f"{found.client_id}, {found.what}: not due, as {found.why}", ""]
            else:
                lines = _shown(settings, found, ledger)
            for line in lines:
                out.print(plain(line), highlight=False, markup=False)


def _shown(settings: Settings, due: "Due", ledger: "Ledger") -> list[str]:
    """What was sent to whom and when, what `deliver` would not send and why, and the message for those who get it."""
    from operations.delivery.deliver import prepared
    from operations.delivery.errors import UNKNOWN_REMEDY, NotDelivered
    from operations.delivery.ledger import SENDING, SENT
    from reporting.messages.forms import as_text

    lines = [f"{due.client_id}, {due.what} of {due.of}"]
    left: dict[Message, list[str]] = {}
    for key in due.keys:
        state, at = ledger.state(key), ledger.noted_at(key)
        if state == SENT:
            lines.append(f"To {key.recipient}: sent at {at:%Y-%m-%d %H:%M} UTC")
        elif state == SENDING:
            lines.append(
                f"To {key.recipient}: not sent again by itself, as it may have arrived: its sending at"
                f" {at:%Y-%m-%d %H:%M} UTC was cut short. What to do: {UNKNOWN_REMEDY}"
            )
        else:
            to = left.setdefault(due.to(key.recipient), [])
            try:
                prepared(settings, due, key)
            except (ConfigError, NotDelivered) as problem:
                lines.append(
                    f"To {key.recipient}: can't be sent: {problem.message}. What to do: {problem.remedy}"
                )
            else:
                to.append(key.recipient)
    for message, recipients in left.items():
        lines += [
            *([f"To: {', '.join(recipients)}"] if recipients else []),
            f"Subject: {message.subject}",
            f"Files: {', '.join(file.name for file in message.files) or 'none'}",
            "",
            *as_text(message).split("\n"),
        ]
    return lines if left else [*lines, ""]
