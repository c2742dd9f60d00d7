"""What published shares are made of: whoever shows one says of how many it is."""

# Share -> how many, and of how many. All are columns of the table that has the share.
SHARES = {
    "answered_within_day_share": ("answered_within_day_count", "answer_due_count"),
    "answered_within_working_day_share": ("answered_within_working_day_count", "working_day_due_count"),
    "new_without_shared_share": ("new_without_shared_count", "new_count"),
}
