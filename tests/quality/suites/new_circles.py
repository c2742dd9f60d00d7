"""For every rule of `quality.suites.new_circles`, what breaks it."""

_CIRCLES = "update reports.rpt_new_circles set {} where week_start_date = '2026-05-04'"

FAULTS = {
    "new_people_are_the_summarys": [_CIRCLES.format("new_count = 2")],
    "circles_are_parts_of_the_new": [_CIRCLES.format("new_without_shared_count = 2")],
    "new_places_are_declared_places": [
        _CIRCLES.format("new_with_place_count = 0, new_from_new_place_count = 1")
    ],
    "circles_share_agrees_with_its_counts": [_CIRCLES.format("new_without_shared_share = 0.5")],
    "circles_speak_of_the_summarys_weeks": [
        "delete from reports.rpt_new_circles where week_start_date = '2026-05-04'"
    ],
}
