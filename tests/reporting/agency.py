"""Ten clients of an agency, published in one file. The name of one means harm, and of one nothing is known."""

from collections.abc import Iterable
from datetime import timedelta
from pathlib import Path
from typing import Any

from tests.reporting.published import AS_OF, WEEK, Published

HOSTILE = '<script>alert(9)</script>\u202egnp.exe" onclick="alert(10)'
# client: (name, what makes it differ from one of whom there is nothing to say)
CLIENTS: dict[str, tuple[str, dict[str, Any]]] = {
    "calm": ("Botanical Garden", {}),
    "waited": ("City Library", {"waiting_count": 3, "stakeholder_waiting_count": 1, "is_stakeholder_waiting": True,
                                "longest_waiting_hours": 52.0, "is_data_complete": None, "warning_sign_count": 1}),
    "waited-more": ("Dental Faculty", {
        "waiting_count": 2, "stakeholder_waiting_count": 2, "is_stakeholder_waiting": True,
        "longest_waiting_hours": 700.0, "warning_sign_count": 1}),
    "quiet": ("Institute for Aquatic Ecology and Fisheries Management", {
        "real_conversation_count": 1, "usual_real_conversation_count": 6.5, "is_below_usual": True,
        "won_count": 1, "lost_count": 4, "is_losing": True, "warning_sign_count": 2}),
    "worst": ("Harbour Museum", {
        "real_conversation_count": 0, "usual_real_conversation_count": 4.0, "is_below_usual": True, "won_count": 0,
        "lost_count": 2, "is_losing": True, "waiting_count": 1234, "stakeholder_waiting_count": 17,
        "is_stakeholder_waiting": True, "longest_waiting_hours": 719.0, "goal_on_course_count": 1,
        "goal_behind_count": 2, "is_goal_behind": True, "stretched_account_count": 2, "is_stretched": True,
        "gap_count": 3, "gap_hours": 77.5,
        "captured_reply_count": 97, "reported_reply_count": 445, "completeness": 0.22, "is_data_complete": False,
        "warning_sign_count": 6}),
    "behind": ("Observatory", {"goal_behind_count": 1, "goal_on_course_count": 2, "is_goal_behind": True,
                               "warning_sign_count": 1}),
    "gaps": ("Port Authority", {"gap_count": 1, "gap_hours": 30.0, "is_data_complete": False, "warning_sign_count": 1}),
    "hostile": (HOSTILE, {"warning_sign_count": 1, "is_losing": True, "won_count": 0, "lost_count": 1}),
    "young": ("Startup", {"usual_real_conversation_count": None, "goal_count": 0, "goal_on_course_count": 0,
                          "captured_reply_count": 0, "reported_reply_count": 0, "completeness": None,
                          "is_data_complete": None,
                          "answer_due_count": 0, "answered_within_day_count": 0, "is_settled_week": False}),
}  # fmt: skip
# ten with long names, of whom there is much to say
BUSY: dict[str, tuple[str, dict[str, Any]]] = {
    f"busy-{number}": (name, {
        **CLIENTS["worst"][1], "real_conversation_count": 128 + number, "usual_real_conversation_count": 164.5,
        "connected_count": 1043, "won_count": 11, "lost_count": 112, "goal_on_course_count": 10, "goal_count": 12,
        "answered_within_day_count": 816, "answer_due_count": 1219, "gap_count": 13, "gap_hours": 1877.5,
        "captured_reply_count": 11_297, "reported_reply_count": 24_445, "completeness": 0.46,
        "is_settled_week": number % 2 == 0,
    })
    for number, name in enumerate((
        "Bundesinstitut für Risikobewertung und Verbraucherschutz", "Donaudampfschifffahrtsgesellschaft",
        "Fédération internationale des bibliothèques universitaires", "Institute for Aquatic Ecology and Fisheries",
        "Kunsthistorisches Museum mit Münzkabinett", "Observatoire astronomique de la Côte d'Azur",
        "Royal Society for the Conservation of Coastal Wetlands", "Staatliche Versuchsanstalt für Wasserbau",
        "Universitätsklinikum Schleswig-Holstein, Campus Lübeck", "World Association of Zoos, Aquariums and Gardens",
    ))
}  # fmt: skip
# who keeps the ties; each of theirs is one
OWNERS = {
    "worst": ["Mila", "Mila", "Jo & Co"], "quiet": ["Mila"], "hostile": ['"><script>alert(13)</script>'],
    "calm": ["Jo & Co", "@team_account"], "busy-0": ["Mila"],
}  # fmt: skip
UNKNOWN = "unknown"  # named in rapport.toml alone
# by the glossary's rule, written down by hand
WORST_FIRST = [
    "unknown", "worst", "quiet", "waited-more", "waited", "hostile", "behind", "gaps", "calm", "young",
]  # fmt: skip


def publish(path: Path, client_ids: Iterable[str] = CLIENTS) -> None:
    """Publishes these clients, of CLIENTS or BUSY, as the file at that path."""
    path.parent.mkdir(parents=True, exist_ok=True)
    world = Published(path)
    world.publication()
    for client_id in client_ids:
        name, facts = (CLIENTS | BUSY)[client_id]
        for back in (1, 0):
            world.week(client_id, name, WEEK - timedelta(weeks=back), address_in_count=9, address_out_count=4,
                       person_in_count=7, real_conversation_count=4, exchange_count=9)  # fmt: skip
        row = {
            "client_name": name, "week_start_date": WEEK, "is_complete_week": True, "is_settled_week": True,
            "warning_sign_count": 0, "real_conversation_count": 4, "usual_real_conversation_count": 4.25,
            "is_below_usual": False, "connected_count": 12, "won_count": 3, "lost_count": 1, "is_losing": False,
            "waiting_count": 0, "stakeholder_waiting_count": 0, "is_stakeholder_waiting": False,
            "longest_waiting_hours": None, "answered_within_day_count": 6, "answer_due_count": 9, "goal_count": 3,
            "goal_on_course_count": 3, "goal_behind_count": 0, "is_goal_behind": False, "stretched_account_count": 0,
            "is_stretched": False, "gap_count": 0, "gap_hours": 0.0, "captured_reply_count": 90,
            "reported_reply_count": 100, "completeness": 0.9, "is_data_complete": True, "as_of_date": AS_OF.date(),
        }  # fmt: skip
        for number, owner in enumerate(OWNERS.get(client_id, ())):
            world.add("reports.rpt_people", client_id=client_id, entry_id=f"x:{number}", owner_name=owner)
        world.add("reports.rpt_clients", client_id=client_id, **(row | facts))
        for number in range(min(facts.get("waiting_count", 0), 30)):  # the first of them
            world.add("reports.rpt_waiting", client_id=client_id, post_id=str(number), kind="reply", waiting_hours=52.0,
                      waiting_rank=number, is_stakeholder=number < facts["stakeholder_waiting_count"])  # fmt: skip
        world.stream(
            client_id, "own_posts", last_window_end_at=AS_OF - timedelta(days=9 if client_id == "gaps" else 0)
        )
    world.con.close()
