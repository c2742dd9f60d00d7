"""What stands behind the week, in words: content, readership and the rest. Pure, like `words`."""

from reporting.records_questions import ContentGroup, Questions
from reporting.words import count, of_how_many


def content(questions: Questions) -> str:
    """How many of our posts started a conversation."""
    groups = questions.content_forms
    sparking = sum(one.sparking_post_count for one in groups)
    real = sum(one.real_conversation_count for one in groups)
    if not questions.content_post_count:
        return "We wrote nothing."
    text = f"Of {count(questions.content_post_count, 'post')} of ours, "
    if not sparking:
        return f"{text}none started a real conversation."
    return f"{text}{sparking:,} started {count(real, 'real conversation')}."


def sparking(group: ContentGroup) -> str:
    """ "3 of 12 (25%)": how many posts of a form or topic started a real conversation."""
    return of_how_many(group.sparking_post_count, group.post_count)
