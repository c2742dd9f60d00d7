"""What the rooms share of the dbt project."""

from pathlib import Path

from rapport.project import fingerprint


def test_every_file_of_the_project_moves_its_fingerprint(tmp_path: Path) -> None:
    names = ("models/a.sql", "models/a.yml", "macros/b.sql", "tests/c.sql", "dbt_project.yml")
    for name in names:
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("one")
    found = {fingerprint(tmp_path)}
    for name in names:
        (tmp_path / name).write_text("two")
        found.add(fingerprint(tmp_path))
    (tmp_path / "models/a.sql").rename(tmp_path / "models/d.sql")
    found.add(fingerprint(tmp_path))
    (tmp_path / "models/d.sql").unlink()
    found.add(fingerprint(tmp_path))
    assert len(found) == len(names) + 3


def test_what_dbt_or_an_editor_leaves_there_does_not(tmp_path: Path) -> None:
    names = (
        ".user.yml",
        "models/.#a.sql",
        ".idea/b.yml",
        "target/run/a.sql",
        "logs/a.yml",
        "dbt_packages/a.sql",
    )
    (tmp_path / "models").mkdir()
    (tmp_path / "models/a.sql").write_text("one")
    before = fingerprint(tmp_path)
    for name in names:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("one")
    assert fingerprint(tmp_path) == before


def test_the_fingerprint_is_of_this_project_and_stays(tmp_path: Path) -> None:
    assert fingerprint() == fingerprint() != fingerprint(tmp_path)
    assert len(fingerprint()) == 64
