"""A client's own publication: the rows that are the client's, and none that rests on another client.

Which posts a client has, the models say (int_clients__posts). People and accounts are the client's if one of its rows
names them. A table that nobody has decided about is not published for a client.
"""

from collections.abc import Callable

import duckdb

from quality.errors import PublishRefused
from quality.tables import Columns, Table
from rapport.warehouse import has_table, literal

_POSTS = "intermediate.int_clients__posts"
_TREES = "intermediate.int_conversations__of_clients"
_BOTS = "intermediate.int_people__bots"
_PEOPLE = "intermediate.int_people__of_clients"

# The accounts that the client's rows name: who wrote its posts or was addressed in them, and those of its lists.
_ACCOUNTS = """
    select posts.network, posts.account_id from marts.posts as posts semi join own_posts using (network, post_id)
    union
    select posts.network, posts.parent_account_id from marts.posts as posts
    semi join own_posts using (network, post_id) where posts.parent_account_id is not null
    union
    select network, from_account_id from own_interactions
    union
    select network, to_account_id from own_interactions
    union
    select network, account_id from marts.client_accounts where client_id = {client}
"""
# Rules speak of all clients: of those that warn, a client gets the ones that name a row of it, and no counts.
_CHECKS = """
    select * replace (
        list_filter(sample_keys, lambda key: {is_own}) as sample_keys,
        null::bigint as unexpected_count,
        null::bigint as row_count
    )
    from quality.check_results
    where run_id = $run_id and (is_success or len(list_filter(sample_keys, lambda key: {is_own})) > 0)
"""


def prepare(con: duckdb.DuckDBPyConnection, client_id: str, columns: dict[tuple[str, str], Columns]) -> None:
    """Makes the temporary tables that `rows_of` reads: what the client has, and whom it names.

    Raises PublishRefused where the build is of a version that did not keep clients apart.
    """
    if not has_table(con, *_POSTS.split(".")):
        raise PublishRefused(
            "the latest build is of an earlier version of Rapport, which did not keep clients apart",
            "run `rapport build`, `rapport check`, then `rapport publish`",
        )
    client = literal(client_id)
    tables = {
        "own_posts": f"select network, post_id from {_POSTS} where client_id = {client}",
        # the network's lists of who liked or reposted something are fetched for posts of ours; of reposts they tell no
        # time
        "own_interactions": f"""
            select interactions.* from marts.interactions as interactions
            left join own_posts using (network, post_id)
            where private_to_client_id = {client} or (
                private_to_client_id is null and own_posts.post_id is not null and (
                    is_address or (kind = 'repost' and occurred_at is not null) or (network, to_account_id) in (
                        select (network, account_id) from marts.client_accounts where client_id = {client} and is_ours
                    )
                )
            )
        """,
        "own_accounts": _ACCOUNTS.format(client=client),
    }
    for name, query in tables.items():
        con.execute(f"create or replace temp table {name} as {query}")
    # whom the lists name and no post does, as a stakeholder whom nobody has met
    named = [
        f"select person_id from {Table(schema, name).full_name} where client_id = {client}"
        for (schema, name), found in columns.items()
        if schema == "reports" and {"client_id", "person_id"} <= found.keys()
    ]
    if named:
        con.execute(
            f"""
            insert into own_accounts
            select network, account_id from marts.accounts
            semi join ({" union ".join(named)}) as named using (person_id)
            where person_id not in (
                select person_id from marts.accounts semi join own_accounts using (network, account_id)
            )
            """
        )


def rows_of(table: Table, client_id: str, columns: dict[tuple[str, str], Columns]) -> str | None:
    """The query of the client's rows of a published table; None for a table that is no client's."""
    found = columns[table.schema, table.name]
    if table.schema == "marts" and table.name in _RULES:
        return _RULES[table.name](client_id, {name: kind for name, (kind, _) in found.items()})
    if "client_id" in found:
        return f"select * from {table.full_name} where client_id = {literal(client_id)}"
    if table.full_name == Table("reports", "rpt_definitions").full_name:
        return f"select * from {table.full_name}"
    return None


def checks_of(client_id: str) -> str:
    """The query of what the check of $run_id says of the client."""
    first = "split_part(key, ' ', 1)"
    # a key begins with its client; those of imported files, which are everybody's, with network and stream
    return _CHECKS.format(is_own=f"{first} = {literal(client_id)} or contains({first}, ':')")


def _posts(client_id: str, kinds: dict[str, str]) -> str:
    return "select posts.* from marts.posts as posts semi join own_posts using (network, post_id)"


def _interactions(client_id: str, kinds: dict[str, str]) -> str:
    return "select * from own_interactions"


def _conversation_posts(client_id: str, kinds: dict[str, str]) -> str:
    """The client's own trees: without the posts that only another client has."""
    own = ("depth", "is_parent_missing", "reported_reply_count", "is_new_turn")
    replaced = ", ".join(f"own.{name}::{kinds[name]} as {name}" for name in own)
    return (
        f"select posts.* replace ({replaced}) from marts.conversation_posts as posts "
        f"inner join {_TREES} as own on posts.network = own.network and posts.post_id = own.post_id "
        f"where own.client_id = {literal(client_id)}"
    )


def _conversations(client_id: str, kinds: dict[str, str]) -> str:
    """Only those that the client has whole: their measures are of all their posts."""
    return (
        "select conversations.* from marts.conversations as conversations inner join ("
        f"select network, root_post_id, count(*) as own_count from {_TREES} where client_id = {literal(client_id)} "
        "group by network, root_post_id) as own "
        "on conversations.network = own.network and conversations.root_post_id = own.root_post_id "
        "and conversations.post_count = own.own_count"
    )


def _accounts(client_id: str, kinds: dict[str, str]) -> str:
    return (
        "select accounts.* from marts.accounts as accounts semi join own_accounts using (network, account_id)"
    )


def _account_handles(client_id: str, kinds: dict[str, str]) -> str:
    return "select spells.* from marts.account_handles as spells semi join own_accounts using (network, account_id)"


def _people(client_id: str, kinds: dict[str, str]) -> str:
    """Without the accounts that only another client has seen: by what they are called where this client is."""
    return f"""
    select people.* replace (
        described.display_name as display_name,
        described.handle as handle,
        case when bots.person_id is not null then 'bot' else described.person_kind end as person_kind,
        own.account_count::{kinds["account_count"]} as account_count
    )
    from marts.people as people
    inner join (
        select person_id, count(*) as account_count from marts.accounts
        semi join own_accounts using (network, account_id) group by person_id
    ) as own on people.person_id = own.person_id
    inner join {_PEOPLE} as described
        on people.person_id = described.person_id and described.client_id = {literal(client_id)} and described.is_first
    left join {_BOTS} as bots on people.person_id = bots.person_id and bots.client_id = {literal(client_id)}
    """


def _person_suggestions(client_id: str, kinds: dict[str, str]) -> str:
    return """
    select suggestions.* from marts.person_suggestions as suggestions
    semi join own_accounts as ones
        on suggestions.network = ones.network and suggestions.account_id = ones.account_id
    semi join own_accounts as others
        on suggestions.other_network = others.network and suggestions.other_account_id = others.account_id
    """


# The marts that are no client's by a column of their own. A test holds this list against the tables that are published.
_RULES: dict[str, Callable[[str, dict[str, str]], str]] = {
    "account_handles": _account_handles,
    "accounts": _accounts,
    "conversation_posts": _conversation_posts,
    "conversations": _conversations,
    "interactions": _interactions,
    "people": _people,
    "person_suggestions": _person_suggestions,
    "posts": _posts,
}
