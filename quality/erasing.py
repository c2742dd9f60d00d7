"""Erasure in what was published: at once, without waiting for a build or a check.

The published file stays the publication that it was: its record is not changed. Its schema quality says when something
was erased from it. The next publication is made from tables that no longer hold it.
"""

import contextlib
import shutil
from collections.abc import Callable, Collection
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import duckdb

from quality import editions, erased_editions, erased_ties
from quality.change_over import draft_of, finish
from quality.erased_columns import (
    GOES_WHOLE,
    KEPT_BY_HAND,
    LEADS_TO_POSTS,
    MADE_OF_MEETINGS,
    MADE_OF_POSTS,
    NAMED_BY_HAND,
    NETWORK_OF,
    PERSON_CONTENT,
    POST_CONTENT,
)
from quality.errors import PublishFailed
from quality.publish import LATEST, remove_draft, remove_drafts
from quality.record import STORAGE_VERSION
from quality.tables import Table, columns_by_table, columns_of, quoted
from rapport import rewrites
from rapport.config import Settings
from rapport.forgotten import Forgotten
from rapport.networks import X, parts
from rapport.on_disk import as_open_as_its_folder, put_database_in_place
from rapport.warehouse import literal

# Of a person, as the next build will say it: no report that is written before shows them.
_IS_ERASED = "(is_erased or person_id in (select id from erased_people))"
# If a forgotten text of at least this length stands in some other column as well, that is no coincidence.
_TELLING_LENGTH = 15
_TABLES = "select schema_name, table_name from duckdb_tables() where database_name = 'old' order by all"


def erase_from(settings: Settings, forgotten: Forgotten, on_progress: Callable[[str], None]) -> int:
    """Rewrites the published file, and every database and table of an edition, without it. Returns how many.

    Each is replaced in one step: readers see the old file whole or the new one whole. Raises PublishFailed
    when a file can't be written. Running it again changes nothing. The caller holds the warehouse, so that
    nobody publishes or freezes meanwhile, and has the pages of editions erased from first, after
    erased_editions.note_altered: the manifest of an edition records the new hashes of its tables and pages.
    """
    # Samples of rows that broke a rule stand in the Data Docs; the next check writes them anew.
    shutil.rmtree(settings.quality_dir / "docs", ignore_errors=True)
    finish(settings)
    remove_drafts(settings)
    editions.remove_drafts(settings)
    erased_editions.note_altered(settings)
    folders = editions.folders(settings)
    tables = sum(_rewrite_edition(folder, settings, forgotten) for folder in folders)
    # Before the databases: these say who has several accounts, until it is taken out of them.
    latest = sorted(settings.clients_dir.glob(f"*/{LATEST}"))
    tables += sum(_rewrite_latest(folder, settings, forgotten) for folder in latest)
    databases = sorted(settings.published_dir.rglob("*.duckdb"))
    rewritten = sum(_rewrite(path, forgotten) for path in databases)
    on_progress(
        f"published: {len(databases)} databases looked through, {rewritten} rewritten; "
        f"{len(folders) + len(latest)} editions looked through, {tables} of their tables rewritten"
    )
    erased_editions.record(settings, forgotten, GOES_WHOLE, on_progress)
    return rewritten + tables


def _rewrite(path: Path, forgotten: Forgotten) -> bool:
    """Whether there was something to take out; a file without it is left alone."""
    draft = draft_of(path)
    try:
        remove_draft(draft)
        with duckdb.connect() as con:
            con.execute("set timezone = 'UTC'")
            con.execute(f"attach {literal(str(path))} as old (read_only)")
            _make_forgotten_tables(con, forgotten)
            kinds = _kinds(con)
            tables = [
                _Table(con, schema, name, kinds[schema, name], forgotten)
                for schema, name in con.execute(_TABLES).fetchall()
            ]
            if not any(table.holds_it(con) for table in tables):
                return False
            con.execute(f"attach {literal(str(draft))} as draft (storage_version '{STORAGE_VERSION}')")
            con.execute("copy from database old to draft (schema)")
            for table in tables:
                table.copy(con)
            _record_erasure(con, forgotten)
            con.execute("checkpoint draft")
            con.execute("detach draft")
        as_open_as_its_folder(draft)
        put_database_in_place(draft, path)
        return True
    except (OSError, duckdb.Error) as problem:
        with contextlib.suppress(OSError):
            remove_draft(draft)
        raise _failure(path, problem) from problem


