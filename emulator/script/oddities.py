"""What the API does to posts: edits, deletions, missing parents, quotes in replies, long posts, hidden accounts.

Each scene names the trap and the truth that a careless reading would miss.
"""

from __future__ import annotations

from emulator.script.scenes import Scenes

C = "lichtung"


def play(s: Scenes) -> None:
    """All of them, in the institute's scenes."""
    for scene in (self_thread, chain_of_third_parties, reply_that_quotes, leading_mention, edited_root, deleted_posts,
                  mentioned_mid_thread, long_post, hidden_accounts, withheld_post, reposts_of_others):  # fmt: skip
        scene(s)


def self_thread(s: Scenes) -> None:
    """Five posts in a row by us: one turn, no exchange. Somebody answers the third."""
    texts = (
        "A thread on what one beech does in one year. 1/5",
        "In March it drinks: up to 200 litres on the first warm day. 2/5",
        "In May it builds half a million leaves, none of them twice. 3/5",
        "In August it is already making the buds of next spring. 4/5",
        "In November it lets go, and feeds the ground for its neighbours. 5/5",
    )
    at = s.w.when(5, 2, 13)
    post = s.w.post(s.us, texts[0], at)
    thread = [post]
    for text in texts[1:]:
        at = s.later(at, 1, 4)
        post = s.w.reply(s.us, post, text, at)
        thread.append(post)
    s.w.reply("oskar_doubts", thread[2], "Half a million sounds like a lot for one tree.", s.later(at))
    s.w.plan(C, "oskar_doubts", "one reply into our own thread, unanswered", (5, "noticed"))


def chain_of_third_parties(s: Scenes) -> None:
    """Others talk to each other under our post. Our handle leads every text, yet only the first is for us."""
    first = s.react("ruta_lab", 10, 2, "The litter curve looks steeper than ours. Same mesh size?", hour=10)[
        0
    ]
    second = s.w.reply("dev_ecology", first, "Could be the mesh, could be the beech share. Which was yours?",
                       s.later(first.at))  # fmt: skip
    third = s.w.reply("ruta_lab", second, "1 mm, forty per cent beech.", s.later(second.at))
    fourth = s.w.reply("dev_ecology", third, "Then it is the mesh. We use 2 mm.", s.later(third.at))
    s.w.reply("ruta_lab", fourth, "Mystery solved, coffee on me in June.", s.later(fourth.at))
    s.w.reply(s.us, first, "2 mm here as well. Glad you two met.", s.later(fourth.at))
    s.w.plan(C, "ruta_lab", "first in a chain of third parties", (10, "acquainted"), (23, "dormant"))
    s.w.plan(C, "dev_ecology", "only ever spoke to a third party")


def reply_that_quotes(s: Scenes) -> None:
    """In referenced_tweets the quoted post comes first: the parent is the second."""
    chart = s.w.post(
        "stat_kestrel", "Error bars are not decoration. A thread with bad examples.", s.w.when(12, 1, 8)
    )
    post = s.w.reply("pia_datavis", s.feed[12, 1][0], "You are not on this list, and that is a compliment. May I use"
                     " the figure?", s.w.when(12, 1, 11), quoting=chart)  # fmt: skip
    s.w.reply(s.us, post, "Framing that. Of course you may.", s.later(post.at))
    s.w.plan(C, "pia_datavis", "a reply to us that quotes somebody else", (12, "acquainted"), (25, "dormant"))
    # The other way round: a reply to somebody else that quotes us is a quote for us.
    s.w.reply(
        "reef_notes", chart, "Here is how it is done well.", s.w.when(12, 2, 9), quoting=s.feed[12, 1][0]
    )
    s.w.plan(C, "reef_notes", "a reply to somebody else that quotes us", (12, "noticed"))


def leading_mention(s: Scenes) -> None:
    """in_reply_to_user_id without a parent: a typed mention, the root of its own conversation."""
    s.say("sunday_sketcher", 13, 3, hour=12, text=f"@{s.us} drew your oldest yew today, pencil and a little coffee.",
          answer="The coffee is what makes it. May it hang in our foyer?")  # fmt: skip
    s.w.plan(C, "sunday_sketcher", "a leading mention that is no reply", (13, "acquainted"))


def edited_root(s: Scenes) -> None:
    """Our post is edited, each version has an id and a conversation_id of its own, and one reply goes to each.

    Read as two conversations there is one exchange in each and nothing real; as one conversation it is real in
    week 9, and with week 15 makes her conversing.
    """
    first = s.w.post(s.us, "River levels and root depth: our new mpas are out.", s.w.when(9, 3, 10))
    ask = s.w.reply("lena_riverlog", first, "Do they include the upper gauge?", s.w.when(9, 3, 10, 9))
    s.w.reply(s.us, ask, "They do, since this morning.", s.w.when(9, 3, 10, 16))
    second = s.w.edit(first, "River levels and root depth: our new maps are out.", s.w.when(9, 3, 10, 22))
    back = s.w.reply("lena_riverlog", second, "The typo is gone, the upper gauge is still there. Perfect.",
                     s.w.when(9, 3, 11))  # fmt: skip
    s.w.reply(s.us, back, "We can do both in one day, sometimes.", s.w.when(9, 3, 11, 30))
    s.talk("lena_riverlog", 15, 3, 4)
    s.w.plan(C, "lena_riverlog", "replies to both versions of an edited post",
             (9, "acquainted"), (15, "conversing"))  # fmt: skip


