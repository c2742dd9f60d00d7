"""`rapport topic`: what posts are about, looked at, tried and corrected by hand."""

from typing import Annotated, Any

import typer
from rich.table import Table

from operations.cli.terminal import out, plain, say
from rapport.config import Settings, load_settings
from rapport.errors import RapportError

app = typer.Typer(
    name="topic",
    no_args_is_help=True,
    help="What posts are about: the topics under `[[clients.topics]]` of rapport.toml.\n\n"
    "`rapport build` finds them by words and, with the extra `topics`, by meaning (docs/topics.md says how often it is "
    "right). What is wrong is corrected here, and stands in topics.csv of the home.",
)

_EXCERPT = 90
Client = Annotated[
    str | None, typer.Option("--client", help="Whose topic it is; may be left out if there is one client.")
]
Topic = Annotated[str, typer.Argument(help="The topic's name, as in rapport.toml.")]
Post = Annotated[
    str, typer.Argument(help="network:id as `rapport topic posts` shows it, or the post's address.")
]


@app.command("list", epilog="Example: `rapport topic list`.")
def list_(client: Client = None) -> None:
    """Lists the topics as of the last build: how many posts of ours are about each, and how they were found."""
    table = Table(
        "client", "topic", "posts of ours", "by word", "by meaning", "by hand", "conversations", "people"
    )
    for row in _rows(
        "select client_id, topic, our_post_count, all_our_post_count, by_word_count, by_meaning_count, by_hand_count, "
        "conversation_count, all_conversation_count, person_count, all_person_count, is_by_meaning "
        "from reports.rpt_topics where coalesce(client_id = $client, true) order by client_id, topic_number",
        {"client": client},
    ):
        (
            client_id,
            topic,
            ours,
            all_ours,
            word,
            meaning,
            hand,
            talks,
            all_talks,
            people,
            all_people,
            is_by_meaning,
        ) = row
        table.add_row(
            plain(client_id), plain(topic), f"{ours:,} of {all_ours:,}", f"{word:,}",
            f"{meaning:,}" if is_by_meaning else "not looked for", f"{hand:,}", f"{talks:,} of {all_talks:,}",
            f"{people:,} of {all_people:,}",
        )  # fmt: skip
    out.print(table)


@app.command(epilog="Example: `rapport topic posts Peatlands --client lab`.")
def posts(
    topic: Topic,
    client: Client = None,
    limit: Annotated[int, typer.Option("--limit", min=1, help="How many are shown.")] = 20,
) -> None:
    """Shows posts about a topic as of the last build, those first that were found by meaning and are least sure."""
    client_id, name = _named(load_settings(), client, topic)
    found = _rows(
        "select about.network || ':' || about.post_id, found_by, score, posts.text "
        "from reports.rpt_topic_posts as about inner join marts.posts as posts using (network, post_id) "
        "where client_id = $client and topic = $topic "
        "order by found_by <> 'meaning', score, about.created_at desc, about.network, about.post_id",
        {"client": client_id, "topic": name},
    )
    table = Table("post", "found by", "how sure", "what it says")
    for post, found_by, score, text in found[:limit]:
        sure = "" if score is None else f"{score:.2f}"
        table.add_row(plain(post), plain(found_by), sure, plain(text or "(not to be shown)")[:_EXCERPT])
    out.print(table)
    say(f"{min(limit, len(found)):,} of {len(found):,}. Wrong? rapport topic no POST TOPIC")


@app.command(epilog="Example: `rapport topic yes x:1586025008899448832 Peatlands --client lab`.")
def yes(post: Post, topic: Topic, client: Client = None) -> None:
    """Says that a post is about a topic."""
    _put(post, topic, client, is_about=True)


@app.command(epilog="Example: `rapport topic no x:1586025008899448832 Peatlands --client lab`.")
def no(post: Post, topic: Topic, client: Client = None) -> None:
    """Says that a post is not about a topic."""
    _put(post, topic, client, is_about=False)


@app.command(epilog="Example: `rapport topic undo x:1586025008899448832 Peatlands --client lab`.")
def undo(post: Post, topic: Topic, client: Client = None) -> None:
    """Takes a correction back: what was found counts again."""
    from extractors.topics import corrections
    from operations.erasure import naming

    settings = load_settings()
    gone = corrections.remove(settings, _client(settings, client), topic, naming.post(settings, post))
    say(f"Taken back: {gone.post}, {gone.topic}. Next: rapport build")


@app.command("corrections", epilog="Example: `rapport topic corrections`.")
def corrections_(client: Client = None) -> None:
    """Lists what was corrected by hand."""
    from extractors.topics import corrections

    table = Table("client", "topic", "post", "about it")
    for one in corrections.read(load_settings()):
        if client in (None, one.client_id):
            table.add_row(
                plain(one.client_id), plain(one.topic), plain(one.post), "yes" if one.is_about else "no"
            )
    out.print(table)


@app.command("try", epilog="Example: `rapport topic try 'The sphagnum is coming back' --client lab`.")
def try_(text: Annotated[str, typer.Argument(help="A text in any language.")], client: Client = None) -> None:
    """Says what a text would be about, by rapport.toml as it stands now: for those who describe a topic."""
    from extractors.topics import meaning
    from extractors.topics.matching import Finder
    from rapport.definitions import definition

    settings = load_settings()
    found = settings.config.client(_client(settings, client))
    finder = Finder.of(found, meaning.version())
    named = finder.by_words(text)
    for name in named:
        say(f"{name}: a word of it stands there")
    for name, score in finder.scores(meaning.vectors([text])) if finder.directions else []:
        is_found = score >= definition("topic_margin")
        say(
            f"{name}: nearest by meaning, {score:+.2f} from everyday talk. That is {'' if is_found else 'not '}enough: "
            f"{definition('topic_margin'):g} is needed"
        )
    if not found.topics:
        say(f"{found.id} has no topics: describe them in rapport.toml, under [[clients.topics]]")
    elif not finder.directions and any(topic.examples for topic in found.topics):
        say("By words alone: the model that reads meaning comes with `uv sync --extra topics`")
    elif not named and not finder.directions:
        say("No word of any topic stands there")


def _put(post: str, topic: str, client: str | None, *, is_about: bool) -> None:
    from extractors.topics import corrections
    from operations.erasure import naming

    settings = load_settings()
    noted = corrections.put(
        settings, _client(settings, client), topic, naming.post(settings, post), is_about=is_about
    )
    say(f"Noted: {noted.post} is {'' if is_about else 'not '}about {noted.topic}. Next: rapport build")


def _client(settings: Settings, client: str | None) -> str:
    """The client that is meant: the one there is, where none is named."""
    clients = settings.config.clients
    if client is None and len(clients) == 1:
        return clients[0].id
    if client is None:
        raise RapportError(
            "there are several clients, and each has topics of its own",
            f"say whose is meant: --client {' or --client '.join(one.id for one in clients)}",
        )
    return settings.config.client(client).id


def _named(settings: Settings, client: str | None, topic: str) -> tuple[str, str]:
    from extractors.topics import corrections

    client_id = _client(settings, client)
    return client_id, corrections.topic_of(settings.config.client(client_id), topic)


def _rows(query: str, values: dict[str, Any]) -> list[tuple[Any, ...]]:
    """Rows of the last build."""
    from rapport import warehouse

    with warehouse.connect(load_settings(), read_only=True) as connection:
        if not warehouse.has_table(connection, "reports", "rpt_topic_posts"):
            raise RapportError("topics were not looked for yet", "run `rapport build` first")
        return connection.execute(query, values).fetchall()
