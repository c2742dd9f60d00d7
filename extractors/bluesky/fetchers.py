"""What only Bluesky needs to be fetched: notifications by app password, and what a thread loses from sight."""

from datetime import datetime

from extractors.bluesky import streams
from extractors.bluesky.dialect import DIALECT
from extractors.bluesky.streams import NETWORK
from extractors.fetching import accounts, fetchers, pager, references
from extractors.fetching.context import Context
from extractors.fetching.deferred import Spec
from extractors.fetching.fetchers import (
    FINISHED,
    Fetcher,
    follow,
    newest_first,
    settle,
    walk_all,
    walk_each_login,
)
from extractors.fetching.streams import Target, each_of
from extractors.landing import landing_files
from rapport.config import Client as ClientConfig
from rapport.window import moment_in


def _mentions(context: Context, config: ClientConfig, spec: Spec) -> str:
    """What those of our accounts were told of whose app password we have."""
    settle(context)
    follow(context)
    stream, passwords = streams.MENTIONS, context.settings.bluesky_app_passwords
    accounts.resolve(context, config)
    ours = accounts.known_ids(context.state, NETWORK, accounts.ours(NETWORK, config))
    logins = {did: (account.handle or did).lower() for account, did in ours.items()}
    down_to = context.window.start - stream.overlap
    walk_each_login(
        context,
        stream,
        [Target(did, path_id=login, down_to=down_to) for did, login in logins.items() if login in passwords],
    )
    return FINISHED


def _conversations(context: Context, config: ClientConfig, spec: Spec) -> str:
    """The threads, from their first posts; and what stands below a post that is deleted, blocked or not let in.

    Seen from the first post such a branch does not exist. Where we know a post of it, we ask from there, and keep
    asking, as of a conversation of its own.
    """
    settle(context)
    follow(context)
    stream, targets = streams.CONVERSATIONS, newest_first(context, spec)
    walk_all(context, stream, targets)
    shown: set[str] = set()
    for target in targets:
        shown |= {
            post_id for reading in pager.readings(context, stream, target) for post_id in reading.own_ids
        }
    for post_id in _known(context, {target.label for target in targets}):
        if post_id in shown:
            continue
        [target] = each_of([post_id])
        pager.walk(context, stream, target)
        found = list(pager.readings(context, stream, target))
        shown |= {post_id for reading in found for post_id in reading.own_ids}
        moments = [
            at for reading in found for post in reading.own if (at := moment_in(post.get("created_at")))
        ]
        if moments:
            context.state.remember_conversations(NETWORK, context.client_id, {post_id: max(moments)})
    return FINISHED


def _known(context: Context, conversations: set[str]) -> list[str]:
    """Posts of these conversations that the run has brought by other ways, the oldest first."""
    known: dict[str, datetime] = {}
    timelines = [streams.OWN_POSTS.name, streams.MENTIONS.name]
    for page in landing_files.run_pages(
        context.settings.landing_dir, NETWORK, timelines, context.run_id, context.client_id
    ):
        for post in DIALECT.read(page.envelope, page.body).own:
            at = moment_in(post.get("created_at"))
            if at and references.conversation_id(post) in conversations:
                known[str(post["id"])] = at
    return sorted(known, key=lambda post_id: (known[post_id], post_id))


FETCHERS: dict[str, Fetcher] = {
    **fetchers.of_streams(DIALECT),
    streams.MENTIONS.name: _mentions,
    streams.CONVERSATIONS.name: _conversations,
}
