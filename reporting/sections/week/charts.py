"""Real conversations, exchanges and answers over the weeks."""

from collections.abc import Sequence

from reporting.charts import Chart, complete_weeks, panels, stacked
from reporting.client import Client
from reporting.language import _, ngettext
from reporting.sections.week.record import Networks
from reporting.weeks import Week
from reporting.words import within


def charts(client: Client, data: Networks | None) -> list[Chart]:
    """Both charts of the week."""
    weeks = complete_weeks(client.weeks)
    in_time = within(client.definitions["prompt_answer_hours"].value)
    return [_talk(weeks), _answers(weeks, in_time)] if weeks else []


def _talk(weeks: Sequence[Week]) -> Chart:
    """Exchanges, and above them the conversations that became real: two scales, so two panels."""
    real = [week.real_conversation_count for week in weeks]
    exchanges = [week.exchange_count for week in weeks]
    return panels(
        "talk",
        _("Real conversations and exchanges a week"),
        weeks,
        {_("real conversations"): real, _("exchanges"): exchanges},
        ["--connected", "--conversing"],
        height=58,
        last=", ".join(
            [
                ngettext("%(num)s real conversation", "%(num)s real conversations", real[-1]),
                ngettext("%(num)s exchange", "%(num)s exchanges", exchanges[-1]),
            ]
        ),
    )


def _answers(weeks: Sequence[Week], in_time: str) -> Chart:
    """What became of the posts addressed to us, by the week they came in."""
    parts = {
        _("answered within %(time)s", time=in_time): [week.answered_within_day_count for week in weeks],
        _("answered later"): [
            max(week.address_in_count - week.answered_within_day_count - week.unanswered_count, 0)
            for week in weeks
        ],
        _("not answered"): [week.unanswered_count for week in weeks],
    }
    prompt, later, never = (numbers[-1] for numbers in parts.values())
    return stacked(
        "answers",
        _("Posts addressed to us, by how they fared")
        if weeks[-1].is_settled_week
        else _("Posts addressed to us, by how they fared (the last week is not final)"),
        weeks,
        parts,
        ["--within-day", "--later", "--unanswered"],
        height=130,
        of_what=_("the posts addressed to us"),
        last=", ".join(
            [
                ngettext(
                    "%(num)s answered within %(time)s",
                    "%(num)s answered within %(time)s",
                    prompt,
                    time=in_time,
                ),
                ngettext("%(num)s answered later", "%(num)s answered later", later),
                ngettext("%(num)s not answered", "%(num)s not answered", never),
            ]
        ),
    )
