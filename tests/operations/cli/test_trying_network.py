"""`rapport try` on a Bluesky network that nobody here wrote: what was made there is what it finds."""

import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import duckdb

from operations import trying
from rapport.networks import BLUESKY, qualified
from tests.extractors.bluesky import peer, shapes
from tests.extractors.bluesky.peer import Somebody
from tests.operations.cli.command import bare_environment

pytestmark = peer.NEEDED


def rows(home: Path, query: str) -> list[tuple[Any, ...]]:
    with duckdb.connect(str(home / "published" / "engagement.duckdb"), read_only=True) as connection:
        return connection.execute(query).fetchall()


def test_on_a_real_network_it_finds_what_was_said_there(tmp_path: Path) -> None:
    with peer.running():
        us, ana, ben, shy, gone = (Somebody(name) for name in ("us", "ana", "ben", "shy", "gone"))
        time.sleep(peer.INDEX_SECONDS)
        label = {
            "$type": "com.atproto.label.defs#selfLabels",
            "values": [{"val": "!no-unauthenticated"}],
        }
        shy.write("app.bsky.actor.profile", "self", displayName="Shy", labels=label)
        ana.write("app.bsky.actor.profile", "self", displayName="Ana \u202e[red]Moss\x1b[2J")
        roots = [_talk_of(us, ana, number) for number in range(2)]
        question = ben.say("Does anybody answer here?", roots[0])
        text = f"Good morning @{us.handle}"
        mention = ben.say(text, facets=[shapes.mention(text, f"@{us.handle}", us.did)])
        gone.deactivate()
        peer.until(lambda: peer.is_shown(mention), "the last post")
        time.sleep(trying.SETTLED.total_seconds() + 1)

        def run(*arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
            variables["RAPPORT_BLUESKY_BASE_URL"] = peer.APP_VIEW
            return subprocess.run(
                [sys.executable, "-m", "operations.cli", "try", *arguments],
                env=bare_environment() | variables, cwd=tmp_path, capture_output=True, text=True, check=False,
            )  # fmt: skip

        refused = run("--bluesky", shy.handle)
        assert (refused.returncode, "not to be shown to people who are not" in refused.stderr) == (2, True)
        refused = run("--bluesky", gone.did)
        assert (refused.returncode, "is deactivated" in refused.stderr) == (3, True), refused.stderr
        done = run(
            "--bluesky", f"https://bsky.app/profile/{us.did}", "--home", "home",
            RAPPORT_BLUESKY_PDS_URL=peer.PDS, BLUESKY_APP_PASSWORDS=f"{us.handle}={us.app_password()}",
        )  # fmt: skip
    assert done.returncode == 0, done.stderr
    home = tmp_path / "home"
    real = rows(home, "select root_post_id from reports.rpt_conversations where is_real")
    assert {root for (root,) in real} == {root["uri"] for root in roots}
    waiting = rows(home, "select post_id from reports.rpt_waiting")
    assert {post_id for (post_id,) in waiting} == {question["uri"], mention["uri"]}
    exchanges = dict(rows(home, "select person_id, exchange_count from reports.rpt_relationships"))
    assert exchanges.keys() == {qualified(BLUESKY.name, one.did) for one in (ana, ben)}
    assert exchanges[qualified(BLUESKY.name, ana.did)] > 0 == exchanges[qualified(BLUESKY.name, ben.did)]
    # a name from elsewhere has nothing that a terminal obeys
    assert "2 posts wait for an answer; first" in done.stdout
    assert not {"\x1b", "\u202e"} & {*done.stdout, *done.stderr}


def _talk_of(us: Somebody, other: Somebody, number: int) -> dict[str, Any]:
    """A conversation with two turns of each; its first post."""
    root = us.say(f"Question {number}: how deep is your moss?")
    parent = root
    for who, text in (
        (other, "Knee deep, and yours?"),
        (us, "Ankle deep."),
        (other, "Come over."),
        (us, "At ten."),
    ):
        parent = who.say(text, root, parent)
    return root
