"""A home in which there is something to erase: a small conversation, with every copy that a text has of itself.

Nothing here is made by hand where the product makes it: a file is imported, built, checked, published and
reported, so that the text stands wherever it really comes to stand.
"""

import html
import json
import signal
import subprocess
import sys
import zipfile
from datetime import timedelta
from pathlib import Path
from typing import Any

from extractors.files import importer, lists, notes
from extractors.landing import landing_files
from extractors.topics import matching
from modelling import dbt
from quality import gate, publish
from rapport.config import Settings, load_settings
from reporting import report
from tests.clock import NOW
from tests.extractors.mastodon import payloads as mastodon

CONFIG = """
[[clients]]
id = "lab"
name = "The Lab"
accounts = ["101"]

[[clients.topics]]
name = "Plants"
words = ["sundew", "plant"]
examples = ["Which flowers grow on the bog behind the house?"]
"""
# Two accounts that one person has.
JOINT = """
[[people]]
id = "shy"
name = "Shy Sparrowhawk"
accounts = ["800", "900"]
"""
OURS, SHY, OTHER = "101", "900", "800"
HANDLE, NAME, PROFILE = "shy_sparrow", "Shy Sparrowhawk", "keeper of a peat bog nobody visits"
SECRET = "the sundew behind my grandmother's shed 🌱 is called Philomena"
EDITED = ("Philomena flowers on tuesdays, first thought", "Philomena flowers on tuesdays, second thought")
ROOT, SPOKEN, AGREED, THANKED, QUOTED, REPOSTED, FIRST, SECOND = (str(5000 + n) for n in range(8))
HISTORY = [FIRST, SECOND]
START = NOW - timedelta(days=9)

# What must be nowhere once the post SPOKEN is erased, and what once the account SHY is.
OF_THE_POST = (SECRET[:40],)
OF_THE_ACCOUNT = (SECRET[:40], "Philomena", HANDLE, NAME, PROFILE)


def make_home(home: Path, config: str = CONFIG) -> Settings:
    """A home with its rapport.toml and nothing in it."""
    home.mkdir(parents=True, exist_ok=True)
    (home / "rapport.toml").write_text(config, encoding="utf-8")
    return load_settings(home)


def bring_in(settings: Settings, folder: Path) -> Path:
    """Imports the conversation, and a line that was cut in the middle of the text. Returns the file."""
    path = folder / "conversation.jsonl"
    cut = json.dumps(page(), ensure_ascii=False)
    cut = cut[: cut.index(SECRET) + 50]
    path.write_text(json.dumps(page()) + "\n" + cut + "\n", encoding="utf-8")
    importer.import_files(settings, [path])
    said = {"client_id": "lab", "noted_date": "2026-11-01", "consent_basis": "consent"}
    kept = [(f"@{HANDLE}", f"{NAME} prefers mail"), (OTHER, f"was introduced by @{HANDLE}")]
    notes.FILE.add(settings, [notes.new(settings, handle=handle, note=note, **said) for handle, note in kept])
    lists.sync(settings)
    return path


def land(settings: Settings, network: str, body: dict[str, Any], name: str = "one", **more: Any) -> None:
    """Lands an answer of a network, as the stream of conversations does; `more` goes to its envelope."""
    key = landing_files.page_key(network, "conversations", "run", name)
    envelope = {"network": network, "stream": "conversations", "source": "api", "client_id": "lab",
                "fetched_at": NOW.isoformat(), "host": mastodon.HOST} | more  # fmt: skip
    landing_files.write(settings.landing_dir, key, envelope, json.dumps(body).encode())


def publish_all(settings: Settings) -> None:
    """Build, check, publish, report."""
    lists.sync(settings)
    matching.match(settings)
    dbt.build(settings)
    publish.publish(settings, gate.check(settings))
    report.write_reports(settings)


# What `rapport outcome add` does, killed when all is written but not in its place.
_KILLED = """
import os, signal, sys
from pathlib import Path
from extractors.files import outcomes
from rapport.config import load_settings
settings = load_settings(Path(sys.argv[1]))
said = dict(client_id="lab", kind="call", occurred_date="2026-11-01", consent_basis="consent")
os.fsync = lambda file: os.kill(os.getpid(), signal.SIGKILL)
outcomes.add(settings, [outcomes.new(settings, handle=sys.argv[2], note=sys.argv[3], **said)])
"""


def go_wrong(settings: Settings) -> None:
    """A step of dbt fails over the text, and says so in its log; a process is killed while it writes outcomes."""
    query = f"select text::integer as number from raw.posts where post_id = '{SPOKEN}'"
    failed = dbt.run(settings, ["show", "--inline", query])
    assert failed.returncode != 0, "the text is no number"
    killed = subprocess.run(
        [sys.executable, "-c", _KILLED, str(settings.home), f"@{HANDLE}", f"{NAME} told me: {SECRET}"],
        check=False,
    )
    assert killed.returncode == -signal.SIGKILL


