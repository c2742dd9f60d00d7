"""The people on Mastodon whose tie has a shape, and what the network is odd in. Beside each: what is planned."""

from __future__ import annotations

from datetime import timedelta

from emulator.elsewhere.cast import OUR_BRIDGED_COPY, US_ON_MASTODON
from emulator.elsewhere.writer import Scenes
from emulator.model import WEEKS, World

C, M = "lichtung", "kupferhof"
US = f"@{US_ON_MASTODON}"


def play(s: Scenes, x: World) -> None:
    """All of the institute's. `x`: X's world, for a number that a status has in common with a post there."""
    for scene in (
        joined,
        evidence,
        bridged,
        deleted_parent,
        private,
        quotes,
        edited,
        bot,
        strangers,
        unlisted,
        waiting,
    ):
        scene(s)
    collisions(s, x)


def joined(s: Scenes) -> None:
    """Two people who also write on X. Here each has one real conversation: what becomes of both together is planned in
    `joined.py`.
    """
    s.talk("paolo@fedi.test", 19, 1, 4)
    s.w.plan(C, "paolo@fedi.test", "also on X, once", (19, "acquainted"))
    s.talk("adeyemi@uni.test", 23, 3, 4, by=(s.us, "tomas@wald.test"))
    s.w.plan(C, "adeyemi@uni.test", "a stakeholder who is also on X", (23, "acquainted"))


def evidence(s: Scenes) -> None:
    """The same woman as on Bluesky, by all evidence, and listed by nobody."""
    s.talk("olga@fedi.test", 18, 3, 4)
    s.w.plan(C, "olga@fedi.test", "evidence of a second account", (18, "acquainted"))


def bridged(s: Scenes) -> None:
    """She speaks to both of our accounts at once, the second through a bridge, and is answered here. The bridge copies
    what she writes to Bluesky (`bridge.py`): it is the same talk. The last question waits, once.
    """
    lines = ((15, "Peat cores from the Rabenmoor: 4 m and still no bottom. May I send you one?",
              "Please do. Cold, dark, and by post.", "It left this morning, wrapped in an old jumper."),
             (18, "The core shows a fire layer at 2 m. Is there one in yours?",
              "There is, at 1.9 m. Same fire, we think.", ""),
             (25, "May I cite the fire layer in my talk next week?", "", ""))  # fmt: skip
    for week, opening, answer, back in lines:
        at = s.w.when(week, 2, 17, 12)
        post = s.w.post("moss@wald.test", f"{opening} {US} @{OUR_BRIDGED_COPY}", at,
                        to=(US_ON_MASTODON, OUR_BRIDGED_COPY))  # fmt: skip
        if answer:
            post = s.w.reply(s.us, post, answer, s.later(at))
        if back:
            s.w.reply("moss@wald.test", post, back, s.later(post.created_at))
    s.w.plan(C, "moss@wald.test", "whom a bridge copies", (15, "acquainted"), waits=1)
    s.w.plan(C, OUR_BRIDGED_COPY, "a bridge's copy of ourselves")


def deleted_parent(s: Scenes) -> None:
    """We answer her post; two days after the script she deletes it. From then on our answer says that it answers
    nothing. It names her all the same: before and after, we have spoken to her, and she not to us.
    """
    post = s.w.post("dora@fedi.test", "Counted rings on a stump by the road. 211, if my thumb is right.",
                    s.w.when(24, 1, 9), deleted_at=s.w.end + timedelta(days=2))  # fmt: skip
    s.w.reply(s.us, post, "211 would make it the oldest spruce on the map. Where is it?", s.w.when(24, 1, 11))
    s.w.plan(C, "dora@fedi.test", "deletes what we answered, later", (24, "noticed"))


def private(s: Scenes) -> None:
    """For followers, and for one alone: private, and no part of the truth without consent."""
    s.w.post("pia@fedi.test", f"For my followers only: {US} has let me into the seed store.", s.w.when(22, 2, 20),
             to=(US_ON_MASTODON,), visibility="private")  # fmt: skip
    s.w.plan(C, "pia@fedi.test", "wrote for followers only")
    ask = s.w.post("dirk@fedi.test", f"{US} Between us: is the job in the soil lab still open?", s.w.when(23, 1, 10),
                   to=(US_ON_MASTODON,), visibility="direct")  # fmt: skip
    s.w.reply(s.us, ask, "It is, until Sunday.", s.w.when(23, 1, 14), visibility="direct")
    s.w.plan(C, "dirk@fedi.test", "wrote to us alone")


