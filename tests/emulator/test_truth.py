"""The truth names what was planted."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest

from emulator.ledger import week_of
from emulator.model import World
from emulator.truth import ClientTruth, Truth, truth_json, truth_of


@pytest.fixture(scope="module")
def truth(world: World) -> Truth:
    return truth_of(world, world.until)


@pytest.fixture(scope="module")
def lichtung(truth: Truth) -> ClientTruth:
    return truth.clients["lichtung"]


def _weeks(world: World, client: ClientTruth, handle: str) -> list[str | None]:
    staged = client.stages.get(world.accounts[handle].account_id, {})
    return [staged.get(world.week_start(number)) for number in range(26)]


def test_the_friend_who_came_back(world: World, lichtung: ClientTruth) -> None:
    weeks = _weeks(world, lichtung, "ines_beekeeper")
    assert weeks[:3] == ["acquainted", "acquainted", "conversing"]
    assert weeks[14:21] == ["conversing", *["dormant"] * 5, "connected"]
    moved = lichtung.movements[world.accounts["ines_beekeeper"].account_id]
    assert [kind for _, kind in sorted(moved.items())] == ["new", "deepened", "lapsed", "revived"]


def test_named_characters_at_the_end(world: World, lichtung: ClientTruth) -> None:
    last = {handle: _weeks(world, lichtung, handle)[-1] for handle in world.accounts}
    assert last["mara_in_moss"] == "connected"
    assert last["gil_pedantic"] == "dormant"
    assert last["min_forests_eu"] == "noticed"
    assert last["benno_canopy"] == "conversing"
    assert last["petra_pings"] == "conversing"
    assert last["kupferhof"] == "dormant"
    for absent in ("threadfold_bot", "heartstorm_99", "mayor_sanktveit", "yara_lichtung", "dev_ecology"):
        assert last[absent] is None
        assert world.accounts[absent].account_id in lichtung.absent


def test_clients_are_counted_apart(world: World, truth: Truth) -> None:
    mara = world.accounts["mara_in_moss"].account_id
    week = world.week_start(20)
    assert truth.clients["lichtung"].stages[mara][week] == "connected"
    assert truth.clients["kupferhof"].stages[mara][week] == "acquainted"


def test_what_was_asked_on_a_sunday_is_answered_in_the_next_week(world: World, truth: Truth) -> None:
    at = {act.post_id: act.at for act in world.acts}
    found = {}
    for client in truth.clients.values():
        for post_id, answer in client.answers.items():
            if answer and week_of(answer.at) != week_of(at[post_id]):
                asker, answerer = world.posts[post_id].author, world.accounts_by_id[answer.from_id]
                found[asker.handle, answerer.handle] = (at[post_id], answer.at - at[post_id])
    sunday = {week: world.start + timedelta(weeks=week, days=6) for week in (17, 21, 22)}
    minutes = {
        pair: (asked_at, int(waited / timedelta(minutes=1))) for pair, (asked_at, waited) in found.items()
    }
    assert minutes == {
        ("polite_paolo", "tomas_lichtung"): (sunday[22] + timedelta(hours=22, minutes=40), 9 * 60 + 10),
        ("mara_in_moss", "lichtung_inst"): (sunday[17] + timedelta(hours=18), 26 * 60),
        ("guild_of_anvils", "nele_kupferhof"): (sunday[21] + timedelta(hours=15), 67 * 60 + 20),
    }  # fmt: skip


def test_whoever_waits_has_no_answer(truth: Truth) -> None:
    for client in truth.clients.values():
        assert len(client.answers) > 90
        assert not any(client.answers[post_id] for post_id in client.waiting)


def test_waiting_in_order(world: World, truth: Truth, lichtung: ClientTruth) -> None:
    handles = [world.posts[post_id].author.handle for post_id in lichtung.waiting]
    assert handles[:2] == ["prof_adeyemi", "claire_trust"]
    for handle in ("bobby_tables_eu", "hikari_moss", "kato_trails", "najm_alghaba"):
        assert handles.index(handle) < handles.index("oldoak_walks") < handles.index("sheet_happens")
    museum = [world.posts[post_id].author.handle for post_id in truth.clients["kupferhof"].waiting]
    named = [handle for handle in museum if handle in ("lamp_doctor", "sunday_sketcher")]
    assert named == ["lamp_doctor", "sunday_sketcher"]  # a question of week 25 before a statement of week 24


def test_an_edited_root_is_one_conversation(world: World, truth: Truth, lichtung: ClientTruth) -> None:
    (chain,) = truth.edit_chains
    lena = world.accounts["lena_riverlog"].account_id
    assert (chain[0], lena, world.week_start(9)) in lichtung.real_conversations
    assert world.posts[chain[0]].text != world.posts[chain[1]].text


def test_across_midnight(world: World, lichtung: ClientTruth) -> None:
    nora = world.accounts["nightshift_nora"].account_id
    weeks = sorted(week for _, person, week in lichtung.real_conversations if person == nora)
    assert weeks == [world.week_start(number) for number in (18, 18, 22)]


def test_earlier_truth_knows_nothing_later(world: World, truth: Truth) -> None:
    """Whole weeks read the same whether asked on their Monday or at the end."""
    for number in (1, 9, 18):
        early = truth_of(world, world.start + timedelta(weeks=number))
        for client_id, client in early.clients.items():
            final = truth.clients[client_id]
            monday = world.week_start(number)
            for person, staged in client.stages.items():
                assert staged == {w: stage for w, stage in final.stages[person].items() if w < monday}
            known = {conversation for conversation in final.real_conversations if conversation[2] < monday}
            assert client.real_conversations == known


def test_in_the_middle_of_a_week(world: World, truth: Truth) -> None:
    """On Thursday of week 9 the regular is connected already; nobody has lapsed in that week yet."""
    as_of = world.start + timedelta(weeks=9, days=3)
    now = truth_of(world, as_of).clients["lichtung"]
    week = week_of(as_of)
    assert now.stages[world.accounts["mara_in_moss"].account_id][week] == "connected"
    later = truth_of(world, world.start + timedelta(weeks=20, days=3)).clients["lichtung"]
    open_week = world.week_start(20)
    assert "lapsed" not in [moved.get(open_week) for moved in later.movements.values()]
    closed = truth.clients["lichtung"].movements.values()
    assert "lapsed" in [moved.get(open_week) for moved in closed]


def test_json_holds_everything(truth: Truth) -> None:
    content = json.loads(truth_json(truth))
    assert set(content["clients"]) == {"lichtung", "kupferhof"}
    client = content["clients"]["lichtung"]
    assert len(client["stages"]) == len(truth.clients["lichtung"].stages)
    assert len(client["real_conversations"]) == len(truth.clients["lichtung"].real_conversations)
    assert client["answers"].keys() == truth.clients["lichtung"].answers.keys()
    assert client["waiting"] == truth.clients["lichtung"].waiting


def test_outside_the_world(world: World) -> None:
    with pytest.raises(ValueError, match="outside the world"):
        truth_of(world, world.until + timedelta(days=1))


def test_whom_the_institute_is_losing(world: World, lichtung: ClientTruth) -> None:
    lost = {world.accounts_by_id[person].handle for person in lichtung.nurture}
    assert {"benno_canopy", "nightshift_nora", "petra_pings", "double_dan"} <= lost
    # close and in touch, long dormant, and never close
    assert not lost & {"mara_in_moss", "ines_beekeeper", "gil_pedantic", "kupferhof", "min_forests_eu"}


def test_how_far_it_has_come_with_stakeholders(world: World, lichtung: ClientTruth) -> None:
    assert {world.accounts_by_id[person].handle: word for person, word in lichtung.standings.items()} == {
        "min_forests_eu": "sought out",
        "prof_adeyemi": "in conversation",
        "claire_trust": "answered",
        "mara_in_moss": "connected",
        "petra_science": "answered",
        "mayor_sanktveit": "not yet met",
    }
