"""What goes to Spark and comes back, and what is said where Spark can't run; no Java is needed for it."""

import json
import os
from dataclasses import replace
from pathlib import Path

import duckdb
import pytest

from modelling import builds, dbt, erasing, spark
from rapport.config import Settings, load_settings
from rapport.config_engine import Engine
from rapport.errors import ErasureUnfinished
from rapport.forgotten import Forgotten


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    found = load_settings(tmp_path)
    return replace(found, config=found.config.model_copy(update={"engine": Engine(name="spark")}))


def java(folder: Path, version: str) -> Path:
    """A java that says it is of that version."""
    folder.mkdir(parents=True)
    program = folder / "java"
    program.write_text(f"#!/bin/sh\necho 'openjdk version \"{version}\" 2026-01-01' >&2\n", encoding="utf-8")
    program.chmod(0o755)
    return folder


@pytest.mark.parametrize(("version", "number"), [("17.0.21.1", 17), ("21", 21), ("1.8.0_412", 1)])
def test_java_is_asked_for_its_version(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, version: str, number: int
) -> None:
    home = java(tmp_path / "jdk" / "bin", version).parent
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setenv("JAVA_HOME", str(home))
    assert spark.java_version() == number
    monkeypatch.delenv("JAVA_HOME")
    assert spark.java_version() is None
    monkeypatch.setenv("PATH", f"{home / 'bin'}{os.pathsep}{os.environ['PATH']}")
    assert spark.java_version() == number


def test_without_java_a_build_says_what_to_install_and_touches_nothing(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(java(tmp_path / "bin", "11.0.2")))
    monkeypatch.delenv("JAVA_HOME", raising=False)
    with pytest.raises(spark.SparkMissing) as refused:
        dbt.build(settings)
    assert "Java 17 or newer (there is Java 11)" in refused.value.message
    assert "openjdk-17-jre-headless" in refused.value.message and "--engine duckdb" in refused.value.remedy
    assert not settings.warehouse_path.exists() and not settings.spark_dir.exists()


@pytest.mark.parametrize(
    ("on_path", "home", "words"),
    [
        ("17.0.2", "nowhere", "there is no java in its bin that runs"),
        ("17.0.2", "old", "that is Java 11"),
        ("17.0.2", "jdk", "there is no java in its bin that runs"),
        ("1.8.0_412", "nowhere", "there is no java in its bin that runs"),
    ],
)
def test_a_wrong_java_home_is_named_with_what_to_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, on_path: str, home: str, words: str
) -> None:
    java(tmp_path / "old" / "bin", "11.0.2")
    other = java(tmp_path / "jdk" / "bin", "17.0.2") / "java"
    other.write_bytes(b"\x7fELF for another machine")
    monkeypatch.setenv("PATH", str(java(tmp_path / "bin", on_path)))
    monkeypatch.setenv("JAVA_HOME", str(tmp_path / home))
    [told] = [one for one in spark.missing() if "JAVA_HOME" in one]
    assert f"it is {tmp_path / home}, and {words}" in told
    assert ("unset it: the java on the path is 17" in told) is (on_path == "17.0.2")


def test_a_java_home_that_begins_in_this_folder_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    java(tmp_path / "jdk" / "bin", "17.0.2")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("JAVA_HOME", "jdk")
    assert any("a right JAVA_HOME (it is jdk, and that is no whole path)" in one for one in spark.missing())
    monkeypatch.setenv("JAVA_HOME", str(tmp_path / "jdk"))
    assert not any("JAVA_HOME" in one for one in spark.missing())


def test_what_the_home_sets_wins(settings: Settings) -> None:
    assert spark.spark_settings(Engine())["spark.driver.bindAddress"] == "127.0.0.1"
    found = spark.spark_settings(
        Engine(
            master="spark://host:7077",
            memory="9g",
            settings={"spark.driver.host": "10.0.0.5", "spark.sql.shuffle.partitions": "64"},
        )
    )
    assert found["spark.master"] == "spark://host:7077" and found["spark.driver.memory"] == "9g"
    assert found["spark.driver.bindAddress"] == "10.0.0.5" and found["spark.sql.shuffle.partitions"] == "64"
    assert found["spark.sql.session.timeZone"] == "UTC"


