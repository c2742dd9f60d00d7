"""Account archives and posts of the API v1.1: made here in the archive's own form, imported, and looked at."""

import json
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from extractors.files.importer import import_files
from rapport.config import Settings

Query = Callable[[str], list[tuple[Any, ...]]]
OWNER_ID = "42"
WRITTEN = "Wed Oct 10 20:19:24 +0000 2018"
ACCOUNT = {
    "email": "someone@private.example", "username": "our_lab", "accountId": OWNER_ID,
    "createdAt": "2008-03-01T12:00:00.000Z", "accountDisplayName": "Our Lab",
}  # fmt: skip


def tweet(post_id: int, text: str, **more: Any) -> dict[str, Any]:
    """A post as tweets.js holds it: every number is text."""
    tweet = {
        "edit_info": {"initial": {"editTweetIds": [str(post_id)], "editsRemaining": "5", "isEditEligible": True}},
        "retweeted": False, "entities": {"hashtags": [], "user_mentions": [], "urls": []},
        "display_text_range": ["0", str(len(text))], "favorite_count": "3", "id_str": str(post_id),
        "truncated": False, "retweet_count": "2", "id": str(post_id), "created_at": WRITTEN,
        "favorited": False, "full_text": text, "lang": "en", **more,
    }  # fmt: skip
    return {"tweet": tweet}


def named(handle: str, account_id: int, start: int) -> dict[str, Any]:
    """entities with one mention."""
    mention = {
        "name": handle.title(), "screen_name": handle, "indices": [str(start), str(start + len(handle) + 1)],
        "id_str": str(account_id), "id": str(account_id),
    }  # fmt: skip
    return {"entities": {"user_mentions": [mention], "urls": []}}


def linked(text: str, url: str) -> dict[str, Any]:
    """entities with one link, at the end of the text."""
    return {"entities": {"urls": [{"url": text.split()[-1], "expanded_url": url, "indices": ["0", "1"]}]}}


OLD_ID = 20_000_000
QUOTING = "worth reading https://t.co/abcdefghij"
TWEETS = [
    tweet(1050118621198921700, "@ann yes, come by", in_reply_to_status_id_str="1050118621198921000",
          in_reply_to_status_id="1050118621198921000", in_reply_to_user_id_str="7", in_reply_to_screen_name="ann",
          **named("ann", 7, 0)),
    tweet(1050118621198921701, "RT @bob: our museum opens", **named("bob", 8, 3)),
    tweet(1050118621198921702, QUOTING, **linked(QUOTING, "https://twitter.com/bob/status/1050118621198920999")),
    tweet(OLD_ID, "first words", created_at="Fri Mar 06 08:00:00 +0000 2009"),
    tweet(1050118621198921703, "A long thought that goes on and on, past what fits into one… https://t.co/more"),
]  # fmt: skip
NOTES = [
    {"noteTweet": {"noteTweetId": "99", "createdAt": "2018-10-10T20:19:24.000Z",
                   "core": {"text": "A long thought that goes on and on, past what fits into one post.",
                            "mentions": [{"screenName": "ann", "fromIndex": "2", "toIndex": "6"}]}}},
    {"noteTweet": {"noteTweetId": "98", "createdAt": "2018-10-10T20:19:24.000Z", "core": {"text": "Another."}}},
]  # fmt: skip


def assigned(name: str, values: list[Any]) -> str:
    """A file of an archive: a list, assigned to a variable."""
    return f"window.YTD.{name}.part0 = {json.dumps(values, indent=2, ensure_ascii=False)}"


@pytest.fixture
def settings(make_settings: Callable[..., Settings]) -> Settings:
    return make_settings()


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    """The folder of an archive, with what lies about in one."""
    data = tmp_path / "archive" / "data"
    (data / "tweets_media").mkdir(parents=True)
    (data / "tweets.js").write_text(assigned("tweets", TWEETS))
    (data / "account.js").write_text(assigned("account", [{"account": ACCOUNT}]))
    (data / "note-tweet.js").write_text(assigned("note_tweet", NOTES))
    (data / "direct-messages.js").write_text(assigned("direct_messages", [{"dmConversation": {}}]))
    (data / "deleted-tweets.js").write_text(assigned("deleted_tweets", [tweet(5, "never mind")]))
    (data / "like.js").write_text(assigned("like", [{"like": {"tweetId": "1", "fullText": "liked"}}]))
    (data / "ad-engagements.js").write_text(assigned("ad_engagements", []))
    (data / "tweets_media" / "1-a.jpg").write_bytes(b"\xff\xd8")
    (data.parent / "Your archive.html").write_text("<html></html>")
    return data.parent