def quotes(s: Scenes) -> None:
    """One quote that we agreed to, and answered; one that we took back: nothing says any more what it quoted."""
    s.quoted("quentin@fedi.test", 20, 3, answered=True)
    s.w.plan(C, "quentin@fedi.test", "quoted us, and was answered", (20, "acquainted"))
    s.w.quote(
        "vera@fedi.test", s.feed[20, 3][0], "They would say that.", s.w.when(20, 4, 8), quote_state="revoked"
    )
    s.w.plan(C, "vera@fedi.test", "a quote taken back")


def edited(s: Scenes) -> None:
    """A statement that became a question by an edit. It waits as what it is now."""
    post = s.say("edda@fedi.test", 24, 4, hour=12, text=f"I would love to see the fungus cellar, {US}.")[0]
    s.w.edit(post, f"I would love to see the fungus cellar, {US}. Is it open in winter?",
             post.created_at + timedelta(minutes=9))  # fmt: skip
    s.w.plan(C, "edda@fedi.test", "edited into a question", (24, "noticed"), waits=1)


def bot(s: Scenes) -> None:
    """Says of itself that it is one, and stands in no list: never a person."""
    for week in range(1, WEEKS, 4):
        beep = s.w.reply("beeper@fedi.test", s.feed[week, 1][0], "Beep?", s.w.when(week, 1, 9, 30))
        if week == 1:
            s.w.reply(s.us, beep, "Beep indeed.", s.w.when(week, 1, 10))
    s.w.plan(C, "beeper@fedi.test", "a bot by its own word")


def strangers(s: Scenes) -> None:
    """Mentions out of the blue; and a namesake of X's regular, who is somebody else."""
    s.say("sven@fedi.test", 19, 5, text=f"The beech stand of {US} is all gold now. Go and see.")
    s.w.plan(C, "sven@fedi.test", "a stranger's mention", (19, "noticed"))
    s.talk("mara_in_moss@fedi.test", 16, 1, 2)
    s.w.plan(C, "mara_in_moss@fedi.test", "a namesake of X's regular", (16, "acquainted"))


def unlisted(s: Scenes) -> None:
    """Unlisted is public, only quieter."""
    post = s.feed[21, 1][0]
    post = s.w.reply(
        "uli@fedi.test", post, "We saw it, too, from the train.", s.w.when(21, 1, 18), visibility="unlisted"
    )
    s.w.reply(s.us, post, "Left or right of the line?", s.w.when(21, 1, 19), visibility="unlisted")
    s.w.plan(C, "uli@fedi.test", "unlisted talk", (21, "acquainted"))


def waiting(s: Scenes) -> None:
    """A question in the last week that nobody answered."""
    s.say("wilma@fedi.test", 25, 2, text=f"Does the owl evening happen when it rains, {US}?")
    s.w.plan(C, "wilma@fedi.test", "waits on Mastodon", (25, "noticed"), waits=1)


def collisions(s: Scenes, x: World) -> None:
    """One number for a status here and a post on X, and one for two statuses on two servers."""
    other = next(post for post in x.posts.values() if post.author.handle == "mara_in_moss")
    at = s.w.when(11, 5, 14)
    s.w.post("mara_in_moss@fedi.test", "Nothing but rain here.", at, number=other.post_id)
    s.w.post("sven@fedi.test", "Rain here, too.", at + timedelta(minutes=1))
    s.w.post("tomas@wald.test", "Rain in the soil lab, through the roof.", at + timedelta(minutes=1))


def play_museum(s: Scenes) -> None:
    """The museum's: a maker who comes back, and a question left waiting."""
    for week, day in ((6, 1), (18, 3)):
        s.talk("tove@handwerk.test", week, day, 4, by=(s.us, "nele@handwerk.test"))
    s.w.plan(M, "tove@handwerk.test", "a maker who comes back", (6, "acquainted"), (18, "conversing"))
    s.say("ruth@fedi.test", 25, 3, text=f"Could your smith copy a key from 1840, @{s.us}?")
    s.w.plan(M, "ruth@fedi.test", "waits for the museum", (25, "noticed"), waits=1)
