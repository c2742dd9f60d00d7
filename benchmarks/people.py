"""What the pages of people take: a client with many of them, from `rapport report` to the folder that readers open.

Publishes a file of invented people and posts, each person with the same share of the talk. Then reports three times,
each a process of its own: all pages are drawn; nothing has changed; something has about one person.

examples:
  python -m benchmarks.people
  python -m benchmarks.people --people 500 --posts 10000 --keep /tmp/people-home
"""

import argparse
import tempfile
from collections.abc import Iterator
from contextlib import nullcontext
from datetime import timedelta
from pathlib import Path

from benchmarks.processes import command
from benchmarks.tables import Table, machine
from rapport.config import Settings, load_settings
from rapport.networks import X
from tests.reporting.published import AS_OF, WEEK, Published

_CONFIG = '[[clients]]\nid = "lab"\nname = "The Lab"\naccounts = ["@lab"]\n'
# A post of a hundred signs or so, of words that repeat as words do.
_TEXT = """(select string_agg(['tide', 'ledger', 'harbour', 'winter', 'count', 'oak', 'salt', 'question', 'answer',
    'letter', 'morning', 'museum', 'north', 'river', 'stone', 'paper', 'found', 'again', 'together', 'yesterday']
    [1 + (hash(posts.number * 31 + word) % 20)::int], ' ') from range(16) as words(word))"""


def publish(settings: Settings, people: int, posts: int) -> None:
    """A published file with so many people, and so many posts between them and the client: one theirs, one ours."""
    settings.config_path.write_text(_CONFIG, encoding="utf-8")
    made = Published(settings.published_path)
    made.publication()
    for weeks in range(26):
        made.week(
            "lab", "The Lab", WEEK - timedelta(weeks=weeks), real_conversation_count=3, exchange_count=9
        )
    made.add("marts.client_accounts", client_id="lab", account_id="1", role="tracked", is_ours=True)
    made.con.execute(
        "create temp table everybody as select number + 100 as id from range($1) as n(number)", [people]
    )
    made.con.execute(
        "create temp table said as select number, 1000000 + number as post_id,"
        " 1000000 + number - number % 2 as root_post_id, 100 + (number // 2) % $1 as person,"
        " number % 2 = 1 as is_ours, $2::timestamptz - to_minutes(2 * ($3 - number)) as said_at"
        " from range($3) as n(number)",
        [people, AS_OF, posts],
    )
    for statement in _ROWS:
        made.con.execute(statement)
    made.con.close()