def deleted_posts(s: Scenes) -> None:
    """What is deleted is gone; in_reply_to_user_id still says who was addressed."""
    # We deleted our first answer: her reply to it stands without a parent. One exchange, not three.
    ask = s.react("orla_hedgerow", 14, 1, "Is that hedge north or south of the mill?", hour=10)[0]
    gone = s.w.reply(s.us, ask, "South of it.", s.w.when(14, 1, 12), deleted=True)
    back = s.w.reply("orla_hedgerow", gone, "South would put it into the pond.", s.w.when(14, 1, 13))
    s.w.reply(s.us, back, "North, of course. Our first answer drowned.", s.w.when(14, 1, 14))
    s.w.plan(C, "orla_hedgerow", "replied to a post that we deleted", (14, "acquainted"))
    # She deleted her question: our answer is all that is left.
    gone = s.w.reply("ghosted_gwen", s.feed[8, 2][0], "Ask and delete.", s.w.when(8, 2, 12), deleted=True)
    s.w.reply(s.us, gone, "Good question, the answer is in the second figure.", s.w.when(8, 2, 13))
    s.w.plan(C, "ghosted_gwen", "deleted what we had answered", (8, "noticed"))
    # The root itself is gone: the conversation keeps its id.
    gone = s.w.post(s.us, "Wrong picture, sorry.", s.w.when(18, 2, 9, 50), deleted=True)
    back = s.w.reply("mosslight_ann", gone, "I liked the wrong picture better.", s.w.when(18, 2, 10, 30))
    s.w.reply(s.us, back, "So did the intern. It may come back.", s.w.when(18, 2, 11))
    s.w.plan(C, "mosslight_ann", "replied to a root that we deleted", (18, "acquainted"))


def mentioned_mid_thread(s: Scenes) -> None:
    """Conversations that began elsewhere: the root and the parents only come by lookup."""
    root = s.w.post("stat_kestrel", "Which long series do you trust most?", s.w.when(15, 0, 9))
    one = s.w.reply(
        "reef_notes", root, "Anything with the same person on it for 20 years.", s.w.when(15, 0, 10)
    )
    two = s.w.reply("dev_ecology", one, "Tree rings, then. Same tree for 300.", s.w.when(15, 0, 11))
    three = s.w.reply("quill_and_spade", two, f"The one of @{s.us} goes back to 1671 <and> they count in public.",
                      s.w.when(15, 0, 12), to=(s.us,))  # fmt: skip
    s.w.reply(s.us, three, "1671 it is, bark scars included.", s.w.when(15, 0, 14))
    s.w.plan(C, "quill_and_spade", "mentioned us in somebody else's thread, answered", (15, "acquainted"))

    root = s.w.post("reef_notes", "Ask me for a good field course for teachers.", s.w.when(21, 0, 9))
    one = s.w.reply("stat_kestrel", root, "For teachers who hate mud.", s.w.when(21, 0, 10))
    two = s.w.reply("reef_notes", one, "Mud is the curriculum.", s.w.when(21, 0, 11))
    s.w.reply("fieldnotes_fen", two, f"Then it must be the one at @{s.us}, mud guaranteed.",
              s.w.when(21, 0, 12), to=(s.us,))  # fmt: skip
    s.w.plan(C, "fieldnotes_fen", "mentioned us in somebody else's thread, unanswered", (21, "noticed"))
    s.w.plan(C, "stat_kestrel", "talks beside us, reposts us, never to us")


def long_post(s: Scenes) -> None:
    """More than 280 characters: `text` is cut, and the mention of us stands only in the note."""
    text = (
        "Twenty years ago I planted 300 oaks on a field that nobody wanted, with a borrowed spade and a book from"
        " the library that had a coffee stain on the chapter about soil. This spring I walked through it with my"
        " daughter. We saw a jay, two kinds of orchid, and a fungus that I would not have been able to name"
        f" without the free course of @{s.us}. This is a thank-you letter, it just happens to be public."
    )
    s.say(
        "longform_lotta", 17, 3, text=text, answer="We have read it aloud in the kitchen. Thank you, Lotta."
    )
    s.w.plan(C, "longform_lotta", "a long post that mentions us after the cut", (17, "acquainted"))


def hidden_accounts(s: Scenes) -> None:
    """A protected and a suspended account: their posts are not shown, our answers to them are."""
    asked = s.w.reply(
        "private_petrel", s.feed[13, 1][0], "Can locked accounts join the count?", s.w.when(13, 1, 10)
    )
    s.w.reply(s.us, asked, "Of course, the form does not ask for your account.", s.w.when(13, 1, 11))
    s.w.plan(C, "private_petrel", "protected: only our answer is visible", (13, "noticed"))
    asked = s.w.reply("mute_swan_dao", s.feed[4, 1][0], "Tokenise the forest.", s.w.when(4, 1, 10))
    s.w.reply(s.us, asked, "No, thank you.", s.w.when(4, 1, 11))
    s.w.plan(C, "mute_swan_dao", "suspended: only our answer is visible", (4, "noticed"))


def withheld_post(s: Scenes) -> None:
    """Withheld in two countries, in a thread of ours, between third parties: it changes no tie."""
    post = s.w.post("oskar_doubts", "Trees are overrated.", s.w.when(20, 1, 9))
    s.w.reply("dev_ecology", post, "So are hot takes.", s.w.when(20, 1, 10), withheld=("DE", "IN"))


def reposts_of_others(s: Scenes) -> None:
    """We repost somebody: a nod, no address. Their post stays out of our conversations."""
    post = s.w.post("stat_kestrel", "A median is a mean with manners.", s.w.when(16, 2, 9))
    s.w.repost(s.us, post, s.w.when(16, 2, 10))
    post = s.w.post("reef_notes", "Corals remember heat. So do beeches, I am told.", s.w.when(22, 2, 9))
    s.w.repost("yara_lichtung", post, s.w.when(22, 2, 10))
