"""What is to be sent now, and why what is not."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from operations.delivery.days import day_of, recipients, weekend
from operations.delivery.errors import DeliveryRefused
from operations.delivery.ledger import Key
from quality import editions
from quality.results import latest_build
from rapport.config import Settings
from rapport.config_clients import Client
from rapport.config_delivery import BOARD, DAY, WORKBOOK, Recipients
from rapport.warehouse import connect, has_table
from reporting.board import pages as boards
from reporting.messages import contents
from reporting.messages.message import Message
from reporting.report import Report, read_reports


@dataclass(frozen=True)
class Due:
    """One message for one client, and to whom it goes."""

    client_id: str
    what: str
    of: str
    message: Message
    mail: tuple[str, ...]
    chat: tuple[str, ...]
    to_agency: Message  # the same for those who may see all clients
    agency: frozenset[str]

    def to(self, recipient: str) -> Message:
        """The message as this one gets it."""
        return self.to_agency if recipient in self.agency else self.message

    @property
    def keys(self) -> list[Key]:
        return [Key(self.client_id, self.what, self.of, to) for to in (*self.mail, *self.chat)]


@dataclass(frozen=True)
class NotDue:
    """What is not sent now, and why."""

    client_id: str
    what: str
    why: str


def find(settings: Settings, client_id: str | None = None) -> Iterator[Due | NotDue]:
    """All that rapport.toml wants to be sent, of all clients or of one.

    Raises DeliveryRefused if a rule of the checks blocks the newest build, ReportError if nothing is published.
    """
    wanted = [
        client for client in settings.config.clients if client.deliveries and client_id in (None, client.id)
    ]
    if not wanted:
        return
    expect_not_blocked(settings)
    reports = {report.client.client_id: report for report in read_reports(settings)[0]}
    for client in wanted:
        for what in (BOARD, DAY, WORKBOOK):
            if any(what in to.what for to in client.deliveries):
                yield _due(settings, client, what, reports[client.id])


def expect_not_blocked(settings: Settings) -> None:
    """Raises DeliveryRefused if the checks have stopped the newest build.

    Readers have an older one then, and it may be wrong in the same way.
    """
    if not settings.warehouse_path.exists():
        return
    with connect(settings, read_only=True) as con:
        build = latest_build(con)
        if build is None or not has_table(con, "quality", "check_runs"):
            return
        [last] = con.execute(
            "select last(is_success order by rowid) from quality.check_runs where build_id = ?",
            [build.build_id],
        ).fetchall()
    if last[0] is False:
        raise DeliveryRefused(
            f"nothing is sent: a rule of the checks blocks the newest build {build.build_id}",
            "`rapport check` names rule and rows; once it holds and is published, `rapport deliver` sends what is due",
        )


def _due(settings: Settings, client: Client, what: str, report: Report) -> Due | NotDue:
    now = settings.now()
    rows = [row for row in client.deliveries if what in row.what]
    if report.client.week is None:
        return NotDue(
            client.id,
            what,
            "nothing is known yet of its conversations: `rapport status` says what was fetched",
        )
    if what == DAY:
        if why := _no_day(report, now):
            return NotDue(client.id, what, why)
        if why := weekend(client, report.client.as_of_at, now):
            rows = [row for row in rows if row.weekends]
            if not rows:
                return NotDue(client.id, what, why)
        # by what it holds, and not by when it is sent: one publication is never sent as the lists of two days
        of = str(day_of(report.client.as_of_at))
        return _to(settings, client, what, of, rows, lambda pages_at: contents.day(report, pages_at))
    week = editions.week_due(now.astimezone(UTC).date())
    if not (settings.editions_dir / week / editions.MANIFEST).exists():
        return NotDue(client.id, what, f"the edition {week} is not there yet: `rapport edition` freezes it")
    if report.client.edition != week:
        return NotDue(client.id, what, f"the report is about {report.client.edition}, and {week} is due")
    if what == BOARD:
        page = boards.find(settings, client.id, week)
        attached = [page.pdf] if page and page.pdf else []
        return _to(
            settings, client, what, week, rows, lambda pages_at: contents.board(report, pages_at, attached)
        )
    file = settings.reports_dir / client.id / "lists" / f"{client.id}.xlsx"
    if not file.exists():
        return NotDue(client.id, what, "there is no workbook; `rapport report` writes it")
    return _to(
        settings, client, what, week, rows, lambda pages_at: contents.workbook(report, pages_at, [file])
    )


def _to(
    settings: Settings,
    client: Client,
    what: str,
    of: str,
    rows: Sequence[Recipients],
    made: Callable[[str], Message],
) -> Due:
    """What is made for the client leads to the client's own pages and nowhere else, and what is made for the agency to
    those of all clients. Being told of several clients makes nobody one of the agency: rapport.toml does.
    """
    delivery, message = settings.config.delivery, made(client.pages_at)
    to_agency = message
    if delivery.pages_at:
        to_agency = contents.to_agency(made(f"{delivery.pages_at}/{client.id}"), delivery.pages_at)
    return Due(
        client.id,
        what,
        of,
        message,
        *recipients(rows),
        to_agency=to_agency,
        agency=frozenset(delivery.agency),
    )


def _no_day(report: Report, now: datetime) -> str:
    """Why the list of the day can't be sent yet; '' if it can."""
    if day_of(report.client.as_of_at) < now.astimezone(UTC).date():
        reaches = f"{report.client.as_of_at.astimezone(UTC):%Y-%m-%d %H:%M} UTC"
        return f"what is published reaches {reaches}, and not to the end of yesterday (UTC): `rapport status` says why"
    return ""
