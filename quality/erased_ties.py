"""Which accounts are one person's, as `[[people]]` says it: an erasure cuts that in what was published, as the next
build does. The erased account is a person of its own, of whom there is an id and nothing else.
"""

from collections.abc import Collection

import duckdb

from quality.tables import quoted

_PERSON, _ACCOUNT = "person_id", "account_id"
# What the next build says of such a person; what is not named here is NULL.
_OF_NOBODY = {
    "person_id": "network || ':' || id",
    "person_kind": "'unknown'",
    "account_count": "1",
    "is_erased": "true",
}
# Posts that show a contact with a person. On most networks their ids name the account.
_SHOWING = ("last_post_id", "last_root_post_id", "evidence_post_ids")
# How many accounts a person has left.
COUNT_LEFT = (
    "account_count - (select count(*) from erased_ties as ties where ties.person_id = people.person_id)"
)
_TIED = "person_id in (select person_id from erased_ties)"


def make_table(con: duckdb.DuckDBPyConnection, *, has_people: bool) -> None:
    """erased_ties: each erased account that is not a person of its own, and the person."""
    con.execute("create temp table erased_ties (network varchar, id varchar, person_id varchar)")
    if has_people:
        con.execute(
            "insert into erased_ties select network, account_id, person_id from old.marts.accounts "
            "where (network, account_id) in (select (network, id) from erased_accounts) "
            "and person_id not in (account_id, network || ':' || account_id)"
        )


def cut(name: str, names: Collection[str], network: str, is_erased_post: str) -> str:
    """The SQL of a column with ids, in which nothing ties an erased account to others. `network`: of which the row is;
    `is_erased_post`: whether the column, or where it is a person's the row, is of an erased post; empty where it is of
    none.
    """
    column, key = quoted(name), name.removesuffix(_PERSON) + _ACCOUNT
    if name in _SHOWING and _PERSON in names:
        return f"case when {_TIED} then {_without_erased(name, is_erased_post)} else {column} end"
    if not name.endswith(_PERSON):
        return column
    if key in names:
        return (
            f"case when ({network}, {quoted(key)}, {column}) in (select (network, id, person_id) from erased_ties) "
            f"then {network} || ':' || {quoted(key)} else {column} end"
        )
    if name == _PERSON and is_erased_post:
        # No account says here who wrote the post: it is that of the person on this network.
        own = (
            "(select min(ties.network || ':' || ties.id) from erased_ties as ties "
            f"where ties.person_id = {column} and ties.network = {network})"
        )
        return f"case when {is_erased_post} then coalesce({own}, {column}) else {column} end"
    return column


def _without_erased(name: str, is_erased_post: str) -> str:
    column = quoted(name)
    if not name.endswith("_ids"):
        return f"case when {is_erased_post} then null else {column} end"
    left = f"select list(one) from (select unnest({column}) as one)"
    return f"coalesce(({left} where one not in (select network || ':' || id from erased_posts)), [])"


def people_of_their_own(names: Collection[str]) -> str:
    """The query for the rows of marts.people that the erased accounts get."""
    return f"select {', '.join(_OF_NOBODY.get(name, 'null') for name in names)} from erased_ties"
