"""What `rapport plan` and `rapport reconcile` print: money, before and after it is spent."""

from rich.table import Table

from rapport.config import Settings
from rapport.window import Window


def plan_tables(
    settings: Settings, window: Window, client_id: str | None, is_counting: bool
) -> list[tuple[Table, str]]:
    """For each client a table of what its streams would cost, and how that compares with the budget left."""
    from extractors.x import forecast

    tables = []
    for one in forecast.forecast(settings, window, client_id, is_counting):
        table = Table("stream", "requests", "posts", "users", "US dollars", "known from", title=one.client_id)
        for row in one.streams:
            numbers = [span.words() for span in (row.requests, row.posts, row.users)]
            table.add_row(row.stream, *numbers, row.usd.words(2), row.basis)
        table.add_row("together", "", "", "", one.usd.words(2), "")
        tables.append((table, f"{one.client_id}, {window}: {one.verdict}."))
    return tables


def reconcile_table(settings: Settings) -> tuple[Table, Exception | None]:
    """The last days side by side, and the error to raise if they drift apart."""
    from extractors.x import reconcile

    days = reconcile.reconcile(settings)
    table = Table("day (UTC)", "ledger", "X", "drift")
    for day in days:
        table.add_row(day.date, f"{day.ledger_posts:,}", f"{day.network_posts:,}", f"{day.drift:+,}")
    try:
        reconcile.check(days)
    except reconcile.Drifted as drifted:
        return table, drifted
    return table, None
