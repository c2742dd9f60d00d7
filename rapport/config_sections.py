"""The tables of rapport.toml that say when things run and how: one class for each, named as the table."""

from datetime import date
from typing import Literal

from pydantic import Field

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
