"""Homes that are filled by pages and built day by day, each beside the full refresh that judges it."""

import itertools
import json
import shutil
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path
from random import Random
from time import monotonic

import duckdb

from extractors.files import lists
from extractors.landing import landing_files
from extractors.raw import raw_store
from extractors.topics import matching
from modelling import dbt
from rapport.config import Settings, load_settings
from tests.dbt.histories import START, write_notes, write_outcomes
from tests.dbt.looks import TWO_CLIENTS, Look

_PAGE_SIZE = 60
_STREAMS = {
    "post": ["own_posts", "mentions", "conversations", "quotes", "missing", "import"],
    "user": ["profiles"],
    "message": ["direct_messages"],
    "repost": ["reposters"],
    "like": ["likers"],
}
_NODS = {"repost": "retweeted_by", "like": "liking_users"}
_BUILT_SCHEMAS = ["staging", "intermediate", "marts", "reports"]
# What the last build took up is not the same after a build of a day as after one of everything.
_CHANGES = "__changed_|^_changes__|__new_loads$"
# Which load brought a row is not the same for one load as for many.
_BOOKKEEPING = ("_load_id", "_loaded_at")


@dataclass
class Page:
    """One answer of the network: what data of which kind it holds, with what beside it."""

    stream: str
    client_id: str
    fetched_at: datetime
    window: tuple[datetime, datetime]
    looks: Sequence[Look]
    beside: Sequence[Look] = ()
    number: int = 0
    network: str = "x"

    def write(self, settings: Settings) -> None:
        """Lands the page."""
        kind = self.looks[0].kind if self.looks else "post"
        run_id = f"{self.client_id} {self.window[0]:%Y%m%d} {self.window[1]:%Y%m%d}"
        envelope = {
            "network": self.network,
            "client_id": self.client_id,
            "stream": self.stream,
            "run_id": run_id,
            "page_number": self.number,
            "source": "api",
            "data_kind": "user" if kind in _NODS else kind,
            "endpoint": f"/2/tweets/{self.looks[0].about}/{_NODS[kind]}" if kind in _NODS else "/2/tweets",
            "window_start_at": self.window[0].isoformat(),
            "window_end_at": self.window[1].isoformat(),
            "fetched_at": self.fetched_at.isoformat(),
            "object_count": len(self.looks),
            "estimated_cost_usd": len(self.looks) * 0.005 + len(self.beside) * 0.01,
        }
        if self.stream == "import":  # a file: of no window, and for nobody
            envelope = {name: value for name, value in envelope.items() if not name.startswith("window")}
            envelope |= {"client_id": "", "source": "file", "estimated_cost_usd": 0}
        body = {
            "data": [look.payload for look in self.looks if look.kind != "error"],
            "errors": [look.payload for look in (*self.looks, *self.beside) if look.kind == "error"],
            "includes": {
                "tweets": [look.payload for look in self.beside if look.kind == "post"],
                "users": [look.payload for look in self.beside if look.kind == "user"],
            },
        }
        key = landing_files.page_key(self.network, self.stream, run_id, f"page-{self.number}")
        landing_files.write(settings.landing_dir, key, envelope, json.dumps(body).encode())


def pages_by_time(
    looks: Sequence[Look], bounds: Sequence[datetime], clients: Sequence[str], seed: int
) -> list[list[Page]]:
    """One batch for each window between bounds, with what was looked at in it; every client's window moves."""
    chance, numbers = Random(seed), itertools.count(1)

    def batch(start: datetime, end: datetime) -> list[Page]:
        inside = [look for look in looks if start <= look.at < end]
        return _pages(chance, numbers, inside, clients, lambda: (start, end), lambda: end)

    return [batch(start, end) for start, end in itertools.pairwise(bounds)]