def test_every_table_that_models_read_goes_out(tmp_path: Path) -> None:
    with duckdb.connect() as connection:
        connection.execute("create schema raw")
        for table in ("posts", "goals", *builds.NOT_READ):
            connection.execute(f"create table raw.{table} as select range as n from range(3)")
        said: list[str] = []
        files = spark.export_raw(connection, tmp_path / "it's raw", said.append)
        assert said == ["writing raw.goals for Spark", "writing raw.posts for Spark"]
        assert [file.name for file in files] == ["goals.parquet", "posts.parquet"]
        for file in files:
            rows = connection.read_parquet(str(file)).order("n").fetchall()
            assert rows == [(0,), (1,), (2,)]


def made(connection: duckdb.DuckDBPyConnection, folder: Path, table: str, query: str) -> None:
    """A table as Spark leaves it."""
    schema, _, name = table.partition(".")
    place = folder / "warehouse" / f"{schema}.db" / name
    place.mkdir(parents=True)
    connection.execute(f"copy ({query}) to '{place}/part-0.parquet'")


def test_what_comes_back_takes_the_place_of_all_that_was_built(tmp_path: Path) -> None:
    with duckdb.connect() as connection:
        for schema in ("raw", "staging", "intermediate", "marts", "reports", "quality"):
            connection.execute(f"create schema {schema}")
        connection.execute("create table staging.stg_old as select 'erased since' as text")
        connection.execute("create table intermediate.int_old as select 1 as n")
        connection.execute("create view marts.old as select n from intermediate.int_old")
        connection.execute("create table reports.rpt_gone as select 1 as n")
        connection.execute("create table quality.receipts as select 'kept' as receipt_id")
        connection.execute("create table quality.built_loads as select 'kept' as load_id")
        made(connection, tmp_path, "staging.stg_new", "select 1 as n")
        made(connection, tmp_path, "intermediate.int_new", "select 2 as n")
        made(connection, tmp_path, "reports.rpt_new", "select 3::decimal(38, 2) as share, ['a'] as topics")
        made(connection, tmp_path, "quality.load_profile", "select 4 as n")
        made(connection, tmp_path, "quality.built_loads", "select 'of Spark' as load_id limit 0")
        made(
            connection,
            tmp_path,
            spark._DESCRIBED,
            """
            from (values
                ('staging.stg_new', '', '', ''),
                ('intermediate.int_new', '', '', ''),
                ('quality.load_profile', '', '', ''),
                ('reports.rpt_new', '', '', 'One row; it''s new'),
                ('reports.rpt_new', 'share', 'double', 'A share'),
                ('reports.rpt_new', 'topics', 'varchar[]', '')
            ) as described (table_name, column_name, data_type, comment)
            """,
        )
        connection.begin()
        said: list[str] = []
        assert spark.take_in(connection, tmp_path, said.append) == 3
        assert "taking reports.rpt_new back into the warehouse" in said and len(said) == 3
        connection.commit()
        tables = connection.execute(
            "select schema_name || '.' || table_name, comment from duckdb_tables() order by all"
        ).fetchall()
        assert tables == [
            ("intermediate.int_new", None),
            ("quality.built_loads", None),
            ("quality.load_profile", None),
            ("quality.receipts", None),
            ("reports.rpt_new", "One row; it's new"),
        ]
        assert connection.execute("select view_name from duckdb_views() where not internal").fetchall() == []
        assert connection.execute("from quality.built_loads").fetchall() == [("kept",)]
        columns = connection.execute(
            "select column_name, data_type, comment from duckdb_columns() where table_name = 'rpt_new'"
        ).fetchall()
        assert columns == [("share", "DOUBLE", "A share"), ("topics", "VARCHAR[]", None)]


def test_an_erasure_removes_what_a_killed_build_has_left(settings: Settings) -> None:
    kept = [spark.target_dir(settings) / dbt.PARSED, settings.spark_dir / "a file of somebody's"]
    doomed = [
        *(
            settings.spark_dir / name / "part.parquet"
            for name in ("raw", "warehouse/marts.db/posts", "scratch")
        ),
        spark.target_dir(settings) / "dbt.log",
        spark.target_dir(settings) / "compiled" / "a.sql",
    ]
    for path in (*kept, *doomed):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
    nothing = Forgotten()
    assert erasing.erase_from(settings, nothing, lambda words: None) == 5
    assert sorted(path for path in settings.spark_dir.rglob("*") if path.is_file()) == sorted(kept)
    assert erasing.erase_from(settings, nothing, lambda words: None) == 0


