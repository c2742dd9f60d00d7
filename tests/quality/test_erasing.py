"""Every published text column has been thought about: is it content of a post, of a person, or nobody's?"""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
import pytest
import yaml

from quality import editions
from quality.erased_columns import (
    LEADS_TO_POSTS,
    MADE_OF_POSTS,
    NO_CONTENT,
    NO_CONTENT_TABLES,
    PERSON_CONTENT,
    POST_CONTENT,
)
from quality.erasing import erase_from
from rapport.config import Settings
from rapport.forgotten import Forgotten
from tests.quality.publishing import give_receipt, publish_latest
from tests.quality.test_editions import write_page

MODELS = Path(__file__).resolve().parents[2] / "dbt_project" / "models"
# By the project's names: ids, times, counts and the like hold nothing that anybody wrote.
HARMLESS = (
    "_id",
    "_ids",
    "_at",
    "_date",
    "_count",
    "_share",
    "_hours",
    "_minutes",
    "_days",
    "_usd",
    "_rank",
    "_number",
)
NUMBERS = {"double", "integer", "bigint", "boolean", "date", "timestamptz", "timestamp with time zone"}


def published() -> list[tuple[str, dict[str, Any]]]:
    files = [*MODELS.glob("marts/*.yml"), *MODELS.glob("reports/*.yml")]
    models = [model for path in files for model in yaml.safe_load(path.read_text()).get("models", [])]
    return [
        (model["name"], {column["name"]: column for column in model["columns"]})
        for model in models
        if model["name"] not in NO_CONTENT_TABLES
    ]


@pytest.mark.parametrize(
    ("name", "columns"), published(), ids=lambda value: value if isinstance(value, str) else ""
)
def test_every_text_column_is_known(name: str, columns: dict[str, Any]) -> None:
    # Numbers of marts carry no type in their description; a test of dbt's would be needed to tell them apart.
    numbers = {
        "balance", "completeness", "depth", "h_index", "strength", "structural_virality", "width", "position"
    }  # fmt: skip
    for column, about in columns.items():
        if column.endswith(HARMLESS) or column.startswith(("is_", "has_")) or column in NO_CONTENT | numbers:
            continue
        if about.get("data_type") in NUMBERS:
            continue
        of_posts = POST_CONTENT | MADE_OF_POSTS
        keys = [of_posts[column]] if column in of_posts else (PERSON_CONTENT | LEADS_TO_POSTS).get(column)
        assert keys, (
            f"{name}.{column}: say in quality/erased_columns.py what becomes of it when a post is erased"
        )
        assert set(keys) & columns.keys(), f"{name}.{column}: none of {keys} is beside it to say whose it is"


def test_a_topic_goes_with_its_post_and_stays_with_others(
    settings: Settings, spoil: Callable[..., None]
) -> None:
    """Its name is long enough to be a telling text, and is none: it is the client's own."""
    spoil(*(f"update reports.{table} set topic = 'Peatlands and the carbon in them' where topic = 'Peatlands'"
            for table in ("rpt_topics", "rpt_topic_posts")))  # fmt: skip
    give_receipt(settings)
    publish_latest(settings)
    erase_from(settings, Forgotten.of("x", post_ids=["8001"]), lambda message: None)
    with duckdb.connect(str(settings.published_path), read_only=True) as con:
        topics = con.execute("select topic from reports.rpt_topics order by topic_number").fetchall()
        posts = con.execute(
            "select post_id, topic, found_by from reports.rpt_topic_posts order by 1"
        ).fetchall()
    name = "Peatlands and the carbon in them"
    assert topics == [(name,), ("Schools",)]
    assert posts == [("8000", name, "word"), ("8001", None, None), ("8100", name, "hand")]


def test_what_the_client_wants_keeps_its_words(settings: Settings, spoil: Callable[..., None]) -> None:
    """The column is called as one of the tables that the texts to be erased are looked up in was."""
    goal = "insert into reports.rpt_goals (client_id, goal_number, words) values ('acme', 9, 'Twice as many answers')"
    spoil(goal)
    give_receipt(settings)
    publish_latest(settings)
    with duckdb.connect(str(settings.published_path), read_only=True) as con:
        [(network, post_id)] = con.execute(
            "select network, post_id from reports.rpt_waiting where length(text) > 15 limit 1"
        ).fetchall()
    erase_from(settings, Forgotten.of(network, post_ids=[post_id]), lambda message: None)
    with duckdb.connect(str(settings.published_path), read_only=True) as con:
        assert con.execute("select words from reports.rpt_goals where goal_number = 9").fetchall() == [
            ("Twice as many answers",)
        ]
        erased = con.execute("select text from reports.rpt_waiting where post_id = ?", [post_id]).fetchall()
        assert erased == [(None,)]


def test_nothing_leads_to_an_erased_post(settings: Settings, spoil: Callable[..., None]) -> None:
    post = (
        "insert into marts.posts by name select 'x' as network, '{0}' as post_id, '{0}' as latest_version_id"
    )
    network = "update reports.rpt_nurture set last_post_network = 'x'"
    spoil(post.format(7001), post.format(7101), post.format(8001), network)
    give_receipt(settings)
    publish_latest(settings)
    erase_from(settings, Forgotten.of("x", post_ids=["7001", "7101", "8001"]), lambda message: None)
    with duckdb.connect(str(settings.published_path), read_only=True) as con:
        for table, key, erased in (
            ("reports.rpt_topic_posts", "post_id", "8001"),
            ("reports.rpt_content", "post_id", "8001"),
            ("reports.rpt_nurture", "last_post_id", "7001"),
            ("reports.rpt_real_conversations", "answer_post_id", "7101"),
        ):
            rows = con.execute(f"select {key}, post_url from {table}").fetchall()
            assert (erased, None) in rows, table
            assert all((url is None) == (post_id == erased) for post_id, url in rows), table
        known = con.execute("select post_id from marts.posts where latest_version_id is null").fetchall()
        assert {"7001", "8001"} <= {post_id for (post_id,) in known}


