"""Reads all people of a client who have a page, in a few queries over the whole client."""

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from datetime import timedelta
from typing import TypeVar

import duckdb

from rapport.networks import qualified
from reporting.client import Client
from reporting.people.record import (
    Account,
    Address,
    Answering,
    Kept,
    Note,
    Open,
    Person,
    Reason,
    ThirdParty,
    Tie,
    TieWeek,
)
from reporting.people.talks import Captured, Root, talks
from reporting.posts import read_posts
from reporting.published import records
from reporting.sections.outcomes.record import Outcome

R = TypeVar("R")
K = TypeVar("K", bound=Hashable)

_OURS = "select distinct network, account_id from marts.client_accounts where client_id = $1 and is_ours"
# Between us and somebody else, whoever of us. What is private is only counted.
_ADDRESSES = f"""
    with ours as ({_OURS})
    select
        if(senders.account_id is null, acts.from_person_id, acts.to_person_id) as person_id,
        acts.network, acts.post_id, acts.root_post_id, acts.occurred_at,
        senders.account_id is not null as is_from_us,
        acts.private_to_client_id is not null as is_private
    from marts.interactions as acts
    left join ours as senders on acts.network = senders.network and acts.from_account_id = senders.account_id
    left join ours as receivers on acts.network = receivers.network and acts.to_account_id = receivers.account_id
    where acts.is_address and acts.occurred_at is not null
        and (senders.account_id is null) <> (receivers.account_id is null)
        and coalesce(acts.private_to_client_id, $1) = $1
"""
# With whom both have had exchanges, as int_people__ties and int_relationships__third_parties count them.
_THIRD_PARTIES = """
    with acts as (
        select *, least(from_person_id, to_person_id) as one, greatest(from_person_id, to_person_id) as other
        from marts.interactions
        where is_address and occurred_at is not null and private_to_client_id is null
            and from_person_id <> to_person_id
    ),
    followed as (
        select one, other, from_person_id, lag(from_person_id) over (
            partition by network, root_post_id, one, other order by occurred_at, length(post_id), post_id
        ) as previous
        from acts
    ),
    pairs as (
        select one, other, count(*) as exchange_count from followed where previous <> from_person_id
        group by one, other
    ),
    both_ways as (select one, other, exchange_count from pairs union all select other, one, exchange_count from pairs)
    select both_ways.one as of_person_id, thirds.person_id, thirds.handle, thirds.display_name,
        both_ways.exchange_count
    from both_ways
    inner join reports.rpt_relationships as thirds on both_ways.other = thirds.person_id and thirds.client_id = $1
    where thirds.exchange_count > 0 and coalesce(thirds.person_kind, '') <> 'bot'
"""
_ANSWERS = """
    select answers.person_id, coalesce(answers.network || ':' || answers.answered_by_account_id, '') as account,
        coalesce(accounts.handle, '') as handle, coalesce(accounts.display_name, '') as display_name,
        count(*) as answer_count
    from reports.rpt_answers as answers
    left join marts.accounts as accounts
        on answers.network = accounts.network and answers.answered_by_account_id = accounts.account_id
    where answers.client_id = $1 group by all
"""


def read_people(con: duckdb.DuckDBPyConnection, client: Client) -> list[Person]:
    """Everybody of the client who has a page, by id. A few queries, whatever the number of people."""

    def found(kind: type[R], source: str, order: str) -> list[R]:
        return records(con, kind, f"select {{columns}} from {source} order by {order}", [client.client_id])

    def of_client(kind: type[R], table: str, order: str) -> dict[str, list[R]]:
        return grouped(found(kind, f"{table} where client_id = $1", order), lambda row: row.person_id)  # type: ignore[attr-defined]

    ties = of_client(Tie, "reports.rpt_relationships", "person_id")
    reasons = of_client(Reason, "reports.rpt_stakeholders", "stakeholder_priority")
    weeks = of_client(TieWeek, "marts.relationship_weeks", "week_start_date")
    waiting = of_client(Open, "reports.rpt_waiting", "occurred_at, post_id")
    outcomes = of_client(Outcome, "reports.rpt_outcomes", "occurred_date desc, outcome_id")
    kept = of_client(Kept, "reports.rpt_people", "entry_id")
    notes = grouped(
        found(Note, "reports.rpt_notes where client_id = $1 and is_joined", "noted_date desc, note_id"),
        lambda note: note.person_id,
    )
    answers = grouped(
        found(Answering, f"({_ANSWERS})", "answer_count desc, account"), lambda answer: answer.person_id
    )
    accounts = _accounts(con)
    # Who had an exchange with whom is known of the client's own talk alone: not of a file that has several clients.
    thirds = grouped(
        found(ThirdParty, f"({_THIRD_PARTIES})", "exchange_count desc, person_id")
        if _is_of_one_client(con)
        else [],
        lambda third: third.of_person_id,
    )
    addresses = grouped(
        found(Address, f"({_ADDRESSES})", "occurred_at, length(post_id), post_id, network"),
        lambda address: address.person_id,
    )
    conversations = _conversations(con, client)
    asked = _asked(con, client)

    def person(person_id: str) -> Person:
        tie = next(iter(ties.get(person_id, ())), None) or _stranger(con, person_id)
        own = tuple(accounts.get(person_id, ()))
        said = addresses.get(person_id, [])
        public = [address for address in said if not address.is_private]
        answered = answers.get(person_id, [])
        had = talks(
            public,
            conversations,
            frozenset(qualified(account.network, account.account_id) for account in own),
            client.definitions["real_conversation_exchanges"].value,
        )
        return Person(
            tie=tie,
            accounts=own,
            former_handle=client.former_handles.get((person_id, tie.handle), ""),
            reason=next(iter(reasons.get(person_id, ())), None),
            weeks=tuple(weeks.get(person_id, ())),
            talks=had,
            private_counts=_private(said),
            waiting=tuple(waiting.get(person_id, ())),
            asked=tuple(_unanswered(public, asked)),
            answering=tuple(answer for answer in answered if answer.account),
            address_in_count=sum(answer.answer_count for answer in answered),
            outcomes=tuple(outcomes.get(person_id, ())),
            third_parties=tuple(thirds.get(person_id, ())),
            kept=next(iter(kept.get(person_id, ())), None),
            notes=tuple(notes.get(person_id, ())),
        )

    return [person(person_id) for person_id in sorted(client.people)]


