"""A repository of Bluesky, as com.atproto.sync.getRepo gives it: its records, each with the address it has.

A CAR file holds blocks; a tree of blocks says which record has which path. Every node of the tree holds the paths of
its records in full, so what is whole in a cut file still has its address. https://atproto.com/specs/repository
"""

import base64
import json
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from extractors.bluesky.listed import READ
from extractors.files import answers, car, shapes
from extractors.files.car import Block, Damage
from extractors.files.incoming import Incoming
from extractors.files.lines import Line
from extractors.files.sources import NotReadable
from rapport.networks import BLUESKY

NETWORK = BLUESKY.name


@dataclass
class _Tree:
    """What the first look at a file has found. `paths`: of each block that is read as a record, where it stands."""

    did: str = ""
    paths: dict[bytes, list[str]] = field(default_factory=dict)
    others: Counter[str] = field(default_factory=Counter)
    is_whole: bool = True
    block_count: int = 0


@dataclass(frozen=True)
class _Node:
    """A node of the tree: the nodes below it, and its records."""

    below: list[bytes]
    records: list[tuple[str, bytes]]


def is_one(path: Path) -> bool:
    """Whether a plain file is a repository."""
    with path.open("rb") as file:
        return car.is_car(file.read(car.START))


def take_in(incoming: Incoming) -> None:
    """Takes in every record of the file that is read, and refuses what is damaged or missing. Raises NotReadable."""
    try:
        with car.opened(incoming.opened.path) as file:
            tree = _tree(file)
            for kind, count in tree.others.most_common():
                incoming.passed_over[f"records that are no posts: {kind}"] += count
                incoming.value_count += count
            _take_in_records(incoming, file, tree)
    except car.NotRead as problem:
        raise NotReadable(str(problem)) from problem


def _take_in_records(incoming: Incoming, file: car.Car, tree: _Tree) -> None:
    left, damage = tree.paths, ""
    for block in file.blocks():
        if isinstance(block, Damage):
            damage = damage or block.reason
            continue
        for path in left.pop(block.cid, ()):
            _take_in(incoming, tree.did, path, block)
    # Of damage that hit neither a record that is read nor the tree, nothing is lost.
    why = damage or "its block is not in the file"
    number = tree.block_count
    for path in sorted(path for paths in left.values() for path in paths):
        number += 1
        _refuse(incoming, number, f"a record is missing: {path}; {why}")
    if not tree.is_whole:
        _refuse(
            incoming, number + 1, f"a part of the tree of records is missing: nobody knows how many; {why}"
        )


def _take_in(incoming: Incoming, did: str, path: str, block: Block) -> None:
    collection = path.partition("/")[0]
    record = _as_json(car.decoded(block.content))
    item = {"uri": f"at://{did}/{path}", "cid": car.as_text(block.cid), "value": record}
    line = Line(block.number, json.dumps(item).encode(), item, collection)
    incoming.count(line)
    if isinstance(record, dict):
        answers.take_in(incoming, line)
    else:
        incoming.reject(block.number, line.raw, f"it is no record: {path}")


def _refuse(incoming: Incoming, number: int, reason: str) -> None:
    incoming.count(Line(number, b"", None, shapes.UNKNOWN))
    incoming.reject(number, b"", reason)


def _tree(file: car.Car) -> _Tree:
    """Whose repository it is, and the path of each record that is read. Raises car.NotRead if nothing says so."""
    nodes: dict[bytes, _Node] = {}
    commits: dict[bytes, dict[str, Any]] = {}
    count = 0
    for block in file.blocks():
        count = block.number
        if isinstance(block, Damage):
            continue
        value = car.decoded(block.content)
        if isinstance(value, dict) and "$type" not in value:
            node = _node(value)
            if node is not None:
                nodes[block.cid] = node
            elif isinstance(value.get("did"), str) and isinstance(value.get("data"), bytes):
                commits[block.cid] = value
    commit = commits.get(file.root) or (next(iter(commits.values())) if len(commits) == 1 else None)
    if commit is None or not BLUESKY.is_account_id(commit["did"]):
        raise car.NotRead("the block that says whose repository it is is missing or damaged")
    reached, is_whole = _reached(nodes, commit["data"])
    tree = _Tree(commit["did"], is_whole=is_whole, block_count=count)
    # Where the way from the top is broken, what lies beyond is known by itself.
    for node in reached if is_whole else nodes.values():
        for path, cid in node.records:
            if path.partition("/")[0] in READ:
                tree.paths.setdefault(cid, []).append(path)
            else:
                tree.others[path.partition("/")[0]] += 1
    return tree


def _reached(nodes: dict[bytes, _Node], top: bytes) -> tuple[list[_Node], bool]:
    """The nodes that are reached from the top, and whether all of them are there."""
    waiting, reached, is_whole = [top], dict[bytes, _Node](), True
    while waiting:
        cid = waiting.pop()
        if cid in reached:
            continue
        node = nodes.get(cid)
        if node is None:
            is_whole = False
            continue
        reached[cid] = node
        waiting += node.below
    return list(reached.values()), is_whole


def _node(value: dict[str, Any]) -> _Node | None:
    """A block as a node of the tree; None if it is none. A path is written without what it shares with the last."""
    entries, left = value.get("e"), value.get("l")
    if not isinstance(entries, list) or not (left is None or isinstance(left, bytes)):
        return None
    below, records, key = [left] if left else [], [], b""
    for entry in entries:
        if not isinstance(entry, dict):
            return None
        shared, rest, cid, right = (entry.get(name) for name in ("p", "k", "v", "t"))
        if not (isinstance(shared, int) and isinstance(rest, bytes) and isinstance(cid, bytes)):
            return None
        key = key[:shared] + rest
        records.append((key.decode("utf-8", "replace"), cid))
        if isinstance(right, bytes):
            below.append(right)
    return _Node(below, records)


def _as_json(value: Any) -> Any:
    """A record as the network writes it in JSON: names of blocks as links, other bytes in base64."""
    if isinstance(value, bytes):
        if car.is_cid(value):
            return {"$link": car.as_text(value)}
        return {"$bytes": base64.b64encode(value).decode().rstrip("=")}
    if isinstance(value, list):
        return [_as_json(item) for item in value]
    if isinstance(value, dict):
        return {name: _as_json(item) for name, item in value.items()}
    return value
