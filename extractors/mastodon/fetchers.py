"""What only Mastodon needs to be fetched: which of our accounts asks, and a conversation asked of each server in it.

A server knows what it was sent. Of a conversation that began elsewhere ours has a part, and the server where it began
has been sent all of it: so both are asked, and what each shows lands as a page of its own.
"""

import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from extractors import errors
from extractors.fetching import accounts, fetchers, pager, polling
from extractors.fetching.context import Context
from extractors.fetching.deferred import Spec
from extractors.fetching.fetchers import FINISHED, Fetcher, follow, settle, still_due, walk_each_login
from extractors.fetching.streams import POLL, Stream, Target
from extractors.landing import landing_files
from extractors.mastodon import entities, problems, streams
from extractors.mastodon.client import Client
from extractors.mastodon.dialect import DIALECT
from extractors.mastodon.streams import NETWORK
from rapport.config import Client as ClientConfig
from rapport.window import Window

# A look without a token ends after so many statuses below, and so many levels (Mastodon 4.5); with one after 4,096.
# Where it may have been cut, the statuses that count more answers than it shows are looked at in their turn.
_CUT_AT, _CUT_AT_LEVEL, _CUT_AT_WITH_TOKEN = 60, 20, 4096
# Of one conversation: enough for a thousand answers and more, and a minute or two of a server's patience.
_LOOKS_BELOW = 100
# Servers say 3 s or so; one that says more gets no second look before the next run.
_LONGEST_WAIT_SECONDS = 20.0
_sleep = time.sleep


def _mentions(context: Context, config: ClientConfig, spec: Spec) -> str:
    """What those of our accounts were notified of whose token we have."""
    settle(context)
    follow(context)
    stream = streams.MENTIONS
    down_to = context.window.start - stream.overlap
    targets = []
    for account_id in accounts.resolve(context, config):
        if account_id in context.settings.mastodon_tokens:
            targets.append(Target(account_id, path_id=account_id, down_to=down_to))
        else:
            context.on_progress(
                f"{config.id} mentions: no token of {account_id}, so nobody knows who mentions it"
            )
    walk_each_login(context, stream, targets)
    return FINISHED


def _each_post(context: Context, config: ClientConfig, spec: Spec) -> str:
    """Quotes of our posts, and who boosted or liked them, asked of our own servers."""
    stream, askers = context.dialect.stream(spec["stream"]), _askers(context, config)
    known = _Looks(context, askers)
    known.learn_of_run()
    for post_id in spec.get("targets") or []:
        host = entities.host_of(post_id)
        if askers.get(host) or not stream.needs_user:
            target = streams.at(host, post_id, known.numbers.get((host, post_id)), askers.get(host))
            _walk_what_is_shown(context, stream, target)
    return FINISHED


def _conversations(context: Context, config: ClientConfig, spec: Spec) -> str:
    """The spec's conversations, each at every server that may know of it."""
    settle(context)
    follow(context)
    looks = _Looks(context, _askers(context, config))
    looks.learn_of_run()
    # First those that begin where we know it: what they show need not be asked for.
    begun = DIALECT.network.began_at
    known = set(context.state.active_conversations(NETWORK, config.id, begun, context.settings.now()))
    for post_id in sorted(
        spec.get("targets") or [], key=lambda one: (one not in looks.beginnings | known, one)
    ):
        looks.look(post_id)
    looks.again()
    looks.histories()
    return FINISHED


def _poll(context: Context, config: ClientConfig, spec: Spec) -> str:
    """The spec's conversations that are still due."""
    follow(context)
    now, until = context.settings.now(), datetime.fromisoformat(spec["until"])
    for due in still_due(context, config, spec, now):
        begun = Window(due.since.replace(microsecond=0), until)
        looks = _Looks(context, _askers(context, config), begun, is_poll=True)
        looks.look(due.conversation_id)
        looks.again()
        polling.polled(context.state, NETWORK, config.id, [due], until, now)
    return FINISHED


def _missing(context: Context, config: ClientConfig, spec: Spec) -> str:
    """Each post at its own server; what one server does not show or answer keeps nothing from the others."""

    def walk(context: Context, stream: Stream, targets: list[Target]) -> str:
        for target in targets:
            _walk_what_is_shown(context, stream, target)
        return FINISHED

    return fetchers.missing(context, config, spec, walk)


