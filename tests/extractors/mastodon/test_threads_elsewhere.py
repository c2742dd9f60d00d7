"""Threads as other servers show them: cut for strangers, and never trusted with what we wrote."""

import json
from collections.abc import Callable

from extractors.mastodon.dialect import DIALECT
from extractors.raw import raw_store
from rapport.config import Settings
from rapport.warehouse import connect
from tests.extractors.mastodon.running import fetch, pages, posts
from tests.mastodon_world import US, Talk, Uris


def test_a_thread_that_is_cut_without_a_token_is_followed_down(
    home: Callable[..., Settings], talk: Talk, uris: Uris
) -> None:
    """A server shows strangers 20 levels of answers, and 60 answers; what it shows beside each other it shows once."""
    here, deep = uris.root, []
    for number in range(45):
        here = talk.say(("ada@fedi.test", US)[number % 2], f"Level {number}.", to=here)
        deep.append(here)
    wide = talk.say(US, "What do you all think?")
    answers = [talk.say("bo@fedi.test", f"@{US} Thought {number}.", to=wide) for number in range(70)]
    settings = home(tokens={})
    said = fetch(settings)
    found = posts(settings, "conversations")
    assert set(deep) <= set(found)
    assert len(set(answers) & set(found)) == 60
    assert found[wide]["public_metrics"]["reply_count"] == 70, "so completeness knows what is missing"
    [told] = [line for line in said if "does not show all answers" in line]
    assert wide in told and "with a token" in told
    before = len(pages(settings, "conversations"))
    fetch(settings)
    assert len(pages(settings, "conversations")) == before, "a finished run looks no deeper again"


def test_a_strangers_server_has_no_say_in_what_we_wrote(
    home: Callable[..., Settings], talk: Talk, uris: Uris
) -> None:
    """Ada's server shows our answer with other words. Ours shows it as it is, and that is what counts."""
    settings = home()
    fetch(settings)
    forged = 0
    for page in pages(settings, "conversations"):
        if page.envelope["host"] != "fedi.test":
            continue
        body = json.loads(
            json.dumps(page.body).replace("Which bog?", "I hate bogs.").replace("A day in", "Our day in")
        )
        reading = DIALECT.read(page.envelope, body)
        texts = {post["id"]: post.get("text") for post in (*reading.own, *reading.posts)}
        if uris.foreign in texts:
            forged += 1
            assert texts[uris.foreign] == "Our day in the bog.", "of its own people it may say all"
            assert uris.our_answer not in texts
            assert US not in {user["id"] for user in reading.users}
            assert any(
                {"type": "replied_to", "id": uris.foreign} in (post.get("referenced_tweets") or ())
                for post in reading.own
            ), "the thread stays in one piece"
            ours = next(one for one in body["descendants"] if one["uri"] == uris.our_answer)
            stolen = {**body, "descendants": [ours | {"account": body["status"]["account"]}]}
            assert uris.our_answer not in DIALECT.read(page.envelope, stolen).own_ids
    assert forged
    raw_store.load(settings, lambda line: None)
    with connect(settings) as connection:
        rows = connection.execute(
            "select endpoint like 'https://fedi.test/%', section, text from raw.posts "
            "inner join raw.pages using (page_key) where post_id = ?",
            [uris.our_answer],
        ).fetchall()
        [(refused,)] = connection.execute("select count(*) from raw.rejects").fetchall()
    assert refused == 0
    assert set(rows) == {(False, "data", "@ada Which bog?"), (True, "beyond", None)}
