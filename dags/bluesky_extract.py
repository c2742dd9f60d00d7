"""Fetches what was said on Bluesky by, to and around every client's accounts, and loads it.

The same three waves as in `x_extract`, on a network where reading is free. It is here because rapport.toml names an
account on Bluesky.

## What is normal
One run a day, after midnight UTC, for the day before. It takes a few minutes for a day, and more for half a year:
Bluesky allows 3,000 requests in 5 minutes, and a fetch that has used them up waits. A wave with nothing to fetch is
skipped; `load` runs all the same.

## How long to wait
A fetch that logs that it waits is healthy: a few minutes each time. It is not if its log has no new line for 30
minutes. A task in the state up for retry starts again by itself (5 minutes after a network error, 15 after a rate
limit).

## Is a re-run safe
Yes, always: clear the failed task, or trigger the same window again. Pages that have landed are kept, a half-finished
walk goes on where it stopped, and posts that arrive twice are counted once. A backfill is the same code with another
day as its window.

## When it is red
The last lines of the failed task's log say what is wrong and what to do. App password refused: make a new one in
Bluesky's settings, and put it into the password of the connection `bluesky_api` or into
BLUESKY_APP_PASSWORDS; without one, mentions come only from threads. Unknown
handle: correct rapport.toml. Warehouse busy: end the command that has it open (`rapport status`).
"""

from rapport_fetching import extraction

# Airflow reads only files that have both words in them: airflow, dag.
extraction("bluesky", __doc__)