def test_an_archive_goes_in_with_its_owner_as_author(settings: Settings, archive: Path, query: Query) -> None:
    messages: list[str] = []
    result = import_files(settings, [archive], messages.append)
    (found,) = result["files"]
    assert (found["status"], found["posts"], found["users"], found["rejects"]) == ("imported", 5, 1, 0)
    rows = query(
        "select post_id, author_id, created_at::varchar, conversation_id, in_reply_to_user_id, referenced_tweets, "
        "mentions, public_metrics.retweet_count, public_metrics.like_count, public_metrics.reply_count "
        "from raw.posts order by length(post_id), post_id"
    )
    at = "2018-10-10 20:19:24+00"
    ann = {"start": 0, "end": 4, "username": "ann", "id": "7"}
    bob = {"start": 3, "end": 7, "username": "bob", "id": "8"}
    parent = [{"type": "replied_to", "id": "1050118621198921000"}]
    quoted = [{"type": "quoted", "id": "1050118621198920999"}]
    assert rows == [
        (str(OLD_ID), OWNER_ID, "2009-03-06 08:00:00+00", None, None, None, None, 2, 3, None),
        ("1050118621198921700", OWNER_ID, at, None, "7", parent, [ann], 2, 3, None),
        ("1050118621198921701", OWNER_ID, at, None, None, [{"type": "retweeted", "id": None}], [bob], 2, 3, None),
        ("1050118621198921702", OWNER_ID, at, None, None, quoted, None, 2, 3, None),
        ("1050118621198921703", OWNER_ID, at, None, None, None, None, 2, 3, None),
    ]  # fmt: skip
    assert query("select account_id, username, name, created_at::varchar from raw.users") == [
        (OWNER_ID, "our_lab", "Our Lab", "2008-03-01 12:00:00+00")
    ]
    assert query(
        "select note_tweet_text, note_mentions[1].username from raw.posts where note_tweet_text <> ''"
    ) == [("A long thought that goes on and on, past what fits into one post.", "ann")]
    assert query(f"select payload->'v1' from raw.posts where post_id = '{OLD_ID}'") == [
        (json.dumps(TWEETS[3]["tweet"], separators=(",", ":")),)
    ]
    assert query("select count(*) from raw.posts where payload::varchar like '%private.example%'") == [(0,)]


def test_what_lies_about_in_an_archive_is_named_and_left(settings: Settings, archive: Path) -> None:
    result = import_files(settings, [archive])
    reasons = {Path(file["file"]).name: file["reason"] for file in result["skipped"]}
    assert {name: part for name, part in {
        "account.js": "together", "note-tweet.js": "together", "direct-messages.js": "consent",
        "deleted-tweets.js": "deleted", "like.js": "likes", "ad-engagements.js": "without posts",
        "1-a.jpg": ".jpg", "Your archive.html": ".html",
    }.items() if part not in reasons.pop(name)} == {}  # fmt: skip
    assert reasons == {}
    assert (result["refused_files"], result["rejected_lines"]) == (0, 0)


def test_the_same_archive_zipped_adds_nothing(
    settings: Settings, archive: Path, tmp_path: Path, query: Query
) -> None:
    zipped = tmp_path / "archive.zip"
    with zipfile.ZipFile(zipped, "w", zipfile.ZIP_DEFLATED) as out:
        for path in archive.rglob("*"):
            out.write(path, path.relative_to(archive))
    result = import_files(settings, [zipped])
    assert [(file["status"], file["posts"]) for file in result["files"]] == [("imported", 5)]
    before = query("select * from raw.posts order by all")
    assert import_files(settings, [archive, zipped, archive / "data" / "tweets.js"])["load"]["pages"] == 0
    assert query("select * from raw.posts order by all") == before
    zipped.write_bytes(zipped.read_bytes()[:300])
    assert "zip archive" in import_files(settings, [zipped])["files"][0]["reason"]


