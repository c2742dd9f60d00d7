"""How many requests a fetch may make, where somebody has set a number: what costs nothing should be asked for modestly.

It ends a fetch as a budget does: what landed is loaded, the rest is kept for a later run, and is a gap until then.
"""

import threading

from extractors.state.budget import BudgetReached
from rapport.errors import RapportError


class RequestsSpent(BudgetReached):
    """The next request would be one more than allowed. Not a failure: it ends what is under way."""

    def __init__(self, client_id: str, most: int) -> None:
        # the words of its class are of money
        RapportError.__init__(
            self,
            f"{client_id}: {most:,} requests were made, as many as allowed; the rest is kept for a later run",
        )


class Allowance:
    """So many requests, `most`, for all the streams of a fetch together. `made`: how many were made of them.

    A request that is tried again after trouble counts once.
    """

    def __init__(self, most: int) -> None:
        self.most = most
        self.made = 0
        self._lock = threading.Lock()

    def take(self, client_id: str) -> None:
        """Counts the request that is about to be made. Raises RequestsSpent, and then nothing must be asked."""
        with self._lock:
            if self.made >= self.most:
                raise RequestsSpent(client_id, self.most)
            self.made += 1
