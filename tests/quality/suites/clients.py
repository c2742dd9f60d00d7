"""For every rule of `quality.suites.clients`, what breaks it."""

_CLIENT = "update reports.rpt_clients set {}"

FAULTS = {
    "every_client_with_a_week_is_listed": ["delete from reports.rpt_clients"],
    "clients_say_what_their_week_says": [
        _CLIENT.format("won_count = won_count + 1"),
        _CLIENT.format("working_day_due_count = null"),
    ],
    "who_waits_is_counted_as_listed": [
        _CLIENT.format("stakeholder_waiting_count = stakeholder_waiting_count + 1")
    ],
    "no_goal_is_counted_twice": [_CLIENT.format("goal_behind_count = goal_count + 1")],
    "warning_signs_add_up": [_CLIENT.format("is_losing = not is_losing")],
    "completeness_of_a_client_is_a_share": [_CLIENT.format("completeness = 1.2")],
    "clients_speak_of_the_same_day": [_CLIENT.format("as_of_date = '2026-07-20'")],
}