def test_nothing_says_any_more_which_other_account_may_be_theirs(
    settings: Settings, spoil: Callable[..., None]
) -> None:
    pair = "insert into marts.person_suggestions (network, account_id, other_network, other_account_id) values ({})"
    pairs = (
        "'x', '1', 'mastodon', 'ana@wald.test'",
        "'mastodon', 'ana@wald.test', 'x', '2'",
        "'x', '3', 'y', '4'",
    )
    spoil(*(pair.format(values) for values in pairs))
    give_receipt(settings)
    publish_latest(settings)
    erase_from(settings, Forgotten.of("mastodon", account_ids=["ana@wald.test"]), lambda message: None)
    with duckdb.connect(str(settings.published_path), read_only=True) as con:
        left = con.execute("select account_id, other_account_id from marts.person_suggestions").fetchall()
    assert ("3", "4") in left
    assert not [ids for ids in left if "ana@wald.test" in ids]


def test_nothing_beside_their_id_says_what_was_kept_by_hand(
    settings: Settings, spoil: Callable[..., None]
) -> None:
    """On Mastodon the id says who it is. Of the silence stays what is known without the meeting."""
    ana, met = "mastodon:ana@wald.test", "last_mutual_at::date + 5"
    spoil(
        f"update reports.rpt_people set person_id = '{ana}', note_count = 2, stakeholder_priority = 1, "
        "owner_network = 'x', owner_account_id = '1', owner_answer_count = 3 where entry_id = '41'",
        "update reports.rpt_people set note_count = 1, stakeholder_priority = 2 where entry_id = '45'",
        f"update reports.rpt_nurture set last_met_date = {met}, stakeholder_topic = 'Peat', "
        f"silent_days = silent_days - epoch(({met})::timestamptz - last_mutual_at) / 86400",
        "update reports.rpt_nurture set silence_ratio = silent_days / usual_gap_days",
        f"update reports.rpt_nurture set person_id = '{ana}' where nurture_rank = 1",
        f"update reports.rpt_stakeholders set person_id = '{ana}', stakeholder_topic = 'Peat', "
        "stakeholder_why = 'knows bogs' where stakeholder_id = '41'",
        *(
            f"insert into reports.{table} by name select 'acme' as client_id, '{name}' as {key}"
            for table, key in (("rpt_stakeholders", "stakeholder_id"), ("rpt_people", "entry_id"))
            for name in ("mastodon:@ana@wald.test", "x:@ana")
        ),
    )
    give_receipt(settings)
    write_page(settings, publish_latest(settings).publication_id)
    folder = editions.freeze(settings).path
    columns = {
        "rpt_people": "note_count, is_stakeholder, stakeholder_priority, owner_name, owner_basis, owner_network, "
        "owner_account_id, owner_answer_count, tags",
        "rpt_nurture": "last_met_date, is_stakeholder, stakeholder_priority, stakeholder_topic, "
        "silent_days = epoch(as_of_date::timestamptz - last_mutual_at) / 86400, "
        "silence_ratio = silent_days / usual_gap_days",
        "rpt_stakeholders": "stakeholder_priority, stakeholder_topic, stakeholder_why",
    }

    def said(whose: str) -> dict[str, list[tuple[Any, ...]]]:
        """What the published file and the edition say of people, which is the same."""
        found = []
        for place in ("reports.{}", f"read_parquet('{folder}/tables/{{}}.parquet')"):
            with duckdb.connect(str(settings.published_path), read_only=True) as con:
                con.execute("set timezone = 'UTC'")
                found.append(
                    {
                        table: con.execute(
                            f"select {names} from {place.format(table)} where person_id {whose} order by all"
                        ).fetchall()
                        for table, names in columns.items()
                    }
                )
        assert found[0] == found[1]
        return found[0]

    def unseen() -> list[tuple[str]]:
        """Whom somebody has named by a handle, and nobody has seen."""
        listed = "select {0} from reports.{1} where person_id is null and {0} like '%@ana%'"
        stakeholders, people = (
            listed.format(*where)
            for where in (("stakeholder_id", "rpt_stakeholders"), ("entry_id", "rpt_people"))
        )
        with duckdb.connect(str(settings.published_path), read_only=True) as con:
            return con.execute(f"{stakeholders} union all {people} order by 1").fetchall()

    others = said(f"<> '{ana}'")
    assert len(unseen()) == 4
    [people], [nurture], [stakeholder] = said(f"= '{ana}'").values()
    assert (
        people[:3] == (2, True, 1) and nurture[0] and nurture[4] is False and stakeholder[2] == "knows bogs"
    )
    one = ["ana@wald.test"]
    erase_from(settings, Forgotten.of("mastodon", account_ids=one, handles=one), lambda message: None)
    assert unseen() == [("x:@ana",)] * 2
    assert said(f"= '{ana}'") == {
        "rpt_people": [(0, False, *[None] * 7)],
        "rpt_nurture": [(None, False, None, None, True, True)],
        "rpt_stakeholders": [],
    }
    assert said(f"<> '{ana}'") == others
