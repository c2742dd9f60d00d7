"""What our accounts have on their hands."""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class AccountLoad:
    """What an account of ours had on its hands in the report's week."""

    network: str
    account_id: str
    handle: str
    week_start_date: date
    real_conversation_count: int
    usual_real_conversation_count: float | None
    tie_count: int
    is_beyond_ties: bool
    address_in_count: int
    answered_within_day_count: int
    answer_due_count: int
    is_stretched: bool
    # of a client with working hours
    answered_within_working_day_count: int | None = None
    working_day_due_count: int | None = None
