"""What a bridge makes of it: a copy of somebody on the other network, with copies of what they say in public."""

from __future__ import annotations

from datetime import timedelta

from emulator.elsewhere.cast import BRIDGED, OUR_BRIDGED_COPY, US_ON_BLUESKY
from emulator.elsewhere.model import MASTODON
from emulator.elsewhere.writer import NetworkPen

COPIED = "moss@wald.test"
DELAY = timedelta(seconds=41)


def copy(mastodon: NetworkPen, bluesky: NetworkPen) -> None:
    """Bridgy Fed's copy of a Mastodon account on Bluesky. Replies to those who have no copy there are not copied.

    Our account that has a copy on Mastodon is mentioned in the copied posts as what it is. What is copied was said
    once, where it was said: the copies declare nothing.
    """
    original = mastodon.who(COPIED)
    bluesky.account(
        BRIDGED, original.display_name,
        f"{original.description}\n\n🌉 bridged from 🦣 https://wald.test/@moss by https://fed.brid.gy/",
        bridged_from=f"{MASTODON}:{original.account_id}",
    )  # fmt: skip
    for said in list(mastodon.world.posts.values()):
        if (said.network, said.author_id) == (MASTODON, original.account_id) and said.parent_id is None:
            bluesky.post(
                BRIDGED, said.text.replace(f"@{OUR_BRIDGED_COPY}", f"@{US_ON_BLUESKY}"), said.created_at + DELAY,
                to=(US_ON_BLUESKY,), bridged_from=f"{MASTODON}:{said.post_id}",
            )  # fmt: skip
    bluesky.plan("lichtung", BRIDGED, "a bridge's copy of somebody on Mastodon")
