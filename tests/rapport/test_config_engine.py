"""[engine] of rapport.toml: what Spark could not do is refused, with what to write, and no secret is shown."""

import traceback
from pathlib import Path

import pytest

from rapport.config import read_config
from rapport.config_engine import Engine
from rapport.errors import ConfigError

SECRET = "hunter2"


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ('name = "trino"', "engine.name"),
        ('folder = "spark"', "write the whole path"),
        ('settings = {"spark.local.dir" = "/tmp"}', "spark.local.dir can't be set"),
        ('memory = "much"', "'much' is no amount of memory"),
        ("memory = 4", "4 is no amount of memory"),
        ('memory = "449m"', "Spark needs 471,859,200 bytes"),
        ('settings = { "executor.memory" = "8g" }', "begin with spark."),
        ('settings = { "spark.driver.memory" = "1g" }', "it is `memory` of [engine]"),
        ('settings = { "spark.jars" = ["a.jar"] }', "spark.jars is no text"),
        ('settings = "spark.jars"', "engine.settings"),
        ('master = "spark://host:7077"', '"spark.driver.host"'),
    ],
)
def test_an_engine_that_could_not_run_is_refused(tmp_path: Path, said: str, words: str) -> None:
    path = tmp_path / "rapport.toml"
    path.write_text(f"[engine]\n{said}\n", encoding="utf-8")
    with pytest.raises(ConfigError) as refused:
        read_config(path)
    assert words in str(refused.value) and f"{path}:" in str(refused.value)


def engine(tmp_path: Path, said: str) -> Engine:
    """What [engine] says with these lines in it."""
    path = tmp_path / "rapport.toml"
    path.write_text(f"[engine]\n{said}\n", encoding="utf-8")
    return read_config(path).engine


@pytest.mark.parametrize(
    "master", ["local", "local[1]", "local[16]", "local[*]", "local[*,4]", "local[2, 3]"]
)
def test_on_this_machine_spark_needs_no_address(tmp_path: Path, master: str) -> None:
    assert engine(tmp_path, f'master = "{master}"').is_on_this_machine


@pytest.mark.parametrize(
    "master",
    ["spark://host:7077", "spark://a.example:7077,b.example:7077", "yarn", "k8s://https://host:6443"],
)
def test_a_cluster_is_named_as_spark_names_it(tmp_path: Path, master: str) -> None:
    said = f'master = "{master}"\nsettings = {{ "spark.driver.host" = "10.0.0.5" }}'
    assert engine(tmp_path, said).master == master


@pytest.mark.parametrize(
    "master",
    [
        "", "hello", "local[abc]", "local[0]", "local[-1]", "local[]", "local[2,0]", "local[2", "localhost", "spark://host",
        "local-cluster[2,1,1024]", "spark://", "k8s://", "yarn-client", f"spark://me:{SECRET}@host:7077",
    ],
)  # fmt: skip
def test_where_spark_could_not_run_is_refused_with_the_forms_there_are(tmp_path: Path, master: str) -> None:
    with pytest.raises(ConfigError) as refused:
        engine(tmp_path, f'master = "{master}"')
    assert "engine.master: this is no place where Spark runs" in refused.value.message
    assert all(
        form in refused.value.message for form in ("local[*]", "local[N,F]", "spark://", "yarn", "k8s://")
    )
    assert SECRET not in str(refused.value)


def test_settings_of_spark_may_be_numbers_and_need_no_quotes(tmp_path: Path) -> None:
    said = """
[engine.settings]
"spark.sql.shuffle.partitions" = 200
"spark.memory.fraction" = 0.5
spark.sql.adaptive.enabled = false
spark.executor.memory = "16g"
"""
    assert engine(tmp_path, said).settings == {
        "spark.sql.shuffle.partitions": "200",
        "spark.memory.fraction": "0.5",
        "spark.sql.adaptive.enabled": "false",
        "spark.executor.memory": "16g",
    }


