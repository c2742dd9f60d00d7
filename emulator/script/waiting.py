"""Who waits for an answer at the end of the world (the last 30 days), and who no longer does."""

from __future__ import annotations

from emulator.script.scenes import Scenes

C = "lichtung"


def play(s: Scenes) -> None:
    """Questions, statements, stakeholders, scripts and hostile texts, none of them answered."""
    us = s.us
    last_weekend(s)
    s.say(
        "kato_trails", 25, 1, hour=7, text=f"@{us} the path to the tower was closed this morning. Until when?"
    )
    s.w.plan(C, "kato_trails", "the question left waiting", (25, "noticed"), waits=1)

    s.w.reply("prof_adeyemi", s.feed[25, 3][0], "Would you present the leaf temperature series to our network in"
              " spring?", s.w.when(25, 3, 17, 30))  # fmt: skip  # planned in characters.py

    s.talk("claire_trust", 18, 2, 2, topic="deadwood")
    s.say(
        "claire_trust",
        24,
        0,
        hour=18,
        text=f"Left forty dead trunks standing after your walk, @{us}. Come and see.",
    )
    s.w.plan(C, "claire_trust", "a stakeholder's statement waits before others' questions",
             (18, "acquainted"), waits=1)  # fmt: skip

    s.say("oldoak_walks", 22, 6, hour=15, text=f"Saw the tower of @{us} from the ridge today. What a sight.")
    s.w.plan(C, "oldoak_walks", "no question, and the oldest of all", (22, "noticed"), waits=1)

    s.say("hikari_moss", 24, 3, lang="ja", text=f"この苔は京都にもありますか？ @{us}")
    s.w.plan(C, "hikari_moss", "a Japanese question", (24, "noticed"), waits=1)
    s.say("najm_alghaba", 25, 4, lang="ar", text=f"كم عمر أقدم شجرة عندكم؟ @{us} 🌳")
    s.w.plan(C, "najm_alghaba", "an Arabic question", (25, "noticed"), waits=1)

    s.say("bobby_tables_eu", 24, 1, hour=12,
          text=f"Your newsletter page greets me with <script>alert(1)</script> in the footer, @{us}. Is that on"
               " purpose & safe?")  # fmt: skip
    s.w.plan(C, "bobby_tables_eu", "a post that must show as text", (24, "noticed"), waits=1)
    s.say(
        "sheet_happens",
        23,
        2,
        text=f'=HYPERLINK("https://example.org/plots";"plots") is how I keep your list, @{us}',
    )
    s.w.plan(C, "sheet_happens", "a post that must not become a formula", (23, "noticed"), waits=1)

    # Answered in time, with right-to-left text and emoji all the way.
    post = s.w.reply("warda_garden", s.feed[19, 2][0], "زرعت بلوطة صغيرة اليوم 🌱🌳 هل تكبر في الظل؟",
                     s.w.when(19, 2, 18), lang="ar")  # fmt: skip
    post = s.w.reply(us, post, "نعم، في الظل الخفيف 🌤️ وشكراً لك", s.w.when(19, 2, 19), lang="ar")
    post = s.w.reply("warda_garden", post, "سأجرب ذلك 😊", s.w.when(19, 2, 20), lang="ar")
    s.w.reply(us, post, "أخبرينا في الربيع 🌿", s.w.when(19, 3, 8), lang="ar")
    s.w.plan(C, "warda_garden", "right-to-left text and emoji", (19, "acquainted"))


def last_weekend(s: Scenes) -> None:
    """The last two days are not empty: a real conversation across them, and somebody new on Sunday."""
    text = f"Pruning the old hornbeam walk. @{s.us}, too late in the year?"
    answer = "Not for hornbeam, as long as the sap is down."
    post = s.say("quill_and_spade", 25, 5, hour=10, text=text, answer=answer)[-1]
    post = s.w.reply(
        "quill_and_spade", post, "Then the saw comes out tomorrow morning.", s.w.when(25, 6, 8, 30)
    )
    s.w.reply(s.us, post, "Leave the offcuts by the hedge, the wrens will thank you.", s.w.when(25, 6, 9, 10))
    s.say("tinsmith_tove", 25, 6, hour=14, text=f"Made a tin lantern after the bat drawings of @{s.us}.",
          answer="It belongs into our foyer window. Would you lend it to us?")  # fmt: skip
    s.w.plan(C, "tinsmith_tove", "somebody new on the last day", (25, "acquainted"))
