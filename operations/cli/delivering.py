"""`rapport deliver`: sends what the report says to those who want it by mail or chat."""

from typing import Annotated

import typer

from operations.cli.terminal import Progress, out, plain, say
from rapport.config import Settings, load_settings

app = typer.Typer()


@app.command(
    epilog="Examples: `rapport deliver --show`, `rapport deliver`, `rapport deliver --client lab --again`."
)
def deliver(
    client: Annotated[str | None, typer.Option("--client", help="Only this client's messages.")] = None,
    show: Annotated[bool, typer.Option("--show", help="Print what is due, and send nothing.")] = False,
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
    from operations.delivery.due import NotDue, find
    from reporting.messages.forms import as_text

    for found in find(settings, client):
        if isinstance(found, NotDue):
            out.print(plain(f"{found.client_id}, {found.what}: not due, as {found.why}"), highlight=False)
            out.print()
            continue
        files = ", ".join(path.name for path in found.message.files) or "none"
        agency = [to for to in (*found.mail, *found.chat) if found.to(to) != found.message]
        head = [
            f"{found.client_id}, {found.what} of {found.of}",
            f"To: {', '.join((*found.mail, *found.chat))}",
            f"Subject: {found.message.subject}",
            f"Files: {files}",
            *([f"With a link to the overview: {', '.join(agency)}"] if agency else []),
            "",
        ]
        text = "\n".join([*head, as_text(found.message)])
        for line in text.split("\n"):
            out.print(plain(line), highlight=False, markup=False)
