"""People with accounts on several networks, as the demo's rapport.toml joins them by hand, and what is true of them.

On each network alone they have less: only together do they come as far as planned here.
"""

from __future__ import annotations

from emulator.elsewhere.model import MASTODON, Joined
from emulator.model import Plan

X = "x"
C = "lichtung"

JOINED = (
    # X: one real conversation in week 21. Mastodon: one in week 19.
    Joined("paolo", "Paolo", ((X, "polite_paolo"), (MASTODON, "paolo@fedi.test")), (
        Plan(C, "polite_paolo", ((19, "acquainted"), (21, "conversing")),
             "conversing only where both are joined", is_named=True),
    )),
    # X: real conversations in weeks 5 and 16, and a question that waits. Mastodon: one in week 23.
    Joined("adeyemi", "Prof. F. Adeyemi", ((X, "prof_adeyemi"), (MASTODON, "adeyemi@uni.test")), (
        Plan(C, "prof_adeyemi", ((5, "acquainted"), (16, "conversing"), (23, "connected")),
             "connected only where both are joined", is_named=True, waits=1),
    )),
)  # fmt: skip