@pytest.fixture
def outside(tmp_path: Path) -> Settings:
    """A home whose Spark has a folder outside of it, on a disk of its own."""
    home = tmp_path / "home"
    home.mkdir()
    config = f'[engine]\nname = "spark"\nfolder = "{tmp_path / "disk" / "shared"}"\n'
    (home / "rapport.toml").write_text(config, encoding="utf-8")
    return load_settings(home)


def left_by_a_killed_build(settings: Settings) -> Path:
    """A copy that a build by Spark has left when it was killed."""
    spark.make_folder(settings)
    copy = settings.spark_dir / "raw" / "posts.parquet"
    copy.parent.mkdir()
    copy.touch()
    return copy


def test_in_a_folder_of_others_nothing_but_our_part_is_removed(outside: Settings, tmp_path: Path) -> None:
    theirs = [tmp_path / "disk" / "shared" / name / "theirs.txt" for name in ("raw", "warehouse", "target")]
    for file in theirs:
        file.parent.mkdir(parents=True)
        file.touch()
    other = load_settings(tmp_path / "other", config_path=outside.config_path)
    assert outside.spark_dir != other.spark_dir
    copy = left_by_a_killed_build(outside)
    # rapport.toml no longer says where it was
    outside.config_path.write_text("", encoding="utf-8")
    assert erasing.erase_from(load_settings(outside.home), Forgotten(), lambda words: None) == 1
    assert not copy.exists() and all(file.exists() for file in theirs)


def test_a_folder_is_noted_only_while_copies_may_be_there(outside: Settings) -> None:
    def noted() -> list[str]:
        path = outside.spark_folders_path
        return path.read_text(encoding="utf-8").splitlines() if path.exists() else []

    # of one that was never used nothing can be missing
    assert spark.remove_copies(outside) == (0, {}) and noted() == []
    left_by_a_killed_build(outside)
    assert noted() == [str(outside.spark_dir)]
    assert spark.remove_copies(outside) == (1, {}) and noted() == []
    # an empty folder of ours, on a disk that is then mounted over it, would look like a clean one
    assert not outside.spark_dir.exists()


def test_copies_on_a_disk_that_is_not_mounted_keep_an_erasure_open(outside: Settings, tmp_path: Path) -> None:
    copy = left_by_a_killed_build(outside)
    disk, elsewhere = tmp_path / "disk", tmp_path / "elsewhere"
    disk.rename(elsewhere)
    logs = outside.dbt_target_dir / "dbt.log"
    logs.parent.mkdir()
    logs.touch()
    with pytest.raises(ErasureUnfinished) as refused:
        erasing.erase_from(outside, Forgotten(), lambda words: None)
    assert f"{outside.spark_dir} (it is not there)" in refused.value.message and refused.value.done_count == 1
    assert "mount" in refused.value.remedy and str(outside.spark_folders_path) in refused.value.remedy
    # a build must not make another folder in its place, which would look like that one
    with pytest.raises(spark.SparkMissing, match="it is not there"):
        spark.make_folder(outside)
    assert not disk.exists()
    elsewhere.rename(disk)
    assert erasing.erase_from(outside, Forgotten(), lambda words: None) == 1
    assert not copy.exists() and not outside.spark_folders_path.exists()


def test_a_build_says_that_copies_are_out_of_reach_and_goes_on(outside: Settings, tmp_path: Path) -> None:
    left_by_a_killed_build(outside)
    (tmp_path / "disk").rename(tmp_path / "elsewhere")
    outside.config_path.write_text("", encoding="utf-8")
    said: list[str] = []
    with pytest.raises(dbt.BuildFailed):  # there is nothing to build
        dbt.build(load_settings(outside.home), said.append)
    assert any(f"copies of a build may be in {outside.spark_dir}, and it is not there" in one for one in said)
    assert outside.spark_folders_path.read_text(encoding="utf-8") == f"{outside.spark_dir}\n"


