"""For every rule of `quality.suites.report_columns`, what breaks it."""

FAULTS = {
    "no_vanity_among_the_headlines": ["alter table reports.rpt_content add column follower_count bigint"]
}