@dataclass
class _Looks:
    """The looks of one fetch at conversations: each status once at each server.

    `askers`: server → which account of ours asks there (None: nobody's token). `numbers`: (server, uri) → what the
    server calls the status. `beginnings`: statuses that answer nothing. `shown`: uris that need no look any more.
    `growing`: looks that have set off a fetch of missing replies, with how long that takes. `changed`: statuses
    that were edited → the servers that show them.
    """

    context: Context
    askers: dict[str, str | None]
    window: Window | None = None
    is_poll: bool = False
    numbers: dict[tuple[str, str], str] = field(default_factory=dict)
    beginnings: set[str] = field(default_factory=set)
    shown: set[str] = field(default_factory=set)
    growing: dict[tuple[str, str], float] = field(default_factory=dict)
    changed: dict[str, set[str]] = field(default_factory=dict)

    def learn_of_run(self) -> None:
        """What the run's pages have told of numbers."""
        context = self.context
        for page in landing_files.run_pages(
            context.settings.landing_dir, NETWORK, DIALECT.with_posts(), context.run_id, context.client_id
        ):
            self._learn(page.envelope, page.body)

    def look(self, post_id: str) -> None:
        """The conversation of that status, and again from the topmost status that this brings to light."""
        if post_id in self.shown:
            return
        self.shown.add(post_id)
        tops: dict[str, None] = {}
        for server in self._servers(post_id):
            tops |= dict.fromkeys(self._look_at(server, post_id))
        for top in tops:
            self.look(top)

    def again(self) -> None:
        """A second look where the first has set off a fetch of missing replies, at all of them after one wait."""
        if not self.growing:
            return
        wait = min(max(self.growing.values()), _LONGEST_WAIT_SECONDS)
        self.context.on_progress(f"missing replies are being fetched; looking again in {wait:.0f} s")
        _sleep(wait)
        for server, post_id in self.growing:
            number, asker = self.numbers.get((server, post_id)), self.askers.get(server)
            target = streams.at(server, post_id, number, asker, is_again=True)
            if _walk_what_is_shown(
                self.context, streams.CONVERSATIONS, target, self.window, is_ours=server in self.askers
            ):
                for page in pager.landed(self.context, streams.CONVERSATIONS, target, self.window):
                    self._learn(page.envelope, page.body)

    def histories(self) -> None:
        """The versions of what was edited, each status asked for once: where it was written, for a server that was told
        of it late knows the later ones only."""
        for post_id, seen_at in sorted(self.changed.items()):
            server = entities.host_of(post_id) if entities.number_at_home(post_id) else min(seen_at)
            number, asker = self.numbers.get((server, post_id)), self.askers.get(server)
            _walk_what_is_shown(self.context, streams.EDITS, streams.at(server, post_id, number, asker))

    def _servers(self, post_id: str) -> list[str]:
        """Servers that can be asked for the status: its own, and those of ours that have it."""
        home = entities.host_of(post_id) if entities.number_at_home(post_id) else None
        # A poll has no pages to know it from. With a token the server can be asked what it calls the status.
        ours = [
            server
            for server, asker in self.askers.items()
            if (server, post_id) in self.numbers or (self.is_poll and asker is not None)
        ]
        return list(dict.fromkeys([*([home] if home else []), *ours]))

    def _look_at(self, server: str, post_id: str) -> Iterator[str]:
        """Looks, and gives what stands above all else."""
        context, stream = self.context, streams.CONVERSATIONS
        number = self.numbers.get((server, post_id))
        target = streams.at(server, post_id, number, self.askers.get(server))
        if not _walk_what_is_shown(context, stream, target, self.window, is_ours=server in self.askers):
            return
        for page in pager.landed(context, stream, target, self.window):
            self._learn(page.envelope, page.body)
            below = entities.objects(page.body.get("descendants"))
            self.shown.update(entities.text(status.get("uri")) for status in below)
            self._look_below(server, post_id, page.body)
            if "replies_in_seconds" in page.envelope:
                self.growing[server, post_id] = float(page.envelope["replies_in_seconds"])
            for top in entities.objects(page.body.get("ancestors"))[:1]:
                if entities.text(top.get("uri")) not in ("", post_id):
                    yield entities.text(top["uri"])

    def _look_below(self, server: str, post_id: str, body: dict[str, Any]) -> None:
        """Goes on where the look was cut; and says of which statuses answers stay unseen."""
        context, stream, asker = self.context, streams.CONVERSATIONS, self.askers.get(server)
        bodies, asked, unseen = [body], {post_id}, set[str]()
        while bodies:
            for status in _with_more(bodies.pop(), has_token=asker is not None):
                uri, number = entities.text(status.get("uri")), entities.local_id(status.get("id"))
                if uri in asked or len(asked) > _LOOKS_BELOW:
                    unseen.add(uri)
                    continue
                asked.add(uri)
                target = streams.at(server, uri, number, asker)
                if _walk_what_is_shown(context, stream, target, self.window, is_ours=server in self.askers):
                    for page in pager.landed(context, stream, target, self.window):
                        self._learn(page.envelope, page.body)
                        found = entities.objects(page.body.get("descendants"))
                        self.shown.update(entities.text(one.get("uri")) for one in found)
                        bodies.append(page.body)
        if unseen:
            hint = "" if asker else "; it shows more with a token of an account there"
            context.on_progress(
                f"{context.client_id} {stream.name}: {server} does not show all answers to {len(unseen)} "
                f"statuses of the thread {post_id[:80]}{hint}"
            )

    def _learn(self, envelope: dict[str, object], body: dict[str, object]) -> None:
        server = entities.host_of(str(envelope.get("endpoint")))
        for status in entities.asked_for(body):
            if entities.is_status(status) and status.get("edited_at") and not entities.is_private(status):
                self.changed.setdefault(entities.text(status.get("uri")), set()).add(server)
        for status in entities.statuses(body):
            number = entities.local_id(status.get("id"))
            if number:
                self.numbers[server, entities.text(status.get("uri"))] = number
            if entities.answers_nothing(status):
                self.beginnings.add(entities.text(status.get("uri")))


