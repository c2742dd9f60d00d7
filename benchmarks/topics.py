"""How often topics are found, and how often rightly: `python -m benchmarks.topics` prints the tables of docs/topics.md.

On the labelled posts of tests/extractors/topics/labelled: hashtags, lists of words, meaning, and words with meaning as
Rapport has it. `--choose` prints what each threshold would give on the half that it is chosen on; all else is measured
on the other half. `--speed COUNT` says what so many posts take, and then what a hundredth more and changed topics do.
"""

import argparse
import re
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from extractors.raw import raw_store
from extractors.topics import matching, meaning
from extractors.topics.matching import Finder
from extractors.topics.words import pattern_of, plain, said
from rapport import warehouse
from rapport.config import Config, Settings, load_settings
from rapport.config_clients import Client
from rapport.definitions import definition
from rapport.networks import DEFAULT
from tests.extractors.topics.labelled import Labelled, posts, topics

# For a text, the topics that a method finds.
Method = Callable[[Labelled], set[str]]
Pair = tuple[int, str]
_TAGS = re.compile(r"[#＃](\w+)")


def client(*keys: str, examples: bool = True) -> Client:
    """A client with the labelled topics: with the words of these lists, and with the examples or without."""
    found = [
        {
            "name": topic["name"],
            "words": [word for key in keys for word in topic[key]],
            "examples": topic["examples"] if examples else [],
        }
        for topic in topics()
    ]
    usable = [topic for topic in found if topic["words"] or topic["examples"]]
    return Client.model_validate({"id": "lab", "name": "Lab", "accounts": ["1"], "topics": usable})


def by_hashtag() -> Method:
    """Only hashtags, with the words of every language."""
    patterns = {topic["name"]: pattern_of(topic["words"] + topic["words_elsewhere"]) for topic in topics()}

    def find(post: Labelled) -> set[str]:
        tags = [f"#{plain(tag)}" for tag in _TAGS.findall(said(post.text))]
        return {name for name, pattern in patterns.items() if pattern and any(map(pattern.search, tags))}

    return find


def by_finder(finder: Finder, scored: dict[str, tuple[str, float]], margin: float) -> Method:
    """Words, and of the texts' nearest topics those that are nearer by at least the margin."""

    def find(post: Labelled) -> set[str]:
        name, score = scored.get(post.text, ("", -1.0))
        return {*(finder.by_words(post.text)), *([name] if score >= margin else [])}

    return find


def precision_and_recall(method: Method, of: Iterable[Labelled]) -> tuple[float, float, int, int]:
    """(share of what was found that is right, share of what is there that was found, found, there)."""
    right = found = there = 0
    for post in of:
        names = method(post)
        found += len(names)
        right += sum(post.is_about(name) for name in names)
        there += post.is_about(post.topic)
    return right / found if found else 1.0, right / there, found, there


def scores(finder: Finder, of: Sequence[Labelled]) -> dict[str, tuple[str, float]]:
    """Text → the nearest topic, and by how much it is nearer than everyday talk."""
    vectors = meaning.unpacked(meaning.packed(meaning.vectors([post.text for post in of])))
    return {post.text: score for post, score in zip(of, finder.scores(vectors), strict=True)}


