"""What holds for how rules are written down."""

import re

from quality.suites.rules import POST_URL


def test_a_pattern_of_addresses_has_no_groups() -> None:
    """pandas warns of them, in the terminal of whoever checks."""
    assert re.compile(POST_URL).groups == 0