def _rewrite_edition(folder: Path, settings: Settings, forgotten: Forgotten) -> int:
    """How many tables of an edition there was something to take out of; the others are left alone."""
    manifest = editions.read_manifest(folder)
    files = {name: folder / table["file"] for name, table in manifest["tables"].items()}
    # One that somebody has removed holds nothing.
    files = {name: path for name, path in files.items() if path.exists()}
    return _rewrite_tables(settings, folder, files, manifest["joint_people"], forgotten)


def _rewrite_latest(folder: Path, settings: Settings, forgotten: Forgotten) -> int:
    """The same of a client's newest tables as Parquet; the database beside them says who has several accounts."""
    database = folder.parent / settings.published_path.name
    joint_people = {}
    if database.exists():
        with duckdb.connect(str(database), read_only=True) as con:
            joint_people = editions.joint_people(con)
    files = {path.stem: path for path in sorted(folder.glob("*.parquet"))}
    return _rewrite_tables(settings, folder, files, joint_people, forgotten)


def _rewrite_tables(
    settings: Settings,
    folder: Path,
    files: dict[str, Path],
    joint_people: dict[str, list[str]],
    forgotten: Forgotten,
) -> int:
    """Rewrites those of the Parquet files (name → path) that there is something to take out of; how many."""
    try:
        with duckdb.connect() as con:
            con.execute("set timezone = 'UTC'")
            con.execute("attach ':memory:' as old")
            con.execute("create schema old.reports")
            con.execute("create schema old.marts")
            # There are no marts. Which accounts belong to one person is known of those whom the list of people joins.
            con.execute(
                "create table old.marts.accounts (person_id varchar, network varchar, account_id varchar)"
            )
            for person, accounts in joint_people.items():
                for account in accounts:
                    con.execute("insert into old.marts.accounts values (?, ?, ?)", [person, *parts(account)])
            for name, path in files.items():
                con.execute(
                    f"create table old.reports.{quoted(name)} as from read_parquet({literal(str(path))})"
                )
            _make_forgotten_tables(con, forgotten)
            kinds = _kinds(con)
            tables = {name: _Table(con, "reports", name, kinds["reports", name], forgotten) for name in files}
            holding = [name for name, table in tables.items() if table.holds_it(con)]
            for name in holding:
                path = files[name]
                editions.write_table(
                    con,
                    tables[name].rest,
                    path,
                    partial(rewrites.announce_draft, settings, path),
                )
        return len(holding)
    except (OSError, duckdb.Error) as problem:
        raise _failure(folder, problem) from problem


def _failure(path: Path, problem: Exception) -> PublishFailed:
    return PublishFailed(
        f"{path} could not be rewritten",
        f"see that the disk of {path.parent} has room and that nobody has the file open for writing, then "
        "`rapport erase` again; until then the file still holds what was to be erased",
        detail=problem,
    )


def _make_forgotten_tables(con: duckdb.DuckDBPyConnection, forgotten: Forgotten) -> None:
    for table, of, pairs in (
        ("erased_posts", "network", forgotten.posts),
        ("erased_accounts", "network", forgotten.accounts),
        ("erased_handles", "network", forgotten.handles),
        ("erased_entries", "key", forgotten.entries),
    ):
        firsts, ids = zip(*sorted(pairs), strict=True) if pairs else ((), ())
        con.execute(
            f"create temp table {table} as "
            f"select unnest($firsts::varchar[]) as {of}, unnest($ids::varchar[]) as id",
            {"firsts": list(firsts), "ids": list(ids)},
        )
    # A person may have several accounts: what a row says of the person was made of all of them. Everybody else has the
    # id of their account, in files of older versions without its network.
    con.execute(
        "create temp table erased_people as "
        "select network || ':' || id as id from erased_accounts "
        f"union all select id from erased_accounts where network = {literal(X.name)}"
    )
    has_people = _has(con, "marts", "accounts", "person_id")
    erased_ties.make_table(con, has_people=has_people)
    if has_people:
        con.execute(
            "insert into erased_people select distinct person_id from old.marts.accounts "
            "where (network, account_id) in (select (network, id) from erased_accounts)"
        )
    con.execute("create temp table erased_texts (erased_network varchar, erased_words varchar)")
    for (schema, table), kinds in _kinds(con).items():
        for column in (name for name, kind in kinds.items() if kind == "VARCHAR"):
            if (key := POST_CONTENT.get(column)) in kinds:
                words = quoted(column)
                con.execute(
                    f"insert into erased_texts select distinct {_network(key, kinds)}, {words} "
                    f"from old.{quoted(schema)}.{quoted(table)} "
                    f"where {_is_in('erased_posts', key, kinds)} and length({words}) >= {_TELLING_LENGTH}"
                )
    if forgotten.handles:
        con.create_function(
            "masked",
            lambda text, network, post: forgotten.mask(text, network or None, post or None),
            ["VARCHAR", "VARCHAR", "VARCHAR"],
            "VARCHAR",
        )