def main() -> None:
    """Prints the tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--choose", action="store_true", help="what each threshold gives on the other half")
    parser.add_argument("--speed", type=int, metavar="COUNT", help="what so many posts take")
    arguments = parser.parse_args()
    if arguments.speed:
        for line in _speed(arguments.speed):
            print(line, flush=True)
        return
    everything = posts()
    finders = {
        "own": Finder.of(client("words", examples=False), ""),
        "all": Finder.of(client("words", "words_elsewhere", examples=False), ""),
        "examples": Finder.of(client(), meaning.version()),
    }
    scored = scores(finders["examples"], everything)
    margin = definition("topic_margin")
    if arguments.choose:
        _choose(finders, scored, [post for post in everything if post.is_chosen_on])
        return
    methods = {
        "hashtags": by_hashtag(),
        "words, en and de": by_finder(finders["own"], {}, 1),
        "words, all languages": by_finder(finders["all"], {}, 1),
        "meaning": by_finder(finders["examples"], scored, margin),
        "words (en, de) + meaning": by_finder(finders["own"], scored, margin),
        "words (all) + meaning": by_finder(finders["all"], scored, margin),
    }
    rest = [post for post in everything if not post.is_chosen_on]
    _by_language(methods, rest)
    _by_kind(methods, rest)


def _by_language(methods: dict[str, Method], of: Sequence[Labelled]) -> None:
    languages = sorted({post.language for post in of})
    print(f"Precision / recall, on {len(of)} posts:\n")
    print(f"| method | {' | '.join(languages)} | all |")
    print(f"|---|{'---|' * (len(languages) + 1)}")
    for name, method in methods.items():
        cells = [
            "{:.2f} / {:.2f}".format(
                *precision_and_recall(method, [post for post in of if post.language in some])[:2]
            )
            for some in [*([language] for language in languages), languages]
        ]
        print(f"| {name} | {' | '.join(cells)} |")


def _by_kind(methods: dict[str, Method], of: Sequence[Labelled]) -> None:
    kinds = ("plain", "oblique", "tagged", "near", "off")
    print("\nPosts that were found rightly (plain, oblique, tagged) and wrongly (near, off), of how many:\n")
    print(f"| method | {' | '.join(kinds)} |")
    print(f"|---|{'---|' * len(kinds)}")
    for name, method in methods.items():
        cells = []
        for kind in kinds:
            some = [post for post in of if post.kind == kind]
            hits = sum(
                bool(method(post)) if kind in ("near", "off") else post.topic in method(post) for post in some
            )
            cells.append(f"{hits} of {len(some)}")
        print(f"| {name} | {' | '.join(cells)} |")


def _choose(finders: dict[str, Finder], scored: dict[str, tuple[str, float]], of: Sequence[Labelled]) -> None:
    print(f"Precision / recall by threshold, on the {len(of)} posts that it is chosen on:\n")
    print("| threshold | meaning | words (en, de) + meaning | words (all) + meaning |\n|---|---|---|---|")
    for hundredths in range(0, 26, 2):
        cells = [
            "{:.2f} / {:.2f}".format(
                *precision_and_recall(by_finder(finders[name], scored, hundredths / 100), of)[:2]
            )
            for name in ("examples", "own", "all")
        ]
        print(f"| {hundredths / 100:.2f} | {' | '.join(cells)} |")


def _speed(count: int) -> Iterator[str]:
    """What `rapport build` does for topics before dbt starts: in a home with so many posts, each with its own text."""
    with tempfile.TemporaryDirectory() as folder:
        settings = replace(load_settings(Path(folder)), config=Config(clients=[client("words")]))
        _add_posts(settings, 0, count)
        yield f"all new: {_timed(settings)}"
        _add_posts(settings, count, count // 100)
        yield f"one in a hundred new: {_timed(settings)}"
        yield f"nothing new: {_timed(settings)}"
        changed = replace(settings, config=Config(clients=[client("words", "words_elsewhere")]))
        yield f"topics changed: {_timed(changed)}"


def _add_posts(settings: Settings, first: int, count: int) -> None:
    with warehouse.connect(settings) as connection:
        raw_store.create_tables(connection)
        connection.execute(
            "insert into raw.pages by name select $key as page_key, 'file' as source", {"key": str(first)}
        )
        connection.execute(
            "insert into raw.posts by name select $key as page_key, $network as network, number::varchar as post_id, "
            "texts[number % len(texts) + 1] || ' ' || number as text "
            "from (select unnest(range($first::bigint, $end::bigint)) as number, $texts::varchar[] as texts)",
            {
                "key": str(first),
                "network": DEFAULT,
                "first": first,
                "end": first + count,
                "texts": [post.text for post in posts()],
            },
        )


def _timed(settings: Settings) -> str:
    size = settings.warehouse_path.stat().st_size
    started, cpu = time.monotonic(), time.process_time()
    done = matching.match(settings, lambda line: None)
    seconds, cpu = time.monotonic() - started, time.process_time() - cpu
    grown = (settings.warehouse_path.stat().st_size - size) / 1e6
    return (
        f"{done.text_count:,} texts, {done.read_count:,} read, {done.compared_count:,} compared, in {seconds:.1f} s, "
        f"{cpu:.1f} s of CPU ({done.compared_count / cpu:,.0f} a second); the warehouse grew by {grown:.0f} MB"
    )


if __name__ == "__main__":
    main()
