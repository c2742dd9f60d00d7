"""The blocks of a CAR file: whatever is done to its bytes, what is whole comes out, and nothing else."""

import random
from pathlib import Path

import pytest

from extractors.files import car
from extractors.files.car import Block, Damage
from tests.extractors.files import written_car

RECORDS = {
    f"app.bsky.feed.post/3k{number:011d}": {"text": f"the {number}. heron " * (number % 9)}
    for number in range(120)
}


def read(path: Path, content: bytes) -> list[Block | Damage]:
    path.write_bytes(content)
    with car.opened(path) as file:
        return list(file.blocks())


def test_all_blocks_in_their_order(tmp_path: Path) -> None:
    blocks = written_car.repository(RECORDS)
    found = read(tmp_path / "a.car", written_car.car(blocks))
    assert [block.content for block in found if isinstance(block, Block)] == blocks
    assert [block.number for block in found] == list(range(1, len(blocks) + 1))
    with car.opened(tmp_path / "a.car") as file:
        assert isinstance(found[0], Block) and file.root == found[0].cid


@pytest.mark.parametrize("seed", range(60))
def test_only_what_was_spoilt_is_lost(seed: int, tmp_path: Path) -> None:
    random_ = random.Random(seed)
    blocks = written_car.repository(RECORDS)
    whole = written_car.car(blocks)
    start = len(written_car.car([], {"version": 1, "roots": [written_car.cid_of(blocks[0])]}))
    places = [start]
    for block in blocks:
        places.append(places[-1] + len(written_car.framed(block)))
    content = bytearray(whole)
    at = random_.randrange(start, len(whole) - 1)
    length = min(random_.choice([1, 1, 2, 40, 900]), len(whole) - at)
    how = random_.choice(["other bytes", "taken out", "put in", "cut"])
    if how == "other bytes":
        content[at : at + length] = bytes(
            byte ^ random_.randrange(1, 256) for byte in content[at : at + length]
        )
    elif how == "taken out":
        del content[at : at + length]
    elif how == "put in":
        content[at:at] = random_.choice(
            [random_.randbytes(length), bytes(length), whole[start : start + length]]
        )
        length = 0
    else:
        del content[at:]
        length = len(whole) - at
    found = read(tmp_path / "a.car", bytes(content))
    got = [block.content for block in found if isinstance(block, Block)]
    assert set(got) <= set(blocks)
    hit = {
        block
        for block, begin, end in zip(blocks, places, places[1:], strict=False)
        if begin < at + length and at < end
    }
    assert set(blocks) - set(got) <= hit, how
    if how == "other bytes" and set(got) != set(blocks):
        assert any(isinstance(one, Damage) for one in found)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"\x3a\xa2eroots", "damaged or cut"),
        (b"\xff" * 20, "damaged or cut"),
        (bytes.fromhex("0aa16776657273696f6e02") + b"\x00" * 40, "version 2"),
    ],
)
def test_what_has_no_beginning_is_not_read(content: bytes, words: str, tmp_path: Path) -> None:
    path = tmp_path / "a.car"
    path.write_bytes(content)
    with pytest.raises(car.NotRead, match=words), car.opened(path):
        pass


def test_a_file_made_to_waste_time_does_not(tmp_path: Path) -> None:
    """A block seems to begin at every few bytes, and each claims to be as long as one may be."""
    blocks = written_car.repository(RECORDS)
    claim = written_car.varint(car.LONGEST_BLOCK) + b"\x01\x71\x12\x20"
    found = read(tmp_path / "a.car", written_car.car(blocks) + claim * 1_000_000)
    assert [block.content for block in found[:-1] if isinstance(block, Block)] == blocks
    assert isinstance(found[-1], Damage)


def test_only_such_files_are_taken_for_one() -> None:
    assert car.is_car(written_car.car([b"\xa0"])[: car.START])
    for start in (b"", b"{", b'[{"roots": 1}]', b"\x3a", b"PK\x03\x04", b"\xa2eroots"):
        assert not car.is_car(start)