@pytest.mark.parametrize("name", ["tweet.js", "tweets-part1.js", "tweet-part12.js"])
def test_other_names_and_posts_without_their_wrapper(settings: Settings, tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_text(assigned("tweet", [tweet["tweet"] for tweet in TWEETS]))
    (tmp_path / "account.js").write_text(assigned("account", [{"account": ACCOUNT}]))
    assert import_files(settings, [tmp_path / name])["posts"] == 5


def test_nobody_knows_whose_posts_they_are(settings: Settings, archive: Path, query: Query) -> None:
    (archive / "data" / "account.js").unlink()
    (found,) = import_files(settings, [archive])["files"]
    assert found["status"] == "refused"
    assert "account.js" in found["reason"]
    assert query("select count(*) from raw.posts") == [(0,)]


def test_a_broken_and_a_cut_item_are_kept_and_the_rest_goes_in(
    settings: Settings, archive: Path, query: Query
) -> None:
    path = archive / "data" / "tweets.js"
    text = path.read_text()
    broken = text.replace('"full_text": "RT @bob: our museum opens"', '"full_text": "RT @bob: our muse')
    path.write_text(broken[: broken.index("A long thought") + 20])
    result = import_files(settings, [path])
    assert (result["posts"], result["rejected_lines"]) == (3, 2)
    rows = query("select line_number, source_path, content from raw.rejects order by line_number")
    lines = broken.splitlines()
    assert [row[1] for row in rows] == [str(path)] * 2
    assert [lines[row[0] - 1].strip() for row in rows] == ["{", "{"]
    assert "our muse" in rows[0][2]
    assert rows[1][2].endswith("A long thought that")
    assert import_files(settings, [path])["load"]["rejects"] == 0


def test_dumps_of_the_api_v1(settings: Settings, tmp_path: Path, query: Query) -> None:
    """As tweepy's Status._json and twarc 1 write them: users, and the repeated and quoted posts, inlined."""

    def status(post_id: int, text: str, author: int, **more: Any) -> dict[str, Any]:
        user = {
            "id": author, "id_str": str(author), "screen_name": f"user{author}", "name": f"User {author}",
            "friends_count": 5, "followers_count": 6, "statuses_count": 7, "listed_count": 0, "protected": False,
            "created_at": WRITTEN, "description": None,
        }  # fmt: skip
        return {
            "id": post_id,
            "id_str": str(post_id),
            "text": text,
            "created_at": WRITTEN,
            "user": user,
            **more,
        }

    statuses = [
        status(101, "cut sh…", 1, extended_tweet={"full_text": "cut short no more", "entities": {}}),
        status(102, "RT @user2: hello", 1, retweeted_status=status(50, "hello", 2, retweet_count=9)),
        status(103, "see this", 1, quoted_status_id_str="51", quoted_status=status(51, "quoted", 3)),
        status(104, "nobody", 1) | {"user": None},
        {"id_str": "no id", "text": "x"},
    ]
    path = tmp_path / "statuses.jsonl"
    path.write_text("\n".join(json.dumps(status) for status in statuses))
    result = import_files(settings, [path])
    assert (result["posts"], result["users"], result["rejected_lines"]) == (5, 3, 2)
    rows = query(
        "select post_id, section, author_id, text, referenced_tweets from raw.posts order by post_id::int"
    )
    assert rows == [
        ("50", "includes", "2", "hello", None),
        ("51", "includes", "3", "quoted", None),
        ("101", "data", "1", "cut short no more", None),
        ("102", "data", "1", "RT @user2: hello", [{"type": "retweeted", "id": "50"}]),
        ("103", "data", "1", "see this", [{"type": "quoted", "id": "51"}]),
    ]
    assert query(
        "select public_metrics.following_count, public_metrics.tweet_count from raw.users limit 1"
    ) == [(5, 7)]


def test_a_typed_repost_is_one_only_where_reposts_are_not_marked(
    settings: Settings, tmp_path: Path, query: Query
) -> None:
    """An archive since 2018 says in no other way that a post repeats another; the API v1.1 does."""
    text = "RT @bob: our museum opens <- may I bring my class?"
    typed = tweet(1, text, **named("bob", 8, 3))["tweet"]
    user = {"id_str": "9", "screen_name": "ann", "name": "Ann"}
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "tweets.js").write_text(assigned("tweets", [{"tweet": typed}]))
    (tmp_path / "data" / "account.js").write_text(assigned("account", [{"account": ACCOUNT}]))
    statuses = [
        typed | {"id_str": "2", "user": user},
        typed | {"id_str": "3", "user": user, "in_reply_to_status_id_str": "50"},
    ]
    (tmp_path / "statuses.json").write_text(json.dumps({"statuses": statuses}))
    import_files(settings, [tmp_path / "data", tmp_path / "statuses.json"])
    assert query("select post_id, referenced_tweets from raw.posts order by 1") == [
        ("1", [{"type": "retweeted", "id": None}]),
        ("2", None),
        ("3", [{"type": "replied_to", "id": "50"}]),
    ]


