"""What the invented warehouse says by the hours of its client: beside what it says by the clock."""

# A working day has eight hours. By them four of the eight late answers came in time; what nobody answered is
# final a day later than by the clock.
BY_HOURS = """
update reports.rpt_answers set
    answer_working_hours = case
        when answer_hours = 3.5 then 1.5
        when answer_hours = 30 then if(post_id[12:]::integer < 14, 6.0, 9.5)
    end,
    is_answered_within_working_day = post_id[12:]::integer < 14,
    is_final_by_working_day = answered_at is not null
    or occurred_at + interval 48 hour < as_of_date::timestamptz;

update reports.rpt_engagement_summary as weeks set
    answered_within_working_day_count = counted.prompt, working_day_due_count = counted.due,
    answered_within_working_day_share = counted.prompt / counted.due
from (
    select week_start_date, count_if(is_answered_within_working_day) as prompt, count_if(is_final_by_working_day) as due
    from reports.rpt_answers group by all
) as counted
where weeks.week_start_date = counted.week_start_date;

update reports.rpt_manageability as weeks set
    answered_within_working_day_count = counted.prompt, working_day_due_count = counted.due,
    answered_within_working_day_share = counted.prompt / counted.due
from (
    select
        week_start_date, our_account_id, count_if(is_answered_within_working_day) as prompt,
        count_if(is_final_by_working_day) as due
    from reports.rpt_answers group by all
) as counted
where weeks.week_start_date = counted.week_start_date and weeks.account_id = counted.our_account_id;

update reports.rpt_waiting set waiting_working_hours = waiting_hours / 4;
"""
