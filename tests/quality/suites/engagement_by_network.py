"""For every rule of `quality.suites.engagement_by_network`, what breaks it."""

_NETWORK = "update reports.rpt_engagement_by_network set {} where week_start_date = '2026-05-04'"

FAULTS = {
    "networks_add_up_to_the_week": [
        _NETWORK.format("exchange_count = exchange_count + 1"),
        # a network that a join lost
        "delete from reports.rpt_engagement_by_network where week_start_date = '2026-05-04'",
    ],
    "people_of_a_week_are_on_its_networks": [_NETWORK.format("person_in_count = person_in_count - 1")],
    "share_on_a_network_agrees_with_its_counts": [_NETWORK.format("answered_within_day_share = 0.9")],
    "engagement_by_network_speak_of_the_same_day": [
        "update reports.rpt_engagement_by_network set as_of_date = '2026-08-09' where week_start_date = '2026-05-04'"
    ],
}
