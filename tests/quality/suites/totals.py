"""For every rule of `quality.suites.totals`, what breaks it."""

# a row doubled by the last join
FAULTS = {
    "totals_equal_the_marts": [
        "update reports.rpt_relationships set exchange_count = exchange_count + 6 where person_id = '42'"
    ]
}