class _Table:
    """One table of the file, and what an erasure makes of its columns."""

    def __init__(
        self,
        con: duckdb.DuckDBPyConnection,
        schema: str,
        table: str,
        kinds: dict[str, str],
        forgotten: Forgotten,
    ) -> None:
        self._name = f"{quoted(schema)}.{quoted(table)}"
        whose = [_is_theirs(key, kinds) for key in GOES_WHOLE.get(table, ()) if key in kinds]
        self._goes = f"coalesce({' or '.join(whose)}, false)" if whose else "false"
        repeating = self._repeating(con, kinds)
        self._kept = {
            name: _kept(name, kind, kinds, forgotten, is_repeating=name in repeating)
            if kind in ("VARCHAR", "VARCHAR[]") and name not in KEPT_BY_HAND
            else _flag(name, kinds)
            for name, kind in kinds.items()
        }
        self._more = ""
        if (schema, table) == ("marts", "people"):
            self._more = f" union all {erased_ties.people_of_their_own(kinds)}"
            if "account_count" in kinds:
                self._kept["account_count"] = erased_ties.COUNT_LEFT

    def _repeating(self, con: duckdb.DuckDBPyConnection, kinds: dict[str, str]) -> set[str]:
        """The columns in which a forgotten text stands: to look for the texts row by row takes DuckDB long to plan,
        and hardly any column has one.
        """
        texts = [name for name, kind in kinds.items() if kind == "VARCHAR"]
        if not texts or not con.execute("from erased_texts limit 1").fetchall():
            return set()
        found = ", ".join(f"bool_or({_repeats(name, kinds)})" for name in texts)
        [row] = con.execute(f"select {found} from old.{self._name} cross join erased_texts").fetchall()
        return {name for name, is_found in zip(texts, row, strict=True) if is_found}

    def holds_it(self, con: duckdb.DuckDBPyConnection) -> bool:
        """Whether any value of it would change, or a row go."""
        changed = [
            f"{quoted(name)} is distinct from {kept}"
            for name, kept in self._kept.items()
            if kept != quoted(name)
        ]
        query = f"select 1 from old.{self._name} where {' or '.join([self._goes, *changed])} limit 1"
        return bool(con.execute(query).fetchall())

    def copy(self, con: duckdb.DuckDBPyConnection) -> None:
        """Fills the table of the new file."""
        con.execute(f"insert into draft.{self._name} {self.rest}")

    @property
    def rest(self) -> str:
        """The query that gives the table without what is forgotten."""
        kept = ", ".join(f"{value} as {quoted(name)}" for name, value in self._kept.items())
        return f"select {kept} from old.{self._name} where not {self._goes}{self._more}"


def _kinds(con: duckdb.DuckDBPyConnection) -> dict[tuple[str, str], dict[str, str]]:
    """(schema, table) of the old file → column → type, in the table's order."""
    return {
        table: {name: kind for name, (kind, _) in columns.items()}
        for table, columns in columns_by_table(con, "old").items()
    }


def _is_theirs(key: str, names: Collection[str]) -> str:
    """Whether the row is about somebody who is forgotten, by one of its ids."""
    if key.endswith("account_id"):
        return _is_in("erased_accounts", key, names)
    if key == "person_id":
        return f"{quoted(key)} in (select id from erased_people)"
    if key in NAMED_BY_HAND:
        bare = f"select '@' || id from erased_handles where network = {literal(X.name)}"  # in older versions
        return f"lower({quoted(key)}) in (select network || ':@' || id from erased_handles union all {bare})"
    return f"({literal(key)}, {quoted(key)}) in (select (key, id) from erased_entries)"


