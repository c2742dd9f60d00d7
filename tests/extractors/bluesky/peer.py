"""A Bluesky network of our own (PLC, PDS, AppView), started by a command; and accounts that do things there.

RAPPORT_BLUESKY_PEER is the command. It runs in the foreground, says "ready" when both answer, and serves a PDS and an
AppView on this machine at the addresses below, as npm's @atproto/dev-env does.
"""

import os
import queue
import secrets
import shlex
import signal
import subprocess
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import pytest
import requests
from atproto_client import Client, models
from atproto_client.request import Request
from filelock import FileLock

VARIABLE = "RAPPORT_BLUESKY_PEER"
PDS, APP_VIEW = "http://localhost:2583", "http://localhost:2584"
NEEDED = [
    pytest.mark.slow,
    pytest.mark.skipif(
        not os.environ.get(VARIABLE),
        reason=f"{VARIABLE} names no command that runs a Bluesky network on this machine",
    ),
]
INDEX_SECONDS = 6  # after making an account the network needs a while to know its handle
_READY_SECONDS = 900
_INDEXED_SECONDS = 180
PASSWORD = "a-password-of-a-test"
_ADMIN = ("admin", "admin-pass")  # those of every network that dev-env makes

Json = dict[str, Any]


@contextmanager
def running() -> Iterator[None]:
    """The network, until the block ends. One that is running already is taken as it is, and left running.

    One at a time: two would want the same ports, and workers of one test run would each start their own.
    """
    with FileLock(Path(tempfile.gettempdir()) / "rapport-bluesky-peer.lock"):
        if _answers():
            yield
            return
        process = subprocess.Popen(
            shlex.split(os.environ[VARIABLE]),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )
        try:
            _wait_until_ready(process)
            yield
        finally:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGTERM)
            process.wait(300)


def _wait_until_ready(process: subprocess.Popen[str]) -> None:
    lines: queue.Queue[str] = queue.Queue()
    said: list[str] = []

    def read() -> None:
        for line in process.stdout or ():
            lines.put(line)
        lines.put("")  # it has ended

    threading.Thread(target=read, daemon=True).start()
    deadline = time.monotonic() + _READY_SECONDS
    while "ready" not in (said[-1] if said else ""):
        try:
            said.append(lines.get(timeout=max(deadline - time.monotonic(), 1)))
        except queue.Empty:
            pytest.fail(f"the network is not ready after {_READY_SECONDS} s; it said:\n{''.join(said[-20:])}")
        if not said[-1]:
            pytest.fail(f"the network has ended before it was ready; it said:\n{''.join(said[-20:])}")


def _answers() -> bool:
    try:
        return all(requests.get(f"{url}/xrpc/_health", timeout=5).ok for url in (PDS, APP_VIEW))
    except requests.ConnectionError:
        return False


def ask(method: str, **asked: Any) -> Json:
    """What the AppView answers to whoever asks, errors included."""
    answer: Json = requests.get(f"{APP_VIEW}/xrpc/{method}", asked, timeout=60).json()
    return answer


def is_shown(post: Json) -> bool:
    """Whether the AppView has it."""
    return bool(ask("app.bsky.feed.getPosts", uris=[post["uri"]])["posts"])


def until(is_so: Callable[[], bool], what: str) -> None:
    """Waits for what the network shows a while after it was done."""
    deadline = time.monotonic() + _INDEXED_SECONDS
    while not is_so():
        assert time.monotonic() < deadline, f"the network does not show {what}"
        time.sleep(0.1)