def grouped(rows: Iterable[R], key: Callable[[R], K]) -> dict[K, list[R]]:
    """The rows by their key, in their order."""
    found: dict[K, list[R]] = defaultdict(list)
    for row in rows:
        found[key(row)].append(row)
    return found


def _accounts(con: duckdb.DuckDBPyConnection) -> dict[str, list[Account]]:
    rows = records(
        con,
        Account,
        "select {columns} from marts.accounts order by network, length(account_id), account_id",
        [],
    )
    return grouped(rows, lambda account: account.person_id)


def _is_of_one_client(con: duckdb.DuckDBPyConnection) -> bool:
    row = con.execute("select count(distinct client_id) from reports.rpt_engagement_summary").fetchone()
    return bool(row and row[0] <= 1)


def _stranger(con: duckdb.DuckDBPyConnection, person_id: str) -> Tie:
    """Somebody with whom nothing was said yet: a stakeholder, or somebody we only met."""
    found = records(
        con,
        Tie,
        "select ? as person_id, handle, display_name, 'stranger' as stage, null as stage_since_date,"
        " '' as reached_out_by, 0 as address_in_count, 0 as address_out_count, 0 as exchange_count,"
        " 0 as real_conversation_count, 0 as active_week_count, null as first_contact_at, null as last_contact_at,"
        " null as last_mutual_at, null as usual_gap_days, 0 as shared_third_party_count"
        " from (select 1) left join marts.people as people on people.person_id = ?",
        [person_id, person_id],
    )
    return found[0]


def _conversations(con: duckdb.DuckDBPyConnection, client: Client) -> dict[Root, Captured]:
    """Every conversation in which somebody and we address each other, whole."""
    members = (
        "select members.network, members.post_id, members.root_post_id from marts.conversation_posts as members"
        f" semi join (select distinct network, root_post_id from ({_ADDRESSES}) where not is_private) as roots"
        " using (network, root_post_id)"
    )
    root_of = {
        (network, post_id): (network, root)
        for network, post_id, root in con.execute(members, [client.client_id]).fetchall()
    }
    posts = read_posts(
        con,
        client.client_id,
        f"(network, post_id) in (select (network, post_id) from ({members.replace('$1', '?')}))",
        [client.client_id] * members.count("$1"),
    )
    found = grouped(posts, lambda post: root_of[post.network, post.post_id])
    return {root: Captured.of(said) for root, said in found.items()}


def _asked(con: duckdb.DuckDBPyConnection, client: Client) -> dict[tuple[str, str], str]:
    """The questions that we asked lately, by (network, id): for so long one may wait for an answer."""
    rows = con.execute(
        f"select network, post_id, coalesce(text, '') from marts.posts semi join ({_OURS}) using (network, account_id)"
        " where is_question and created_at >= $2",
        [client.client_id, client.as_of_at - timedelta(days=client.definitions["waiting_days"].value)],
    ).fetchall()
    return {(network, post_id): text for network, post_id, text in rows}


def _unanswered(said: Sequence[Address], asked: Mapping[tuple[str, str], str]) -> list[Open]:
    """What we asked somebody, and they wrote nothing to us in that conversation since; the newest first."""
    found: dict[Root, Open] = {}
    for address in said:
        root = (address.network, address.root_post_id)
        text = asked.get((address.network, address.post_id)) if address.is_from_us else None
        if text is not None:
            found[root] = Open(
                address.person_id, address.network, address.post_id, "", text, address.occurred_at, True
            )
        elif not address.is_from_us:
            found.pop(root, None)
    return sorted(found.values(), key=lambda question: (question.occurred_at, question.post_id), reverse=True)


def _private(said: Iterable[Address]) -> tuple[tuple[str, int, int], ...]:
    """Of each network with private talk: how much came from them, and how much from us."""
    by_network = grouped((address for address in said if address.is_private), lambda address: address.network)
    return tuple(
        (network, sum(not one.is_from_us for one in private), sum(one.is_from_us for one in private))
        for network, private in sorted(by_network.items())
    )
