"""Values of Bluesky and Mastodon with anything wrong about them: each is taken, passed over or refused, and counted."""

import copy
import json
from collections.abc import Callable
from pathlib import Path
from random import Random
from typing import Any

import pytest

from extractors.files import quarantine
from extractors.files.importer import import_files
from extractors.landing import landing_files
from extractors.recognition import recogniser_of
from extractors.translation import translator_of
from rapport.config import Settings
from tests.extractors.files import test_answers as answers
from tests.extractors.files import test_outboxes as outboxes
from tests.extractors.files import test_repositories as repositories
from tests.mutations import ODD

Query = Callable[[str], list[tuple[Any, ...]]]
DID = repositories.DID
RECORDS = [
    {"uri": f"at://{DID}/{path}", "cid": "bafy", "value": record}
    for path, record in repositories.RECORDS.items() if "avatar" not in record
]  # fmt: skip
VIEW = answers.view("3kaaa", reply={"root": {"uri": repositories.ROOT}, "parent": {"uri": repositories.ROOT}})
STATUS = answers.status(1, answers.account("heron"), mentions=[answers.account("ana", "other.example")])
WHOLE: dict[str, list[Any]] = {
    "bluesky": [
        *RECORDS, VIEW, {"feed": [{"post": VIEW, "reason": {"by": answers.profile(), "uri": "at://x"}}]},
        {"records": RECORDS}, {"uri": VIEW["uri"], "likes": [{"actor": answers.profile()}]}, {"thread": {"post": VIEW}},
        answers.profile(),
    ],
    "mastodon": [
        *outboxes.ITEMS, outboxes.ACTOR, STATUS, {"data": [STATUS, STATUS]}, answers.account("heron"),
        {"ancestors": [STATUS], "descendants": [answers.status(2, answers.account("bo"), in_reply_to_id="1")]},
    ],
}  # fmt: skip


def spoilt(random_: Random, value: Any) -> Any:
    """A copy in which something, somewhere, is something else."""
    made = copy.deepcopy(value)
    here = made
    while True:
        if not isinstance(here, dict | list) or not here:
            return made
        key = random_.choice(list(here) if isinstance(here, dict) else range(len(here)))
        if random_.random() < 0.4 or not isinstance(here[key], dict | list) or not here[key]:
            if random_.random() < 0.2 and isinstance(here, dict):
                del here[key]
            else:
                here[key] = copy.deepcopy(random_.choice(ODD))
            return made
        here = here[key]


@pytest.mark.parametrize("network", WHOLE)
def test_nothing_in_a_value_stops_the_reader(network: str) -> None:
    random_ = Random(7)
    recogniser, translator = recogniser_of(network), translator_of(network)
    assert recogniser and translator
    known = 0
    for number in range(6000):
        value = spoilt(random_, random_.choice(WHOLE[network]))
        if number % 3 == 0:
            value = spoilt(random_, value)
        recogniser.items_of(value)
        found = recogniser.answer(value)
        if found is not None and not (found.refused or found.passed_over):
            body = {found.listed: [found.value]} if found.listed else found.value
            known += bool(list(translator({"network": network, "host": found.host}, body)))
    assert known > 1500


@pytest.mark.parametrize("network", WHOLE)
def test_every_spoilt_value_is_counted(
    network: str, settings: Settings, tmp_path: Path, query: Query
) -> None:
    random_ = Random(11)
    values = [spoilt(random_, random_.choice(WHOLE[network])) for _ in range(700)]
    path = tmp_path / "spoilt.jsonl"
    path.write_text("\n".join(json.dumps(value) for value in values if isinstance(value, dict)))
    [found] = import_files(settings, [path], network=network)["files"]
    parts = ("taken", "passed_over", "notices", "empty", "refused")
    assert (
        found["read"] == sum(found[part] for part in parts) and found["taken"] > 200 and found["refused"] > 50
    )
    translator = translator_of(network)
    assert translator
    pages = [
        landing_files.read(settings.landing_dir, key)
        for key in landing_files.keys(settings.landing_dir)
        if not key.rpartition("/")[2].startswith("rejects")
    ]
    landed = [one for page in pages for one in translator(page.envelope, page.body)]
    rows = "+".join(f"(select count(*) from raw.{name})" for name in ("posts", "users", "messages", "errors"))
    refused = "(select count(*) from raw.rejects where object_kind not in ('line', 'page'))"
    assert query(f"select {rows} + {refused}") == [(len(landed),)]
    assert query("select count(*) from raw.rejects where object_kind = 'page'") == [(0,)]
    assert query("select count(*) from raw.rejects where source_path <> '" + str(path) + "'") == [(0,)]
    assert outboxes.SECRET not in "".join(json.dumps(page.body) for page in pages)


def test_a_refused_value_of_a_file_that_was_mended_goes_in(
    settings: Settings, tmp_path: Path, query: Query
) -> None:
    path = tmp_path / "outbox.json"
    broken = outboxes.note(1, "<p>mended</p>") | {"type": "Greate"}
    path.write_bytes(outboxes.outbox([broken, outboxes.note(2, "<p>whole</p>")]).replace(b"}, {", b"},\n{"))
    import_files(settings, [path])
    [waiting] = quarantine.waiting(settings)
    [outcome] = quarantine.retry(settings, [waiting], "tester")
    assert not outcome.is_taken_in
    path.write_text(path.read_text().replace("Greate", "Create"))
    [outcome] = quarantine.retry(settings, [waiting], "tester")
    assert outcome.is_taken_in, outcome.reason
    assert query("select text from raw.posts order by post_id") == [("mended",), ("whole",)]
    assert quarantine.waiting(settings) == []
