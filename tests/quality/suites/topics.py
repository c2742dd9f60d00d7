"""For every rule of `quality.suites.topics`, what breaks it."""

_TOPIC = "update reports.rpt_topics set {} where topic = 'Peatlands'"

FAULTS = {
    # a part of other weeks than its whole
    "topics_are_part_of_the_whole": [_TOPIC.format("person_count = 99")],
    "every_post_with_a_topic_says_how_it_was_found": [_TOPIC.format("by_word_count = 0")],
    "nothing_is_found_by_meaning_where_nothing_was_compared": [_TOPIC.format("is_by_meaning = false")],
    "topics_speak_of_the_same_day": [_TOPIC.format("as_of_date = '2026-07-29'")],
}
