"""For the rule of `quality.suites.real_conversation_figures`, what breaks it; `test_real_conversations.py` breaks each
figure by itself."""

FAULTS = {
    "figures_count_the_real_conversations": [
        # a week of which nothing is left
        "delete from reports.rpt_real_conversations where week_start_date = '2026-05-04'"
    ]
}
