"""Where one walk has been: the guard against a walk that never ends, and where it begins anew.

A page token may expire. The walk then begins a new pass: below the oldest object it has, where the endpoint
takes an until_id, else from the newest again (which the same UTC day bills only once).
"""

from dataclasses import dataclass, field

from extractors import errors
from extractors.fetching.dialect import Reading

# A token that expires again and again would make a walk of passes without end.
MOST_PASSES = 5


@dataclass
class Trail:
    """What the pages of a walk have brought so far. `below`: this pass holds only what is older than that id."""

    label: str  # what people call the network
    passes: int = 0
    below: str | None = None
    oldest: int | None = None
    tokens: set[str] = field(default_factory=set)
    ids: set[str] = field(default_factory=set)

    def follow(self, reading: Reading, number: int, token: str | None, below: str | None) -> None:
        """Takes in page `number`, asked for with `token`, or as the first page of a pass, `below` an id if given.

        PageRepeated if the page brings a token, or nothing but objects, that this pass has had before.
        """
        if token is None:
            self.passes += 1
            self.below = below
            self.tokens, self.ids = set(), set()
        ids, following = reading.own_ids, reading.next_token
        remedy = f"run the same window again later; if it repeats, report the endpoint to {self.label}"
        if following is not None and following in self.tokens:
            raise errors.PageRepeated(
                f"page {number} hands out a page token that this walk has had before", remedy
            )
        if ids and ids <= self.ids:
            raise errors.PageRepeated(
                f"page {number} holds nothing but the {len(ids)} objects of earlier pages", remedy
            )
        self.ids |= ids
        if following is not None:
            self.tokens.add(following)
        # As numbers: ids differ in length. Where ids are no numbers, a pass begins at the newest.
        numbers = [int(post_id) for post_id in ids if post_id.isdigit()]
        self.oldest = min([*numbers, *([self.oldest] if self.oldest is not None else [])], default=None)

    def begin_anew(self, *, is_windowed: bool) -> None:
        """The next page is the first of a new pass."""
        self.below = str(self.oldest) if is_windowed and self.oldest is not None else None
