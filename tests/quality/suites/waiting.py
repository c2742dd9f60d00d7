"""For every rule of `quality.suites.waiting`, what breaks it."""

_WAIT = "update reports.rpt_waiting set {} where waiting_rank = 2"

FAULTS = {
    "kind_of_address_is_known": [_WAIT.format("kind = 'like'")],
    "waits_are_within_reach": [_WAIT.format("waiting_hours = 31 * 24")],
    # counted to the clock of the build
    "waits_end_at_as_of": [_WAIT.format("waiting_hours = waiting_hours + 100")],
    "waits_by_hours_are_some_of_all": [
        _WAIT.format("waiting_working_hours = waiting_hours + 1"),
        _WAIT.format("waiting_working_hours = -1"),
    ],
    "waiting_list_is_in_order": [
        "update reports.rpt_waiting set waiting_rank = 5 - waiting_rank where waiting_rank in (1, 4)"
    ],
    "links_lead_to_the_post": [_WAIT.format("post_url = 'https://x.com/i/web/status/20'")],
    # the text of a post left where a message has none
    "messages_stay_private": [_WAIT.format("kind = 'message', post_id = 'dm:1', post_url = null")],
    "waiting_speak_of_the_same_day": [_WAIT.format("as_of_date = '2026-07-29'")],
}
