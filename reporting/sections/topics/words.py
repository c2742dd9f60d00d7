"""What was talked about, in words. Pure."""

from reporting.language import _, ngettext, npgettext
from reporting.lists.narrowing import address
from reporting.section import Link
from reporting.sections.topics.record import Topic, Topics
from reporting.words import excerpt, listing, share

_NAME_LENGTH = 60


def link(data: Topics) -> Link:
    """How the head of the page leads here."""
    return Link(_("Topics"))


def covered(data: Topics) -> str:
    """How much of what we say the topics cover."""
    whole = data.whole
    if not whole.all_our_post_count:
        return _("We wrote nothing.")
    posts = npgettext("of", "%(num)s post", "%(num)s posts", whole.all_our_post_count)
    return _(
        "%(share)s of ours are about one of our topics.",
        share=share(whole.any_topic_post_count, whole.all_our_post_count, posts),
    )


def talked(data: Topics) -> str:
    """In how many conversations the topics come up, and how many people turned to us with one."""
    whole = data.whole
    talks = npgettext("of", "%(num)s conversation", "%(num)s conversations", whole.all_conversation_count)
    people = npgettext(
        "of", "%(num)s person who turned to us", "%(num)s people who turned to us", whole.all_person_count
    )
    return _(
        "They come up in %(conversations)s, and with %(people)s.",
        conversations=share(whole.any_topic_conversation_count, whole.all_conversation_count, talks),
        people=share(whole.any_topic_person_count, whole.all_person_count, people),
    )


def how_found(data: Topics) -> str:
    """On what it rests: words, meaning, hand."""
    by_word, by_meaning, by_hand = (
        sum(getattr(topic, column) for topic in data.topics)
        for column in ("by_word_count", "by_meaning_count", "by_hand_count")
    )
    if not any(topic.is_by_meaning for topic in data.topics):
        return _(
            "How that was found in our posts: by a word of the topic %(word)s, by hand %(hand)s. What says the same"
            " in other words is not seen.",
            word=by_word,
            hand=by_hand,
        )
    return _(
        "How that was found in our posts: by a word of the topic %(word)s, by what the text means %(meaning)s, by hand "
        "%(hand)s. By meaning about one in ten is wrong.",
        word=by_word,
        meaning=by_meaning,
        hand=by_hand,
    )


def not_read(data: Topics) -> list[str]:
    """Of which posts the language stands in the way; nothing where it does of none."""
    whole = data.whole
    if not any(topic.is_by_meaning for topic in data.topics):
        return []
    found = []
    if whole.by_words_alone_post_count:
        found.append(
            ngettext(
                "%(num)s post is in a language that is not read by meaning, and was looked through for words alone.",
                "%(num)s posts are in a language that is not read by meaning, and were looked through for words alone.",
                whole.by_words_alone_post_count,
            )
        )
    if whole.unknown_language_post_count:
        found.append(
            ngettext(
                "Of %(num)s post the network does not tell the language.",
                "Of %(num)s posts the network does not tell the language.",
                whole.unknown_language_post_count,
            )
        )
    return found


def silent(data: Topics) -> str:
    """The topics that nobody spoke of; '' where there are none."""
    names = [excerpt(topic.topic, _NAME_LENGTH) for topic in data.silent]
    return _("Nobody spoke of %(topics)s.", topics=listing(names, len(names))) if names else ""


def posts(topic: Topic) -> str:
    """ "12 of 344 (3%)": posts of ours about the topic."""
    return share(topic.our_post_count, topic.all_our_post_count)


def started(topic: Topic) -> str:
    """ "3 of 12 (25%)": those that started a real conversation."""
    return share(topic.sparking_post_count, topic.our_post_count)


def conversations(topic: Topic) -> str:
    """ "9 of 80 (11%)": the conversations in which it came up."""
    return share(topic.conversation_count, topic.all_conversation_count)


def people(topic: Topic) -> str:
    """ "4 of 51 (8%)": the people who turned to us with it."""
    return share(topic.person_count, topic.all_person_count)


def posts_at(topic: Topic) -> str:
    """Where just these posts stand; '' for none."""
    return address("topic_posts", topic=topic.topic, ours="1") if topic.our_post_count else ""


def people_at(topic: Topic) -> str:
    """Where just these people stand, each with the newest post about it; '' for none."""
    return address("topic_posts", topic=topic.topic, people="1") if topic.person_count else ""


def more_people(topic: Topic, shown: int) -> str:
    """ "and others: 8 people in all"; '' where all are shown."""
    whole = topic.person_count
    if whole <= shown:
        return ""
    return ngettext("and others: %(num)s person in all", "and others: %(num)s people in all", whole)