class Somebody:
    """An account, and what it does there."""

    def __init__(self, name: str) -> None:
        self.handle = f"{name}{secrets.token_hex(3)}.test"
        # A busy machine takes its time.
        self._client = Client(PDS, request=Request(timeout=120))
        created = self._client.com.atproto.server.create_account(
            models.ComAtprotoServerCreateAccount.Data(
                handle=self.handle, email=f"{self.handle}@example.org", password=PASSWORD
            )
        )
        self.did = created.did
        self._client.login(self.handle, PASSWORD, fetch_bsky_profile=False)

    def app_password(self) -> str:
        made = self._client.com.atproto.server.create_app_password(
            models.ComAtprotoServerCreateAppPassword.Data(name="rapport")
        )
        return made.password

    def told_of(self) -> set[str]:
        """The posts that the network tells the account of, by their addresses."""
        told = self._client.app.bsky.notification.list_notifications()
        return {str(one.uri) for one in told.notifications}

    def write(self, collection: str, key: str | None = None, **record: Any) -> Json:
        """Writes a record, over the one of that key if given; its address, {uri, cid}.

        As people do, once what it is about is shown: the network takes in what several accounts write side by side, and
        tells nobody of an answer that it sees before what is answered.
        """
        for about in _posts_in(record):
            until(lambda about=about: is_shown(about), about["uri"])
        full = {"$type": collection, "createdAt": self._client.get_current_time_iso(), **record}
        repo = self._client.com.atproto.repo
        if key is None:
            made: Any = repo.create_record(
                models.ComAtprotoRepoCreateRecord.Data(repo=self.did, collection=collection, record=full)
            )
        else:
            made = repo.put_record(
                models.ComAtprotoRepoPutRecord.Data(
                    repo=self.did, collection=collection, rkey=key, record=full
                )
            )
        return {"uri": made.uri, "cid": made.cid}

    def say(self, text: str, root: Json | None = None, parent: Json | None = None, **more: Any) -> Json:
        """A post; with `root` an answer in its thread, to `parent` or to the root."""
        reply = {"reply": {"root": root, "parent": parent or root}} if root else {}
        return self.write("app.bsky.feed.post", text=text, **reply, **more)

    def quote(self, text: str, quoted: Json, **more: Any) -> Json:
        return self.say(text, embed={"$type": "app.bsky.embed.record", "record": quoted}, **more)

    def quote_with_picture(self, text: str, quoted: Json) -> Json:
        picture = self._client.upload_blob(_PIXEL).blob.model_dump(by_alias=True, mode="json")
        embed = {
            "$type": "app.bsky.embed.recordWithMedia",
            "record": {"$type": "app.bsky.embed.record", "record": quoted},
            "media": {"$type": "app.bsky.embed.images", "images": [{"alt": "a dot", "image": picture}]},
        }
        return self.say(text, embed=embed)

    def like(self, post: Json) -> Json:
        return self.write("app.bsky.feed.like", subject=post)

    def repost(self, post: Json) -> Json:
        return self.write("app.bsky.feed.repost", subject=post)

    def block(self, other: "Somebody") -> Json:
        return self.write("app.bsky.graph.block", subject=other.did)

    def delete(self, made: Json) -> None:
        _, _, repo, collection, key = made["uri"].split("/")
        self._client.com.atproto.repo.delete_record(
            models.ComAtprotoRepoDeleteRecord.Data(repo=repo, collection=collection, rkey=key)
        )

    def deactivate(self) -> None:
        self._client.com.atproto.server.deactivate_account(models.ComAtprotoServerDeactivateAccount.Data())

    def activate(self) -> None:
        self._client.com.atproto.server.activate_account()

    def delete_account(self) -> None:
        """For good. People confirm it by a code that comes by mail; whoever runs a server needs none."""
        requests.post(
            f"{PDS}/xrpc/com.atproto.admin.deleteAccount", json={"did": self.did}, auth=_ADMIN, timeout=60
        ).raise_for_status()

    def repository(self) -> bytes:
        """All its records, as a CAR file."""
        answer = requests.get(f"{PDS}/xrpc/com.atproto.sync.getRepo", {"did": self.did}, timeout=60)
        answer.raise_for_status()
        return answer.content


def _posts_in(record: Json) -> Iterator[Json]:
    """The posts that a record answers, quotes, likes or reposts."""
    waiting: list[Any] = [record]
    while waiting:
        here = waiting.pop()
        if isinstance(here, dict):
            if "/app.bsky.feed.post/" in str(here.get("uri")):
                yield here
            waiting += here.values()


_PIXEL = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c489"
    "0000000d49444154789c6360000002000001e221bc330000000049454e44ae426082"
)
