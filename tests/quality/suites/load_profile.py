"""For every rule of `quality.suites.load_profile`, what breaks it."""

_NEWEST_MENTIONS = "page_key = 'x/mentions/2026-07-29/1'"

FAULTS = {
    "author_id_arrives": [f"update raw.posts set author_id = null where {_NEWEST_MENTIONS} and position = 0"],
    "created_at_arrives": [
        f"update raw.posts set created_at = null where {_NEWEST_MENTIONS} and position = 0"
    ],
    "conversation_id_arrives": [
        f"update raw.posts set conversation_id = null where {_NEWEST_MENTIONS} and position = 0"
    ],
    # renamed by the network
    "lang_arrives_as_before": [f"update raw.posts set lang = null where {_NEWEST_MENTIONS}"],
    "reply_count_arrives_as_before": [f"update raw.posts set public_metrics = null where {_NEWEST_MENTIONS}"],
    "parents_arrive": [f"update raw.posts set referenced_tweets = null where {_NEWEST_MENTIONS}"],
    # another account by that name
    "language_drift_is_small": [f"update raw.posts set lang = 'pt' where {_NEWEST_MENTIONS}"],
    "kind_drift_is_small": [
        f"update raw.posts set referenced_tweets = [{{'type': 'quoted', 'id': '1'}}] where {_NEWEST_MENTIONS}"
    ],
    # a day that nobody asked for
    "windows_leave_no_hole": ["delete from raw.pages where page_key = 'x/mentions/2026-07-20/1'"],
    # a time zone misread by one hour, as the door of raw notes it
    "created_at_agrees_with_the_id": [
        "update raw.posts set replaced_created_at = created_at - interval 1 hour "
        f"where {_NEWEST_MENTIONS} and position = 5"
    ],
    "posts_are_not_from_the_future": [
        f"update raw.pages set fetched_at = window_end_at - interval 3 hours where {_NEWEST_MENTIONS}"
    ],
    # a field that the network has changed
    "few_objects_are_refused": [
        "insert into raw.rejects by name select page_key, 'post' as object_kind, post_id as object_id, section, "
        f"position, 'no author' as reason from raw.posts where {_NEWEST_MENTIONS} and position >= 50",
        f"delete from raw.posts where {_NEWEST_MENTIONS} and position >= 50",
    ],
    "posts_lie_inside_their_window": [
        f"update raw.pages set window_start_at = window_start_at + interval 2 hours where {_NEWEST_MENTIONS}"
    ],
    "errors_are_few": [
        "insert into raw.errors (page_key, title) "
        "select 'x/mentions/2026-07-29/1', 'Authorization Error' from range(80)"
    ],
    "announced_results_were_loaded": [f"delete from raw.posts where {_NEWEST_MENTIONS} and position = 7"],
    # cents taken for dollars
    "cost_is_plausible": [f"update raw.pages set estimated_cost_usd = 45 where {_NEWEST_MENTIONS}"],
    "volume_is_in_line": [
        f"delete from raw.posts where {_NEWEST_MENTIONS} and position > 1",
        f"update raw.pages set result_count = 2 where {_NEWEST_MENTIONS}",
    ],
}
