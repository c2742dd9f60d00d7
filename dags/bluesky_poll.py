"""Polls recently active conversations on Bluesky between the daily runs, and loads what is new.

A conversation is due 15 minutes, an hour, 6 hours and a day after its newest post, then daily until it has been
silent for `polling.close_after_days` (rapport.toml). A new post starts the sequence again. New conversations are
found by `bluesky_extract`; this DAG fetches their late replies sooner, and before they may be deleted.

## What is normal
Four runs an hour, most of them of a few seconds: if nothing is due, `fetch` and `load` are skipped. A conversation is
fetched as a whole each time, which costs nothing.

## How long to wait
A run takes a few minutes at most. If it waits for Bluesky's rate limit, its log says so. The next run starts only
after it has ended.

## Is a re-run safe
Yes, always. It is not needed either: what was missed is still due at the next run. Nor can it be backfilled, as it is
about the present.

## When it is red
As with `bluesky_extract`, the last lines of the log say what to do. Nothing is lost if this DAG is paused; late
replies arrive with the daily run.
"""

from rapport_fetching import polling

# Airflow reads only files that have both words in them: airflow, dag.
polling("bluesky", __doc__)
