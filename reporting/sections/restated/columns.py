"""What numbers of a week are called: those that a publication is compared with the one before it by. Pure."""

from reporting.definitions import Definitions
from reporting.language import N_, _
from reporting.words import within

COLUMN_WORDS = {
    "real_conversation_count": N_("real conversation"),
    "exchange_count": N_("exchange"),
    "address_in_count": N_("address in"),
    "address_out_count": N_("address out"),
    "person_in_count": N_("person in"),
    "noticed_count": N_("noticed"),
    "acquainted_count": N_("acquainted"),
    "conversing_count": N_("conversing"),
    "connected_count": N_("connected"),
    "dormant_count": N_("dormant"),
    "new_count": N_("new"),
    "deepened_count": N_("deepened"),
    "cooled_count": N_("cooled"),
    "lapsed_count": N_("lapsed"),
    "revived_count": N_("revived"),
    "answered_within_day_count": N_("answered within %(time)s"),
    "answer_due_count": N_("answer due"),
    "answered_within_day_share": N_("answered within %(time)s share"),
    "answered_within_working_day_count": N_("answered within a working day"),
    "working_day_due_count": N_("due by working hours"),
    "answered_within_working_day_share": N_("answered within a working day share"),
    "unanswered_count": N_("unanswered"),
    "median_answer_hours": N_("median answer hours"),
    "waiting_count": N_("waiting"),
    "usual_real_conversation_count": N_("usual real conversation"),
    "tie_count": N_("tie"),
    "new_without_shared_count": N_("new without shared"),
    "new_without_shared_share": N_("new without shared share"),
    "new_with_place_count": N_("new with place"),
    "new_from_new_place_count": N_("new from new place"),
    "acting_person_count": N_("acting person"),
    "reader_count": N_("reader"),
    "joined_count": N_("joined"),
    "stayed_count": N_("stayed"),
    "left_count": N_("left"),
}


def column_words(column: str, definitions: Definitions) -> str:
    """ "real conversation", "answered within a day share"; of another column its name, made readable."""
    known = COLUMN_WORDS.get(column)
    if known is None:
        return column.removesuffix("_count").replace("_", " ")
    return _(known, time=within(definitions["prompt_answer_hours"].value))
