"""For every rule of `quality.suites.definitions`, what breaks it."""

FAULTS = {
    "definitions_are_within_their_range": [
        "update reports.rpt_definitions set value = 0.01 where name = 'connected_balance'"
    ],
}
