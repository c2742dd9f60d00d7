"""The people whose tie to the institute has a shape. Beside each: what is planned, and what is true of it.

Spans read: from week n on (0..25) the person is at this stage, until the next span.
"""

from __future__ import annotations

from emulator.model import WEEKS
from emulator.script.scenes import Scenes

C = "lichtung"


def play(s: Scenes) -> None:
    """All of them, in the institute's scenes."""
    for scene in (regular, one_thread_wonder, burst_of_likes, silent_stakeholder, lapsed_friend, cooled_by_tagging,
                  cooled_by_flood, too_eager, twice_in_one_week, over_midnight, over_sunday, several_of_us,
                  other_ties, bot, viral):  # fmt: skip
        scene(s)


def regular(s: Scenes) -> None:
    """Comes back all half-year: real conversations in six different weeks."""
    for week, day in ((1, 1), (4, 3), (9, 0), (14, 2), (19, 1), (24, 2)):
        s.talk("mara_in_moss", week, day, 4 if week != 9 else 6, by=(s.us, "yara_lichtung"))
    s.w.plan(C, "mara_in_moss", "the regular", (1, "acquainted"), (4, "conversing"), (9, "connected"))


def one_thread_wonder(s: Scenes) -> None:
    """Forty replies under one post of ours, six answers: one real conversation, however long, is one."""
    lines = ("To be exact, that depends on how one defines a neighbour.", "Also, {n} days is not a round number.",
             "I checked, and the 2014 review says otherwise on page {n}.", "A mesh is not a wall, just saying.",
             "One more thing about units: please use SI throughout.", "The word 'touched' is doing a lot of work.",
             "In {n} % of cases I would agree, this is not one.", "Small correction to my previous reply.",
             "The axis should start at zero.", "Nobody has answered point {n} yet.")  # fmt: skip
    answers = ("You are right about the unit, corrected on the page.", "The review is older than the data, see here.",
               "Zero is outside the range of the instrument, hence the axis.", "Point by point in the supplement.",
               "Fair. We will say 'reached' in the paper.", "Thank you for reading so closely.")  # fmt: skip
    text = "How far does one beech reach underground? We followed it: 31 neighbours, touched through fungi alone."
    post = s.w.post(s.us, text, s.w.when(7, 1, 9, 30))
    at = s.w.when(7, 1, 10)
    parent = post
    for number in range(40):
        parent = s.w.reply("gil_pedantic", parent, s.fill(lines[number % 10]), at)
        at = s.later(at, 4, 50)
        if number % 7 == 4:
            parent = s.w.reply(s.us, parent, answers[number // 7], at)
            at = s.later(at, 4, 50)
    s.w.plan(C, "gil_pedantic", "40 replies in one thread", (7, "acquainted"), (20, "dormant"))


def burst_of_likes(s: Scenes) -> None:
    """Likes all of a week in one night, and has friends. Likes are counts, and no tie: never in the ledger."""
    for day in range(5):
        s.feed[16, day][0].likes += 180  # hers, and those of the people she told
        s.w.like("heartstorm_99", s.feed[16, day][0])
    s.w.post(
        "heartstorm_99", "Found my new favourite account tonight, liked everything.", s.w.when(16, 4, 23)
    )
    s.w.plan(C, "heartstorm_99", "the burst of likes")


def silent_stakeholder(s: Scenes) -> None:
    """We speak to them five times, they never answer: noticed, reached out by us. Others were never met."""
    texts = (
        "For the desk of @min_forests_eu: our five-year view of mixed stands, in four pages.",
        "Plots, data and coffee are ready whenever @min_forests_eu would like to see them.",
        "New numbers on late frost, perhaps of use to @min_forests_eu before the hearing.",
        "We have answered the consultation of @min_forests_eu. All of it is public.",
        "Our open data now cover the programme region of @min_forests_eu.",
    )
    for week, text in zip((2, 6, 11, 16, 23), texts, strict=True):
        s.w.post(s.us, text, s.w.when(week, 2, 13, 20), to=("min_forests_eu",))
    s.w.plan(C, "min_forests_eu", "the silent stakeholder", (2, "noticed"))
    s.w.plan(C, "mayor_sanktveit", "a stakeholder not yet met")


def lapsed_friend(s: Scenes) -> None:
    """Real talk in weeks 0 and 2, then a winter of silence; back in week 20."""
    s.talk("ines_beekeeper", 0, 2, 4, topic="climate")
    s.talk("ines_beekeeper", 2, 3, 6, opening="mention", topic="counts")
    s.talk("ines_beekeeper", 20, 1, 4, topic="peat")
    s.w.plan(C, "ines_beekeeper", "the friend who lapsed and came back",
             (0, "acquainted"), (2, "conversing"), (15, "dormant"), (20, "connected"))  # fmt: skip


def cooled_by_tagging(s: Scenes) -> None:
    """Connected by week 13 with 6 addresses each way. Then we tag him 19 times and he is silent: the balance
    falls under a quarter with the 19th (6 of 25), in week 23, ten weeks after the last exchange: one step down.
    """
    for week in (3, 8, 13):
        s.talk("benno_canopy", week, 2, 4, topic="canopy")
    texts = (
        "Light like in the pictures of @benno_canopy this morning.",
        "The crown from above, thanks to @benno_canopy.",
        "We still use the rope plan by @benno_canopy.",
        "Photo by @benno_canopy, of course.",
        "Who else than @benno_canopy would climb that yew.",
    )
    tags = [(week, day) for week in range(14, 23) for day in (0, 3)] + [(23, 1)]
    for number, (week, day) in enumerate(tags):
        s.w.post(s.us, texts[number % 5], s.w.when(week, day, 16, 5 + number), to=("benno_canopy",))
    s.w.plan(C, "benno_canopy", "cooled from connected to conversing",
             (3, "acquainted"), (8, "conversing"), (13, "connected"), (23, "conversing"))  # fmt: skip


def cooled_by_flood(s: Scenes) -> None:
    """Connected by week 4; from week 6 on he writes twice a week and we fall silent. 25 of his against 6 of
    ours in week 15: cooled; dormant in week 17, thirteen weeks after the last exchange.
    """
    for week in (0, 2, 4):
        s.talk("volker_writes", week, 3, 4)
    for number in range(21):
        week = 6 + number // 2
        topic = s.bank.topics[number % len(s.bank.topics)]
        line = s.fill(topic.statements[number // 10 % 2])
        s.w.post(
            "volker_writes", f"{line} @{s.us}", s.w.when(week, 1 + 3 * (number % 2), 20, number), to=(s.us,)
        )
    s.w.plan(C, "volker_writes", "cooled while writing more and more", (0, "acquainted"), (2, "conversing"),
             (4, "connected"), (15, "conversing"), (17, "dormant"))  # fmt: skip


def too_eager(s: Scenes) -> None:
    """Three real conversations in three weeks, but 6 answers to 25 addresses: conversing, never connected."""
    for number in range(19):
        week, day = 7 + number // 3, 1 + number % 3
        text = s.fill(s.bank.topics[(number * 3) % len(s.bank.topics)].statements[number % 2])
        s.w.post("petra_pings", f"@{s.us} {text} 💚", s.w.when(week, day, 21, number), to=(s.us,))
    for week in (8, 12, 15):
        s.talk("petra_pings", week, 4, 4)
    s.w.plan(C, "petra_pings", "too one-sided to be connected",
             (7, "noticed"), (8, "acquainted"), (12, "conversing"))  # fmt: skip


def twice_in_one_week(s: Scenes) -> None:
    """Two real conversations in one week make nobody conversing; one in another week does."""
    s.talk("double_dan", 10, 1, 4)
    s.talk("double_dan", 10, 3, 4)
    s.talk("double_dan", 17, 2, 4)
    s.w.plan(C, "double_dan", "two real conversations in one week", (10, "acquainted"), (17, "conversing"))


def over_midnight(s: Scenes) -> None:
    """Conversations across the boundary of two weeks: real in the week of the second exchange."""
    root = s.w.post("nightshift_nora", f"Quiet ward, loud owls. @{s.us}, is that normal in winter?",
                    s.w.when(17, 6, 22, 50), to=(s.us,))  # fmt: skip
    answer = s.w.reply("yara_lichtung", s.w.reply(s.us, root, "Tawny owls settle their borders now. Yara knows more.",
                       s.w.when(17, 6, 23, 10)), "More than I can type: they divorce in autumn.",
                       s.w.when(17, 6, 23, 20))  # fmt: skip
    back = s.w.reply(
        "nightshift_nora", answer, "Divorce! The whole ward wants details.", s.w.when(18, 0, 0, 25)
    )
    s.w.reply(s.us, back, "Details on Thursday at the owl evening. Bring the ward.", s.w.when(18, 0, 8, 5))
    s.talk("nightshift_nora", 18, 3, 4)
    s.talk("nightshift_nora", 22, 0, 4)
    s.w.plan(C, "nightshift_nora", "a conversation across the end of a week",
             (17, "acquainted"), (22, "conversing"))  # fmt: skip
    # On the very second in which week 12 begins: it belongs to week 12.
    chime = s.w.post("midnight_mika", f"Midnight by my clock, and by your tower camera as well, @{s.us}.",
                     s.w.when(12, 0, 0), to=(s.us,))  # fmt: skip
    s.w.reply(s.us, chime, "To the second. We checked.", s.w.when(12, 0, 8, 2))
    s.w.plan(C, "midnight_mika", "begins with a week", (12, "acquainted"), (25, "dormant"))


def over_sunday(s: Scenes) -> None:
    """Asked on a Sunday and answered on the Monday: once in time, by a colleague of the account that was asked, and
    once late. Both count for the week of the question. In museum.py an answer comes too late for that week.
    """
    ask = s.w.post("polite_paolo", f"Is the carr open on Mondays, @{s.us}? I have a free one.", s.w.when(22, 6, 22, 40),
                   to=(s.us,))  # fmt: skip
    s.w.reply(
        "tomas_lichtung", ask, "From seven. I left the gate on the latch for you.", s.w.when(23, 0, 7, 50)
    )
    ask = s.w.post("mara_in_moss", f"My class counted 14 kinds of moss on one wall. @{s.us}, can that be?",
                   s.w.when(17, 6, 18, 0), to=(s.us,))  # fmt: skip
    s.w.reply(s.us, ask, "It can, if the wall is old and wet. Which wall?", s.w.when(18, 0, 20, 0))


def several_of_us(s: Scenes) -> None:
    """One post to three of us is one address to us; any of us may answer it."""
    at = s.w.when(21, 2, 11)
    ask = s.w.reply("polite_paolo", s.feed[21, 2][0], "Thank you all three, @yara_lichtung and @tomas_lichtung too!"
                    " Which of you knows the way to the carr?", at, to=("yara_lichtung", "tomas_lichtung"))  # fmt: skip
    answer = s.w.reply("tomas_lichtung", ask, "Left at the split oak, then follow your nose.", s.later(at))
    s.w.reply("polite_paolo", answer, "Found it by nose.", s.later(answer.at))
    s.w.plan(C, "polite_paolo", "one post to three of us", (21, "acquainted"))


def other_ties(s: Scenes) -> None:
    """Those we spoke to first, the professor, and the editor."""
    s.reach_out("tidepool_theo", 6, 1, 3)
    s.reach_out("tidepool_theo", 12, 2, 3)
    s.talk("tidepool_theo", 20, 3, 4, opening="mention")
    s.w.plan(C, "tidepool_theo", "we reached out, and a friend was won",
             (6, "acquainted"), (12, "conversing"), (20, "connected"))  # fmt: skip
    for week in (5, 16):
        s.talk("prof_adeyemi", week, 1, 6, topic="canopy", by=(s.us, "tomas_lichtung"))
    s.w.plan(C, "prof_adeyemi", "a stakeholder in conversation, with a question waiting",
             (5, "acquainted"), (16, "conversing"), waits=1)  # fmt: skip
    s.talk("petra_science", 15, 1, 2)
    s.w.plan(C, "petra_science", "a stakeholder met once", (15, "acquainted"))


def bot(s: Scenes) -> None:
    """Folds our threads every other week, and is even thanked: never a person."""
    for week in range(0, WEEKS, 2):
        post = s.feed[week, 4][0]
        beep = s.w.reply("threadfold_bot", post, "Beep. Your page is folded. Want another one?",
                         s.w.when(week, 4, 9, 1))  # fmt: skip
        if week % 6 == 0:
            s.w.reply(s.us, beep, "Thank you, machine.", s.w.when(week, 4, 9, 40))
    s.w.plan(C, "threadfold_bot", "the bot")


def viral(s: Scenes) -> None:
    """Seen by millions, reposted by thousands, answered by nobody: no conversation, no relationship."""
    post = s.w.post(s.us, "A beech forest breathing: 24 hours of leaf movement in 30 seconds.",
                    s.w.when(11, 3, 12, 0), likes=48_210, reposts=9_730)  # fmt: skip
    post.impressions, post.bookmarks = 3_904_118, 5_120
    for number, handle in enumerate(("stat_kestrel", "heartstorm_99", "reef_notes", "yara_lichtung")):
        s.w.repost(handle, post, s.w.when(11, 3, 13, 7 * number))
    s.w.repost(s.us, post, s.w.when(12, 0, 9))
