"""For every rule of `quality.suites.readership`, what breaks it."""

_READERS = "update reports.rpt_readership set {} where week_start_date = '2026-05-04'"

FAULTS = {
    "reader_counts_are_not_negative": [_READERS.format("left_count = -1, stayed_count = stayed_count + 2")],
    "readers_joined_or_stayed": [_READERS.format("joined_count = 2")],
    "former_readers_stayed_or_left": [_READERS.format("left_count = 4")],
    # readers who did nothing in the week they joined
    "readers_join_by_acting": [_READERS.format("acting_person_count = 0")],
    "nobody_leaves_before_the_week_is_over": [
        "update reports.rpt_readership set left_count = 1, stayed_count = stayed_count - 1, "
        "reader_count = reader_count - 1 where week_start_date = '2026-07-27'"
    ],
    "readership_speaks_of_the_summarys_weeks": [
        "delete from reports.rpt_readership where week_start_date = '2026-05-04'"
    ],
}
