"""One walk: totals to the end, resuming, and the guards that make it end."""

from typing import Any

import pytest
import zstandard

from extractors import errors
from extractors.fetching import pager
from extractors.fetching.context import Context
from extractors.fetching.streams import Target
from extractors.landing import landing_files
from extractors.x import streams
from tests.extractors.server import TOKEN, USER_TOKEN, Reply, ScriptedX, message, new_post, page, post, user

PATH = "/2/users/7/tweets"
TARGET = Target("7", path_id="7")
# Newest first; a short page and an empty one in the middle do not end the walk.
PAGES = [
    page([post(90), post(80), post(70)], "t1"),
    page([post(60)], "t2"),
    page([], "t3"),
    page([post(50), post(40)]),
]


def walk(context: Context) -> None:
    pager.walk(context, streams.OWN_POSTS, TARGET)


def landed(context: Context) -> list[str]:
    pages = landing_files.run_pages(context.settings.landing_dir, "x", ["own_posts"], context.run_id)
    return [item["id"] for page in pages for item in page.body.get("data", [])]


def test_walks_to_the_last_page(x: ScriptedX, context: Context) -> None:
    x.answer(PATH, *PAGES)
    walk(context)
    assert landed(context) == ["90", "80", "70", "60", "50", "40"]
    totals = context.totals
    assert (totals.walks, totals.pages, totals.objects) == (1, 4, 6)
    assert totals.estimated_cost_usd == pytest.approx(6 * 0.005 + 3 * 0.010)
    # List prices above; billed is an object once a day, so the one author once.
    assert totals.billed_usd == pytest.approx(6 * 0.005 + 0.010)
    assert context.state.spent_usd("acme") == pytest.approx(totals.billed_usd)
    assert [query.get("pagination_token") for query in x.asked(PATH)] == [None, "t1", "t2", "t3"]
    first = x.asked(PATH)[0]
    assert (first["start_time"], first["end_time"]) == ("2026-04-30T23:50:00Z", "2026-05-08T00:00:00Z")
    assert first["max_results"] == "100"


def test_the_body_lands_untouched_with_what_is_known_about_it(x: ScriptedX, context: Context) -> None:
    odd = b'{ "data":[{"id":"1","text":"\\u2019 \\/ e\xcc\x81", "author_id":"7",'
    odd += b'"created_at":"2026-05-01T10:00:00.000Z",'
    odd += b'"conversation_id":"1","edit_history_tweet_ids":["1"],"public_metrics":{"retweet_count":0,"reply_count":0,'
    odd += b'"like_count":0,"quote_count":0}}],\n "includes":{"users":[{"id":"7"}]}, '
    odd += b'"meta":{"result_count":1,"newest_id":"1"}}'
    x.answer(PATH, Reply(raw=odd, headers={"x-rate-limit-remaining": "9"}))
    walk(context)
    (key,) = landing_files.keys(context.settings.landing_dir)
    content = zstandard.decompress(landing_files.path_of(context.settings.landing_dir, key).read_bytes())
    assert odd in content
    envelope = landing_files.read(context.settings.landing_dir, key).envelope
    assert envelope["endpoint"] == PATH
    assert envelope["status_code"] == 200
    assert envelope["api_version"] == "2.166"
    assert envelope["rate_limit"]["remaining"] == "9"
    assert envelope["window_start_at"] == "2026-05-01T00:00:00+00:00"
    assert (envelope["page_number"], envelope["result_count"], envelope["object_count"]) == (1, 1, 2)
    assert "authorization" not in str(envelope).lower()


def test_a_finished_walk_is_not_walked_again(x: ScriptedX, context: Context) -> None:
    x.answer(PATH, *PAGES)
    walk(context)
    walk(context)
    assert len(x.requests) == 4
    assert (context.totals.walks, context.totals.pages) == (2, 8)  # told again, not fetched again


def test_an_interrupted_walk_goes_on_from_its_cursor(x: ScriptedX, context: Context) -> None:
    x.answer(PATH, *PAGES[:2], Reply({"detail": "stop"}, 403))
    with pytest.raises(errors.RequestRefused) as caught:
        walk(context)
    for words in ("own_posts", "2026-05-01", "page 3", "2 pages, 4 objects"):
        assert words in str(caught.value)
    assert context.state.watermark("x", "acme", "own_posts", "7") is None
    x.answer(PATH, *PAGES[2:])
    walk(context)
    assert [query.get("pagination_token") for query in x.asked(PATH)] == [None, "t1", "t2", "t2", "t3"]
    assert landed(context) == ["90", "80", "70", "60", "50", "40"]
    # The newest of the first page, though that page belongs to the earlier attempt.
    assert context.state.watermark("x", "acme", "own_posts", "7") == "90"


