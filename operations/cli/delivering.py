"""`rapport deliver`: sends what the report says to those who want it by mail or chat."""

from typing import TYPE_CHECKING, Annotated

import typer

from operations.cli.terminal import Progress, out, plain, say
from rapport.config import Settings, load_settings

if TYPE_CHECKING:
    from operations.delivery.due import Due
    from operations.delivery.ledger import Ledger

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
                lines = _shown(found, ledger)
            for line in lines:
                out.print(plain(line), highlight=False, markup=False)


def _shown(due: "Due", ledger: "Ledger") -> list[str]:
    """What was sent to whom and when, and the message for those who have not got it yet."""
    from reporting.messages.forms import as_text

    sent = {key.recipient: at for key in due.keys if (at := ledger.sent_at(key))}
    left = [key.recipient for key in due.keys if key.recipient not in sent]
    lines = [f"{due.client_id}, {due.what} of {due.of}"]
    lines += [f"To {recipient}: sent at {at:%Y-%m-%d %H:%M} UTC" for recipient, at in sent.items()]
    if not left:
        return [*lines, ""]
    agency = [to for to in left if due.to(to) != due.message]
    lines += [
        f"To: {', '.join(left)}",
        f"Subject: {due.message.subject}",
        f"Files: {', '.join(path.name for path in due.message.files) or 'none'}",
        *([f"With a link to the overview: {', '.join(agency)}"] if agency else []),
        "",
    ]
    return [*lines, *as_text(due.message).split("\n")]
