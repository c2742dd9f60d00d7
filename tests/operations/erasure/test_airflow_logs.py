"""An account that is erased is named in no log of Airflow's parts, while they run and write to it."""

import os
import sys
import time

from operations.erasure import everywhere as erasure
from operations.stack.process import Child, stop
from rapport.config import Settings

# A part of Airflow: it says something, then writes on and on.
WRITER = """
import sys, time
print("{}", flush=True)
for number in range(100_000):
    print("line", number, flush=True)
    time.sleep(0.002)
"""


def test_the_logs_of_running_parts_lose_the_name_and_no_line(copy: Settings) -> None:
    """They are open and appended to meanwhile, and nothing removes them by their age."""
    logs = copy.home / "airflow" / "logs"
    named = (
        "handed on https://fedi.test/users/wilma/statuses/7, https://fedi.test/users/wilma_w/statuses/8, wilma; "
        "GET /posts?id=https%3A%2F%2Ffedi.test%2Fusers%2FWilma%2Fstatuses%2F7 and @wilma@fedi.test"
    )
    processor = logs / "dag_processor" / "2026-11-01" / "x_extract.py.log"
    processor.parent.mkdir(parents=True)
    processor.write_bytes(b"\xff Wilma@fedi.test\n")
    running = [
        Child(name, [sys.executable, "-c", code], os.environ, logs / "stack" / f"{name}.log", copy.home)
        for name, code in (("scheduler", WRITER.replace("{}", named)), ("api-server", WRITER))
    ]
    try:
        scheduler, other = (child.log_path for child in running)
        while not all("line 20\n" in path.read_text() for path in (scheduler, other)):
            time.sleep(0.05)
        before = scheduler.read_bytes()
        erasure.erase(copy, accounts={"mastodon:wilma@fedi.test": "on request"})
        while len(scheduler.read_bytes()) < len(before) + 1000:
            time.sleep(0.05)
    finally:
        assert stop([child.leader for child in running]) == []
    first, *lines = scheduler.read_text().splitlines()
    ours, another = "_" * len("fedi.test/users/wilma"), "https://fedi.test/users/wilma_w/statuses/8"
    escaped = "_" * len("fedi.test%2Fusers%2FWilma")
    assert first == (
        f"handed on https://{ours}/statuses/7, {another}, wilma; "
        f"GET /posts?id=https%3A%2F%2F{escaped}%2Fstatuses%2F7 and @{'_' * len('wilma@fedi.test')}"
    )
    assert lines[:-1] == [f"line {number}" for number in range(len(lines) - 1)] and len(lines) > 100
    assert other.read_text().startswith("{}\nline 0\n") and "_" not in other.read_text()
    assert processor.read_bytes() == b"\xff " + b"_" * len("wilma@fedi.test") + b"\n"
