"""Who reposted and who liked: lists of accounts, without the time of the nod."""

from __future__ import annotations

from collections.abc import Callable

from emulator import nods
from emulator.api.paging import slice_of
from emulator.api.request import Body, Request
from emulator.model import Account, Post

LIKERS_SHOWN = 100  # "100 accounts ever", whatever the count says


def retweeted_by(request: Request) -> Body:
    """GET /2/tweets/:id/retweeted_by"""
    view = request.view

    def found(post: Post) -> list[Account]:
        reposts = [
            repost
            for repost in view.world.related(post.post_id)
            if repost.reposted is post and view.exists(repost)
        ]
        return nods.reposters(view.world, post, reposts)

    return _accounts(request, found)


def liking_users(request: Request) -> Body:
    """GET /2/tweets/:id/liking_users"""
    return _accounts(request, lambda post: nods.likers(request.view.world, post)[:LIKERS_SHOWN])


def _accounts(request: Request, found: Callable[[Post], list[Account]]) -> Body:
    identifier, params = request.path_id(), request.params
    size, token = params.max_results(1, 100, default=100), params.text("pagination_token")
    problem = request.render.missing(identifier, "id")
    if problem:
        return {"errors": [problem]}
    page = slice_of(found(request.view.world.posts[identifier]), size, token, params.walk)
    data = [request.render.user(account) for account in page.items]
    return ({"data": data} if data else {}) | {"meta": page.meta}
