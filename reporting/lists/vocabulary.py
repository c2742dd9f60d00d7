"""The words that stand in columns of words, as people say them."""

from reporting.language import N_, _
from reporting.words import STAGES, stage

# Word of the published table -> as it is said. One that is not here is shown as it stands.
WORDS = {
    # how somebody turned to us, and what a post is
    "reply": N_("reply"),
    "quote": N_("quote"),
    "mention": N_("mention"),
    "message": N_("private message"),
    "original": N_("post"),
    "repost": N_("repost"),
    # who
    "us": N_("we"),
    "them": N_("they"),
    "unknown": N_("not known"),
    "not known": N_("not known"),
    "person": N_("person"),
    "organisation": N_("organisation"),
    "bot": N_("bot"),
    "by hand": N_("by hand"),
    "word": N_("a word"),
    "meaning": N_("its meaning"),
    "hand": N_("hand"),
    "by answers": N_("by answers"),
    # what a post does
    "asks": N_("asks"),
    "points elsewhere": N_("points elsewhere"),
    "tells": N_("tells"),
    # what moved
    "new": N_("first exchange"),
    "deepened": N_("came closer"),
    "held": N_("held"),
    "cooled": N_("cooled"),
    "lapsed": N_("fell silent"),
    "revived": N_("came back"),
    # the state of a conversation
    "open": N_("open"),
    "answered": N_("answered"),
    "waiting for us": N_("waiting for us"),
    "quiet": N_("quiet"),
    "nobody answered": N_("nobody answered"),
    "answers not captured": N_("answers not captured"),
    # how far we have come with a stakeholder
    "in conversation": N_("in conversation"),
    "sought out": N_("we wrote, no answer yet"),
    "reached out to us": N_("wrote to us, we have not written back"),
    "fell silent": N_("fell silent"),
    "not yet met": N_("not yet met"),
    # goals
    "reached": N_("reached"),
    "on course": N_("on course"),
    "behind": N_("behind"),
    "missed": N_("missed"),
    "not known yet": N_("not known yet"),
    # outcomes, and on what basis they may be kept
    "meeting": N_("meeting"),
    "call": N_("call"),
    "introduction": N_("introduction"),
    "collaboration": N_("collaboration"),
    "coverage": N_("coverage in the media"),
    "lead": N_("lead"),
    "customer": N_("customer"),
    "consent": N_("consent"),
    "contract": N_("contract"),
    "legal obligation": N_("legal obligation"),
    "vital interests": N_("vital interests"),
    "public task": N_("public task"),
    "legitimate interests": N_("legitimate interests"),
    # why something of a conversation is missing
    "nothing missing": N_("nothing missing"),
    "not counted": N_("not counted"),
    "budget reached": N_("the budget was reached"),
    "beyond the reach of search": N_("further back than our access can search"),
    "not asked for yet": N_("not asked for yet"),
    "erased": N_("erased here"),
    "protected or suspended": N_("protected or suspended"),
    "not found": N_("no longer there"),
}


def said(word: str) -> str:
    """A word of the published tables in the language that is spoken."""
    if word in (*STAGES, "stranger"):
        return stage(word)
    return _(WORDS[word]) if word in WORDS else word