_ROWS = (
    f"insert into marts.accounts by name select '{X.name}' as network, id::varchar as account_id,"
    f" '{X.name}:' || id as person_id,"
    " 'h' || id as handle, ['Ana', 'Ben', 'Carla', 'Dora', 'Emil'][1 + id % 5] || ' ' || id as display_name"
    f" from everybody union all select '{X.name}', '1', '{X.name}:1', 'lab', 'The Lab'",
    f"insert into marts.posts by name select '{X.name}' as network, post_id::varchar as post_id,"
    " post_id::varchar as latest_version_id, if(is_ours, '1', person::varchar) as account_id,"
    " said_at as created_at, root_post_id::varchar as root_post_id,"
    " if(is_ours, root_post_id::varchar, null) as parent_post_id, if(is_ours, 'reply', 'mention') as kind,"
    f" {_TEXT} as text from said as posts",
    f"insert into marts.conversation_posts by name select '{X.name}' as network, post_id::varchar as post_id,"
    " root_post_id::varchar as root_post_id, if(is_ours, root_post_id::varchar, null) as parent_post_id,"
    " is_ours::int as depth from said",
    f"insert into marts.interactions by name select '{X.name}' as network, '{X.name}:' || post_id as interaction_id,"
    " 'reply' as kind, true as is_address, if(is_ours, '1', person::varchar) as from_account_id,"
    f" if(is_ours, person::varchar, '1') as to_account_id, '{X.name}:' || if(is_ours, 1, person) as from_person_id,"
    f" '{X.name}:' || if(is_ours, person, 1) as to_person_id, post_id::varchar as post_id,"
    " root_post_id::varchar as root_post_id, said_at as occurred_at from said",
    f"insert into reports.rpt_relationships by name select 'lab' as client_id, '{X.name}:' || person as person_id,"
    " 'h' || person as handle, any_value(accounts.display_name) as display_name,"
    " ['connected', 'conversing', 'acquainted', 'dormant'][1 + person % 4] as stage, 'them' as reached_out_by,"
    " count(*) filter (not is_ours) as address_in_count, count(*) filter (is_ours) as address_out_count,"
    " count(*) filter (is_ours) as exchange_count, 2 as real_conversation_count, min(said_at) as first_contact_at,"
    " max(said_at) as last_contact_at, max(said_at) as last_mutual_at, 1.0 as strength, false as is_stakeholder,"
    f" ['{X.name}'] as networks from said inner join marts.accounts on accounts.account_id = said.person::varchar"
    " group by person",
    f"insert into marts.relationship_weeks by name select 'lab' as client_id, '{X.name}:' || person as person_id,"
    " date_trunc('week', said_at)::date as week_start_date, 'acquainted' as stage, 'held' as movement,"
    " count(*) filter (not is_ours) as week_address_in_count, count(*) filter (is_ours) as week_address_out_count,"
    " true as is_complete_week from said group by person, date_trunc('week', said_at)",
    f"insert into reports.rpt_answers by name select 'lab' as client_id, '{X.name}' as network,"
    f" post_id::varchar as post_id, '{X.name}:' || person as person_id, '1' as answered_by_account_id,"
    " said_at as occurred_at from said where not is_ours",
    f"insert into reports.rpt_people by name select 'lab' as client_id, '{X.name}:' || id as entry_id,"
    f" '{X.name}:' || id as person_id, 'acquainted' as stage, ['press'] as tags from everybody where id % 10 = 0",
)


def measure(settings: Settings, people: int, posts: int) -> Iterator[Table]:
    """Publishes, reports three times; yields the tables."""
    publish(settings, people, posts)
    costs = {"all drawn": command(settings, "report"), "nothing has changed": command(settings, "report")}
    later = Published.again(settings.published_path)
    later.con.execute(
        f"update reports.rpt_relationships set exchange_count = 99 where person_id = '{X.name}:100'"
    )
    later.con.close()
    costs["something has about one person"] = command(settings, "report")
    yield Table(f"`rapport report` for {people:,} people and {posts:,} posts", ("run", "wall", "CPU", "peak memory"), [
        (what, f"{cost.seconds:.0f} s", f"{cost.cpu_seconds:.0f} s", f"{cost.peak_bytes / 1e6:,.0f} MB")
        for what, cost in costs.items()
    ])  # fmt: skip
    folder = settings.reports_dir / "lab" / "people"
    sizes = [path.stat().st_size for path in folder.glob("*.html") if path.name != "index.html"]
    index = (folder / "index.html").stat().st_size
    yield Table("what lies there", ("files", "all pages", "a page", "the list of everyone"), [
        (f"{len(sizes):,}", f"{sum(sizes) / 1e6:.1f} MB", f"{sum(sizes) / max(len(sizes), 1) / 1e3:.0f} kB",
         f"{index / 1e6:.2f} MB")
    ])  # fmt: skip


def main(arguments: list[str] | None = None) -> None:
    """Prints the tables."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.people",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--people", type=int, default=5_000)
    parser.add_argument("--posts", type=int, default=100_000)
    parser.add_argument("--keep", type=Path, help="leave everything here (default: a folder that is removed)")
    given = parser.parse_args(arguments)
    print(machine())
    scratch = tempfile.TemporaryDirectory(prefix="rapport-benchmark-")
    with nullcontext(given.keep) if given.keep else scratch as home:
        Path(home).mkdir(parents=True, exist_ok=True)
        for table in measure(load_settings(Path(home)), given.people, given.posts):
            print(f"\n{table.markdown()}", flush=True)
    print(machine())


if __name__ == "__main__":
    main()
