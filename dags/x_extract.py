"""Fetches what was said on X by, to and around every client's accounts, and loads it.

It fetches in three waves, because each needs what the one before has landed: first the accounts themselves (profiles,
own posts, mentions), then the conversations and quotes that their posts started or joined, then the posts that those
refer to and that are still missing. One load follows, which starts `engagement_build`.

## What is normal
One run a day, after midnight UTC, for the day before. It takes a few minutes for a day, and an hour or more for half a
year of several clients: X allows a number of requests in 15 minutes, and a fetch that has used them up waits. A wave
with nothing to fetch is skipped; `load` runs all the same. A fetch that returns the status `budget reached` is green:
the next run fetches the rest, which is shown as a gap until then.

## How long to wait
A fetch that logs that it waits is healthy: up to 15 minutes each time. It is not if its log has no new line for 30
minutes. A task in the state up for retry starts again by itself (5 minutes after a network error, 15 after a rate
limit).

## Is a re-run safe
Yes, always: clear the failed task, or trigger the same window again. Pages that have landed are kept, a half-finished
walk goes on where it stopped, and posts that arrive twice are counted once. A backfill is the same code with another
day as its window. What a red run has landed is loaded all the same.

## When it is red
The failed task is called after its client and stream. It has held back the later waves of that client only; what was
fetched for the others is loaded, and `complete`, the last task, was not reached. Clear the failed task with what
follows it. The last lines of its log say what is wrong and what to do. Token missing or refused: check the password
of the connection `x_api`, or X_BEARER_TOKEN. Out of credits, or a spending cap reached: buy credits or raise the cap,
then clear the task. Unknown handle: correct rapport.toml. Warehouse busy: end the command that has it open (`rapport
status`). No DAGs, or an import error: rapport.toml has an error, and the message names its line.

## Triggering by hand
Leave both fields of the window empty for the last whole interval, or give both (the end is not included). A window
that ends in the future is refused, and so are fields that the form does not have.

## Backfilling
The form's own From and To say which days; each of them is a run with that day as its window. The fields "A single
run" stay empty: with them filled in, the runs are red. `engagement_build` waits until all days are loaded, an hour
at most, and builds once. How to go on after a cancelled backfill: docs/runbook.md, "A backfill went wrong".
"""

from rapport_fetching import extraction

# Airflow reads only files that have both words in them: airflow, dag.
extraction("x", __doc__)