def found_in(home: Path, words: tuple[str, ...]) -> list[str]:
    """Files under a home, and names of files, in which any of the words stands, as `file: word`."""
    found = []
    for path in sorted(path for path in home.rglob("*") if path.is_file()):
        content = path.read_bytes()
        if ".json.zst" in path.name:
            content = landing_files.unpacked(path)
        if path.suffix == ".xlsx":
            with zipfile.ZipFile(path) as book:
                content = b"".join(map(book.read, book.namelist()))
        content += str(path.relative_to(home)).encode()
        lower = content.lower()
        for word in words:
            spellings = {word, json.dumps(word)[1:-1], html.escape(word).replace("&#x27;", "&#39;")}
            if any(spelling.lower().encode() in lower for spelling in spellings):
                found.append(f"{path.relative_to(home)}: {word}")
    return found


def page() -> dict[str, Any]:
    """The conversation as one answer of the API."""
    shy = {"username": HANDLE, "id": SHY}
    spoken = _post(SPOKEN, SHY, 1, f"@lab {SECRET}", replied_to=ROOT, mentions=[_mention(0, "lab", OURS)])
    posts = [
        _post(ROOT, OURS, 0, "Which plant would you save first?"),
        spoken,
        _post(
            AGREED, OTHER, 2, f"@{HANDLE} @lab so would I", replied_to=SPOKEN,
            mentions=[_mention(0, HANDLE, SHY), _mention(len(HANDLE) + 2, "lab", OURS)],
        ),
        _post(
            THANKED, OURS, 3, f"@{HANDLE} thank you", replied_to=SPOKEN, mentions=[{"start": 0, "end": 12, **shy}],
            in_reply_to_user_id=SHY,
        ),
        _post(
            QUOTED, OTHER, 4, "do read this https://t.co/abc", quoted=SPOKEN,
            urls=[{"url": "https://t.co/abc", "expanded_url": f"https://x.com/{HANDLE}/status/{SPOKEN}"}],
        ),
        _post(
            REPOSTED, OTHER, 5, f"RT @{HANDLE}: @lab {SECRET}", retweeted=SPOKEN,
            mentions=[{"start": 3, "end": 15, **shy}],
        ),
        _post(FIRST, SHY, 6, f"@lab {EDITED[0]}", history=HISTORY[:1], mentions=[_mention(0, "lab", OURS)]),
        _post(SECOND, SHY, 7, f"@lab {EDITED[1]}", history=HISTORY, mentions=[_mention(0, "lab", OURS)]),
    ]  # fmt: skip
    users = [
        {"id": OURS, "username": "lab", "name": "The Lab", "description": "we ask"},
        {"id": SHY, "username": HANDLE, "name": NAME, "description": PROFILE},
        {"id": OTHER, "username": "agreeable", "name": "A. Greeable", "description": f"friend of @{HANDLE}"},
    ]
    return {
        "data": posts,
        "includes": {"users": users, "tweets": [spoken]},
        "meta": {"result_count": len(posts)},
        "__twarc": {
            "url": "https://api.twitter.com/2/tweets/search/all?query=x",
            "version": "2",
            "retrieved_at": NOW.isoformat(),
        },
    }


def _mention(start: int, username: str, account_id: str) -> dict[str, Any]:
    return {"start": start, "end": start + 1 + len(username), "username": username, "id": account_id}


def _post(
    post_id: str, author_id: str, hour: int, text: str, *, mentions: list[dict[str, Any]] | None = None,
    urls: list[dict[str, Any]] | None = None, history: list[str] | None = None,
    in_reply_to_user_id: str = "", **references: str,
) -> dict[str, Any]:  # fmt: skip
    is_reply = "replied_to" in references
    return {
        "id": post_id,
        "author_id": author_id,
        "text": text,
        "created_at": (START + timedelta(hours=hour)).strftime("%Y-%m-%dT%H:%M:%S.000Z"),
        "conversation_id": ROOT if is_reply else (history or [post_id])[0],
        "edit_history_tweet_ids": history or [post_id],
        "public_metrics": {"retweet_count": 0, "reply_count": 0, "like_count": 0, "quote_count": 0},
        **({"entities": {"mentions": mentions or [], "urls": urls or []}} if mentions or urls else {}),
        **({"in_reply_to_user_id": in_reply_to_user_id} if in_reply_to_user_id else {}),
        **(
            {"referenced_tweets": [{"type": kind, "id": post_id} for kind, post_id in references.items()]}
            if references
            else {}
        ),
    }
