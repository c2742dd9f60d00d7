"""The rule machine against cases small enough to reckon by hand."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from emulator.ledger import Contact, exchanges, movement, real_conversations, stages

START = datetime(2026, 1, 5, tzinfo=UTC)  # a Monday


def _talk(week: int, turns: str, root: str = "") -> list[Contact]:
    """`turns` such as "tu": t for them, u for us, a minute apart, in one conversation of that week."""
    begin = START + timedelta(weeks=week, hours=9)
    name = root or f"{week}"
    return [
        Contact(begin + timedelta(minutes=n), side == "u", f"{week * 10_000 + n}", name)
        for n, side in enumerate(turns)
    ]


def _end(weeks: int) -> datetime:
    return START + timedelta(weeks=weeks)


def _staged(contacts: list[Contact], weeks: int) -> list[str]:
    contacts = sorted(contacts, key=lambda contact: (contact.at, int(contact.post_id)))
    return list(stages("p", contacts, _end(weeks)).values())


def test_exchange_is_a_change_of_direction() -> None:
    assert exchanges(_talk(0, "ttt")) == []
    assert [answer.is_ours for answer in exchanges(_talk(0, "ttuut"))] == [True, False]
    # In another conversation nothing was said before.
    assert exchanges(_talk(0, "t", "a") + _talk(1, "u", "b")) == []


def test_real_at_the_second_exchange_once() -> None:
    assert real_conversations("p", _talk(0, "tu")) == []
    (real,) = real_conversations("p", _talk(0, "tututu"))
    assert real.at == START + timedelta(hours=9, minutes=2)


def test_forty_replies_in_one_thread_stay_acquainted() -> None:
    assert _staged(_talk(0, "tttttu" * 7 + "ttttt"), 3) == ["acquainted"] * 3


def test_up_and_dormant_and_back() -> None:
    contacts = [*_talk(0, "t"), *_talk(1, "tutu"), *_talk(2, "tutu"), *_talk(3, "tutu")]
    staged = _staged(contacts, 17)
    assert staged[:4] == ["noticed", "acquainted", "conversing", "connected"]
    assert staged[4:16] == ["connected"] * 12
    assert staged[16] == "dormant"
    assert _staged([*contacts, *_talk(17, "tu")], 18)[-1] == "connected"
    # One-sided signs of life do not wake a tie.
    assert _staged([*contacts, *_talk(17, "t")], 18)[-1] == "dormant"


def test_two_in_one_week_are_one_week() -> None:
    contacts = [*_talk(0, "tutu"), *_talk(0, "tutu", "other")]
    assert _staged(contacts, 1) == ["acquainted"]


def test_cools_one_step_after_four_quiet_weeks() -> None:
    contacts = [*_talk(0, "tutu"), *_talk(1, "tutu"), *_talk(2, "tutu"), *_talk(3, "u" * 19)]
    staged = _staged(contacts, 10)
    assert (
        staged[2:6] == ["connected"] * 4
    )  # the balance falls in week 3, four weeks without exchange end with 6
    assert staged[6:] == ["conversing"] * 4  # and two real conversations stay two


def test_ageing_waits_for_the_end_of_the_week() -> None:
    contacts = _talk(0, "tu")
    wednesday = _end(13) + timedelta(days=2)
    assert list(stages("p", contacts, wednesday).values())[-1] == "acquainted"
    assert list(stages("p", contacts, _end(14)).values())[-1] == "dormant"
    # Promotion does not wait.
    assert list(stages("p", contacts, START + timedelta(days=1)).values()) == ["acquainted"]


def test_movement_of_a_week() -> None:
    assert movement("stranger", "noticed") is None
    assert movement("noticed", "acquainted") == "new"
    assert movement("stranger", "connected") == "new"
    assert movement("acquainted", "conversing") == "deepened"
    assert movement("connected", "conversing") == "cooled"
    assert movement("conversing", "dormant") == "lapsed"
    assert movement("dormant", "acquainted") == "revived"
    assert movement("connected", "connected") is None
