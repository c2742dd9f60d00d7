"""The tables of rapport.toml that say when things run and how: one class for each, named as the table."""

import re
from datetime import date
from pathlib import Path
from typing import Literal

from pydantic import Field, model_validator

from rapport.config_values import Cron, MailAddress, Strict


class Schedule(Strict):
    """When the daily extraction runs and the week is frozen (cron, UTC), and the first and last day to extract."""

    extract: Cron = "0 0 * * *"
    # On Monday, after the extraction of Sunday is built and published. If it is not yet, the DAG retries for hours.
    edition: Cron = "0 6 * * 1"
    first_day: date | None = None
    last_day: date | None = None  # of the schedule; single runs and backfills are not bound by it


class Polling(Strict):
    """How long a conversation is polled between the daily runs."""

    # Days without a post. Hardly any reply in a public thread comes after two weeks, and a mention or a post of ours
    # opens the conversation again. Range 2-60; each day more costs a request for every twenty conversations.
    close_after_days: int = Field(default=14, ge=2, le=60)


class Erasure(Strict):
    """How deletions on the network are followed: when (cron, UTC), and how much is looked up a day."""

    at: Cron = "0 5 * * *"
    # Looking up a post costs $0.005 if it still exists, and nothing if it is gone. 300 cost at most $1.50 a day, and
    # cover 9,000 posts a month. 0 turns look-ups off; `rapport erase` works all the same.
    lookups_per_day: int = Field(default=300, ge=0, le=100_000)
    # An account that still exists costs $0.010. 100 cost at most $1.00 a day, and cover 3,000 accounts a month.
    account_lookups_per_day: int = Field(default=100, ge=0, le=100_000)
    # If the access allows it, X's batch endpoint says for free which of all our ids are gone.
    batch_compliance: bool = True


class Alerts(Strict):
    """Who gets alerts of runs that fail, are late, or publish nothing. Airflow's connections name the servers."""

    email_to: list[MailAddress] = Field(default=[])
    # Its address is a secret, in the connection `rapport_webhook`.
    webhook: bool = False
    # A day of several clients takes an hour at most. Half a year takes longer, and an alert does no harm then.
    late_after_minutes: int = Field(default=360, ge=1, le=7 * 24 * 60)


class Backup(Strict):
    """When the DAG `backup` runs (cron, UTC), where backups go, and how many are kept."""

    # After the erasure and the edition. Daily, because X shows conversations of the last seven days only: what was
    # fetched since the backup can then be fetched again.
    at: Cron = "0 7 * * *"
    # A folder on another disk. Without it, backups/ in the home, which is lost with the home's disk.
    to: str = ""
    # Faults are noticed within days. Each backup more is a copy of the warehouse that every erasure has to rewrite.
    keep: int = Field(default=3, ge=1, le=1000)


class Cleanup(Strict):
    """When the DAG `cleanup` runs (cron, UTC), and how long Airflow's logs and its history of runs are kept."""

    # After the extraction and before the erasure.
    at: Cron = "0 3 * * *"
    # Long enough to look into what an operator finds after a holiday. The log of a failed task may quote a post:
    # `rapport erase` removes these logs, but the DAG `erasure` leaves them to this. At least 8, so that every weekly
    # run is still there when the next one is due.
    keep_days: int = Field(default=30, ge=8, le=3650)


class Privacy(Strict):
    """What clients learn from each other, and who on this machine may read what is published."""

    # A client's tables rest on what was fetched for it and on imported files. True where all clients are one house:
    # what was fetched for one counts for all.
    share_between_clients: bool = False
    # Who may read published/ beside the user that runs Rapport. Everything else in the home is that user's alone.
    published: Literal["private", "group", "everyone"] = "private"


# What no file of settings may hold: Spark reads it from its own conf/spark-defaults.conf, or from the environment.
_SECRET = re.compile(r"password|secret|token|credential|(access|account)[._-]?key", re.IGNORECASE)


# What tables and erasures rest on.
_NOT_TO_BE_SET = {
    "spark.master": "it is `master` of [engine]",
    "spark.driver.memory": "it is `memory` of [engine]",
    "spark.sql.session.timeZone": "all times are UTC",
    "spark.sql.parquet.outputTimestampType": "other types are read as times without a zone",
    "spark.sql.warehouse.dir": "an erasure looks for copies where Rapport puts them; use `folder` of [engine]",
    "spark.local.dir": "an erasure looks for copies where Rapport puts them; use `folder` of [engine]",
    "spark.hadoop.fs.permissions.umask-mode": "files are for this user alone",
    "spark.sql.catalogImplementation": "Rapport has no use for a database of Hive's",
    "spark.sql.ansi.enabled": "without it values that can't be would become nothing, and no build would fail",
}


class Engine(Strict):
    """What builds: DuckDB in this process's machine, or Spark, here or on a cluster (docs/scale.md)."""

    name: Literal["duckdb", "spark"] = "duckdb"
    # Where Spark runs: local[*] is this machine with all its cores, spark://host:7077 a cluster.
    master: str = Field(default="local[*]", min_length=1)
    # Of the process that plans, and in local[...] does all the work.
    memory: str = "4g"
    # What goes to Spark and comes back lies in a part of this folder while it builds; all workers see it by the same
    # path. Without it, spark/ in the home.
    folder: str = ""
    # Any of Spark's own settings, by its name.
    settings: dict[str, str] = Field(default={})

    @property
    def is_on_this_machine(self) -> bool:
        """Whether all of Spark runs here."""
        return self.master.startswith("local")

    @model_validator(mode="after")
    def _fits(self) -> "Engine":
        if not re.fullmatch(r"[1-9][0-9]*[mg]", self.memory):
            raise ValueError(
                f"'{self.memory}' is no amount of memory as Spark has it; write it as 512m or 4g"
            )
        if self.folder and not Path(self.folder).expanduser().is_absolute():
            raise ValueError(
                f"folder = '{self.folder}' depends on where a command is run; write the whole path"
            )
        for name in self.settings:
            if name in _NOT_TO_BE_SET:
                raise ValueError(f"{name} can't be set: {_NOT_TO_BE_SET[name]}")
            if not name.startswith("spark."):
                raise ValueError(
                    f"Spark has no setting '{name}': the names of its settings begin with spark."
                )
            if _SECRET.search(name):
                raise ValueError(
                    f"{name} is no setting for this file; Spark reads it from its own conf/spark-defaults.conf"
                )
        if not self.is_on_this_machine and "spark.driver.host" not in self.settings:
            raise ValueError(
                f'the workers of {self.master} must reach this machine: add "spark.driver.host" = "its address" to '
                "[engine.settings]"
            )
        return self
