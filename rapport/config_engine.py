"""The table [engine] of rapport.toml: what builds, and what Spark goes by where it does."""

import re
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BeforeValidator, Field, model_validator

from rapport.config_faults import FaultAt
from rapport.config_lines import Place
from rapport.config_values import Strict

# What tables and erasures rest on: a setting of Spark's, its value, and why a home can't have another.
FIXED = {
    "spark.sql.session.timeZone": ("UTC", "all times are UTC"),
    # its default is a type that others read as times without a zone
    "spark.sql.parquet.outputTimestampType": (
        "TIMESTAMP_MICROS",
        "other types are read as times without a zone",
    ),
    "spark.sql.warehouse.dir": (
        "warehouse",
        "an erasure looks for copies where Rapport puts them; use `folder` of [engine]",
    ),
    # what doesn't fit into memory: it may quote rows, so it stays in the folder
    "spark.local.dir": (
        "scratch",
        "an erasure looks for copies where Rapport puts them; use `folder` of [engine]",
    ),
    # Spark sets modes itself, whatever the umask is
    "spark.hadoop.fs.permissions.umask-mode": ("077", "files are for this user alone"),
    # which tables there are, only this process knows, and only while it runs
    "spark.sql.catalogImplementation": ("in-memory", "Rapport has no use for a database of Hive's"),
    "spark.sql.ansi.enabled": (
        "true",
        "without it values that can't be would become nothing, and no build would fail",
    ),
}
# What [engine] says by a word of its own.
BY_A_WORD = {"spark.master": "master", "spark.driver.memory": "memory"}

# The words of a name, at dots, dashes, digits and capitals.
_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+")
# What no file of settings may hold, by the words of its name. The last word says what it is: `key`, but not `key.size`.
_SECRET = re.compile(
    r"\b\w*(pass ?(word|wd|phrase)|secret|token|credential)s?\b|\b\w*(access|account|api|private|shared) ?key\b|\bsas\b"
    r"|\b(auth|authorization|bearer|key|sig|signature)$|\b\w*(?<!by)(?<!com)pass$|\b\w*pwd$"
)
# Names that say where a secret is, or whether there is one.
_NO_SECRET = re.compile(r" (enabled|file|path|provider)$")
# Inside of a value: what has a name there, as an option of Java's or a part of an address has, and a login.
_NAMED_INSIDE = re.compile(r"(?:-D)?([\w.-]+)[\"']?\s*[=:]")
_LOGIN_INSIDE = re.compile(r"://[^/\s]*@|jdbc:[^\s@]*/[^\s@]*@")

# Below that Spark does not start.
_LEAST_BYTES = 471_859_200

# What Spark knows as its master, but for what is there for Spark's own tests.
_MASTER = re.compile(
    r"local(\[(\*|[1-9][0-9]*)(, *[1-9][0-9]*)?\])?"
    r"|spark://[^\s,/@]+:[0-9]+(,[^\s,/@]+:[0-9]+)*"
    r"|yarn"
    r"|k8s://(https?://)?[^\s,/@]+(/[^\s@]*)?"
)


def _master(value: str) -> str:
    # not quoted: what is no address may hold a login
    if not _MASTER.fullmatch(value):
        raise ValueError(
            "this is no place where Spark runs; write local[*] for this machine with all its cores, or local, "
            "local[N] with N cores, local[N,F] with F attempts of each task, spark://host:7077, yarn or "
            "k8s://https://host:6443"
        )
    return value


def _as_text(value: object) -> object:
    """Spark's settings are texts: a number or true becomes one, and so does a name without quotes, which TOML takes
    apart at its dots.
    """
    if not isinstance(value, dict):
        return value
    found: dict[str, str] = {}
    for name, one in _flat("", value):
        if not isinstance(one, str | int | float):
            said = f"{name} is no text, number, true or false; write its value as Spark has it, in quotes"
            raise FaultAt(said, (name,))
        found[name] = str(one).lower() if isinstance(one, bool) else str(one)
    return found


def _memory(value: object) -> str:
    if not isinstance(value, str) or not re.fullmatch(r"[1-9][0-9]*[mg]", value):
        shown = repr(value) if isinstance(value, str | int | float) else "this"
        raise ValueError(
            f'{shown} is no amount of memory as Spark has it; write its unit, too, and quotes: "512m" or "4g"'
        )
    if int(value[:-1]) * 1024 ** (2 if value.endswith("m") else 3) < _LEAST_BYTES:
        raise ValueError(f'{value} is too little: Spark needs {_LEAST_BYTES:,} bytes; write "512m" or more')
    return value


def _names_secret(name: str) -> bool:
    words = " ".join(_WORD.findall(name)).lower()
    return bool(_SECRET.search(words)) and not _NO_SECRET.search(words)


def _holds_secret(value: str) -> bool:
    return bool(_LOGIN_INSIDE.search(value)) or any(map(_names_secret, _NAMED_INSIDE.findall(value)))


def _flat(before: str, table: dict[str, Any]) -> list[tuple[str, Any]]:
    """Every value of the table with its whole name."""
    found: list[tuple[str, Any]] = []
    for name, value in table.items():
        found += _flat(f"{before}{name}.", value) if isinstance(value, dict) else [(f"{before}{name}", value)]
    return found


class Engine(Strict):
    """What builds: DuckDB in this process's machine, or Spark, here or on a cluster (docs/scale.md)."""

    name: Literal["duckdb", "spark"] = "duckdb"
    # Where Spark runs: local[*] is this machine with all its cores, spark://host:7077 a cluster.
    master: Annotated[str, AfterValidator(_master)] = "local[*]"
    # Of the process that plans, and in local[...] does all the work.
    memory: Annotated[str, BeforeValidator(_memory)] = "4g"
    # What goes to Spark and comes back lies in a part of this folder while it builds; all workers see it by the same
    # path. Without it, spark/ in the home.
    folder: str = ""
    # Any of Spark's own settings, by its name.
    settings: Annotated[dict[str, str], BeforeValidator(_as_text)] = Field(default={})

    @property
    def is_on_this_machine(self) -> bool:
        """Whether all of Spark runs here."""
        return self.master.startswith("local")

    @model_validator(mode="after")
    def _fits(self) -> "Engine":
        if self.folder and not Path(self.folder).expanduser().is_absolute():
            said = f"folder = '{self.folder}' depends on where a command is run; write the whole path"
            raise FaultAt(said, ("folder",))
        for name, value in self.settings.items():
            where: Place = ("settings", name)
            if word := BY_A_WORD.get(name):
                raise FaultAt(f"{name} can't be set: it is `{word}` of [engine]", where)
            if name in FIXED:
                raise FaultAt(f"{name} can't be set: {FIXED[name][1]}", where)
            if not name.startswith("spark."):
                said = f"Spark has no setting '{name}': the names of its settings begin with spark."
                raise FaultAt(said, where)
            if _names_secret(name) or _holds_secret(value):
                raise FaultAt(
                    f"{name} looks like a secret, and this file holds none; write it into spark-defaults.conf, for you "
                    "alone to read, in a folder that the variable SPARK_CONF_DIR names",
                    where,
                )
        if not self.is_on_this_machine and "spark.driver.host" not in self.settings:
            raise FaultAt(
                f'the workers of {self.master} must reach this machine: add "spark.driver.host" = "its address" to '
                "[engine.settings]",
                ("master",),
            )
        return self
