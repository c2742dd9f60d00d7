"""The client's topics, of how much they are, and who talks with us about them."""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Topic:
    """A topic over the last weeks. What is counted over all topics is the same in each."""

    topic: str
    is_by_meaning: bool
    our_post_count: int
    sparking_post_count: int
    sparked_conversation_count: int
    by_word_count: int
    by_meaning_count: int
    by_hand_count: int
    conversation_count: int
    real_conversation_count: int
    person_count: int
    all_our_post_count: int
    any_topic_post_count: int
    unknown_language_post_count: int
    by_words_alone_post_count: int
    all_conversation_count: int
    any_topic_conversation_count: int
    all_person_count: int
    any_topic_person_count: int

    @property
    def is_silent(self) -> bool:
        """Whether nobody spoke of it."""
        return not (self.our_post_count or self.conversation_count or self.person_count)


@dataclass(frozen=True, slots=True)
class TopicPerson:
    """Somebody who turned to us with posts about a topic."""

    topic: str
    person_id: str
    handle: str
    display_name: str
    post_count: int


@dataclass(frozen=True)
class Topics:
    """All topics in the client's order, and for each the people who turned to us with it most."""

    topics: list[Topic] = field(default_factory=list)
    people: dict[str, list[TopicPerson]] = field(default_factory=dict)

    @property
    def spoken(self) -> list[Topic]:
        """The topics that somebody spoke of: those that started most real conversations first."""
        found = [topic for topic in self.topics if not topic.is_silent]
        return sorted(
            found,
            key=lambda topic: (
                -topic.sparked_conversation_count, -topic.real_conversation_count, -topic.our_post_count
            ),
        )  # fmt: skip

    @property
    def silent(self) -> list[Topic]:
        """The topics that nobody spoke of."""
        return [topic for topic in self.topics if topic.is_silent]

    @property
    def whole(self) -> Topic:
        """Any of them: each has the counts over all topics."""
        return self.topics[0]