@pytest.mark.parametrize(
    "name",
    [
        "spark.ssl.keyStorePassword", "spark.ssl.keyPassword", "spark.ssl.historyServer.trustStorePassword",
        "spark.authenticate.secret", "spark.hadoop.fs.s3a.secret.key", "spark.hadoop.fs.s3a.access.key",
        "spark.hadoop.fs.s3a.session.token", "spark.hadoop.fs.azure.account.key.mine.blob.example",
        "spark.hadoop.fs.azure.sas.box.mine.blob.example", "spark.hadoop.fs.s3a.encryption.key",
        "spark.executorEnv.AWS_SECRET_ACCESS_KEY", "spark.x.passwd", "spark.x.PassPhrase",
        "spark.redis.auth", "spark.x.auth.pass", "spark.foo.pwd", "spark.executorEnv.PGPASS",
        "spark.executorEnv.MYSQL_PWD", "spark.x.clientsecret", "spark.x.apiKey", "spark.x.privatekey",
        "spark.x.pass1", "spark.x.request-signature",
    ],
)  # fmt: skip
def test_a_secret_of_sparks_has_no_place_here_and_is_shown_nowhere(tmp_path: Path, name: str) -> None:
    with pytest.raises(ConfigError) as refused:
        engine(tmp_path, f'settings = {{ "{name}" = "{SECRET}" }}')
    assert (
        f"{name} looks like a secret" in refused.value.message and "SPARK_CONF_DIR" in refused.value.message
    )
    # a log of Airflow has what caused it, too
    assert SECRET not in "".join(traceback.format_exception(refused.value))


@pytest.mark.parametrize(
    "value",
    [
        f"-Djavax.net.ssl.trustStorePassword={SECRET}",
        f"https://me:{SECRET}@host/",
        f"x?access_token={SECRET}",
        f"jdbc:postgresql://host/db?user=me&pwd={SECRET}",
        f"jdbc:oracle:thin:me/{SECRET}@host:1521/db",
        f"https://box.blob.example/x?se=2027&sig={SECRET}",
        f"-Dkey={SECRET}",
        f"{{'password': '{SECRET}'}}",
    ],
)
def test_a_secret_inside_of_a_setting_is_refused(tmp_path: Path, value: str) -> None:
    with pytest.raises(ConfigError, match="looks like a secret") as refused:
        engine(tmp_path, f'settings = {{ "spark.driver.extraJavaOptions" = "{value}" }}')
    assert SECRET not in "".join(traceback.format_exception(refused.value))


@pytest.mark.parametrize(
    "name",
    [
        "spark.ssl.keyStore", "spark.io.encryption.keySizeBits", "spark.kerberos.keytab", "spark.app.name",
        "spark.foo.tokenizer", "spark.foo.monkey", "spark.foo.bypass", "spark.authenticate", "spark.authors",
        "spark.hadoop.fs.s3a.aws.credentials.provider", "spark.security.credentials.hive.enabled",
        "spark.hadoop.fs.azure.account.auth.type.mine.blob.example",
    ],
)  # fmt: skip
def test_what_only_sounds_like_a_secret_may_be_set(tmp_path: Path, name: str) -> None:
    assert engine(tmp_path, f'settings = {{ "{name}" = "x" }}').settings == {name: "x"}


@pytest.mark.parametrize(
    "value",
    [
        "-Dmonkey=1", "-Dfoo.tokenizer=standard", "-Djavax.net.ssl.trustStore=/etc/store", "jdbc:postgresql://host:5432/db?ssl=true",
        "registry.example/spark@sha256:0f1e",
    ],
)  # fmt: skip
def test_a_value_that_only_sounds_like_a_secret_may_be_set(tmp_path: Path, value: str) -> None:
    said = f'settings = {{ "spark.driver.extraJavaOptions" = "{value}" }}'
    assert engine(tmp_path, said).settings == {"spark.driver.extraJavaOptions": value}


@pytest.mark.parametrize("memory", ["450m", "512m", "1g", "16g"])
def test_memory_is_written_as_spark_has_it(tmp_path: Path, memory: str) -> None:
    assert engine(tmp_path, f'memory = "{memory}"').memory == memory