def pages_shuffled(
    looks: Sequence[Look], count: int, window: tuple[datetime, datetime], clients: Sequence[str], seed: int
) -> list[list[Page]]:
    """So many batches of pages with any looks in any order, a tenth of them twice; windows end anywhere, too."""
    chance, numbers = Random(seed), itertools.count(1)
    mixed = [*looks, *chance.sample(looks, len(looks) // 10)]
    chance.shuffle(mixed)

    def any_time() -> datetime:
        return (window[0] + (window[1] - window[0]) * chance.random()).replace(microsecond=0)

    def any_window() -> tuple[datetime, datetime]:
        first, last = sorted((any_time(), any_time()))
        return first, last + timedelta(seconds=1)

    batches = []
    for number in range(count):
        part = mixed[len(mixed) * number // count : len(mixed) * (number + 1) // count]
        batches.append(_pages(chance, numbers, part, clients, any_window, any_time))
    return batches


def _pages(
    chance: Random,
    numbers: Iterator[int],
    looks: Sequence[Look],
    clients: Sequence[str],
    window: Callable[[], tuple[datetime, datetime]],
    fetched_at: Callable[[], datetime],
) -> list[Page]:
    """Pages of one kind each (nods: of one post), errors and profiles beside posts, some posts twice."""
    by_page: dict[tuple[str, str, str], list[Look]] = defaultdict(list)
    for look in looks:
        if look.kind == "error" or (look.kind == "user" and chance.random() < 0.7):
            continue
        client = clients[0] if look.kind == "message" else chance.choice(clients)
        by_page[chance.choice(_STREAMS[look.kind]), client, look.about].append(look)
    beside = [look for look in looks if look.kind in ("error", "user")]
    posts = [look for look in looks if look.kind == "post"]
    beside += chance.sample(posts, len(posts) // 20)
    pages: list[Page] = []
    for (stream, client, _), all_looks in sorted(by_page.items()):
        for first in range(0, len(all_looks), _PAGE_SIZE):
            some = all_looks[first : first + _PAGE_SIZE]
            # a page cannot have been fetched before what it shows was there
            moment = max(fetched_at(), max(look.at for look in some)) + timedelta(seconds=len(pages))
            pages.append(Page(stream, client, moment, window(), some, number=next(numbers)))
    for client in clients:  # what a window without a post comes to, as well
        for stream in ("own_posts", "mentions"):
            found = window()
            pages.append(Page(stream, client, found[1], found, [], number=next(numbers)))
    with_posts = [page for page in pages if page.stream in _STREAMS["post"]]
    for look in beside:
        page = chance.choice(with_posts)
        page.beside = [*page.beside, look]
    return pages


@dataclass
class Home:
    """A home of its own: rapport.toml, landing, warehouse; `has_outcomes`: and notes;
    `seconds` is what its builds took, one after the other."""

    path: Path
    config: str = TWO_CLIENTS
    has_outcomes: bool = True
    seconds: list[tuple[str, float]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.path.mkdir(parents=True, exist_ok=True)
        if self.has_outcomes:
            write_outcomes(self.path / "outcomes.csv")
            write_notes(self.path / "notes.csv")

    @property
    def settings(self) -> Settings:
        """As rapport.toml says now, with the clock of a day after all that histories tell of."""
        (self.path / "rapport.toml").write_text(self.config, encoding="utf-8")
        return replace(load_settings(self.path), now=lambda: START + timedelta(days=1000))

    def copy(self, path: Path) -> "Home":
        """The same home elsewhere."""
        shutil.copytree(self.path, path)
        return Home(path, self.config, self.has_outcomes)

    def load(self, pages: Iterable[Page]) -> None:
        """Lands pages and loads them, as one load."""
        for page in pages:
            page.write(self.settings)
        raw_store.load(self.settings, lambda line: None)

    def build(self) -> dbt.BuildResult:
        """What `rapport run` does between loading and checking."""
        lists.sync(self.settings)
        matching.match(self.settings)
        result = dbt.build(self.settings, lambda line: None)
        self.seconds.append(("full build" if result.is_full_refresh else "daily build", result.seconds))
        return result

    def differences(self, as_one_load: bool = False) -> list[str]:
        """What a full refresh of the same raw rows in a fresh warehouse has otherwise; `as_one_load`: as if all
        of them had come with one load, in any order."""
        settings = self.settings
        kept = settings.warehouse_path.with_name("incremental.duckdb")
        # under the same name, for dbt parses everything anew for another
        settings.warehouse_path.rename(kept)
        try:
            _copy_raw(kept, settings.warehouse_path, as_one_load)
            started = monotonic()
            outcome = dbt.run(
                settings, ["build", "--full-refresh", "--resource-type", "model"], lambda line: None
            )
            self.seconds.append(("full refresh without tests", round(monotonic() - started, 1)))
            assert outcome.returncode == 0, outcome.failures or outcome.last_line
            return differences(kept, settings.warehouse_path, _BOOKKEEPING if as_one_load else ())
        finally:
            settings.warehouse_path.unlink(missing_ok=True)
            kept.rename(settings.warehouse_path)

    def differences_from(self, other: "Home") -> list[str]:
        """What is otherwise in the other home's warehouse."""
        return differences(self.settings.warehouse_path, other.settings.warehouse_path)

    def told(self) -> str:
        """What each build took, in words."""
        return ", ".join(f"{what} {seconds} s" for what, seconds in self.seconds)


def _copy_raw(old: Path, new: Path, as_one_load: bool) -> None:
    with duckdb.connect(str(new)) as connection:
        raw_store.create_tables(connection)
        connection.execute(f"attach '{old}' as old (read_only)")
        tables = connection.execute(
            "select table_name, list(column_name) from duckdb_columns() "
            "where database_name = 'old' and schema_name = 'raw' group by all"
        ).fetchall()
        for table, columns in tables:
            order = "order by random()" if as_one_load else ""
            connection.execute(f"insert into raw.{table} by name select * from old.raw.{table} {order}")
            for column in {"load_id", "loaded_at"} & {*columns} if as_one_load else ():
                connection.execute(
                    f"update raw.{table} set {column} = (select max({column}) from raw.{table})"
                )


def differences(found: Path, wanted: Path, without: Sequence[str] = ()) -> list[str]:
    """One message for each table that is not the same in both warehouses, with the first rows that differ."""
    with duckdb.connect() as connection:
        connection.execute("set timezone = 'UTC'")
        connection.execute(f"attach '{found}' as found (read_only)")
        connection.execute(f"attach '{wanted}' as wanted (read_only)")
        shapes = {name: _tables(connection, name, without) for name in ("found", "wanted")}
        messages = [
            f"{table}: columns {shapes['found'].get(table)} instead of {shapes['wanted'].get(table)}"
            for table in sorted({*shapes["found"], *shapes["wanted"]})
            if shapes["found"].get(table) != shapes["wanted"].get(table)
        ]
        for table in sorted({*shapes["found"]} & {*shapes["wanted"]}):
            columns = ", ".join(f'"{name}"' for name, _ in shapes["wanted"][table])
            for one, other in (("found", "wanted"), ("wanted", "found")):
                query = (
                    f"select {columns} from {one}.{table} except all select {columns} from {other}.{table}"
                )
                rows = connection.execute(f"from ({query}) order by all").fetchall()
                if rows:
                    first = "\n    ".join(str(row) for row in rows[:3])
                    messages.append(f"{table}: {len(rows)} rows only {one} ({columns})\n    {first}")
    return messages


def _tables(
    connection: duckdb.DuckDBPyConnection, database: str, without: Sequence[str]
) -> dict[str, list[tuple[str, str]]]:
    """Table → its columns with their types. Views hold nothing that tables do not."""
    rows = connection.execute(
        "select schema_name || '.' || table_name, list((column_name, data_type) order by column_name) "
        "from duckdb_columns() semi join duckdb_tables() using (database_name, schema_name, table_name) "
        "where database_name = $database and (list_contains($schemas, schema_name) or table_name = 'load_profile') "
        "and not list_contains($without, column_name) and not regexp_matches(table_name, $changes) group by all",
        {"database": database, "schemas": _BUILT_SCHEMAS, "without": list(without), "changes": _CHANGES},
    ).fetchall()
    return dict(rows)
