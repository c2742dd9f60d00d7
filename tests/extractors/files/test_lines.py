"""The JSON values of a file: however they are written one after another, cut, broken, or damaged."""

import json
import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from extractors.files import json_text, shapes
from extractors.files.lines import Line, lines
from tests.extractors.server import post, user

Write = Callable[[bytes | str], Path]
OPEN = "[{"


@pytest.fixture
def write(tmp_path: Path) -> Write:
    def to_file(content: bytes | str) -> Path:
        path = tmp_path / "file"
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return path

    return to_file


def ids(found: list[Line]) -> list[str]:
    """Ids of the posts, in their order."""
    posts = []
    for line in found:
        if line.kind == shapes.FLAT_POST:
            posts.append(line.value["id"])
        elif line.kind == shapes.V1_POST:
            posts.append(line.value["id_str"])
        elif line.kind == shapes.PAGE_OF_POSTS:
            posts += [own["id"] for own in line.value["data"]]
    return posts


def a_post(number: int) -> dict[str, Any]:
    """With what a reader may stumble over in its text."""
    return post(number, text=f'{number} "}}{{][ \\ \n , é 🌱 \u2028 ]{OPEN}')


def v1(number: int) -> dict[str, Any]:
    return {
        "id_str": str(number), "text": "old }{", "created_at": "Wed Oct 10 20:19:24 +0000 2018",
        "user": {"id_str": "7", "screen_name": "us"},
    }  # fmt: skip


def written(random_: random.Random, numbers: list[int]) -> str:
    """Some posts in one of the ways in which programs write them."""
    posts = [a_post(number) for number in numbers]
    indent = random_.choice([None, None, 1, 4])
    dump = {"indent": indent, "ensure_ascii": random_.random() < 0.5}
    way = random_.randrange(7)
    if way == 0:
        return "\n".join(json.dumps(one, **dump) for one in posts)
    if way == 1:
        return "".join(json.dumps(one, **dump) for one in posts)
    if way == 2:
        return json.dumps(posts, **dump)
    if way == 3:
        return json.dumps({"data": posts, "meta": {"result_count": len(posts)}}, **dump)
    if way == 4:
        return f"window.YTD.tweets.part0 = {json.dumps([v1(number) for number in numbers], **dump)};"
    if way == 5:
        return json.dumps({random_.choice(["statuses", "results"]): [v1(n) for n in numbers]}, **dump)
    response = [posts, {"users": [user(7, "us")]}, [], {"result_count": len(posts)}]
    return json.dumps(response, **dump)


