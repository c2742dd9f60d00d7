"""What is built and reported after an erasure: whoever was erased is listed nowhere, and what was counted stays."""

import zipfile

import duckdb
import pytest

from operations.erasure import everywhere as erasure
from rapport.config import Settings
from reporting.person_links import file_name
from tests.operations import erasure_home as home_of

PERSON = f"x:{home_of.SHY}"


@pytest.fixture(scope="module")
def erased(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """A home that was published, and again after the erasure of an account to which we had written."""
    folder = tmp_path_factory.mktemp("erased")
    settings = home_of.make_home(folder / "home")
    home_of.bring_in(settings, folder)
    home_of.publish_all(settings)
    pages = list(settings.published_dir.rglob(f"people/{file_name(PERSON)}"))
    assert len(pages) == 2 and PERSON in listed(settings, "people") and PERSON in listed(settings, "keepers")
    erasure.erase(settings, accounts={home_of.SHY: "on request"})
    assert says_erased(settings)
    home_of.publish_all(settings)
    return settings


def says_erased(settings: Settings) -> bool:
    with duckdb.connect(str(settings.published_path), read_only=True) as con:
        [said] = con.execute("select is_erased from marts.people where person_id = ?", [PERSON]).fetchall()
    return bool(said[0])


def listed(settings: Settings, name: str) -> str:
    """The list as CSV and as a page."""
    [folder] = {path.parent for path in settings.reports_dir.rglob(f"{name}.csv")}
    return "".join((folder / f"{name}.{kind}").read_text(encoding="utf-8") for kind in ("csv", "html"))


def test_who_was_erased_has_no_page_and_stands_in_no_list(erased: Settings) -> None:
    assert not list(erased.published_dir.rglob(file_name(PERSON)))
    for path in erased.published_dir.rglob("*.html"):
        page = path.read_text(encoding="utf-8")
        assert file_name(PERSON) not in page, path
        assert f"/user/{home_of.SHY}" not in page, path
    index = next(erased.reports_dir.rglob("people/index.html")).read_text(encoding="utf-8")
    assert "agreeable" in index and PERSON not in index
    for name in ("people", "keepers", "moves"):
        assert PERSON not in listed(erased, name), name
    assert "agreeable" in listed(erased, "keepers")
    books = list(erased.reports_dir.rglob("*.xlsx"))
    assert books
    for path in books:
        with zipfile.ZipFile(path) as book:
            assert not [name for name in book.namelist() if PERSON.encode() in book.read(name)]


def test_numbers_count_what_was_written_to_them(erased: Settings) -> None:
    """Hiding somebody changes no number: the ledger has what we wrote, the tables of people have no row."""
    with duckdb.connect(str(erased.published_path), read_only=True) as con:
        sent = "select address_out_count from marts.relationships where person_id = ?"
        assert con.execute(sent, [PERSON]).fetchall() == [(1,)]
        weeks = "select arg_max(noticed_count + acquainted_count, week_start_date) from reports.rpt_engagement_summary"
        assert (
            con.execute(weeks).fetchall()
            == con.execute("select count(*) from marts.relationships").fetchall()
        )
        for table in ("rpt_relationships", "rpt_people", "rpt_relationship_moves"):
            found = con.execute(f"select person_id from reports.{table}").fetchall()
            assert (PERSON,) not in found, table
    assert says_erased(erased)