def test_a_page_on_disk_whose_cursor_never_moved_is_not_fetched_again(x: ScriptedX, context: Context) -> None:
    x.answer(PATH, *PAGES)
    seen: list[dict[str, Any]] = []

    def die_on_the_second(body: dict[str, Any]) -> None:
        seen.append(body)
        if len(seen) == 2:
            raise KeyboardInterrupt

    context.on_page = die_on_the_second
    with pytest.raises(KeyboardInterrupt):
        walk(context)
    assert landed(context) == ["90", "80", "70", "60"]
    walk(context)
    assert [query.get("pagination_token") for query in x.asked(PATH)] == [None, "t1", "t2", "t3"]
    assert context.totals.objects == 6
    assert len(seen) == 5  # the page taken up was seen again


@pytest.mark.parametrize(
    ("second", "words"),
    [
        (page([post(60)], "t1"), "page token"),
        (page([post(80), post(70)], "t2"), "nothing but"),
    ],
    ids=["same token", "same posts"],
)
def test_a_walk_that_would_never_end_is_ended(
    second: Reply, words: str, x: ScriptedX, context: Context
) -> None:
    x.answer(PATH, PAGES[0], second)
    with pytest.raises(errors.PageRepeated, match=words) as caught:
        walk(context)
    assert "stream own_posts" in str(caught.value)
    assert len(x.requests) == 2


def test_a_repeat_is_noticed_across_an_interruption(x: ScriptedX, context: Context) -> None:
    x.answer(PATH, PAGES[0], Reply({}, 403))
    with pytest.raises(errors.RequestRefused):
        walk(context)
    x.answer(PATH, page([post(60)], "t1"))
    with pytest.raises(errors.PageRepeated):
        walk(context)


def test_overlapping_pages_are_no_repeat(x: ScriptedX, context: Context) -> None:
    x.answer(PATH, page([post(3), post(2)], "t1"), page([post(2), post(1)]))
    walk(context)
    assert landed(context) == ["3", "2", "2", "1"]


def test_fields_that_did_not_arrive_are_named(x: ScriptedX, context: Context) -> None:
    bare = [
        {
            name: value
            for name, value in post(1).items()
            if name not in ("author_id", "edit_history_tweet_ids")
        }
    ]
    x.answer(PATH, page(bare))
    with pytest.raises(errors.FieldsMissing) as caught:
        walk(context)
    assert "author_id, edit_history_tweet_ids or edit_history_post_ids" in str(caught.value)
    assert landing_files.keys(context.settings.landing_dir) == []


def test_replies_without_references_are_noticed(x: ScriptedX, context: Context) -> None:
    x.answer(PATH, page([post(number, conversation_id="1") for number in (5, 4, 3)]))
    with pytest.raises(errors.FieldsMissing, match="referenced_tweets or referenced_posts"):
        walk(context)


def test_the_new_dialect_counts_as_well(x: ScriptedX, context: Context) -> None:
    x.answer(PATH, page([new_post(2), new_post(1)]))
    walk(context)
    assert landed(context) == ["2", "1"]


def test_an_empty_answer_is_a_page_and_no_fault(x: ScriptedX, context: Context) -> None:
    x.answer(PATH, page([]))
    walk(context)
    assert (context.totals.pages, context.totals.objects, context.totals.estimated_cost_usd) == (1, 0, 0.0)


@pytest.mark.parametrize("stream", streams.ALL, ids=lambda stream: stream.endpoint)
def test_every_declared_stream_pages_to_the_end(
    stream: streams.Stream, x: ScriptedX, context: Context
) -> None:
    path = stream.endpoint.replace(":id", "7")
    make = {"post": post, "user": lambda number: user(number, f"u{number}"), "message": message}[stream.kind]
    objects = [make(number) for number in range(6, 0, -1)]
    batches = [objects[:3], objects[3:4], [], objects[4:]] if stream.token_parameter else [objects]
    pages = [page(some, f"t{number}") for number, some in enumerate(batches, start=1)]
    del pages[-1].body["meta"]["next_token"]
    x.answer(path, *pages)
    targets = {
        "query": Target("q", parameters=(("query", "conversation_id:1"),)),
        "ids": streams.lookup_targets(["1", "2"])[0],
        ":id": TARGET,
        "": Target("all"),
    }
    kind = ":id" if ":id" in stream.endpoint else "query" if stream.query_limit else "ids"
    pager.walk(context, stream, targets["" if stream.kind == "message" else kind])
    assert context.totals.objects == 6
    assert len(x.asked(path)) == len(batches)
    tokens = {request.authorization for request in x.requests}
    assert tokens == {f"Bearer {USER_TOKEN if stream.needs_user else TOKEN}"}


def test_conversations_share_a_query_up_to_its_limit() -> None:
    ids = [str(2_000_000_000_000_000_000 + number) for number in range(60)]
    for limit in (512, 1024):
        targets = streams.conversation_targets(ids, limit)
        queries = [dict(target.parameters)["query"] for target in targets]
        assert max(map(len, queries)) <= limit
        assert [
            term.removeprefix("conversation_id:") for query in queries for term in query.split(" OR ")
        ] == ids
        assert len(queries) == -(-60 // ((limit + 4) // 39))


def test_lookups_go_in_hundreds() -> None:
    targets = streams.lookup_targets([str(number) for number in range(250)])
    assert [len(dict(target.parameters)["ids"]) for target in targets] == [100, 100, 50]