@pytest.mark.parametrize("seed", range(40))
def test_values_one_after_another_are_all_read(
    seed: int, write: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Lists, pages, lines, assignments and tuples, joined as `cat` joins them; read in blocks of any size."""
    random_ = random.Random(seed)
    monkeypatch.setattr(json_text, "_BLOCK", random_.choice([1, 7, 64, 1000, 1 << 20]))
    numbers = list(range(1, random_.randrange(2, 30)))
    parts, start = [], 0
    while start < len(numbers):
        end = start + random_.randrange(1, 6)
        parts.append(written(random_, numbers[start:end]))
        start = end
    content = random_.choice(["", "\ufeff"])
    for part in parts:
        content += part + random_.choice(["\n", "\r\n", "\n\n", " ", "\n\ufeff", ",\n"])
    found = list(lines(write(content)))
    assert ids(found) == [str(number) for number in numbers]
    assert [line.reason for line in found if line.reason] == []


def test_each_value_is_named_by_its_line_and_given_as_it_stands(write: Write) -> None:
    spaced = '{"data": [ {"id": "1","text":"é",  "author_id":"7"}\n ] }'
    found = list(lines(write(f"\n\n{spaced}\n{json.dumps(a_post(2))}\n")))
    assert [(line.number, line.raw) for line in found] == [
        (3, spaced.encode()),
        (5, json.dumps(a_post(2)).encode()),
    ]


@pytest.mark.parametrize("indent", [None, 2])
@pytest.mark.parametrize("block", [5, 1 << 20])
def test_of_lines_only_the_one_that_is_cut_is_lost(
    indent: int | None, block: int, write: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Cut at every place that a killed writer may have stopped at."""
    monkeypatch.setattr(json_text, "_BLOCK", block)
    before, cut, after = (
        json.dumps({"data": [a_post(n)]}, indent=indent, ensure_ascii=False) for n in (1, 2, 3)
    )
    for end in range(1, len(cut) - 1, 1 if block > 5 else 17):
        content = f"{before}\n{cut[:end]}\n{after}\n"
        found = list(lines(write(content)))
        assert ids(found) == ["1", "3"], cut[:end]
        [lost] = [line for line in found if line.reason]
        assert lost.raw.decode() == cut[:end].strip(" \n")
        assert lost.number == before.count("\n") + 2


@pytest.mark.parametrize("indent", [None, 1])
def test_of_a_list_only_the_item_that_is_broken_is_lost(indent: int | None, write: Write) -> None:
    posts = [a_post(number) for number in range(1, 8)]
    whole = json.dumps(posts, indent=indent, ensure_ascii=False)
    start = whole.index('"id": "4"')
    end = whole.index('"id": "5"') - (10 if indent else 2)
    random_ = random.Random(4)
    for at in sorted(random_.sample(range(start, end), 60)):
        broken = whole[:at] + whole[at + 1 :]
        found = list(lines(write(broken + "\n" + json.dumps([a_post(9)]))))
        others = [number for number in ids(found) if number != "4"]
        assert others == ["1", "2", "3", "5", "6", "7", "9"], broken[start : end + 5]


def test_what_is_no_json_is_a_line_of_its_own(write: Write) -> None:
    content = (
        f'some words\n{json.dumps(a_post(1))}\n# a comment\n{{"data": NaN}}\n{json.dumps(a_post(2))}\n]\n'
    )
    found = list(lines(write(content)))
    assert ids(found) == ["1", "2"]
    assert [(line.number, line.raw) for line in found if line.reason] == [
        (1, b"some words"),
        (3, b"# a comment"),
        (4, b'{"data": NaN}'),
        (6, b"]"),
    ]


@pytest.mark.parametrize(
    "harm", ["[" * 100_000, '{"a":' * 100_000, "[" * 900 + "]" * 900, '"' * 99_999, "{" * 9_999]
)
def test_what_was_made_to_harm_does_none(harm: str, write: Write) -> None:
    found = list(lines(write(f"{json.dumps(a_post(1))}\n{harm}\n{json.dumps(a_post(2))}\n")))
    assert "1" in ids(found)
    assert any(line.kind == shapes.UNKNOWN for line in found)


def test_a_value_that_is_too_long_is_given_up(write: Write, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(json_text, "_BLOCK", 100)
    monkeypatch.setattr(json_text, "_LONGEST", 1000)
    content = f'{json.dumps(a_post(1))}\n{{"data": "{"x" * 5000}"}}\n{json.dumps(a_post(2))}\n'
    found = list(lines(write(content)))
    assert ids(found)[0] == "1" and ids(found)[-1] == "2"
    refused = [line for line in found if line.reason]
    assert sum(len(line.raw) for line in refused) >= 5000
    assert "more than" in refused[0].reason


def test_damaged_signs_are_mended_and_never_become_a_question(write: Write) -> None:
    """Half an emoji, as an escape or as three bytes; a whole one as two halves of three bytes (CESU-8)."""
    text = '{"id": "1", "author_id": "7", "text": "a XX b"}'
    for damage, mended in (
        (b"\xed\xa0\xbd\xed\xb2\x9b", "💛"),
        (b"\xed\xa0\xbd", "\ufffd"),
        (b"\xed\xb2\x9b!\xed\xa0\xbd", "\ufffd!\ufffd"),
        ("💛\ufffd".encode(), "💛\ufffd"),
    ):
        [line] = lines(write(text.encode().replace(b"XX", damage)))
        assert (line.kind, line.value["text"]) == (shapes.FLAT_POST, f"a {mended} b")
        assert line.raw.decode() == text.replace("XX", mended)


@pytest.mark.parametrize("damage", [b"caf\xe9", b"\xff", b"\xc3", b"\xed\xa0", b"\xf8\x88\x80\x80\x80"])
def test_bytes_of_another_encoding_are_refused_with_it(damage: bytes, write: Write) -> None:
    """Nobody knows which sign was meant; in a list as well as on a line, and the rest is read."""
    item = json.dumps(post(1)).encode().replace(b"post 1", damage)
    for content in (
        item + b"\n" + json.dumps(post(2)).encode(),
        b"[" + item + b"," + json.dumps(post(2)).encode() + b"]",
    ):
        found = list(lines(write(content)))
        assert ids(found) == ["2"]
        [refused] = [line for line in found if line.reason]
        assert "UTF-8" in refused.reason