def test_long_texts_find_their_posts_though_only_one_of_them_is_escaped(
    settings: Settings, archive: Path, query: Query
) -> None:
    """And it is said when one finds none. Posts of one archive may stand in several files."""
    whole = "Peat & water <in short>: a < b && c > d, " + "and so on, " * 30 + "END"
    early = "…and then " + "more of it " * 30
    data = archive / "data"
    cut = whole[:200].replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    posts = [tweet(1, f"{cut}… https://t.co/abc"), tweet(2, f"{early[:120]}…")]
    (data / "tweets.js").write_text(assigned("tweets", posts[:1]))
    (data / "tweets-part1.js").write_text(assigned("tweets", posts[1:]))
    notes = [
        {"noteTweet": {"createdAt": "2018-10-10T20:19:24.000Z", "core": {"text": text}}}
        for text in ("Peat & wood", whole, early, "nobody's")
    ]
    (data / "note-tweet.js").write_text(assigned("note_tweet", notes))
    messages: list[str] = []
    result = import_files(settings, [archive], messages.append)
    assert query("select post_id, note_tweet_text from raw.posts order by 1") == [("1", whole), ("2", early)]
    assert result["unmatched_long_texts"] == 2
    assert any("note-tweet.js" in message and "2 long texts" in message for message in messages)


def test_an_archive_from_before_2018(settings: Settings, tmp_path: Path, query: Query) -> None:
    """A file for each month, with the author beside each post, another form of time, and reposts that are marked."""
    user = {"name": "Our Lab", "screen_name": "our_lab", "protected": False, "id_str": OWNER_ID, "id": 42}
    bob = {"name": "Bob", "screen_name": "bob", "id_str": "8", "id": 8}

    def old(post_id: int, text: str, at: str, by: dict[str, Any], **more: Any) -> dict[str, Any]:
        return {
            "source": "web", "entities": {"user_mentions": [], "urls": []}, "geo": {}, "id_str": str(post_id),
            "text": text, "id": post_id, "created_at": at, "user": by, **more,
        }  # fmt: skip

    opened = old(500, "we open", "2013-05-02 07:00:00 +0000", bob)
    months = {
        "2013_05": [
            old(501, "RT @bob: we open", "2013-05-02 08:30:00 +0000", user, retweeted_status=opened),
            old(502, "RT @bob: typed by hand", "2013-05-01 08:00:00 +0000", user),
        ],
        "2012_12": [old(400, "first", "Sat Dec 01 08:00:00 +0000 2012", user)],
    }
    tweets = tmp_path / "archive" / "data" / "js" / "tweets"
    tweets.mkdir(parents=True)
    for month, posts in months.items():
        (tweets / f"{month}.js").write_text(f"Grailbird.data.tweets_{month} =\n{json.dumps(posts, indent=1)}")
    (tweets.parent / "tweet_index.js").write_text('var tweet_index = [{"year": 2013}]')
    (tweets.parent / "user_details.js").write_text(
        'var user_details = {"id": "42", "screen_name": "our_lab"}'
    )
    (tmp_path / "archive" / "tweets.csv").write_text("tweet_id,text\n501,hello\n")
    result = import_files(settings, [tmp_path / "archive"])
    assert [(Path(file["file"]).name, file["status"], file["posts"]) for file in result["files"]] == [
        ("2012_12.js", "imported", 1),
        ("2013_05.js", "imported", 3),
    ]
    assert {Path(file["file"]).name for file in result["skipped"]} == {
        "tweet_index.js",
        "user_details.js",
        "tweets.csv",
    }
    assert query(
        "select post_id, author_id, created_at::varchar, referenced_tweets from raw.posts order by 1"
    ) == [
        ("400", OWNER_ID, "2012-12-01 08:00:00+00", None),
        ("500", "8", "2013-05-02 07:00:00+00", None),
        ("501", OWNER_ID, "2013-05-02 08:30:00+00", [{"type": "retweeted", "id": "500"}]),
        ("502", OWNER_ID, "2013-05-01 08:00:00+00", None),
    ]


@pytest.mark.parametrize(
    "prefix", ["module.exports = ", "export_1.data=", "const tweets = ", "\ufeffvar t = "]
)
def test_lists_that_are_assigned_to_anything(prefix: str, settings: Settings, tmp_path: Path) -> None:
    (tmp_path / "tweets.js").write_text(f"{prefix}{json.dumps(TWEETS)};\n", encoding="utf-8")
    (tmp_path / "account.js").write_text(f"{prefix}{json.dumps([{'account': ACCOUNT}])};")
    [found] = import_files(settings, [tmp_path / "tweets.js"])["files"]
    assert (found["read"], found["posts"], found["refused"]) == (5, 5, 0)