def _with_more(body: dict[str, Any], *, has_token: bool) -> list[entities.Json]:
    """The statuses of a look that was cut which count more answers than it shows; none of a look that shows all."""
    below = entities.objects(body.get("descendants"))
    parents = {
        entities.local_id(one.get("id")): entities.local_id(one.get("in_reply_to_id")) for one in below
    }
    levels: dict[str, int] = {}
    for number, parent in parents.items():  # a status stands before its answers
        levels[number] = levels.get(parent, 0) + 1
    most = _CUT_AT_WITH_TOKEN if has_token else _CUT_AT
    is_deep = not has_token and max(levels.values(), default=0) >= _CUT_AT_LEVEL
    if len(below) < most and not is_deep:
        return []
    shown = Counter(parents.values())
    return [
        one
        for one in (*entities.objects(body.get("status")), *below)
        if isinstance(count := one.get("replies_count"), int)
        and count > shown[entities.local_id(one.get("id"))]
    ]


def _askers(context: Context, config: ClientConfig) -> dict[str, str | None]:
    """The servers of the client's accounts → the account by whose token it is asked there, None where there is none."""
    found: dict[str, str | None] = {}
    ids = accounts.known_ids(context.state, NETWORK, accounts.ours(NETWORK, config)).values()
    homes = _homes(context) if ids else {}
    for account_id in ids:
        host = account_id.partition("@")[2]
        if host not in homes and isinstance(context.client, Client):
            homes[host] = context.client.home(account_id).host
        host = homes.get(host, host)
        has_token = account_id in context.settings.mastodon_tokens
        found[host] = found.get(host) or (account_id if has_token else None)
    return found


def _homes(context: Context) -> dict[str, str]:
    """Host of our accounts → the server that showed what they wrote, as the run's pages tell."""
    return {
        str(page.envelope.get("host")): entities.host_of(str(page.envelope.get("endpoint")))
        for page in landing_files.run_pages(
            context.settings.landing_dir,
            NETWORK,
            [streams.OWN_POSTS.name],
            context.run_id,
            context.client_id,
        )
    }


def _walk_what_is_shown(
    context: Context, stream: Stream, target: Target, window: Window | None = None, *, is_ours: bool = False
) -> bool:
    """A walk, if the server shows it to us. Whether it did. A server that is none of ours may also be gone."""
    try:
        pager.walk(context, stream, target, window)
    except (problems.NotShown, errors.NetworkTrouble) as problem:
        if is_ours and isinstance(problem, errors.NetworkTrouble):
            raise
        context.on_progress(
            f"{context.client_id} {stream.name}: {target.label[:80]} is left out: {problem.words}"
        )
        return False
    return True


FETCHERS: dict[str, Fetcher] = {
    **fetchers.of_streams(DIALECT),
    streams.MENTIONS.name: _mentions,
    **{stream.name: _each_post for stream in (streams.QUOTES, streams.REPOSTERS, streams.LIKERS)},
    streams.CONVERSATIONS.name: _conversations,
    streams.MISSING.name: _missing,
    POLL: _poll,
}
