"""Which people have a page of their own, and what its file is called.

A page is for everybody with whom something was said, or of whom something is kept: an address either way, a place on
the list of stakeholders, an outcome, a tag or a note. Who only liked or reposted has none. Nothing was said, so a page
would hold nothing but a record of what somebody clicked on.
"""

import hashlib
from urllib.parse import quote, urlencode

import duckdb

FOLDER = "people"
INDEX = "index.html"  # everyone, from A to Z
_DIGITS = 20  # 80 bits: no two people of any home share a file


def file_name(person_id: str) -> str:
    """The file of a person's page. It says nothing of the person: some ids are handles, and some are no file names."""
    return f"{hashlib.sha256(person_id.encode(errors='surrogatepass')).hexdigest()[:_DIGITS]}.html"


def people_with_page(con: duckdb.DuckDBPyConnection, client_id: str) -> frozenset[str]:
    """The ids of all people of the client who have a page: nobody whose account was erased."""
    rows = con.execute(
        "select person_id from ("
        "select person_id from reports.rpt_relationships where client_id = $client and person_id is not null"
        " union select person_id from reports.rpt_stakeholders where client_id = $client and person_id is not null"
        " union select person_id from reports.rpt_outcomes"
        " where client_id = $client and is_joined and person_id is not null"
        " union select person_id from reports.rpt_people where client_id = $client and person_id is not null)"
        " where person_id not in (select person_id from marts.people where is_erased)",
        {"client": client_id},
    ).fetchall()
    return frozenset(person_id for (person_id,) in rows)


def tag_key(tag: str) -> str:
    """A tag as one word of ASCII: by this the list of everyone is narrowed, today and in reports of later weeks."""
    return quote(tag, safe="", errors="replace")


def tagged_address(tag: str, **narrowed: str) -> str:
    """The list of everyone, narrowed to those with the tag, and further by what else its filters know (`stage`,
    `waiting`, `sort`); as seen from the client's folder."""
    return f"{FOLDER}/{INDEX}#{urlencode({'tag': tag_key(tag), **narrowed})}"