@pytest.mark.parametrize("folder", ["/proc/nope", "{a file}/x"])
def test_a_folder_that_cant_be_made_is_named_and_not_noted(
    outside: Settings, tmp_path: Path, folder: str
) -> None:
    (tmp_path / "file").touch()
    folder = folder.replace("{a file}", str(tmp_path / "file"))
    outside.config_path.write_text(f'[engine]\nname = "spark"\nfolder = "{folder}"\n', encoding="utf-8")
    settings = load_settings(outside.home)
    with pytest.raises(spark.SparkMissing) as refused:
        spark.make_folder(settings)
    assert f"it needs a folder to write into ({folder}/rapport-" in refused.value.message
    assert "correct `folder` in [engine]" in refused.value.message
    assert not settings.spark_folders_path.exists()


def test_a_build_by_duckdb_removes_what_a_killed_one_by_spark_has_left(tmp_path: Path) -> None:
    settings = load_settings(tmp_path)
    left = settings.spark_dir / "raw" / "posts.parquet"
    left.parent.mkdir(parents=True)
    left.touch()
    with pytest.raises(dbt.BuildFailed):  # there is nothing to build
        dbt.build(settings)
    assert not left.exists()


# As pyspark 4.3 tells of it, some lines left out.
OF_JAVA = """Error while instantiating 'org.apache.spark.sql.internal.SessionStateBuilder':
org.apache.spark.SparkIllegalArgumentException: Error while instantiating
	at org.apache.spark.sql.classic.SparkSession$.instantiateSessionState(SparkSession.scala:1)
	at java.base/java.lang.reflect.Constructor.newInstance(Constructor.java:481)
Caused by: java.lang.ExceptionInInitializerError
	at org.apache.spark.sql.internal.SQLConf.<init>(SQLConf.scala:7)
	... 41 more
Caused by: org.apache.spark.SparkIllegalArgumentException: 'many' in spark.sql.shuffle.partitions is invalid.
An INT is expected.
	at org.apache.spark.internal.config.ConfigHelpers$.toNumber(ConfigBuilder.scala:49)
	... 55 more
"""


def test_of_javas_account_what_caused_it_is_told_without_the_places_in_its_code() -> None:
    told = spark.without_stack(OF_JAVA)
    assert told.startswith("Error while instantiating 'org.apache.spark.sql.internal.SessionStateBuilder'")
    assert told.endswith("'many' in spark.sql.shuffle.partitions is invalid.\nAn INT is expected.")
    assert "ExceptionInInitializerError" not in told and "\tat " not in told and "more" not in told
    of_dbt = "Database Error in model posts\n  at least one row is missing\n  (see above)"
    assert spark.without_stack(of_dbt) == of_dbt


def test_a_setting_that_spark_could_not_begin_with_is_named_and_no_value_is(settings: Settings) -> None:
    engine = Engine(
        name="spark", settings={"spark.driver.host": "10.0.0.77", "spark.sql.shuffle.partitions": "many"}
    )
    settings = replace(settings, config=settings.config.model_copy(update={"engine": engine}))
    assert spark.to_correct(settings, OF_JAVA) == "spark.sql.shuffle.partitions in rapport.toml"
    assert spark.to_correct(settings, "increase spark.driver.memory") == "memory of [engine] in rapport.toml"
    told = spark.to_correct(settings, ": java.nio.channels.UnresolvedAddressException")
    theirs, ours = told.split("by Rapport itself")
    assert "spark.driver.host, memory of [engine], master of [engine], spark.sql.shuffle.partitions" in theirs
    assert "spark.ui.enabled" in ours and "spark.local.dir" in ours and "spark.driver.host" not in ours
    assert "10.0.0.77" not in told and "many" not in told
    assert str(spark.target_dir(settings) / "spark.log") in told


def test_what_ended_dbt_says_what_to_correct_in_rapport_toml(settings: Settings) -> None:
    outcome = dbt.DbtRun(2, "", [], [], "")
    told = {"name": "RunResultError", "level": "error", "msg": OF_JAVA}
    said: list[str] = []
    for data in ({"msg": OF_JAVA}, {"msg": OF_JAVA, "is_of_spark": True}):
        assert not outcome.is_of_spark
        dbt._read_event(json.dumps({"info": told, "data": data}), outcome, said.append)
    assert outcome.is_of_spark and "\tat " not in outcome.reasons
    step = {"name": "SparkStep", "level": "info", "msg": "Java starts"}
    dbt._read_event(json.dumps({"info": step, "data": {}}), outcome, said.append)
    assert said == ["Java starts"]
