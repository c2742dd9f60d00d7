"""A process of its own that spends a client's budget until it is reached; started several times at once."""

import json
import random
import sys
import time
from pathlib import Path

from extractors.state.budget import BudgetReached, Purse
from extractors.state.store import open_state
from rapport.config import Config, Settings
from rapport.config_clients import Budget
from rapport.networks import X


def main(home: str, state_url: str, seed: int, usd_per_day: float) -> None:
    """Prints {calls, usd} as JSON."""
    settings = Settings(
        Path(home), Path(home) / "rapport.toml", Config(), state_url, "http://127.0.0.1:9", None
    )
    numbers = random.Random(seed)
    calls, usd = 0, 0.0
    with open_state(settings) as state:
        print("ready", flush=True)
        sys.stdin.readline()  # all begin together
        budget = Budget(usd_per_day=usd_per_day, usd_per_month=1000)
        purse = Purse(state.engine, X, "acme", budget, state.now)
        while True:
            try:
                held = purse.reserve("mentions", 0.045, 5, 20)
            except BudgetReached:
                break
            time.sleep(numbers.uniform(0.01, 0.05))  # the call
            # Now and then a page as dear as it can be, often one that others have had today.
            size = held.size if numbers.random() < 0.1 else numbers.randrange(min(held.size, 10) + 1)
            posts = {str(numbers.randrange(100_000)) for _ in range(3 * size)}
            users = {str(numbers.randrange(2_000)) for _ in range(3 * size)}
            usd += purse.settle(held, {"post": posts, "user": users})
            calls += 1
    print(json.dumps({"calls": calls, "usd": usd}))


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], int(sys.argv[3]), float(sys.argv[4]))