def _flag(name: str, names: Collection[str]) -> str:
    """The SQL of what is kept of a column that holds no words: all of it, or what the next build will say."""
    if name == "is_erased":
        return _IS_ERASED
    if name == "is_root_erased":
        return f"({quoted(name)} or {_is_in('erased_posts', 'root_post_id', names)})"
    if (
        name in KEPT_BY_HAND
        and "person_id" in names
        and (name not in MADE_OF_MEETINGS or "last_met_date" in names)
    ):
        return f"case when {_is_theirs('person_id', names)} then {KEPT_BY_HAND[name]} else {quoted(name)} end"
    return quoted(name)


def _kept(name: str, kind: str, names: dict[str, str], forgotten: Forgotten, *, is_repeating: bool) -> str:
    """The SQL of what is kept of a text column: NULL where the row is about a forgotten post or person."""
    column = quoted(name)
    if name in LEADS_TO_POSTS:
        found = [_is_in("erased_posts", key, names) for key in LEADS_TO_POSTS[name] if key in names]
        return f"case when {' or '.join(found)} then null else {column} end" if found else column
    if name.endswith(("_id", "post_ids")):  # on Mastodon an account's id is its handle, and ids stay
        shown = "post_id" if name.endswith("person_id") else name
        is_erased = _is_in("erased_posts", shown, names) if shown in names else ""
        return erased_ties.cut(name, names, _network(None, names), is_erased)
    conditions = []
    post_key = (POST_CONTENT | MADE_OF_POSTS).get(name)
    if post_key in names:
        conditions.append(_is_in("erased_posts", post_key, names))
    keys = [key for key in PERSON_CONTENT.get(name, ()) if key in names]
    if "account_id" in keys:  # it is more exact than the person
        keys = [key for key in keys if key != "person_id"]
    conditions += [
        f"{quoted(key)} in (select id from erased_people)"
        if key.endswith("person_id")
        else _is_in("erased_accounts", key, names)
        for key in keys
    ]
    kept = column
    if kind == "VARCHAR":
        if is_repeating:
            conditions.append(f"exists (select 1 from erased_texts where {_repeats(name, names)})")
        post = f"coalesce({quoted(post_key)}, '')" if post_key in names else "''"
        kept = f"masked({column}, {_network_of_text(name, names)}, {post})" if forgotten.handles else column
    elif (
        name in PERSON_CONTENT and forgotten.handles
    ):  # a list of words by hand: of which network, nobody knows
        kept = f"list_transform({column}, lambda one: masked(one, '', ''))"
    if not conditions:
        return kept
    return f"case when {' or '.join(conditions)} then null else {kept} end"


def _repeats(name: str, names: Collection[str]) -> str:
    """Whether the row's text has the words of erased_texts in it."""
    return (
        f"{_network_of_text(name, names)} in ('', erased_network) and contains({quoted(name)}, erased_words)"
    )


def _network_of_text(name: str, names: Collection[str]) -> str:
    """The network of the post whose words they are, else of the row; empty where neither is known."""
    key = POST_CONTENT.get(name)
    if key not in names:
        key = None
    return f"coalesce({_network(key, names)}, '')" if key or "network" in names else "''"


def _is_in(erased: str, key: str, names: Collection[str]) -> str:
    """Whether the row's id stands in a table of what is erased, as one of its network."""
    return f"({_network(key, names)}, {quoted(key)}) in (select (network, id) from {erased})"


def _network(key: str | None, names: Collection[str]) -> str:
    """Of which network the row's id is; without one, the row."""
    column = NETWORK_OF.get(key or "", "network")
    return quoted(column) if column in names else literal(X.name)


def _record_erasure(con: duckdb.DuckDBPyConnection, forgotten: Forgotten) -> None:
    """Notes in the file when something was erased from it after it was published."""
    if not _has(con, "quality", "erasures", "erased_at"):
        con.execute("create schema if not exists draft.quality")
        con.execute(
            "create table draft.quality.erasures (erased_at timestamptz, post_count bigint, account_count bigint)"
        )
    con.execute(
        "insert into draft.quality.erasures (erased_at, post_count, account_count) values (?, ?, ?)",
        [datetime.now(UTC), len(forgotten.posts), len(forgotten.accounts)],
    )


def _has(con: duckdb.DuckDBPyConnection, schema: str, table: str, column: str) -> bool:
    return column in columns_of(con, Table(schema, table), "old")
