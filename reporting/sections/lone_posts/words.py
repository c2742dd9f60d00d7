"""What we said that nobody answered, in words. Pure."""

from rapport.networks import label_of
from reporting.sections.lone_posts.record import LonePost, LonePosts
from reporting.words import count


def lone(data: LonePosts) -> str:
    """ "Of the last 4 weeks: 6 posts of ours that nobody answered and 3 posts with answers that were not captured.
    No word of anybody else is here, so they count as no conversation."."""
    parts = []
    if unanswered := data.state_counts.get("nobody answered", 0):
        parts.append(f"{count(unanswered, 'post')} of ours that nobody answered")
    if hidden := data.state_counts.get("answers not captured", 0):
        parts.append(f"{count(hidden, 'post')} with answers that were not captured")
    if unknown := data.state_counts.get("not known", 0):
        parts.append(f"{count(unknown, 'post')} of which the answers are not known")
    said = " and ".join([", ".join(parts[:-1]), parts[-1]] if len(parts) > 1 else parts)
    return f"Of the last {data.weeks} weeks: {said}. No word of anybody else is here, so they count as no conversation."


def state(post: LonePost) -> str:
    """How sure it is that nobody answered."""
    if post.state == "answers not captured":
        replies = count(post.missing_reply_count, "reply", "replies")
        return f"{label_of(post.network)} counts {replies} that we do not have"
    return post.state if post.state == "nobody answered" else "whether anybody answered is not known"
