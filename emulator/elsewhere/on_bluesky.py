"""The people on Bluesky whose tie has a shape, and what the network is odd in. Beside each: what is planned."""

from __future__ import annotations

from datetime import timedelta

from emulator.elsewhere.writer import Scenes
from emulator.model import WEEKS

C = "lichtung"


def play(s: Scenes) -> None:
    """All of them."""
    for scene in (regular, evidence, deleted_middle, blocked_between, gated, quoted, liker, sharer, bot, strangers,
                  clock_ahead, wide_signs, same_second, waiting):  # fmt: skip
        scene(s)


def regular(s: Scenes) -> None:
    """Comes back all half-year: real conversations in four different weeks."""
    for week, day in ((2, 0), (8, 2), (13, 4), (21, 0)):
        s.talk("rita.sky.test", week, day, 4, by=(s.us, "yara.lichtung.test"))
    s.w.plan(
        C, "rita.sky.test", "the regular of Bluesky", (2, "acquainted"), (8, "conversing"), (13, "connected")
    )


def evidence(s: Scenes) -> None:
    """One real conversation here and one on Mastodon. Her handle is a domain that her Mastodon profile has verified: to
    be suggested as one person, and joined by nobody.
    """
    s.talk("olga-otter.test", 14, 2, 4)
    s.w.plan(C, "olga-otter.test", "evidence of a second account", (14, "acquainted"))


def deleted_middle(s: Scenes) -> None:
    """He asked, we answered, he deleted the question. The root's thread shows nothing and counts no reply; only our
    answer still knows its root and its parent. What is left is that we spoke to him.
    """
    root = s.feed[17, 0][0]
    asked = s.w.reply("hugo.sky.test", root, "Was that measured on one tree only?", s.w.when(17, 0, 12),
                          deleted_at=s.w.when(17, 1, 6))  # fmt: skip
    s.w.reply(s.us, asked, "On 44 of them, the table is in the supplement.", s.w.when(17, 0, 13, 5))
    s.w.plan(C, "hugo.sky.test", "deleted what we had answered", (17, "noticed"))


def blocked_between(s: Scenes) -> None:
    """Somebody replies to a person who blocks him, in our thread: what the two say to each other is not shown."""
    posts = s.react("bea.sky.test", 10, 2, "Roof gardens see the same, two weeks earlier.",
                    answer="Two weeks is a lot. Do you keep records?")  # fmt: skip
    s.w.reply("bruno.sky.test", posts[0], "Roofs are no forests.", posts[0].created_at + timedelta(hours=3))
    s.w.block("bea.sky.test", "bruno.sky.test")
    s.w.plan(C, "bea.sky.test", "blocks one who answers her", (10, "acquainted"), (23, "dormant"))
    s.w.plan(C, "bruno.sky.test", "spoke to somebody who blocks him")


def gated(s: Scenes) -> None:
    """A post that nobody may reply to, and a reply by a client that does not care: nobody is shown it."""
    post = s.w.post(s.us, "The tower is closed until Friday. No replies here, please write to the desk.",
                    s.w.when(15, 2, 15), gate="nobody")  # fmt: skip
    s.w.reply("gustav.sky.test", post, "But why?", s.w.when(15, 2, 16))
    s.w.plan(C, "gustav.sky.test", "replied where nobody may")


def quoted(s: Scenes) -> None:
    """A quote of our post, answered."""
    s.quoted("quinn.sky.test", 20, 2, answered=True)
    s.w.plan(C, "quinn.sky.test", "quoted us, and was answered", (20, "acquainted"))


def liker(s: Scenes) -> None:
    """Likes much over many weeks, at known times. No tie, but a reader."""
    for week in range(17, WEEKS):
        for day in (0, 2):
            post = s.feed[week, day][0]
            s.w.like("leo.sky.test", post, post.created_at + timedelta(hours=1 + day, minutes=week))
    s.w.plan(C, "leo.sky.test", "likes at known times")


def sharer(s: Scenes) -> None:
    """Reposts in four weeks."""
    for week in (18, 20, 22, 24):
        s.nod("robin.sky.test", week, 2)
    s.w.plan(C, "robin.sky.test", "only reposts")


def bot(s: Scenes) -> None:
    """Says of itself that it is one, and stands in no list: never a person."""
    for week in range(0, WEEKS, 3):
        post = s.feed[week, 4][0]
        beep = s.w.reply("threadfold.test", post, "Beep. Your page is folded. Want another one?",
                         s.w.when(week, 4, 9, 1))  # fmt: skip
        if week % 6 == 0:
            s.w.reply(s.us, beep, "Thank you, machine.", s.w.when(week, 4, 9, 40))
    s.w.plan(C, "threadfold.test", "a bot by its self-label")


def strangers(s: Scenes) -> None:
    """Mentions from those who never replied to us: only notifications tell of them."""
    s.say(
        "stella.sky.test",
        19,
        3,
        text="First walk on the ridge path today. The signs by @lichtung.test are lovely.",
    )
    s.w.plan(C, "stella.sky.test", "a stranger's mention", (19, "noticed"))


def clock_ahead(s: Scenes) -> None:
    """A client whose clock is five weeks ahead: the network saw the post when it came."""
    at = s.w.when(18, 5, 11)
    s.w.post("otto.sky.test", f"Ringing the bell for @{s.us} and its owls.", at, to=(s.us,),
             claimed_at=at + timedelta(weeks=5))  # fmt: skip
    s.w.plan(C, "otto.sky.test", "a clock that is ahead", (18, "noticed"))


def wide_signs(s: Scenes) -> None:
    """Signs of two and four bytes before a mention: the network counts bytes, people count signs."""
    s.say("emil.sky.test", 23, 1, lang="no", text="🌲🌳 Så fine bøker på @lichtung.test! 🦉 Finnes de på norsk?",
          answer="Takk! På norsk til våren. 🌱")  # fmt: skip
    s.w.plan(C, "emil.sky.test", "signs of several bytes", (23, "acquainted"))


def same_second(s: Scenes) -> None:
    """Two posts of one microsecond: their keys are the same, their authors not."""
    at = s.w.when(12, 3, 18, 30)
    s.w.post("rita.sky.test", "Last tram of the day, full of people with boots.", at)
    s.w.post("leo.sky.test", "Liked too much today, going to bed.", at)


def waiting(s: Scenes) -> None:
    """A question in the last week that nobody answered."""
    s.say(
        "wanda.sky.test", 25, 3, text="Which of the three paths is the dry one in November, @lichtung.test?"
    )
    s.w.plan(C, "wanda.sky.test", "waits on Bluesky", (25, "noticed"), waits=1)
