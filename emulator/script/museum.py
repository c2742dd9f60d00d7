"""The second, smaller client, and the people who know both: their ties are counted apart."""

from __future__ import annotations

from emulator.script.scenes import Scenes

C = "kupferhof"
L = "lichtung"


def play(s: Scenes) -> None:
    """The museum's named characters."""
    for week, day in ((2, 1), (7, 3), (13, 1), (20, 3)):
        s.talk("guild_of_anvils", week, day, 4, by=(s.us, "nele_kupferhof"))
    # On a Sunday, and not answered before Wednesday: too late for that week.
    ask = s.w.post("guild_of_anvils", f"We have lost the drawing of your bellows, @{s.us}. Have you another?",
                   s.w.when(21, 6, 15), to=(s.us,))  # fmt: skip
    s.w.reply("nele_kupferhof", ask, "Two. One is in the post.", s.w.when(22, 2, 10, 20))
    s.w.plan(C, "guild_of_anvils", "the museum's regular and first stakeholder",
             (2, "acquainted"), (7, "conversing"), (13, "connected"))  # fmt: skip

    s.w.post(s.us, "Report of the repair Sundays is out, with warm thanks to @county_arts.", s.w.when(9, 3, 14),
             to=("county_arts",))  # fmt: skip
    s.w.plan(C, "county_arts", "a stakeholder who has not answered", (9, "noticed"))

    s.talk("tinsmith_tove", 1, 1, 4, opening="mention")
    s.talk("tinsmith_tove", 4, 3, 4)
    s.w.plan(
        C, "tinsmith_tove", "conversing, then lapsed", (1, "acquainted"), (4, "conversing"), (17, "dormant")
    )

    s.say(
        "lamp_doctor", 25, 2, text=f"Two lamps and one toaster for Sunday, @{s.us}. Is there a third socket?"
    )
    s.w.plan(C, "lamp_doctor", "a question for the museum", (25, "noticed"), waits=1)
    s.say("sunday_sketcher", 24, 1, text=f"Drew the forge of @{s.us} this time. Warmer than trees.")
    s.w.plan(C, "sunday_sketcher", "known to both, waits here for an answer", (24, "noticed"), waits=1)

    # The regular of the institute is a mere acquaintance of the museum.
    s.talk("mara_in_moss", 11, 1, 2, opening="mention")
    s.w.plan(C, "mara_in_moss", "known to both, by different measure", (11, "acquainted"), (24, "dormant"))

    # The two clients speak to each other: each is a person to the other.
    post = s.w.post(s.us, "Oak tannin for a copper patina: a small show, with advice from @lichtung_inst.",
                    s.w.when(6, 3, 13), to=("lichtung_inst",))  # fmt: skip
    post = s.w.reply("lichtung_inst", post, "Our oaks are flattered. When does it open?", s.w.when(6, 3, 15))
    post = s.w.reply(s.us, post, "On Sunday at eleven, and we kept two seats.", s.w.when(6, 3, 16))
    s.w.reply("lichtung_inst", post, "Two pairs of muddy boots will come.", s.w.when(6, 3, 17))
    s.w.plan(C, "lichtung_inst", "the other client is a person here", (6, "acquainted"), (19, "dormant"))
    s.w.plan(L, "kupferhof", "the other client is a person here", (6, "acquainted"), (19, "dormant"))
