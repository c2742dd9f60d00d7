"""A client with many ties, among them names that mean harm, and the bonds between people, published."""

import random
from datetime import timedelta
from pathlib import Path

from tests.reporting.published import AS_OF, WEEK, Published

HOSTILE = {
    "x:1001": "</text></svg><script>alert(11)</script>",
    "x:1002": "Karl \u202egnp.exe",
    "x:1003": "نور البحر في الميناء القديم",
    "x:1004": "\x00\x0b nothing but control \ufffe",
    "x:1005": "🦀🌊👩\u200d🔬" * 9,
    "x:1006": 'a" onload="alert(12)',
    "x:1007": "<b>x",
    "x:1008": "W" * 20,
    "x:1009": "海洋博物館研究所特別展示室長代理",
    "x:1010": "\u202e<b>left",
    "x:1011": "שלום <i> abc",
    "x:1012": "m" * 15,
    "x:1013": "\ufdfd" * 16,  # one sign, as wide as many
    "x:1040": "Z\u0351\u0358\u0363" * 16,
}
STAGES = {"connected": 14, "conversing": 30, "acquainted": 80, "dormant": 40, "noticed": 70}


def publish(path: Path, stages: dict[str, int] | None = None) -> None:
    """Publishes the client `harbour` with so many people at each stage, as the file at that path."""
    chance = random.Random(7)
    path.parent.mkdir(parents=True, exist_ok=True)
    world = Published(path)
    world.publication()
    world.accounts()
    world.week("harbour", "Harbour Museum", WEEK, address_in_count=9)
    people: list[tuple[str, str]] = []
    for stage, count in (STAGES if stages is None else stages).items():
        for _ in range(count):
            number = 1000 + len(people)
            person = f"x:{number}"
            people.append((person, stage))
            row = {
                "handle": f"person_{number}", "display_name": HOSTILE.get(person, _name(chance)),
                "person_kind": "person", "stage": stage, "strength": round(chance.random() * 4, 3),
                "address_in_count": 4, "address_out_count": 3, "exchange_count": 0 if stage == "noticed" else 5,
                "real_conversation_count": 2, "is_stakeholder": number % 17 == 0, "networks": ["x"],
            }  # fmt: skip
            world.add("reports.rpt_relationships", client_id="harbour", person_id=person, **row)
            world.add("marts.accounts", network="x", account_id=str(number), person_id=person,
                      handle=row["handle"], display_name=row["display_name"])  # fmt: skip
    world.add("reports.rpt_conversations", client_id="harbour", network="x", root_post_id="root", our_post_count=3,
              last_active_at=AS_OF - timedelta(days=1))  # fmt: skip
    near = [person for person, stage in people if stage != "noticed"]
    for person in near:
        for other in chance.sample(near, min(2, len(near))):
            if other != person and chance.random() < 0.6:
                address(world, person, other, times=chance.randint(1, 4))
                address(world, other, person, times=chance.randint(1, 4))
    world.con.close()


def address(
    world: Published, sender: str, receiver: str, *, times: int = 1, root: str = "root", **facts: object
) -> None:
    """An address from one person to another, within a conversation."""
    for _ in range(times):
        row = {"network": "x", "kind": "reply", "is_address": True, "from_person_id": sender,
               "to_person_id": receiver, "root_post_id": root, "occurred_at": AS_OF}  # fmt: skip
        world.add("marts.interactions", **(row | facts))


def _name(chance: random.Random) -> str:
    first = ["Ana", "Bartholomew", "Chiara", "Dmitri", "Eun-ji", "Farid", "Gro", "Hye", "Ines", "José Luis"]
    last = [
        "Lima",
        "Okafor",
        "Featherstonehaugh",
        "Ito",
        "Mensah",
        "Tarp",
        "Vo",
        "Wójcik",
        "Zoë",
        "de la Cruz",
    ]
    return f"{chance.choice(first)} {chance.choice(last)}"
